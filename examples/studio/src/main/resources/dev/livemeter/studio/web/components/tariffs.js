import { h, setText } from '../app/dom.js';
import { choice, field, submitting, valueOf } from '../app/forms.js';
import { exactMoney } from '../app/money.js';
import { formatMoment, formatSpan } from '../app/time.js';
import { confirm } from './confirm.js';

const COUNTING = [['60/60', 'by the minute'], ['1/1', 'by the second'], ['60/1', 'by the second, at least a minute']];

/** The prices that were published, and a way to publish the next. What it would mean is shown before. */
class Tariffs extends HTMLElement {
  api;
  #currency = 'USD';

  connectedCallback() {
    this.list = h('div', { class: 'stack' });
    this.key = field('tariff-user', 'Only for', { spellcheck: 'false', autocapitalize: 'none', placeholder: 'everybody' });
    this.price = field('tariff-price', 'Price per minute', { required: true, inputmode: 'decimal', pattern: '[0-9]+(\\.[0-9]{1,6})?', placeholder: '0.10' });
    this.counting = choice('tariff-counting', 'Counted', COUNTING);
    this.more = field('tariff-more', 'More', { spellcheck: 'false', placeholder: 'optional, such as tiers=36000s:20% factors=4:1.2' },
      'free=30s, minimum=0.25, tiers by seconds used in the month, factors by destinations.');
    this.from = field('tariff-from', 'From', { type: 'datetime-local' }, 'In your time; empty for at once.');
    this.problem = h('p', { class: 'problem', role: 'alert' });
    this.preview = h('div', { class: 'quote', 'aria-live': 'polite' });
    this.form = h('form', { class: 'adding', onsubmit: event => this.#read(event), oninput: () => this.preview.replaceChildren() },
      h('h3', {}, 'A new price'),
      h('div', { class: 'side-by-side' }, this.price, this.counting, this.key, this.from), this.more,
      h('div', { class: 'choices' }, h('button', { class: 'primary' }, 'What would that mean?')), this.problem, this.preview);
    this.append(
      h('section', { class: 'panel', 'aria-labelledby': 'tariffs-title' },
        h('h2', { id: 'tariffs-title' }, 'Prices'), this.list, this.form));
  }

  async reload() {
    try {
      const { tariffs, fallback } = await this.api.get('api/tariffs');
      this.#currency = fallback.price.currency;
      this.list.replaceChildren(
        ...tariffs.map(versionsOf),
        h('p', {}, tariffs.length === 0 ? 'No price is published; this one is built in: ' : 'Where none of these holds: ', fallback.text, '.'));
    } catch (error) {
      setText(this.problem, error.message);
    }
  }

  #notation() {
    const more = valueOf(this.more);
    return `${valueOf(this.price)} ${this.#currency}/60s ${valueOf(this.counting)}${more === '' ? '' : ` ${more}`}`;
  }

  async #read(event) {
    event.preventDefault();
    await submitting(this.form, this.problem, { notation: this.more }, async () => {
      const notation = this.#notation();
      const { tariff, examples } = await this.api.get(`api/tariffs/reading?notation=${encodeURIComponent(notation)}`);
      this.preview.replaceChildren(
        h('ul', { class: 'bullets' }, tariff.sentences.map(sentence => h('li', {}, sentence))),
        h('ul', { class: 'bullets' }, examples.map(({ minutes, cost }) => h('li', {}, `${formatSpan(minutes * 60)} cost ${exactMoney(cost)}`))),
        h('button', { type: 'button', class: 'danger', onclick: () => this.#publish(notation, tariff) }, 'Publish it…'));
    });
  }

  async #publish(notation, tariff) {
    const user = valueOf(this.key);
    const from = valueOf(this.from);
    const sure = await confirm({
      title: 'Publish this price?',
      text: `${tariff.text}, for ${user === '' ? 'everybody' : user}, ${from === '' ? 'from now on' : `from ${formatMoment(from)} on`}. What is published stays in the record; streams that run keep the price they began with.`,
      yes: 'Publish',
    });
    if (sure) {
      await submitting(this.form, this.problem, { tariff: this.more, key: this.key, from: this.from }, async () => {
        await this.api.post('api/tariffs', {
          key: user === '' ? 'relay' : `relay/${user}`,
          tariff: notation,
          ...(from === '' ? {} : { from: new Date(from).toISOString() }),
        });
        this.form.reset();
        this.preview.replaceChildren(h('p', { role: 'status' }, 'It is published.'));
        await this.reload();
      });
    }
  }
}

function versionsOf({ key, versions }) {
  return h('div', {}, h('h3', {}, key === 'relay' ? 'For everybody' : `For ${key.slice(key.indexOf('/') + 1)}`),
    h('ol', { class: 'sum' }, versions.toReversed().map(({ version, from, tariff }) => h('li', {},
      h('span', {}, `Version ${version}: ${tariff.text}`, h('time', { class: 'help', datetime: from }, `from ${formatMoment(from)}`))))));
}

customElements.define('lm-tariffs', Tariffs);
