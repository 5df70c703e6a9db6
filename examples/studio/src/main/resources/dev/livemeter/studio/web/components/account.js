import { h, setText } from '../app/dom.js';
import { exactMoney } from '../app/money.js';
import { inMinutes, formatLasting } from '../app/words.js';
import './bundles.js';
import './earnings.js';
import './pay-in.js';
import './prices.js';
import './statement.js';

/** One's money: balance, prices, statement, earnings. */
class Account extends HTMLElement {
  api;

  connectedCallback() {
    this.available = h('dd');
    this.held = h('dd');
    this.posted = h('dd');
    this.lastsName = h('dt');
    this.lasts = h('span');
    this.minutes = h('span', { class: 'help' });
    this.facts = h('dl', { class: 'facts', hidden: true },
      h('div', {}, h('dt', {}, 'Available'), this.available),
      h('div', {}, h('dt', {}, 'Held for what runs'), this.held),
      h('div', {}, h('dt', {}, 'In the wallet'), this.posted),
      h('div', {}, this.lastsName, h('dd', {}, this.lasts, this.minutes)));
    this.payIn = this.#part('lm-pay-in');
    this.said = h('p', { role: 'status' });
    this.problem = h('p', { class: 'problem', role: 'alert' });
    this.bundles = this.#part('lm-bundles');
    this.prices = this.#part('lm-prices');
    this.earnings = this.#part('lm-earnings');
    this.statement = this.#part('lm-statement');
    this.append(
      h('h1', { class: 'unseen', tabindex: '-1' }, 'Account'),
      h('section', { class: 'panel', 'aria-labelledby': 'balance-title' },
        h('h2', { id: 'balance-title' }, 'Your balance'), this.facts, this.payIn, this.said, this.problem),
      this.bundles,
      h('div', { class: 'columns' }, this.prices, this.earnings),
      this.statement);
    this.earnings.addEventListener('paid', () => this.reload());
    this.bundles.addEventListener('paid', () => this.reload());
    this.payIn.addEventListener('paid', () => this.reload());
    this.payIn.addEventListener('said', ({ detail }) => setText(this.said, detail));
  }

  async reload() {
    try {
      await Promise.all([this.#balance(), this.bundles.reload(), this.prices.reload(), this.earnings.reload(), this.statement.reload()]);
      setText(this.problem, '');
    } catch (error) {
      setText(this.problem, error.message);
    }
  }

  async #balance() {
    this.show(await this.api.get('api/wallet'));
  }

  /** @param told what `api/wallet` or `api/status` says: figures that change while something runs */
  show({ wallet, lasts, tariff }) {
    const nothing = { amount: '0.00', currency: tariff.price.currency };
    this.facts.hidden = false;
    setText(this.available, exactMoney(wallet?.available ?? nothing));
    setText(this.held, exactMoney(wallet?.held ?? nothing));
    setText(this.posted, exactMoney(wallet?.posted ?? nothing));
    setText(this.lastsName, lasts?.running ? 'Your stream can go on for' : 'Enough to stream for');
    setText(this.lasts, lasts === null ? '–' : formatLasting(lasts.seconds));
    setText(this.minutes, lasts === null ? '' : inMinutes(lasts, tariff));
  }

  #part(name) {
    const part = document.createElement(name);
    part.api = this.api;
    return part;
  }
}

customElements.define('lm-account', Account);
