import { h } from '../app/dom.js';
import { newKey } from '../app/forms.js';

/**
 * The way to pay in: a link to the host's page, where it has one; else a button for the demonstration's till, which charges nobody. Fires "said" with a sentence for people, and "paid" once money came in here.
 */
class PayIn extends HTMLElement {
  api;
  #page = null;
  #key = newKey();

  connectedCallback() {
    this.button = h('button', { type: 'button', onclick: () => this.press() }, 'Pay in');
    this.append(this.button);
    this.#find();
  }

  /** Where nobody can say where one pays in, the button stays; it says what is wrong when it is pressed. */
  async #find() {
    try {
      const { page } = await this.api.get('studio/till');
      if (page !== null) {
        this.#page = page;
        const link = h('a', { class: 'button', href: page, target: '_blank', rel: 'noopener' }, 'Pay in', h('span', { class: 'unseen' }, ' (opens a new tab)'));
        const focused = document.activeElement === this.button;
        this.button.replaceWith(link);
        if (focused) {
          link.focus();
        }
      }
    } catch {
      // See above.
    }
  }

  /** As if it was pressed. */
  async press() {
    if (this.#page !== null) {
      open(this.#page, '_blank', 'noopener');
      return;
    }
    this.button.disabled = true;
    try {
      await this.api.pay('studio/till', this.#key, {});
      this.#key = newKey();
      this.#say('Thank you: 10.00 USD, which nobody was charged for.');
      this.dispatchEvent(new CustomEvent('paid'));
    } catch (error) {
      this.#say(error.message);
    } finally {
      this.button.disabled = false;
    }
  }

  #say(sentence) {
    this.dispatchEvent(new CustomEvent('said', { detail: sentence }));
  }
}

customElements.define('lm-pay-in', PayIn);
