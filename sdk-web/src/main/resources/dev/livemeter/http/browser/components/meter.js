import { formatClock, formatMoney, h, setText } from '../widget.js';

/** What both sides of a call watch: time, money, what is left. Counts on by itself until it is shown the next figures. */
export class Meter {
  #timer = 0;
  #read = () => null;

  /** @param role `caller` pays and sees their own balance, `callee` sees what they earn of it */
  constructor(role) {
    this.clock = h('dd', { role: 'timer' }, '0:00');
    this.cost = h('dd', {}, '–');
    this.own = h('dd', {}, '–');
    this.rest = h('dd', {}, '–');
    this.role = role;
    this.element = h('dl', {},
      h('div', {}, h('dt', {}, 'Time'), this.clock),
      h('div', {}, h('dt', {}, 'Cost'), this.cost),
      h('div', {}, h('dt', {}, role === 'callee' ? 'Earned' : 'Balance'), this.own),
      h('div', {}, h('dt', {}, 'Left'), this.rest));
  }

  /** Begins to show. @param read gives the figures, a {@link Counted}, or null */
  start(read) {
    this.#read = read;
    clearInterval(this.#timer);
    this.#timer = setInterval(() => this.show(), 250);
    this.show();
  }

  stop() {
    clearInterval(this.#timer);
  }

  show() {
    const counted = this.#read();
    if (counted === null) {
      return;
    }
    const { cost, balance, earned } = counted.figures;
    const own = this.role === 'callee' ? earned : balance;
    const left = counted.left();
    setText(this.clock, formatClock(counted.used()));
    setText(this.cost, formatMoney(cost));
    setText(this.own, own ? formatMoney(own) : '–');
    setText(this.rest, left === null ? 'no limit' : formatClock(left));
  }
}
