import { h } from '../app/dom.js';
import { icon } from '../app/icons.js';
import { canBegin, levelOffAir } from '../app/level.js';
import { formatMoney, isLess, money } from '../app/money.js';
import { formatClock } from '../app/time.js';
import './balance-bar.js';

/** Nothing runs: what is in the wallet, what is still missing, and what the last stream came to. */
class OffAir extends HTMLElement {
  #seen = '';

  connectedCallback() {
    this.heading = h('h2', { class: 'tally', id: 'off-air-state' }, h('span', { class: 'lamp', 'aria-hidden': 'true' }), 'Off air');
    this.balance = h('p', { class: 'clock' });
    this.bar = h('lm-balance-bar');
    this.next = h('div', { class: 'next' });
    this.last = h('div');
    this.append(
      h('section', { class: 'panel off-air', 'aria-labelledby': 'off-air-state' },
        h('div', { class: 'on-air-head' }, this.heading),
        h('div', { class: 'on-air-body' },
          h('div', { class: 'figures' }, h('p', { class: 'caption' }, 'Your balance'), this.balance, this.bar, this.last),
          this.next)));
  }

  show(status, setUp, receipt) {
    const { wallet, minimumToStart, lowBalanceBelow } = status;
    const available = wallet?.available ?? { amount: '0.00', currency: minimumToStart.currency };
    const full = isLess(available, lowBalanceBelow) ? lowBalanceBelow : available;
    this.bar.show(available, full, levelOffAir(status));
    const seen = JSON.stringify([available, canBegin(status), setUp, receipt?.id, status.ingest]);
    if (seen === this.#seen) {
      return;
    }
    this.#seen = seen;
    this.balance.replaceChildren(money(available));
    this.next.replaceChildren(...this.#whatNext(status, setUp));
    this.last.replaceChildren(...(receipt === null ? [] : [receiptOf(receipt)]));
  }

  #whatNext(status, setUp) {
    if (setUp === null) {
      return [];
    }
    const { wallet, minimumToStart, ingest } = status;
    const paid = canBegin(status);
    const onMinutes = paid && (wallet === null || isLess(wallet.available, minimumToStart));
    const steps = [
      step(paid, onMinutes ? 'Minutes to stream on' : `At least ${formatMoney(minimumToStart)} in your wallet`, h('a', { href: '#account' }, 'Pay in.')),
      step(setUp.destinations > 0, 'A destination that is switched on', h('a', { href: '#destinations' }, 'Say where your stream should go.')),
      step(setUp.keys > 0, 'A stream key in your encoder', h('a', { href: '#quick-start' }, 'Create a key.')),
    ];
    const ready = paid && setUp.destinations > 0 && setUp.keys > 0 && ingest !== null;
    return [
      h('h3', {}, ready ? 'Ready when you are' : 'Before you go live'),
      h('ul', { class: 'steps' }, steps),
      ready ? h('p', {}, 'Press “Start streaming” in your encoder. The meter starts when a platform takes the stream, not before.') : '',
    ];
  }
}

function step(done, words, todo) {
  return h('li', { 'data-done': String(done) },
    icon(done ? 'check' : 'circle'),
    h('span', {}, words, h('span', { class: 'unseen' }, done ? ': done' : ': to do'), done ? null : h('span', { class: 'help' }, todo)));
}

function receiptOf(session) {
  return h('p', { class: 'receipt' },
    `Your last stream ran for ${formatClock(session.used)} and cost `, money(session.charged), `. ${session.end?.sentence ?? ''}`);
}

customElements.define('lm-off-air', OffAir);
