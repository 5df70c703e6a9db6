import { h, setText } from '../app/dom.js';
import { field, newKey, setValue, submitting, valueOf } from '../app/forms.js';
import { exactMoney, signedMoney } from '../app/money.js';
import { formatSpan, formatWhen } from '../app/time.js';

const WORDS = { debit: 'Tip', capture: 'Share of a charge', refund: 'Given back', payout: 'Payout', payout_return: 'Payout came back', recovery: 'Owed before' };
const PAYOUTS = { in_transit: 'on its way', paid: 'paid', returned: 'came back' };

/** What one has earned, and a tip for somebody else. Fires "paid" when the wallet has changed. */
class Earnings extends HTMLElement {
  api;
  #key = newKey();
  #currency = 'USD';

  connectedCallback() {
    this.facts = h('dl', { class: 'facts' });
    this.list = h('ol', { class: 'sum' });
    this.words = h('p', { class: 'help' });
    this.failed = h('p', { class: 'problem', role: 'alert' });
    this.problem = h('p', { class: 'problem', role: 'alert' });
    this.said = h('p', { role: 'status' });
    this.payee = field('tip-payee', 'For whom', { required: true, spellcheck: 'false', autocapitalize: 'none' });
    this.amount = field('tip-amount', 'How much', { required: true, inputmode: 'decimal', pattern: '[0-9]+(\\.[0-9]{1,6})?', placeholder: '5.00' });
    this.message = field('tip-message', 'Message', { maxlength: '120', placeholder: 'optional' });
    this.form = h('form', { class: 'asking', onsubmit: event => this.#tip(event) },
      h('h3', {}, 'Give a tip'),
      h('div', { class: 'side-by-side' }, this.payee, this.amount, this.message, h('button', { class: 'primary' }, 'Give')),
      this.problem, this.said);
    this.append(
      h('section', { class: 'panel', 'aria-labelledby': 'earnings-title' },
        h('h2', { id: 'earnings-title' }, 'Earnings and tips'),
        this.facts, this.words, this.list, this.failed, this.form));
  }

  async reload() {
    try {
      this.#show(await this.api.get('api/earnings?limit=10'));
      setText(this.failed, '');
    } catch (error) {
      setText(this.failed, error.message);
    }
  }

  #show(earnings) {
    this.#currency = earnings.posted.currency;
    this.facts.replaceChildren(
      fact('Earned in all', earnings.accrued), fact('Can be paid out', earnings.cleared),
      fact('Still to clear', earnings.pending), fact('Paid out or on its way', earnings.gone));
    const wait = earnings.clearing === 0 ? 'at once' : `after ${formatSpan(earnings.clearing)}`;
    setText(this.words, `Earnings clear ${wait} and are paid out from ${exactMoney(earnings.minimum)} on.`);
    this.list.replaceChildren(...earnings.entries.map(entry => h('li', {},
      h('span', {}, h('time', { datetime: entry.at }, formatWhen(entry.at)), ' ', WORDS[entry.kind] ?? entry.kind, detail(entry)),
      signedMoney(entry.amount))));
  }

  async #tip(event) {
    event.preventDefault();
    setText(this.said, '');
    const fields = { payee: this.payee, amount: this.amount, message: this.message };
    await submitting(this.form, this.problem, fields, async () => {
      const given = { amount: valueOf(this.amount), currency: this.#currency };
      await this.api.pay('api/tips', this.#key, { payee: valueOf(this.payee), amount: given, message: valueOf(this.message) });
      setText(this.said, `Thank you. ${exactMoney(given)} went to ${valueOf(this.payee)}.`);
      this.#key = newKey();
      setValue(this.amount, '');
      setValue(this.message, '');
      this.dispatchEvent(new CustomEvent('paid'));
    });
  }
}

function fact(words, value) {
  return h('div', {}, h('dt', {}, words), h('dd', {}, exactMoney(value)));
}

function detail(entry) {
  const words = entry.payout === undefined ? entry.memo : [PAYOUTS[entry.payout.state], entry.payout.reference, entry.payout.reason].filter(text => text !== '').join(', ');
  return words === '' ? null : h('span', { class: 'help' }, words);
}

customElements.define('lm-earnings', Earnings);
