const KINDS = new Set(['audio', 'video']);

/** From so many packets in a second on it is sound or moving pictures. A silent canvas sends some two, and not in each second. */
const STEADY_PER_SECOND = 10;
const MEASURED_OVER_MS = 2000;

const LONGEST_STEADY_GAP_MS = 1000;
const LONGEST_GAP_MS = 3000;

/**
 * Tells whether media comes in on a connection, by what the browser itself has counted: bytes that arrived. A muted or covered camera still sends; a
 * connection that is cut does not, whatever its state says.
 */
export class MediaWatch {
  #connection;
  #bytes = 0;
  #grewAt = -Infinity;
  #counts = [];
  #steady = false;

  constructor(connection) {
    this.#connection = connection;
  }

  /** Whether what came last came as often as sound and moving pictures do. */
  get isSteady() {
    return this.#steady;
  }

  /**
   * Whether something arrives. Of what flows steadily this is known at the next look; of a still picture, after seconds.
   *
   * @returns null where what flowed steadily has just paused: it may be over, or a moment of a bad network, and whoever is asked had better wait before they say so
   */
  async look() {
    if (['closed', 'failed'].includes(this.#connection.connectionState)) {
      return false;
    }
    const { bytes, packets } = await this.#counted();
    const now = performance.now();
    if (bytes > this.#bytes) {
      this.#bytes = bytes;
      this.#grewAt = now;
      this.#measure(packets, now);
      return true;
    }
    const gap = now - this.#grewAt;
    if (this.#steady) {
      return gap < LONGEST_STEADY_GAP_MS ? null : false;
    }
    return gap < LONGEST_GAP_MS;
  }

  async #counted() {
    const sum = { bytes: 0, packets: 0 };
    (await this.#connection.getStats()).forEach(entry => {
      if (entry.type === 'inbound-rtp' && KINDS.has(entry.kind)) {
        sum.bytes += entry.bytesReceived ?? 0;
        sum.packets += entry.packetsReceived ?? 0;
      }
    });
    return sum;
  }

  #measure(packets, now) {
    this.#counts.push({ packets, now });
    while (this.#counts.length > 2 && now - this.#counts[1].now >= MEASURED_OVER_MS) {
      this.#counts.shift();
    }
    const [first] = this.#counts;
    const seconds = (now - first.now) / 1000;
    this.#steady = seconds >= 1 && (packets - first.packets) / seconds >= STEADY_PER_SECOND;
  }
}
