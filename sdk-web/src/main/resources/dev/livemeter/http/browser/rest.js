import { Problem, Unreachable } from './problem.js';

const LONGEST_WAIT_MS = 10_000;

/** Asks the REST interface. Signed in is whoever the page is: cookies go along, or the headers that the host gives. */
export class Rest {
  #base;
  #headers;

  /**
   * @param base where the interface is mounted, such as `/api`
   * @param headers a function that gives headers for each request, for hosts that sign in without cookies
   */
  constructor(base = '/api', headers = () => ({})) {
    this.#base = base.replace(/\/$/, '');
    this.#headers = headers;
  }

  /** The address of a path, for what is not asked by `fetch`: a WebSocket. */
  url(path, scheme = location.protocol) {
    const url = new URL(`${this.#base}/${path}`, location.href);
    url.protocol = scheme;
    return url;
  }

  /** @param waitMs how long the server may keep the question, beyond the usual time */
  get(path, { waitMs = 0, signal, headers = {} } = {}) {
    return this.#send('GET', path, undefined, headers, waitMs, signal);
  }

  /** @param waitMs how long the server may take, beyond the usual time */
  post(path, body = {}, headers = {}, { waitMs = 0 } = {}) {
    return this.#send('POST', path, body, headers, waitMs);
  }

  /** Moves money: once for each key, however often it is sent. */
  pay(path, key, body) {
    return this.#send('POST', path, body, { 'Idempotency-Key': key }, 0);
  }

  remove(path) {
    return this.#send('DELETE', path, undefined, {}, 0);
  }

  async #send(method, path, body, headers, waitMs, signal) {
    const answer = await this.#fetch(method, path, body, headers, waitMs, signal);
    const json = (answer.headers.get('Content-Type') ?? '').includes('json');
    const content = json ? await answer.json().catch(() => ({})) : {};
    if (!answer.ok) {
      throw new Problem(answer.status, content, Number(answer.headers.get('Retry-After')) || null);
    }
    return content;
  }

  async #fetch(method, path, body, headers, waitMs, signal) {
    const timeout = AbortSignal.timeout(LONGEST_WAIT_MS + waitMs);
    try {
      return await fetch(this.url(path), {
        method,
        headers: {
          ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
          ...this.#headers(),
          ...headers,
        },
        body: body === undefined ? undefined : JSON.stringify(body),
        credentials: 'same-origin',
        signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
      });
    } catch (error) {
      if (signal?.aborted) {
        throw error;
      }
      throw new Unreachable();
    }
  }
}

/** A key for one payment, the same for each of its repetitions. */
export function paymentKey() {
  return crypto.randomUUID();
}
