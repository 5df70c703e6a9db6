const LONG_POLL_SECONDS = 20;
const TRY_AGAIN_MS = 1000;
const LONGEST_PAUSE_MS = 30_000;

/** What the server takes at once, whatever a platform takes. */
const LONGEST_REPLY = 500;

/**
 * What is said on all platforms beside somebody's newest stream, by long polling. While questions fail they are asked ever more seldom. A gap is told: whoever shows the entries takes all
 * from the screen and begins with those that follow, because what was removed meanwhile is not known.
 *
 * Events: `entry` (detail: a message, a removal or a state, in order), `begun` (entries follow that came before anybody asked), `missed` (detail: how many entries are gone; 0 where another stream began), `chats` (detail: how the
 * chat of each destination fares), `caught-up` (all that there was has been told), `lost` (detail: a sentence; it is tried again), `found`, `refused` (detail: a sentence; it is not tried again).
 */
export class PlatformChat extends EventTarget {
  #rest;
  #path;
  #after = 0;
  #running = null;
  #chats = [];
  #failures = 0;

  /** @param user whose stream it is */
  constructor(rest, user) {
    super();
    this.#rest = rest;
    this.#path = `platform-chat/${encodeURIComponent(user)}`;
  }

  /** How the chat of each destination fares, in the order in which they were joined. */
  get chats() {
    return this.#chats;
  }

  /** How many characters can be said there at once; without a destination, where the most can. */
  longestReply(destination = null) {
    const meant = this.open.filter(chat => destination === null || chat.destination === destination);
    return Math.min(LONGEST_REPLY, Math.max(0, ...meant.map(chat => chat.longestReply)));
  }

  /** The chats in which something can be said. */
  get open() {
    return this.#chats.filter(chat => chat.state !== 'over');
  }

  /** Follows the chats, until {@link close}. Idempotent. */
  follow() {
    if (this.#running === null) {
      this.#running = new AbortController();
      this.#poll(this.#running.signal);
    }
  }

  /** Follows no more. Idempotent. */
  close() {
    this.#running?.abort();
    this.#running = null;
  }

  /**
   * Says something, and tells what became of it on each platform. It is not repeated where no answer came: platforms would show it twice.
   *
   * @param destination one of them; all without it
   */
  async reply(text, destination = null) {
    const body = destination === null ? { text } : { text, destination };
    return (await this.#rest.post(this.#path, body, {}, { waitMs: LONG_POLL_SECONDS * 1000 })).replies;
  }

  async #poll(signal) {
    while (!signal.aborted) {
      try {
        const first = this.#after === 0;
        const path = `${this.#path}?after=${this.#after}&wait=${first ? 0 : LONG_POLL_SECONDS}`;
        const page = await this.#rest.get(path, { waitMs: LONG_POLL_SECONDS * 1000, signal });
        if (signal.aborted) {
          return;
        }
        this.#answered();
        this.#take(page, first);
        await pause(page.more ? 0 : Math.min(LONGEST_PAUSE_MS, page.askAgain * 1000), signal);
      } catch (error) {
        if (signal.aborted) {
          return;
        }
        if (error.status >= 400 && error.status < 500 && error.status !== 429 && error.status !== 408) {
          this.close();
          this.#tell('refused', error.message);
          return;
        }
        this.#failures += 1;
        this.#tell('lost', error.message);
        const longer = TRY_AGAIN_MS * 2 ** Math.min(this.#failures - 1, 10);
        await pause(Math.min(LONGEST_PAUSE_MS, Math.max(longer, (error.retryAfter ?? 0) * 1000)), signal);
      }
    }
  }

  #answered() {
    if (this.#failures > 0) {
      this.#failures = 0;
      this.#tell('found');
    }
  }

  #take(page, first) {
    if (first) {
      this.#tell('begun');
    } else if (page.missed) {
      this.#tell('missed', page.skipped);
    }
    this.#chats = page.chats;
    this.#tell('chats', page.chats);
    for (const entry of page.entries) {
      this.#tell('entry', entry);
    }
    this.#after = page.next;
    if (!page.more) {
      this.#tell('caught-up');
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
    signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
  });
}
