import { Unreachable } from '../app/api.js';
import { h, setText } from '../app/dom.js';

/** Says quietly that the connection is lost, and when it is tried again. */
class ConnectionBanner extends HTMLElement {
  #again = 0;
  #timer = null;

  connectedCallback() {
    this.hidden = true;
    this.words = h('span');
    this.button = h('button', { class: 'plain', type: 'button', onclick: () => this.retry() }, 'Try now');
    this.append(h('p', { role: 'status' }, this.words), this.button);
  }

  disconnectedCallback() {
    clearInterval(this.#timer);
  }

  lost(error, wait, retry) {
    this.retry = retry;
    this.#again = performance.now() + wait;
    this.hidden = false;
    setText(this.words, error instanceof Unreachable ? 'The studio does not answer. What you see may be old.' : error.message);
    clearInterval(this.#timer);
    this.#timer = setInterval(() => this.#count(), 1000);
    this.#count();
  }

  found() {
    clearInterval(this.#timer);
    this.hidden = true;
    setText(this.words, '');
  }

  #count() {
    const left = Math.max(0, Math.ceil((this.#again - performance.now()) / 1000));
    setText(this.button, left > 0 ? `Try now (${left} s)` : 'Trying…');
  }
}

customElements.define('lm-connection-banner', ConnectionBanner);
