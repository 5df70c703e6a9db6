import { Counted } from './counted.js';
import { MediaLeg } from './media-leg.js';

const REPORT_EVERY_MS = 2000;

/** Where time is charged up to the last report that said of media: what was not reported was not sold. */
const REPORT_PAID_EVERY_MS = 1000;

/** Where so long nothing came the connection is made anew: the broadcaster's page may be another one by now, which tells nobody that the one before is gone. */
const LONGEST_STILLNESS_MS = 5000;

/** A room can be closed elsewhere: by an operator, in another window, for want of its broadcaster. */
const LOOK_EVERY_MS = 10_000;

/** While the server cannot be reached nobody pays, and nobody can be sent out: so nothing flows for longer than this. */
const LONGEST_SILENCE_MS = 8000;

/**
 * A visit to a room: joined at a price that was shown, connected with its broadcaster, reported on, and left.
 *
 * Events: `changed` (detail: the presence), `remote` (detail: the broadcaster's stream), `over` (detail: a sentence).
 */
export class RoomVisit extends EventTarget {
  #rest;
  #link;
  #path;
  #presence = null;
  #counted = null;
  #leg = null;
  #sent = null;
  #flowing = false;
  #timer = 0;
  #heardAt = 0;
  #flowedAt = 0;

  constructor(rest, link, room) {
    super();
    this.#rest = rest;
    this.#link = link;
    this.#path = `rooms/${encodeURIComponent(room)}`;
  }

  /** How the visit stands; null before and after it. */
  get presence() {
    return this.#presence;
  }

  /** Its figures, counted on to this moment; null outside of it. */
  get counted() {
    return this.#counted;
  }

  /** The room as everybody sees it. */
  async room() {
    return (await this.#rest.get(this.#path)).room;
  }

  /** Buys a ticket; a repeat gives the same one. */
  async buyTicket() {
    return (await this.#rest.post(`${this.#path}/ticket`)).ticket;
  }

  /**
   * Goes in.
   *
   * @param accepted the price that was shown; nothing where the room has none
   * @param sent what is sent to the broadcaster: a stream, own or silent
   */
  async join({ accepted = '', sent }) {
    this.#sent = sent;
    await this.#link.opened();
    const { presence } = await this.#rest.post(`${this.#path}/join`, { accepted, device: this.#link.device });
    this.#take(presence);
    this.#connect();
    this.#timer = setInterval(() => this.#report(), presence.session === null ? REPORT_EVERY_MS : REPORT_PAID_EVERY_MS);
    return presence;
  }

  /** Goes out: here at once, whatever the server does. The last word on what flowed goes ahead of the order, so that the last second counts as well. Idempotent. */
  async leave() {
    if (this.#presence === null) {
      return;
    }
    const paid = this.#presence.session !== null;
    const flowed = this.#flowing;
    this.#end('You left.');
    if (paid && flowed !== null) {
      await this.#say(flowed).catch(() => {});
    }
    await this.#rest.post(`${this.#path}/leave`);
  }

  async #say(flowing) {
    return (await this.#rest.post(`${this.#path}/media`, { flowing, number: Date.now() })).presence;
  }

  #connect() {
    const leg = MediaLeg.offer(this.#link, this.#presence.broadcasterPeer, this.#sent);
    this.#leg = leg;
    this.#flowing = false;
    this.#flowedAt = performance.now();
    leg.addEventListener('stream', event => this.#tell('remote', event.detail));
    leg.addEventListener('flow', event => {
      if (leg === this.#leg) {
        this.#flowing = event.detail;
        this.#flowedAt = event.detail ? performance.now() : this.#flowedAt;
      }
    });
    leg.addEventListener('ended', () => {
      if (leg === this.#leg) {
        this.#flowing = false;
      }
    });
  }

  #isStill() {
    return this.#leg.isOver || performance.now() - this.#flowedAt > LONGEST_STILLNESS_MS;
  }

  async #report() {
    if (this.#leg !== null && this.#isStill() && this.#link.isOpen) {
      this.#leg.close();
      this.#connect();
    }
    if (this.#flowing === null) {
      // What has just paused is neither confirmed nor denied; the next report knows.
      return;
    }
    try {
      const presence = await this.#say(this.#flowing);
      if (this.#leg !== null) {
        this.#take(presence);
      }
    } catch (error) {
      if (error.status === 404 || error.status === 403) {
        this.#end(error.message);
      } else if (this.#presence !== null && performance.now() - this.#heardAt > LONGEST_SILENCE_MS) {
        this.#end(error.message);
      }
    }
  }

  #take(presence) {
    this.#heardAt = performance.now();
    this.#presence = presence;
    this.#counted = new Counted({ agreedLeft: null, earned: null, ...presence });
    this.#tell('changed', presence);
  }

  #end(sentence) {
    clearInterval(this.#timer);
    this.#leg?.close();
    this.#leg = null;
    this.#presence = null;
    this.#counted = null;
    this.#tell('over', sentence);
  }

  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

/**
 * A broadcaster's own room: every viewer that the server lets in is answered, each with the picture that is paid for.
 *
 * Events: `viewers` (detail: who is there, with what it has cost them), `over` (detail: a sentence; it was closed elsewhere), `problem` (detail: a sentence).
 */
export class RoomHost extends EventTarget {
  #rest;
  #link;
  #path;
  #stream = null;
  #legs = new Map();
  #flowing = new Set();
  #offers = new Map();
  #timer = 0;
  #every = REPORT_EVERY_MS;
  #lookedAt = 0;
  #heardAt = 0;
  #offered = event => this.#take(event.detail);

  constructor(rest, link, room) {
    super();
    this.#rest = rest;
    this.#link = link;
    this.#path = `rooms/${encodeURIComponent(room)}`;
  }

  /** Opens one, or announces it. @param plan `title`, `kind`, `visibility`, `capacity`, `ticketPrice`, `ticketLasts`, `startsAt` */
  static async open(client, plan) {
    const { room } = await client.rest.post('rooms', plan);
    return { room, host: client.host(room.id) };
  }

  /** Shows a stream to whoever is there and whoever comes, until {@link stop}. Idempotent. */
  begin(stream) {
    this.send(stream);
    this.#heardAt = performance.now();
    this.#link.addEventListener('call', this.#offered);
    this.#lookedAt = performance.now();
    this.#pace(REPORT_EVERY_MS);
    this.#report();
  }

  #pace(every) {
    clearInterval(this.#timer);
    this.#every = every;
    this.#timer = setInterval(() => this.#report(), every);
  }

  /** Shows another stream from now on, to those who are there and to whoever comes: a camera that was changed. */
  async send(stream) {
    this.#stream = stream;
    await Promise.all([...this.#legs.values()].map(leg => leg.send(stream)));
  }

  /** Closes the room for everybody. */
  async close() {
    this.stop();
    await this.#rest.post(`${this.#path}/close`);
  }

  /** Sends somebody out. */
  async sendOut(viewer, reason = '') {
    await this.#rest.post(`${this.#path}/send-out`, { viewer, reason });
  }

  /** Shows nothing any more; the room stays open for as long as its broadcaster is in signaling. Idempotent. */
  stop() {
    clearInterval(this.#timer);
    this.#timer = 0;
    this.#link.removeEventListener('call', this.#offered);
    this.#legs.forEach(leg => leg.close());
    this.#legs.clear();
    this.#flowing.clear();
    this.#offers.clear();
  }

  /** @returns whether it is over */
  async #look() {
    this.#lookedAt = performance.now();
    const { room } = await this.#rest.get(this.#path);
    return room.state === 'ended';
  }

  #take(call) {
    this.#offers.set(call.peer, call);
    call.on('close', () => this.#offers.delete(call.peer));
    this.#report();
  }

  async #report() {
    try {
      const { viewers } = await this.#rest.post(`${this.#path}/sent`, { flowingTo: [...this.#flowing], number: Date.now() });
      this.#heardAt = performance.now();
      const isOver = performance.now() - this.#lookedAt > LOOK_EVERY_MS && (await this.#look());
      if (this.#timer === 0) {
        return;
      }
      if (isOver) {
        this.stop();
        this.dispatchEvent(new CustomEvent('over', { detail: 'The room was closed.' }));
        return;
      }
      this.#serve(viewers);
      const every = viewers.some(({ session }) => session !== null) ? REPORT_PAID_EVERY_MS : REPORT_EVERY_MS;
      if (every !== this.#every) {
        this.#pace(every);
      }
      this.dispatchEvent(new CustomEvent('viewers', { detail: viewers }));
    } catch (error) {
      this.dispatchEvent(new CustomEvent('problem', { detail: error.message }));
      if (performance.now() - this.#heardAt > LONGEST_SILENCE_MS) {
        this.#legs.forEach(leg => leg.close());
      }
    }
  }

  #serve(viewers) {
    for (const { viewer, peer, picture } of viewers) {
      const offer = this.#offers.get(peer);
      if (offer !== undefined) {
        this.#offers.delete(peer);
        this.#legs.get(viewer)?.close();
        this.#answer(viewer, MediaLeg.answer(offer, this.#stream, picture));
      } else {
        this.#legs.get(viewer)?.show(picture);
      }
    }
    const here = new Set(viewers.map(({ viewer }) => viewer));
    for (const [viewer, leg] of this.#legs) {
      if (!here.has(viewer)) {
        leg.close();
      }
    }
  }

  #answer(viewer, leg) {
    this.#legs.set(viewer, leg);
    leg.addEventListener('flow', ({ detail }) => {
      if (detail) {
        this.#flowing.add(viewer);
      } else if (detail === false) {
        this.#flowing.delete(viewer);
      }
    });
    leg.addEventListener('ended', () => {
      if (this.#legs.get(viewer) === leg) {
        this.#legs.delete(viewer);
        this.#flowing.delete(viewer);
      }
    });
  }
}
