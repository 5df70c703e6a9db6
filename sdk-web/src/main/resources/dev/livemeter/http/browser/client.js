import { Calls } from './calls.js';
import { ChatChannel } from './chat.js';
import { PeerLink } from './peer-link.js';
import { PlatformChat } from './platform-chat.js';
import { Rest, paymentKey } from './rest.js';
import { RoomHost, RoomVisit } from './rooms.js';

/**
 * A page's way to Livemeter: one for each page, given to every widget in it. Fires `money` when a balance may have changed, and `balance` (detail: money) with what is left, each time a call or a visit in the
 * page that is paid for tells it: every second while it runs.
 */
export class LivemeterClient extends EventTarget {
  #Peer;
  #signaling;
  #link = null;
  #calls = null;

  /**
   * @param base where the REST interface is mounted
   * @param headers gives headers for each request, for hosts that sign in without cookies
   * @param Peer the class of the `peerjs` client; the global one where none is given
   * @param signaling where signaling is mounted, and its key
   * @param device how this client calls itself, for people with several; up to six of a-z and 0-9
   * @param isSignedIn false for a page that guests look at
   */
  constructor({ base = '/api', headers, Peer = globalThis.peerjs?.Peer ?? globalThis.Peer, signaling = {}, device = '', isSignedIn = true } = {}) {
    super();
    this.rest = new Rest(base, headers);
    this.isSignedIn = isSignedIn;
    this.#Peer = Peer;
    this.#signaling = { ...signaling, device };
  }

  /** The connection to signaling. */
  get link() {
    return (this.#link ??= new PeerLink(this.rest, this.#Peer, this.#signaling));
  }

  /** The private calls of whoever is signed in. */
  get calls() {
    if (this.#calls === null) {
      this.#calls = new Calls(this.rest, this.link);
      this.#calls.addEventListener('changed', ({ detail }) => this.#left(detail));
    }
    return this.#calls;
  }

  /** A visit to somebody's room. */
  visit(room) {
    const visit = new RoomVisit(this.rest, this.link, room);
    visit.addEventListener('changed', ({ detail }) => this.#left(detail));
    return visit;
  }

  /** A room of one's own. */
  host(room) {
    return new RoomHost(this.rest, this.link, room);
  }

  /** Connects to signaling, and stays connected. */
  connect() {
    this.link.open();
    return this.link;
  }

  /** Leaves signaling: nobody can call any more. */
  disconnect() {
    this.link.close();
  }

  /** A channel of the chat; see {@link ChatChannel}. */
  chat(channel, options) {
    return new ChatChannel(this.rest, channel, options);
  }

  /** What is said on all platforms beside somebody's stream; see {@link PlatformChat}. */
  platformChat(user) {
    return new PlatformChat(this.rest, user);
  }

  /** Tips somebody, in a call or outside. */
  async tip({ call, payee, amount, message = '', key = paymentKey() }) {
    const answer = call
      ? await this.rest.pay(`calls/${call}/tips`, key, { amount, message })
      : await this.rest.pay('tips', key, message ? { payee, amount, message } : { payee, amount });
    this.moneyChanged();
    return answer;
  }

  /** Has every balance in the page asked for anew. */
  moneyChanged() {
    this.dispatchEvent(new CustomEvent('money'));
  }

  /** What others pay for, and what is free, tells no balance. */
  #left(status) {
    if (status !== null && status.balance) {
      this.dispatchEvent(new CustomEvent('balance', { detail: status.balance }));
    }
  }
}
