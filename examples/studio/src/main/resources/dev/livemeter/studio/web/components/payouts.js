import { h, setText } from '../app/dom.js';
import { field, submitting, valueOf } from '../app/forms.js';
import { exactMoney, isPositive } from '../app/money.js';
import { formatMoment, formatSpan } from '../app/time.js';
import { counted, displayName } from '../app/words.js';
import { ask } from './confirm.js';

const STATES = { in_transit: 'to be sent', paid: 'paid', returned: 'came back' };

/** Pays earnings out in batches, and books what became of each payout. */
class Payouts extends HTMLElement {
  api;

  connectedCallback() {
    this.policy = h('p', { class: 'help' });
    this.batch = field('payout-batch', 'Name of the batch', { required: true, pattern: '[A-Za-z0-9._\\-]{1,64}', value: new Date().toISOString().slice(0, 10) });
    this.problem = h('p', { class: 'problem', role: 'alert' });
    this.said = h('p', { role: 'status' });
    this.form = h('form', { class: 'asking', onsubmit: event => this.#prepare(event) },
      h('div', { class: 'side-by-side' }, this.batch, h('button', { class: 'primary' }, 'Prepare payouts')), this.problem, this.said);
    this.list = h('div', { class: 'stack' });
    this.append(
      h('section', { class: 'panel', 'aria-labelledby': 'payouts-title' },
        h('h2', { id: 'payouts-title' }, 'Payouts'), this.policy, this.form, this.list));
  }

  async reload() {
    try {
      const { clearing, minimum, batches } = await this.api.get('api/payouts');
      this.clearing = clearing;
      setText(this.policy, `Earnings clear ${clearing === 0 ? 'at once' : `after ${formatSpan(clearing)}`} and are paid out from ${exactMoney(minimum)} on.`);
      const open = new Set([...this.list.querySelectorAll('details[open]')].map(details => details.dataset.batch));
      this.list.replaceChildren(...batches.map(batch => this.#batch(batch, open.has(batch.batch))));
    } catch (error) {
      setText(this.problem, error.message);
    }
  }

  #batch(batch, open) {
    const payouts = h('ol', { class: 'sum' });
    const path = `api/payouts/${encodeURIComponent(batch.batch)}`;
    const details = h('details', { 'data-batch': batch.batch, open, ontoggle: event => event.target.open && this.#load(path, payouts) },
      h('summary', {}, `${batch.batch}: ${counted(batch.payouts, 'payout')}, ${exactMoney(batch.total)}${openPart(batch)}`),
      payouts,
      h('p', { class: 'links' }, h('a', { href: `${path}/payouts.csv`, download: '' }, 'For the bank, as CSV'),
        h('span', { class: 'help' }, ` prepared ${formatMoment(batch.preparedAt)}`)));
    return details;
  }

  async #load(path, list) {
    try {
      const { payouts } = await this.api.get(path);
      list.replaceChildren(...payouts.map(payout => this.#payout(path, payout)));
    } catch (error) {
      setText(this.problem, error.message);
    }
  }

  #payout(path, payout) {
    const words = [STATES[payout.state], payout.reference, payout.reason].filter(text => text !== '').join(', ');
    const address = `${path}/${encodeURIComponent(payout.payee)}`;
    return h('li', {},
      h('span', {}, displayName(payout.payee), h('span', { class: 'quiet' }, ` ${words} `),
        payout.state === 'in_transit' ? button('Paid…', () => this.#paid(address, payout)) : null,
        payout.state === 'returned' ? null : button('Came back…', () => this.#returned(address, payout))),
      h('b', {}, exactMoney(payout.amount)));
  }

  async #paid(address, payout) {
    const reference = await ask({
      title: `${exactMoney(payout.amount)} to ${displayName(payout.payee)} was paid?`,
      text: 'The books note it with the reference of the bank.',
      label: 'Reference',
      yes: 'It was paid',
    });
    if (reference !== null) {
      await this.#move(`${address}/paid`, { reference });
    }
  }

  async #returned(address, payout) {
    const reason = await ask({
      title: `${exactMoney(payout.amount)} to ${displayName(payout.payee)} came back?`,
      text: 'It becomes earnings again, and the next batch takes it along.',
      label: 'Why',
      yes: 'It came back',
    });
    if (reason !== null) {
      await this.#move(`${address}/returned`, { reason });
    }
  }

  async #move(address, body) {
    setText(this.problem, '');
    try {
      await this.api.post(address, body);
      await this.reload();
    } catch (error) {
      setText(this.problem, error.message);
    }
  }

  async #prepare(event) {
    event.preventDefault();
    setText(this.said, '');
    await submitting(this.form, this.problem, { batch: this.batch }, async () => {
      // What a batch takes in is settled by its first call; a second before now is surely over for the server too.
      const cutoff = new Date(Date.now() - this.clearing * 1000 - 1000).toISOString();
      const { batch, payouts, total } = await this.api.post('api/payouts', { batch: valueOf(this.batch), cutoff });
      setText(this.said, payouts === 0
        ? 'Nobody has enough cleared earnings for a payout.'
        : `The batch ${batch} has ${counted(payouts, 'payout')} of ${exactMoney(total)} in all.`);
      await this.reload();
    });
  }
}

function openPart({ inTransit, returned }) {
  return (isPositive(inTransit) ? `, ${exactMoney(inTransit)} to be sent` : '') + (isPositive(returned) ? `, ${exactMoney(returned)} came back` : '');
}

function button(words, onclick) {
  return h('button', { class: 'plain why', type: 'button', onclick }, words);
}

customElements.define('lm-payouts', Payouts);
