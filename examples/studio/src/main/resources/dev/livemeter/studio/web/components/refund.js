import { h, setText } from '../app/dom.js';
import { field, newKey, setValue, submitting, valueOf } from '../app/forms.js';
import { exactMoney, isPositive } from '../app/money.js';
import { displayName } from '../app/words.js';

/** Gives back what a stream or a tip took. Shows what could be given back before anything is. Fires "given". */
class Refund extends HTMLElement {
  api;
  #what = {};
  #currency = 'USD';
  #key = newKey();

  connectedCallback() {
    this.preview = h('p', { role: 'status', tabindex: '-1' });
    this.amount = field('refund-amount', 'How much', { inputmode: 'decimal', pattern: '[0-9]+(\\.[0-9]{1,6})?' }, 'Leave it empty for all that is left.');
    this.reason = field('refund-reason', 'Why', { required: true, maxlength: '120' }, 'The person sees it in the statement.');
    this.problem = h('p', { class: 'problem', role: 'alert' });
    this.form = h('form', { class: 'adding', hidden: true, onsubmit: event => this.#give(event) },
      h('h3', {}, 'Give back'), this.preview,
      h('div', { class: 'side-by-side' }, this.amount, this.reason), this.problem,
      h('div', { class: 'choices' },
        h('button', { class: 'danger' }, 'Give back'),
        h('button', { type: 'button', onclick: () => this.close() }, 'Cancel')));
    this.said = h('p', { role: 'status' });
    this.append(this.form, this.said);
  }

  async open(kind, id, words) {
    this.#what = { [kind]: id };
    this.#key = newKey();
    setText(this.problem, '');
    setText(this.said, '');
    setText(this.preview, 'Looking it up…');
    this.form.hidden = false;
    try {
      const { user, charged, refunded, left } = await this.api.get(`api/refunds/preview?${kind}=${encodeURIComponent(id)}`);
      this.#currency = charged.currency;
      const before = isPositive(refunded) ? ` ${exactMoney(refunded)} was given back before.` : '';
      setText(this.preview, `${displayName(user)} paid ${exactMoney(charged)} for ${words}.${before} ${exactMoney(left)} can be given back.`);
      this.preview.focus();
    } catch (error) {
      setText(this.preview, '');
      setText(this.problem, error.message);
    }
  }

  close() {
    this.form.hidden = true;
    setValue(this.amount, '');
    setValue(this.reason, '');
  }

  async #give(event) {
    event.preventDefault();
    await submitting(this.form, this.problem, { amount: this.amount, reason: this.reason }, async () => {
      const amount = valueOf(this.amount);
      const given = await this.api.pay('api/refunds', this.#key, {
        ...this.#what,
        ...(amount === '' ? {} : { amount: { amount, currency: this.#currency } }),
        reason: valueOf(this.reason),
      });
      setText(this.said, `${exactMoney(given.amount)} is back in the wallet of ${displayName(given.user)}.`);
      this.close();
      this.dispatchEvent(new CustomEvent('given'));
    });
  }
}

customElements.define('lm-refund', Refund);
