import { h, setText } from '../app/dom.js';
import { field, submitting, valueOf } from '../app/forms.js';
import { exactMoney, isPositive } from '../app/money.js';
import { formatMoment, formatSpan } from '../app/time.js';
import { formatLasting } from '../app/words.js';

/** What time costs, and what a stream would cost. Asking reserves nothing. */
class Prices extends HTMLElement {
  api;

  connectedCallback() {
    this.rules = h('div', { class: 'rules' });
    this.problem = h('p', { class: 'problem', role: 'alert' });
    this.minutes = field('quote-minutes', 'Minutes', { type: 'number', min: '1', max: '527040', value: '60', required: true, inputmode: 'numeric' });
    this.destinations = field('quote-destinations', 'Destinations', { type: 'number', min: '0', max: '10', value: '1', required: true, inputmode: 'numeric' });
    this.answer = h('div', { class: 'quote', 'aria-live': 'polite' });
    this.form = h('form', { class: 'asking', onsubmit: event => this.#ask(event) },
      h('div', { class: 'side-by-side' }, this.minutes, this.destinations, h('button', { class: 'primary' }, 'Work it out')),
      this.problem);
    this.append(
      h('section', { class: 'panel', 'aria-labelledby': 'prices-title' },
        h('h2', { id: 'prices-title' }, 'What it costs'),
        this.rules,
        h('h3', {}, 'What would a stream cost?'),
        this.form, this.answer));
  }

  async reload() {
    const { prices, minimumToStart } = await this.api.get('api/prices');
    this.rules.replaceChildren(...prices.flatMap(price => rulesOf(price, prices.length > 1)),
      h('p', { class: 'help' }, `At least ${exactMoney(minimumToStart)} ${Number(minimumToStart.amount) === 1 ? 'is' : 'are'} needed to start on money.`));
  }

  async #ask(event) {
    event.preventDefault();
    await submitting(this.form, this.problem, {}, async () => {
      const asked = `minutes=${encodeURIComponent(valueOf(this.minutes))}&destinations=${encodeURIComponent(valueOf(this.destinations))}`;
      this.answer.replaceChildren(...answerTo(await this.api.get(`api/prices/quote?${asked}`)));
    });
  }
}

function rulesOf({ service, tariff, usedThisMonth, next }, named) {
  return [
    named ? h('h3', {}, service) : '',
    h('ul', { class: 'bullets' }, tariff.sentences.map(sentence => h('li', {}, sentence))),
    tariff.tiers.length === 0 ? '' : h('p', {}, `You have streamed ${formatSpan(usedThisMonth)} this month.`),
    next === null ? '' : h('p', {}, `From ${formatMoment(next.from)} on: ${next.tariff.sentences.join(' ')}`),
  ];
}

function answerTo(quote) {
  const lasts = formatLasting(quote.lasts);
  const yours = quote.covered > 0 ? 'Your minutes and your balance last' : 'Your balance lasts';
  return [
    h('p', { class: 'big' }, quote.sentence),
    quote.spans.length < 2 ? '' : h('ol', { class: 'sum' }, quote.spans.map(span =>
      h('li', {}, h('span', {}, span.sentence), h('b', {}, exactMoney(span.amount))))),
    h('p', {}, isPositive(quote.missing)
      ? `${yours} for ${lasts}; pay in ${exactMoney(quote.missing)} more for all of it.`
      : `That is enough: ${yours[0].toLowerCase()}${yours.slice(1)} for ${lasts}.`),
  ];
}

customElements.define('lm-prices', Prices);
