import { h, setText } from '../app/dom.js';
import { newKey } from '../app/forms.js';
import { exactMoney } from '../app/money.js';
import { formatMoment, formatSpan } from '../app/time.js';

/** Minutes that streams use before money: what is left, and what can be bought. Not there where there is neither. */
class Bundles extends HTMLElement {
  api;
  #keys = new Map();

  connectedCallback() {
    this.words = h('p', { class: 'big' });
    this.list = h('ol', { class: 'sum' });
    this.offers = h('div', { class: 'choices' });
    this.said = h('p', { role: 'status' });
    this.problem = h('p', { class: 'problem', role: 'alert' });
    this.panel = h('section', { class: 'panel', 'aria-labelledby': 'bundles-title', hidden: true },
      h('h2', { id: 'bundles-title' }, 'Minutes'),
      this.words, this.list,
      h('p', { class: 'help' }, 'Streams use these before money, and those that end first before the others. What a stream reserved and did not use comes back when it ends.'),
      this.offers, this.said, this.problem);
    this.append(this.panel);
  }

  async reload() {
    try {
      this.#show(await this.api.get('api/bundles'));
      setText(this.problem, '');
    } catch (error) {
      setText(this.problem, error.message);
    }
  }

  #show({ left, bundles, offers }) {
    this.panel.hidden = bundles.length === 0 && offers.length === 0;
    setText(this.words, sum(left, bundles.reduce((all, bundle) => all + bundle.reserved, 0)));
    this.list.replaceChildren(...bundles.map(bundle => h('li', {},
      h('span', {}, bundle.name, h('span', { class: 'help' }, ends(bundle), reserved(bundle))),
      h('b', {}, bundle.left === 0 && bundle.reserved > 0 ? 'In use' : `${formatSpan(bundle.left)} of ${formatSpan(bundle.length)}`))));
    this.offers.replaceChildren(...offers.map(offer =>
      h('button', { type: 'button', onclick: event => this.#buy(event.currentTarget, offer) }, `Buy ${offer.name} for ${exactMoney(offer.price)}`)));
  }

  async #buy(button, offer) {
    // One that failed is asked for under the same key again, so that it cannot be paid twice.
    const key = this.#keys.get(offer.id) ?? newKey();
    this.#keys.set(offer.id, key);
    button.disabled = true;
    setText(this.said, '');
    try {
      await this.api.pay('api/bundles', key, { offer: offer.id });
      this.#keys.delete(offer.id);
      await this.reload();
      setText(this.said, `You have ${offer.name} more. They cost ${exactMoney(offer.price)}.`);
      this.dispatchEvent(new CustomEvent('paid'));
    } catch (error) {
      setText(this.problem, error.code === 'wallet.no_wallet' ? 'Nothing was paid in yet. Pay in first, and buy minutes then.' : error.message);
    } finally {
      button.disabled = false;
    }
  }
}

/** A stream reserves all that there is, so while one runs nothing is left, and nothing is lost either. */
function sum(left, reserved) {
  if (reserved > 0) {
    return left > 0 ? `${formatSpan(left)} left, and ${formatSpan(reserved)} reserved by what runs.` : `${formatSpan(reserved)} reserved by what runs.`;
  }
  return left > 0 ? `${formatSpan(left)} left.` : 'No minutes left.';
}

function ends({ validUntil }) {
  return validUntil === null ? ' without an end' : ` until ${formatMoment(validUntil)}`;
}

function reserved(bundle) {
  return bundle.reserved > 0 ? `, ${formatSpan(bundle.reserved)} reserved by what runs` : '';
}

customElements.define('lm-bundles', Bundles);
