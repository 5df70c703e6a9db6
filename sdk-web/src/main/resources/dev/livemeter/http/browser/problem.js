/** A request that was refused: the server's own sentence, its code and, where it knows, when to ask again. */
export class Problem extends Error {
  constructor(status, body, retryAfter) {
    super(body.detail ?? 'The server could not answer. Try again in a moment.');
    this.name = 'Problem';
    this.status = status;
    this.code = body.code ?? '';
    this.body = body;
    /** Seconds; null where the server does not say. */
    this.retryAfter = retryAfter;
  }
}

/** No answer came at all; what was asked for may have happened. */
export class Unreachable extends Error {
  constructor() {
    super('The server does not answer. Check the connection; it is tried again.');
    this.name = 'Unreachable';
  }
}
