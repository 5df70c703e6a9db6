const KINDS = new Set(['audio', 'video']);
const LATELY_MS = 3000;

/**
 * Tells whether media comes in on a connection, by what the browser itself has counted: bytes that arrived. A muted or covered camera still sends; a
 * connection that is cut does not, whatever its state says.
 */
export class MediaWatch {
  #connection;
  #bytes = 0;
  #grewAt = -Infinity;
  #frames = 0;

  constructor(connection) {
    this.#connection = connection;
  }

  /** Pictures that were decoded so far. */
  get frames() {
    return this.#frames;
  }

  /** Whether something arrived within the last seconds: a viewer's still picture sends little, and not in each second. */
  async look() {
    if (['closed', 'failed'].includes(this.#connection.connectionState)) {
      return false;
    }
    let bytes = 0;
    const report = await this.#connection.getStats();
    report.forEach(entry => {
      if (entry.type === 'inbound-rtp' && KINDS.has(entry.kind)) {
        bytes += entry.bytesReceived ?? 0;
        this.#frames = Math.max(this.#frames, entry.framesDecoded ?? 0);
      }
    });
    if (bytes > this.#bytes) {
      this.#grewAt = performance.now();
    }
    this.#bytes = bytes;
    return performance.now() - this.#grewAt < LATELY_MS;
  }
}
