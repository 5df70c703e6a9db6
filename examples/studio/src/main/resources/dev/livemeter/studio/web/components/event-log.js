import { h } from '../app/dom.js';
import { formatWhen } from '../app/time.js';

const MOST = 200;

const TROUBLE = new Set(['publish_refused', 'balance_low', 'final_unit_granted', 'charge_uncollected', 'broadcast_failed', 'account_needs_authorization']);

/** What happens, the newest first. The charges of every few seconds are shown on request alone. Fires "told" with the codes of what is new. */
class EventLog extends HTMLElement {
  api;
  #after = 0;
  #routine = false;
  #asked = 0;

  connectedCallback() {
    this.list = h('ol', { class: 'events' });
    this.log = h('div', { class: 'log', role: 'log', 'aria-label': 'What happens', tabindex: '0' }, this.list);
    this.empty = h('p', { class: 'empty' }, 'Quiet so far. What happens to your streams, keys and wallet is told here.');
    const box = h('input', { type: 'checkbox', id: 'every-charge', onchange: event => this.#show(event.target.checked) });
    this.append(
      h('section', { class: 'panel', 'aria-labelledby': 'events-title' },
        h('div', { class: 'panel-head' },
          h('h2', { id: 'events-title' }, 'What happens'),
          h('label', { class: 'check', for: 'every-charge' }, box, 'Show every charge')),
        this.empty, this.log));
  }

  async ask() {
    const asked = ++this.#asked;
    const first = this.#after === 0;
    const { events, next } = await this.api.get(`api/events?after=${this.#after}&limit=100&routine=${this.#routine}`);
    if (asked !== this.#asked) {
      return; // Something else was asked for meanwhile.
    }
    // What was there before is read by whoever wants to; only news is announced.
    this.log.setAttribute('aria-live', first ? 'off' : 'polite');
    this.#after = next;
    if (events.length === 0) {
      return;
    }
    this.empty.hidden = true;
    if (!first) {
      this.dispatchEvent(new CustomEvent('told', { detail: new Set(events.map(({ code }) => code)) }));
    }
    this.list.prepend(...events.map(entry).reverse());
    while (this.list.childElementCount > MOST) {
      this.list.lastElementChild.remove();
    }
  }

  #show(routine) {
    this.#routine = routine;
    this.#after = 0;
    this.list.replaceChildren();
    this.ask().catch(() => {}); // The next poll tries again.
  }
}

function entry(event) {
  return h('li', { 'data-trouble': String(TROUBLE.has(event.code)) },
    h('time', { datetime: event.at }, formatWhen(event.at)),
    h('span', {}, event.sentence));
}

customElements.define('lm-event-log', EventLog);
