/** Without news for this long the clock stands still: the stream may be over. */
const MOST_AHEAD_S = 3;

/**
 * What one answer said about a running session, carried forward until the next one. The figures of an answer are older than its arrival, so
 * that counting from the arrival never runs ahead of the server's clock; nor does it pass the end of the paid time. Money is not
 * carried forward: what is shown as cost was charged or held.
 */
export class Reading {
  constructor(session, maxDuration, receivedAt = performance.now()) {
    this.session = session;
    this.maxDuration = maxDuration;
    this.receivedAt = receivedAt;
  }

  /** Seconds delivered, at that moment of the monotonic clock. */
  used(now = performance.now()) {
    const ends = [this.session.paidUntil, this.maxDuration].filter(end => end !== null);
    return Math.max(this.session.used, Math.min(this.session.used + this.#ahead(now), ...ends));
  }

  /** Seconds for which the balance lasts; null without limit. */
  timeLeft(now = performance.now()) {
    return this.session.timeLeft === null ? null : Math.max(0, this.session.timeLeft - this.#ahead(now));
  }

  #ahead(now) {
    const runs = this.session.state === 'live' || this.session.state === 'ending';
    return runs ? Math.min((now - this.receivedAt) / 1000, MOST_AHEAD_S) : 0;
  }
}
