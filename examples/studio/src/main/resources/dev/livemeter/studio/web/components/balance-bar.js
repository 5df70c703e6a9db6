import { h, setText } from '../app/dom.js';
import { icon } from '../app/icons.js';
import { formatMoney } from '../app/money.js';

/** How much of the money is left, as a bar and in words. */
class BalanceBar extends HTMLElement {
  #level = '';

  connectedCallback() {
    this.fill = h('div', { class: 'fill' });
    this.bar = h('div', { class: 'bar', role: 'meter', 'aria-label': 'Balance', 'aria-valuemin': '0', 'aria-valuemax': '100' },
      this.fill);
    this.sign = h('span', { class: 'sign' });
    this.words = h('span');
    this.append(this.bar, h('p', { class: 'words' }, this.sign, this.words));
  }

  /**
   * @param balance what is left
   * @param full what counts as a full bar
   * @param level as level.js gives it
   */
  show(balance, full, level) {
    const share = Number(full.amount) > 0 ? Math.min(1, Math.max(0, Number(balance.amount) / Number(full.amount))) : 0;
    this.fill.style.setProperty('--share', share.toFixed(4));
    this.bar.setAttribute('aria-valuenow', String(Math.round(share * 100)));
    this.bar.setAttribute('aria-valuetext', `${formatMoney(balance)}. ${level.words}`);
    setText(this.words, level.words);
    if (this.#level !== level.name) {
      this.#level = level.name;
      this.dataset.level = level.name;
      this.sign.replaceChildren(icon(level.icon));
    }
  }
}

customElements.define('lm-balance-bar', BalanceBar);
