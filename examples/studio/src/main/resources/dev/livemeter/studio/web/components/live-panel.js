import { h } from '../app/dom.js';
import './off-air.js';
import './on-air.js';

/** The first thing one looks at: on air or off air. */
class LivePanel extends HTMLElement {
  api;
  #setUp = null;
  #receipt = null;

  connectedCallback() {
    this.announce = h('p', { class: 'unseen', role: 'status' });
    this.append(this.announce);
  }

  show(status) {
    const session = status.sessions[0];
    if (session === undefined) {
      this.#view('lm-off-air').show(status, this.#setUp, this.#receipt);
    } else {
      this.#receipt = null;
      this.#view('lm-on-air').show(status, session);
    }
  }

  /** How far the person is with what is needed before a stream. */
  setUp(setUp) {
    this.#setUp = setUp;
  }

  /** What the stream that is just over came to. */
  receipt(session) {
    this.#receipt = session;
    this.announce.textContent = `The stream is over. ${session.end?.sentence ?? ''}`;
  }

  #view(name) {
    if (this.view?.localName !== name) {
      const before = this.view;
      this.view = document.createElement(name);
      this.view.api = this.api;
      before?.remove();
      this.append(this.view);
      if (name === 'lm-on-air') {
        this.announce.textContent = 'Your stream has come in.';
      }
    }
    return this.view;
  }
}

customElements.define('lm-live-panel', LivePanel);
