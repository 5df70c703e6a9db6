import { Counted } from './counted.js';
import { MediaLeg } from './media-leg.js';
import { Problem } from './problem.js';

const LONG_POLL_SECONDS = 25;
const FIGURES_EVERY_SECONDS = 1;
const TRY_AGAIN_MS = 3000;
const LONGEST_SILENCE_S = 8;

/**
 * The private calls of whoever is signed in, as caller or as callee: asked for, answered, connected, and watched until their end. The server says what holds; this follows it, connects the media
 * that it allows, and reports whether they flow.
 *
 * Events: `changed` (detail: the status, or null), `ringing` (somebody calls), `remote` (detail: the other one's stream), `ended` (detail: the last status), `problem` (detail: a sentence).
 */
export class Calls extends EventTarget {
  #rest;
  #link;
  #status = null;
  #counted = null;
  #leg = null;
  #remote = null;
  #sent = null;
  #flowing = false;
  #reporting = 0;
  #heardAt = 0;
  #givenUp = null;
  #watching = null;
  #waiting = new Map();

  constructor(rest, link) {
    super();
    this.#rest = rest;
    this.#link = link;
    link.addEventListener('call', event => this.#offered(event.detail));
  }

  /** The call that rings, connects or runs; null where there is none. */
  get status() {
    return this.#status;
  }

  /** Its figures, counted on to this moment. */
  get counted() {
    return this.#counted;
  }

  /** What is sent; null before the first stream was given. */
  get sent() {
    return this.#sent;
  }

  /** What the other one sends; null before it comes. */
  get remote() {
    return this.#remote;
  }

  /** Follows what happens, until {@link stop}. Idempotent. */
  watch() {
    if (this.#watching === null) {
      this.#watching = new AbortController();
      this.#follow(this.#watching.signal);
    }
  }

  /** Follows no more; a call that runs ends, as nobody reports on it. */
  stop() {
    this.#watching?.abort();
    this.#watching = null;
    this.#hangUpMedia();
  }

  /** What a call would cost, and whether the callee is there; its `price.accept` is sent back with {@link invite}. */
  price(callee, seconds = 600) {
    return this.#rest.get(`calls/price?callee=${encodeURIComponent(callee)}&seconds=${seconds}`);
  }

  /**
   * Asks the callee.
   *
   * @param accepted the price that the caller was shown and accepts
   * @param sent what the caller sends: a stream, own or silent
   * @param agreed how many seconds the call may last; as long as calls may where nothing is given
   */
  async invite(callee, { accepted, sent, agreed }) {
    this.#sent = sent;
    const wish = { callee, accepted, device: this.#link.device };
    const { call } = await this.#rest.post('calls', agreed === undefined ? wish : { ...wish, agreed });
    return this.#take(call);
  }

  /** @param sent what the callee sends */
  async accept(sent) {
    this.#sent = sent;
    return this.#take(await this.#order('accept', { device: this.#link.device }));
  }

  async decline() {
    return this.#take(await this.#order('decline'));
  }

  async cancel() {
    return this.#take(await this.#order('cancel'));
  }

  /** Ends it: here at once, whatever the server does. The last word on what flowed goes ahead of the order, so that the last second counts as well. */
  async hangUp() {
    const flowed = this.#flowing;
    this.#hangUpMedia();
    await this.#report(flowed);
    return this.#status === null ? null : this.#take(await this.#order('hang-up'));
  }

  /** Ends whatever there is: a call that rings is declined or cancelled, one that runs is hung up. */
  async end() {
    if (this.#status === null) {
      return null;
    }
    const { state, role } = this.#status;
    if (state !== 'ringing') {
      return this.hangUp();
    }
    return role === 'callee' ? this.decline() : this.cancel();
  }

  /** @param total how many seconds the call may last in all */
  async extend(total) {
    return this.#take(await this.#order('extend', { total }));
  }

  /** Sends another stream from now on: a camera that was changed. */
  async send(stream) {
    this.#sent = stream;
    if (this.#leg !== null) {
      await this.#leg.send(stream);
    } else if (this.#status !== null) {
      this.#connect(this.#status);
    }
  }

  async #order(what, body = {}) {
    return (await this.#rest.post(`calls/${this.#status.id}/${what}`, body)).call;
  }

  async #follow(signal) {
    let first = true;
    while (!signal.aborted) {
      let wait = TRY_AGAIN_MS;
      const asked = this.#status;
      try {
        const answer = await this.#look(first ? '' : cursor(asked), signal);
        first = false;
        wait = answer.askAgain * 1000;
        // An answer about a call that was another one by then, or none, says nothing about the present one.
        if (!signal.aborted && asked?.id === this.#status?.id) {
          this.#heard(answer);
        }
      } catch (error) {
        if (!signal.aborted) {
          this.#tell('problem', error.message);
          wait = (error.retryAfter ?? 0) * 1000 || TRY_AGAIN_MS;
        }
      }
      await pause(wait, signal);
    }
  }

  /** What holds now, as soon as it is something else than what is known here. */
  #look(known, signal) {
    // Who reports on a call has its figures with each report; another window of the same person asks for them.
    const seconds = this.#status?.counting && this.#leg === null ? FIGURES_EVERY_SECONDS : LONG_POLL_SECONDS;
    return this.#rest.get(`calls/current?after=${known}&wait=${seconds}`, { waitMs: seconds * 1000, signal });
  }

  #heard({ current, ended }) {
    const runs = this.#status !== null && this.#status.state !== 'ringing';
    if (runs && ended === null && current !== null && current.id !== this.#status.id) {
      // Another one, of another window or node. The one that runs here is over when that is said of it.
      return;
    }
    if (this.#status !== null && current?.id !== this.#status.id) {
      this.#take(ended);
    }
    if (current !== null) {
      this.#take(current);
    }
  }

  #take(status) {
    const before = this.#status;
    this.#heardAt = performance.now();
    if (status !== null && status.id === this.#givenUp && status.state !== 'ended') {
      this.#rest.post(`calls/${status.id}/hang-up`).catch(() => {});
      return null;
    }
    if (before !== null && status !== null && before.id === status.id && status.version < before.version) {
      return before;
    }
    if (status === null || status.state === 'ended') {
      if (before !== null || status !== null) {
        this.#over(status);
      }
      return status;
    }
    this.#status = status;
    this.#counted = new Counted(status);
    if (before?.id !== status.id && status.state === 'ringing' && status.role === 'callee') {
      this.#tell('ringing', status);
    }
    this.#connect(status);
    this.#tell('changed', status);
    return status;
  }

  #over(status) {
    const before = this.#status;
    this.#status = null;
    this.#counted = null;
    this.#hangUpMedia();
    this.#tell('changed', null);
    if (before !== null) {
      this.#tell('ended', status ?? before);
    }
  }

  /** The caller offers; the callee answers what comes from the caller. */
  #connect(status) {
    const connects = status.state === 'connecting' || status.state === 'live';
    if (!connects || this.#sent === null) {
      return;
    }
    if (this.#leg === null || this.#leg.isOver) {
      if (status.role === 'caller' && this.#link.isOpen) {
        this.#use(MediaLeg.offer(this.#link, status.calleePeer, this.#sent));
      } else if (this.#waiting.has(status.callerPeer)) {
        this.#answer(status);
      }
    } else if (status.role === 'callee') {
      this.#leg.show(status.picture === 'full' ? 'full' : 'preview');
    }
  }

  #offered(call) {
    this.#waiting.set(call.peer, call);
    call.on('close', () => this.#waiting.delete(call.peer));
    if (this.#status !== null) {
      this.#connect(this.#status);
    }
  }

  #answer(status) {
    const call = this.#waiting.get(status.callerPeer);
    this.#waiting.delete(status.callerPeer);
    this.#use(MediaLeg.answer(call, this.#sent, status.picture === 'full' ? 'full' : 'preview'));
  }

  /** Only the present connection tells what flows; where it has ended, nothing does until there is another one. */
  #use(leg) {
    this.#leg = leg;
    this.#flowing = false;
    leg.addEventListener('stream', event => {
      if (leg === this.#leg) {
        this.#remote = event.detail;
        this.#tell('remote', event.detail);
      }
    });
    leg.addEventListener('flow', event => {
      if (leg === this.#leg) {
        this.#flowing = event.detail;
      }
    });
    leg.addEventListener('ended', () => {
      if (leg === this.#leg) {
        this.#flowing = false;
        this.#remote = null;
      }
    });
    clearInterval(this.#reporting);
    this.#reporting = setInterval(() => this.#beat(), (this.#status.reportEvery ?? 2) * 1000);
  }

  /** While the server cannot be reached nobody pays, and no order to hang up can come: so nothing may flow for longer than the server itself would wait. */
  #beat() {
    const { id, silence = LONGEST_SILENCE_S } = this.#status;
    if (performance.now() - this.#heardAt < silence * 1000) {
      this.#report(this.#flowing);
      return;
    }
    this.#givenUp = id;
    const sentence = `The server has not answered for ${silence} seconds, so the call was ended.`;
    this.#over({ ...this.#status, state: 'ended', end: { cause: 'unreachable', by: null, sentence } });
  }

  /**
   * Only what the browser has counted is reported; silence ends a call as well.
   *
   * @param flowing null where it is not known yet, and nothing is said: a word for it would be charged though it may be over, a word against it would take the picture away for a moment of a bad network
   */
  async #report(flowing) {
    const asked = this.#status?.id;
    if (asked === undefined || flowing === null) {
      return;
    }
    try {
      const seen = await this.#order('media', { flowing, number: Date.now() });
      if (asked === this.#status?.id) {
        this.#take(seen);
      }
    } catch (error) {
      if (error instanceof Problem && error.status === 404 && asked === this.#status?.id) {
        this.#take(null);
      }
    }
  }

  #hangUpMedia() {
    clearInterval(this.#reporting);
    this.#leg?.close();
    this.#leg = null;
    this.#remote = null;
    this.#flowing = false;
  }

  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

function cursor(status) {
  return status === null ? '-' : `${status.id}.${status.version}`;
}

/** Waits so long, or until it is over. */
function pause(ms, signal) {
  return new Promise(resolve => {
    const over = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', over);
      resolve();
    };
    const timer = setTimeout(over, ms);
    signal.addEventListener('abort', over);
  });
}
