import { h, setText } from '../app/dom.js';
import { exactMoney } from '../app/money.js';
import { formatSpan } from '../app/time.js';
import './bundles.js';
import './earnings.js';
import './prices.js';
import './statement.js';

/** One's money: balance, prices, statement, earnings. */
class Account extends HTMLElement {
  api;

  connectedCallback() {
    this.facts = h('dl', { class: 'facts' });
    this.problem = h('p', { class: 'problem', role: 'alert' });
    this.bundles = this.#part('lm-bundles');
    this.prices = this.#part('lm-prices');
    this.earnings = this.#part('lm-earnings');
    this.statement = this.#part('lm-statement');
    this.append(
      h('h1', { class: 'unseen', tabindex: '-1' }, 'Account'),
      h('section', { class: 'panel', 'aria-labelledby': 'balance-title' },
        h('h2', { id: 'balance-title' }, 'Your balance'), this.facts, this.problem),
      this.bundles,
      h('div', { class: 'columns' }, this.prices, this.earnings),
      this.statement);
    this.earnings.addEventListener('paid', () => this.reload());
    this.bundles.addEventListener('paid', () => this.reload());
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
    const { wallet } = await this.api.get('api/wallet');
    if (wallet === null) {
      this.facts.replaceChildren(h('div', {}, h('dt', {}, 'Nothing was paid in yet'), h('dd', {}, '–')));
      return;
    }
    this.facts.replaceChildren(
      fact('Available', exactMoney(wallet.available)),
      fact('Held for what runs', exactMoney(wallet.held)),
      fact('In the wallet', exactMoney(wallet.posted)),
      fact('Lasts for', wallet.lasts === null ? 'as long as you like' : formatSpan(wallet.lasts)));
  }

  #part(name) {
    const part = document.createElement(name);
    part.api = this.api;
    return part;
  }
}

function fact(words, value) {
  return h('div', {}, h('dt', {}, words), h('dd', {}, value));
}

customElements.define('lm-account', Account);
