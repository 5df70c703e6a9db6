const LONG_POLL_SECONDS = 20;
const TRY_AGAIN_MS = 2000;
const LONGEST_PAUSE_MS = 30_000;
const PROTOCOL = 'livemeter.chat.1';

/** At most; so that all who were cut at the same moment do not come again at the same moment. */
const COME_AGAIN_MS = 1500;

/**
 * One channel of the chat, followed from its kept messages on: by WebSocket, and by long polling where that cannot be had. Both carry the same entries, in the same order; whoever changes from one to the
 * other asks for what comes after the last number that it has, so nothing is lost or repeated.
 *
 * Events: `entry` (detail: a message or a deletion, in order), `missed` (there were more than are kept), `transport` (detail: `socket`, `polling` or `none`), `refused` (detail: a sentence; it does not try again).
 */
export class ChatChannel extends EventTarget {
  #rest;
  #path;
  #pass;
  #wanted;
  #after = 0;
  #running = null;
  #socket = null;
  #transport = 'none';

  /**
   * @param channel such as `room/ID`, `call/ID`, `stream/USER`
   * @param pass of a guest; nothing for whoever is signed in
   * @param transport `polling` to do without a WebSocket
   */
  constructor(rest, channel, { pass, transport = 'socket' } = {}) {
    super();
    this.#rest = rest;
    this.#path = `chat/${channel.split('/').map(encodeURIComponent).join('/')}`;
    this.#pass = pass;
    this.#wanted = transport;
  }

  /** By what entries come at this moment. */
  get transport() {
    return this.#transport;
  }

  /** Follows the channel, until {@link close}. Idempotent. */
  open() {
    if (this.#running === null) {
      this.#running = new AbortController();
      this.#follow(this.#running.signal);
    }
  }

  /** Follows no more. Idempotent. */
  close() {
    this.#running?.abort();
    this.#running = null;
    this.#socket?.close();
    this.#carriedBy('none');
  }

  /** Says something, once: a repeat after a lost answer has the same id. */
  async post(text, id = crypto.randomUUID()) {
    for (let attempt = 0; ; attempt++) {
      try {
        return (await this.#rest.post(`${this.#path}/messages`, { id, text }, this.#headers())).message;
      } catch (error) {
        if (attempt === 2 || error.status !== undefined) {
          throw error;
        }
        await pause(TRY_AGAIN_MS);
      }
    }
  }

  /** Takes a message away in front of everybody; for the channel's host and moderators. */
  remove(sequence) {
    return this.#rest.remove(`${this.#path}/messages/${sequence}`);
  }

  async #follow(signal) {
    let socketsFailed = 0;
    while (!signal.aborted) {
      const bySocket = this.#wanted === 'socket' && socketsFailed < 2;
      try {
        if (bySocket) {
          const lived = await this.#throughSocket(signal);
          socketsFailed = lived ? 0 : socketsFailed + 1;
          await pause(Math.random() * COME_AGAIN_MS, signal);
        } else {
          await this.#poll(signal);
          if (Math.random() < 0.02) {
            // Now and then it is worth another try: the network may be another one by now.
            socketsFailed = 0;
          }
        }
      } catch (error) {
        if (signal.aborted) {
          return;
        }
        if (error.status >= 400 && error.status < 500 && error.status !== 429 && error.status !== 408) {
          this.close();
          this.#tell('refused', error.message);
          return;
        }
        await pause(Math.min(LONGEST_PAUSE_MS, (error.retryAfter ?? 0) * 1000 || TRY_AGAIN_MS), signal);
      }
    }
  }

  async #poll(signal) {
    const path = `${this.#path}/messages?after=${this.#after}&wait=${LONG_POLL_SECONDS}`;
    const page = await this.#rest.get(path, { waitMs: LONG_POLL_SECONDS * 1000, signal, headers: this.#headers() });
    this.#carriedBy('polling');
    this.#take(page);
    await pause(Math.min(LONGEST_PAUSE_MS, page.askAgain * 1000), signal);
  }

  /** @returns whether it ever carried something */
  #throughSocket(signal) {
    const scheme = location.protocol === 'https:' ? 'wss:' : 'ws:';
    const url = this.#rest.url(`${this.#path}/socket?after=${this.#after}`, scheme);
    let socket;
    try {
      socket = new WebSocket(url, this.#pass ? [PROTOCOL, `guest.${this.#pass}`] : [PROTOCOL]);
    } catch {
      // The browser allows none to that address.
      return false;
    }
    this.#socket = socket;
    let lived = false;
    return new Promise(resolve => {
      socket.addEventListener('message', event => {
        lived = true;
        const message = JSON.parse(event.data);
        if (message.type === 'over') {
          this.close();
          this.#tell('refused', message.detail);
        } else if (message.type === 'page') {
          this.#carriedBy('socket');
          this.#take(message);
        }
      });
      socket.addEventListener('close', () => resolve(lived));
      // Where the page's policy forbids the address, Chromium tells of an error and of no end.
      socket.addEventListener('error', () => resolve(lived));
      signal.addEventListener('abort', () => socket.close(), { once: true });
    });
  }

  #take(page) {
    if (page.missed) {
      this.#tell('missed');
    }
    for (const entry of page.entries ?? []) {
      if (entry.sequence > this.#after) {
        this.#after = entry.sequence;
        this.#tell('entry', entry);
      }
    }
    this.#after = Math.max(this.#after, page.next ?? 0);
  }

  #headers() {
    return this.#pass ? { Authorization: `Guest ${this.#pass}` } : {};
  }

  #carriedBy(transport) {
    if (this.#transport !== transport) {
      this.#transport = transport;
      this.#tell('transport', transport);
    }
  }

  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

/** Waits so long, or until it is over. */
function pause(ms, signal) {
  return new Promise(resolve => {
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
  });
}
