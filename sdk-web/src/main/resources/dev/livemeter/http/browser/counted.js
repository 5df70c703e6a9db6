/**
 * Figures that the server gave for one moment, counted on by the browser's own clock until the next ones come: time used, cost, what is left. The server's figures are the ones that are charged; these are for the eye.
 */
export class Counted {
  #figures;
  #takenAt = performance.now();

  /** @param figures `{ counting, used, cost, balance, timeLeft, agreedLeft, perMinute }`; times in seconds, money `{ amount, currency }` with null where unknown */
  constructor(figures) {
    this.#figures = figures;
  }

  get figures() {
    return this.#figures;
  }

  /** Seconds that are charged by now. */
  used() {
    return this.#figures.used + this.#since();
  }

  /** Seconds that the money, or the agreed time, lasts; null where there is no end. */
  left() {
    const ends = [this.#figures.timeLeft, this.#figures.agreedLeft].filter(value => value !== null && value !== undefined);
    return ends.length === 0 ? null : Math.max(0, Math.min(...ends) - this.#since());
  }

  #since() {
    return this.#figures.counting ? (performance.now() - this.#takenAt) / 1000 : 0;
  }
}
