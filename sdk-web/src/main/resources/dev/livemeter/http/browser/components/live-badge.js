import { Widget, h, setText } from '../widget.js';

const LOOK_EVERY_MS = 10_000;

const WORDS = { live_public: 'Live now', live_private: 'In a call', present: 'Here now', offline: '' };

/** A badge: a dot and words, so that nobody needs its colour. */
export class Badge {
  constructor() {
    this.words = h('span');
    this.element = h('span', { class: 'badge', hidden: true }, h('span', { class: 'dot', 'aria-hidden': 'true' }), this.words);
  }

  /** @param state `live_public`, `live_private`, `present` or `offline`, which shows nothing */
  show(state) {
    this.element.dataset.state = state;
    this.element.hidden = (WORDS[state] ?? '') === '';
    setText(this.words, WORDS[state] ?? '');
  }
}

/** The address of a page: `{id}` and the like in a pattern stand for what is known of it. */
export function pageOf(pattern, known) {
  return pattern.replace(/\{(\w+)\}/gu, (whole, name) => (name in known ? encodeURIComponent(known[name]) : whole));
}

/**
 * `<livemeter-live-badge user="bob">`: whether somebody is live, for any page. Says nothing where they are away. With attribute `room-page` (`/room/{id}`) it leads into the room that is open, with
 * `call-page` (`/call/{user}`) to whoever can be called. Tells `live` when it changes.
 */
export class LivemeterLiveBadge extends Widget {
  #timer = 0;
  #live = null;

  /** What was heard last; null before. */
  get live() {
    return this.#live;
  }

  build() {
    this.badge = new Badge();
    this.link = h('a', { class: 'bare' });
    this.place = h('span', { role: 'status' }, this.badge.element);
    return [this.place];
  }

  begin() {
    this.#look();
    this.#timer = setInterval(() => document.hidden || this.#look(), LOOK_EVERY_MS);
  }

  end() {
    clearInterval(this.#timer);
  }

  static get observedAttributes() {
    return ['user'];
  }

  attributeChangedCallback(name, before, now) {
    if (this.#live !== null && before !== now) {
      this.#live = null;
      this.badge.show('offline');
      this.#look();
    }
  }

  async #look() {
    const user = this.getAttribute('user');
    try {
      const live = await this.client.rest.get(`live/${encodeURIComponent(user)}`);
      if (user === this.getAttribute('user')) {
        this.#take(live);
      }
    } catch (error) {
      // What was true a moment ago may be so no more: nobody is sent into a room on the word of an old badge.
      this.badge.show('offline');
      this.title = error.message;
    }
  }

  #take(live) {
    const before = this.#live;
    this.#live = live;
    this.title = '';
    this.dataset.state = live.state;
    this.badge.show(live.state);
    this.#lead(live);
    if (before?.state !== live.state || before?.room?.id !== live.room?.id) {
      this.tell('live', live);
    }
  }

  #lead({ user, state, room }) {
    const pattern = room !== null ? this.getAttribute('room-page') : state === 'present' ? this.getAttribute('call-page') : null;
    if (pattern !== null) {
      this.link.href = pageOf(pattern, { user, id: room?.id ?? '' });
    }
    if ((pattern !== null) !== this.link.isConnected) {
      this.link.replaceChildren(this.badge.element);
      this.place.replaceChildren(pattern === null ? this.badge.element : this.link);
    }
  }
}

customElements.define('livemeter-live-badge', LivemeterLiveBadge);
