import { h, setText } from '../app/dom.js';
import { field, newKey, setValue, submitting, valueOf } from '../app/forms.js';
import { exactMoney } from '../app/money.js';
import { formatClock, formatWhen } from '../app/time.js';
import { displayName } from '../app/words.js';
import { explain } from './explanation.js';
import './refund.js';

const AMOUNT = { required: true, inputmode: 'decimal', pattern: '[0-9]+(\\.[0-9]{1,6})?', placeholder: '5.00' };

/** One person's money: what they paid for, and ways to give it back or to pay in by hand. */
class Person extends HTMLElement {
  api;
  #user = '';
  #key = newKey();
  #currency = 'USD';

  connectedCallback() {
    this.name = field('person-name', 'Whose?', { required: true, value: 'alice', spellcheck: 'false', autocapitalize: 'none' });
    this.problem = h('p', { class: 'problem', role: 'alert' });
    this.finding = h('form', { class: 'asking', onsubmit: event => this.#find(event) },
      h('div', { class: 'side-by-side' }, this.name, h('button', { class: 'primary' }, 'Show')), this.problem);
    this.facts = h('p', { role: 'status' });
    this.list = h('ol', { class: 'sum' });
    this.csv = h('a', { download: '' }, 'Statement as CSV');
    this.refund = document.createElement('lm-refund');
    this.refund.api = this.api;
    this.amount = field('credit-amount', 'How much', AMOUNT);
    this.reason = field('credit-reason', 'Why', { required: true, maxlength: '120' });
    this.creditProblem = h('p', { class: 'problem', role: 'alert' });
    this.crediting = h('form', { class: 'asking', onsubmit: event => this.#credit(event) },
      h('h3', {}, 'Pay in by hand'),
      h('div', { class: 'side-by-side' }, this.amount, this.reason, h('button', {}, 'Pay in')), this.creditProblem);
    this.found = h('div', { class: 'stack', hidden: true },
      this.facts, this.list, h('p', {}, this.csv), this.refund, this.crediting);
    this.append(
      h('section', { class: 'panel', 'aria-labelledby': 'person-title' },
        h('h2', { id: 'person-title' }, 'A person’s money'), this.finding, this.found));
    this.refund.addEventListener('given', () => this.#load());
  }

  async #find(event) {
    event.preventDefault();
    await submitting(this.finding, this.problem, {}, async () => {
      this.#user = valueOf(this.name);
      this.found.hidden = true;
      this.refund.close();
      await this.#load();
      this.found.hidden = false;
    });
  }

  async #load() {
    const query = `?user=${encodeURIComponent(this.#user)}`;
    const [{ wallet }, { sessions }, { entries }] = await Promise.all([
      this.api.get(`api/wallet${query}`),
      this.api.get(`api/sessions${query}&limit=10`),
      this.api.get(`api/wallet/entries${query}&limit=100`),
    ]);
    this.#currency = wallet?.posted.currency ?? this.#currency;
    setText(this.facts, wallet === null
      ? `Nothing was ever paid in for ${displayName(this.#user)}.`
      : `${displayName(this.#user)} has ${exactMoney(wallet.available)}, and ${exactMoney(wallet.held)} held for what runs.`);
    this.csv.href = `api/wallet/entries.csv${query}`;
    const tips = entries.filter(entry => entry.kind === 'debit');
    this.list.replaceChildren(
      ...sessions.filter(session => session.state === 'ended').map(session => this.#session(session, query)),
      ...tips.map(tip => this.#tip(tip)));
  }

  #session(session, query) {
    return line(`Stream of ${formatClock(session.used)}`, session.openedAt, h('b', {}, exactMoney(session.charged)),
      h('button', { class: 'plain why', type: 'button', onclick: () => explain(this.api, session.id, query) }, 'Why?'),
      h('button', { class: 'plain why', type: 'button', onclick: () => this.refund.open('session', session.id, 'the stream') }, 'Give back…'));
  }

  #tip(tip) {
    return line(tip.memo, tip.at, h('b', {}, exactMoney({ ...tip.amount, amount: tip.amount.amount.replace('-', '') })),
      h('button', { class: 'plain why', type: 'button', onclick: () => this.refund.open('entry', tip.id, 'the tip') }, 'Give back…'));
  }

  async #credit(event) {
    event.preventDefault();
    await submitting(this.crediting, this.creditProblem, { amount: this.amount, reason: this.reason }, async () => {
      const path = `api/wallet/credits?user=${encodeURIComponent(this.#user)}`;
      await this.api.pay(path, this.#key, { amount: { amount: valueOf(this.amount), currency: this.#currency }, reason: valueOf(this.reason) });
      this.#key = newKey();
      setValue(this.amount, '');
      setValue(this.reason, '');
      await this.#load();
    });
  }
}

function line(words, at, amount, ...buttons) {
  return h('li', {},
    h('span', {}, h('time', { datetime: at }, formatWhen(at)), ' ', words, ' ', buttons), amount);
}

customElements.define('lm-person', Person);
