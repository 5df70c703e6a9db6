import { paymentKey } from '../rest.js';
import { Widget, formatMoney, h, setText } from '../widget.js';

const USUAL = ['1.00', '2.00', '5.00', '10.00'];

/**
 * `<livemeter-tip payee="bob" currency="USD">`: tips somebody. Attribute `amounts` (`1.00 5.00`) says what is offered. A tip whose answer was lost is repeated under the same key, and given once.
 * Tells `tipped`.
 */
export class LivemeterTip extends Widget {
  #key = null;

  build() {
    const currency = this.getAttribute('currency') ?? 'USD';
    const amounts = (this.getAttribute('amounts') ?? USUAL.join(' ')).split(/\s+/u).filter(Boolean);
    this.message = h('input', { maxlength: 120, 'aria-label': 'A word with the tip', placeholder: 'A word with it' });
    this.buttons = amounts.map(amount =>
      h('button', { type: 'button', onclick: () => this.#give({ amount, currency }) }, `Tip ${formatMoney({ amount, currency })}`));
    this.thanks = h('span', { role: 'status', class: 'quiet' });
    this.problem = h('p', { class: 'problem', role: 'alert' });
    return [
      h('div', { class: 'row', role: 'group', 'aria-label': `Tip ${this.getAttribute('payee') ?? ''}` },
        this.buttons,
        h('span', { class: 'grow' }, this.message),
        this.thanks),
      this.problem,
    ];
  }

  /** Where the tip goes to: a call in which it is given, else the payee of the attribute. */
  set call(call) {
    this.inCall = call;
  }

  async #give(amount) {
    const wish = JSON.stringify([amount, this.message.value]);
    this.#key = this.#key?.wish === wish ? this.#key : { wish, value: paymentKey() };
    this.buttons.forEach(button => (button.disabled = true));
    setText(this.problem, '');
    try {
      await this.client.tip({ call: this.inCall, payee: this.getAttribute('payee'), amount, message: this.message.value, key: this.#key.value });
      this.#key = null;
      this.message.value = '';
      setText(this.thanks, `${formatMoney(amount)} given. Thank you!`);
      this.tell('tipped', { amount });
    } catch (error) {
      setText(this.problem, error.message);
    } finally {
      this.buttons.forEach(button => (button.disabled = false));
    }
  }
}

customElements.define('livemeter-tip', LivemeterTip);
