const LONGEST_BACK_OFF_MS = 15_000;

/**
 * Asks again and again, one question at a time. While answers fail it asks ever more rarely; while nobody looks at the page, rarely too.
 */
export class Poller {
  #ask;
  #every;
  #whileHidden;
  #failed;
  #timer = null;
  #failures = 0;
  #running = false;

  /**
   * @param ask returns a promise
   * @param every milliseconds between an answer and the next question
   * @param whileHidden the same while the page is hidden
   * @param failed is told the error and in how many milliseconds it is tried again
   */
  constructor(ask, { every, whileHidden, failed }) {
    this.#ask = ask;
    this.#every = every;
    this.#whileHidden = whileHidden;
    this.#failed = failed;
  }

  start() {
    this.#running = true;
    document.addEventListener('visibilitychange', this.#look);
    this.now();
  }

  stop() {
    this.#running = false;
    clearTimeout(this.#timer);
    document.removeEventListener('visibilitychange', this.#look);
  }

  /** Asks at once, because something was changed. */
  async now() {
    clearTimeout(this.#timer);
    let wait = document.hidden ? this.#whileHidden : this.#every;
    try {
      await this.#ask();
      this.#failures = 0;
    } catch (error) {
      this.#failures += 1;
      wait = Math.min(LONGEST_BACK_OFF_MS, this.#every * 2 ** this.#failures);
      wait = Math.max(wait, (error.retryAfter ?? 0) * 1000);
      this.#failed(error, wait);
    }
    if (this.#running) {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.now(), wait);
    }
  }

  #look = () => {
    if (!document.hidden) {
      this.now();
    }
  };
}
