import { h } from '../app/dom.js';
import { formatTime } from '../app/time.js';

const MOST = 200;

/** What comes every few seconds while a stream runs; shown on request alone. */
const ROUTINE = new Set(['charge_captured', 'quota_renewed']);

const TROUBLE = new Set(['publish_refused', 'balance_low', 'final_unit_granted', 'charge_uncollected']);

/** What happens, the newest first. */
class EventLog extends HTMLElement {
  api;
  #after = 0;

  connectedCallback() {
    this.list = h('ol', { class: 'events', role: 'log', 'aria-label': 'What happens', tabindex: '0' });
    this.empty = h('p', { class: 'empty' }, 'Quiet so far. What happens to your streams, keys and wallet is told here.');
    const box = h('input', { type: 'checkbox', id: 'every-charge', onchange: event => { this.list.dataset.all = String(event.target.checked); } });
    this.list.dataset.all = 'false';
    this.append(
      h('section', { class: 'panel', 'aria-labelledby': 'events-title' },
        h('div', { class: 'panel-head' },
          h('h2', { id: 'events-title' }, 'What happens'),
          h('label', { class: 'check', for: 'every-charge' }, box, 'Show every charge')),
        this.empty, this.list));
  }

  async ask() {
    const first = this.#after === 0;
    const { events, next } = await this.api.get(`api/events?after=${this.#after}&limit=100`);
    // What was there before is read by whoever wants to; only news is announced.
    this.list.setAttribute('aria-live', first ? 'off' : 'polite');
    this.#after = next;
    if (events.length === 0) {
      return;
    }
    this.empty.hidden = true;
    this.list.prepend(...events.map(entry).reverse());
    while (this.list.childElementCount > MOST) {
      this.list.lastElementChild.remove();
    }
  }
}

function entry(event) {
  return h('li', { 'data-routine': String(ROUTINE.has(event.code)), 'data-trouble': String(TROUBLE.has(event.code)) },
    h('time', { datetime: event.at }, formatTime(event.at)),
    h('span', {}, event.sentence));
}

customElements.define('lm-event-log', EventLog);
