/** A request that was refused: the server's own sentence, its code and, where it knows, the field at fault. */
export class Problem extends Error {
  constructor(status, body, retryAfter) {
    super(body.detail ?? 'The server could not answer. Try again in a moment.');
    this.status = status;
    this.code = body.code ?? '';
    this.field = body.field ?? null;
    this.retryAfter = retryAfter;
  }
}

/** No answer came at all. */
export class Unreachable extends Error {
  constructor() {
    super('The studio does not answer. Check the connection and try again.');
  }
}

const LONGEST_WAIT_MS = 8000;

/** Where the studio is mounted, whatever page of it this is. */
const ROOT = new URL('../', import.meta.url);

/** Talks to the server. Whoever is not signed in any more is told once, by the callback. */
export class Api {
  constructor(signedOut) {
    this.signedOut = signedOut;
  }

  get(path) {
    return this.#send('GET', path);
  }

  post(path, body = {}) {
    return this.#send('POST', path, body);
  }

  /** As post, for what takes the server longer than a page usually waits. */
  postSlowly(path, longestMs, body = {}) {
    return this.#send('POST', path, body, {}, longestMs);
  }

  /** Moves money: once for each key, however often it is sent. */
  pay(path, key, body) {
    return this.#send('POST', path, body, { 'Idempotency-Key': key });
  }

  put(path, body) {
    return this.#send('PUT', path, body);
  }

  patch(path, body) {
    return this.#send('PATCH', path, body);
  }

  remove(path) {
    return this.#send('DELETE', path);
  }

  async #send(method, path, body, headers = {}, longestMs = LONGEST_WAIT_MS) {
    const answer = await this.#fetch(method, path, body, headers, longestMs);
    const content = await read(answer);
    if (answer.ok) {
      return content;
    }
    const problem = new Problem(answer.status, content, Number(answer.headers.get('Retry-After')) || null);
    if (answer.status === 401) {
      this.signedOut();
    }
    throw problem;
  }

  async #fetch(method, path, body, headers, longestMs) {
    try {
      return await fetch(new URL(path, ROOT), {
        method,
        headers: body === undefined ? headers : { 'Content-Type': 'application/json', ...headers },
        body: body === undefined ? undefined : JSON.stringify(body),
        signal: AbortSignal.timeout(longestMs),
      });
    } catch {
      throw new Unreachable();
    }
  }
}

async function read(answer) {
  const type = answer.headers.get('Content-Type') ?? '';
  return type.includes('json') ? answer.json().catch(() => ({})) : {};
}
