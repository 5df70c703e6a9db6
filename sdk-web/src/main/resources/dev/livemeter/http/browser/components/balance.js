import { Widget, formatMoney, h, setText } from '../widget.js';

const ASK_EVERY_MS = 15_000;

/**
 * `<livemeter-balance>`: what is in the wallet of whoever is signed in. Asks again each quarter of a minute, at once after `refresh()`, and whenever a call or a tip
 * in the page changed it. Attribute `low`: below that amount it warns.
 */
export class LivemeterBalance extends Widget {
  #timer = 0;
  #refresh = () => this.refresh();

  build() {
    this.amount = h('output', { class: 'figure', 'aria-label': 'Balance' }, '…');
    this.note = h('span', { class: 'warn', role: 'status' });
    return [h('span', { class: 'row' }, this.amount, this.note)];
  }

  begin() {
    this.#timer = setInterval(this.#refresh, ASK_EVERY_MS);
    this.client.addEventListener('money', this.#refresh);
    this.refresh();
  }

  end() {
    clearInterval(this.#timer);
    this.client.removeEventListener('money', this.#refresh);
  }

  async refresh() {
    try {
      const { wallet } = await this.client.rest.get('wallet');
      const low = Number(this.getAttribute('low'));
      setText(this.amount, wallet === null ? 'Nothing paid in yet' : formatMoney(wallet.available));
      setText(this.note, wallet !== null && low > 0 && Number(wallet.available.amount) < low ? 'Running low' : '');
    } catch (error) {
      this.amount.title = error.message;
    }
  }
}

customElements.define('livemeter-balance', LivemeterBalance);
