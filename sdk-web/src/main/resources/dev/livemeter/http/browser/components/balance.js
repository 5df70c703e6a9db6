import { Widget, formatMoney, h, setText } from '../widget.js';

const ASK_EVERY_MS = 15_000;

/** While money is held something runs, of which this page may know nothing: a stream. */
const ASK_WHILE_HELD_MS = 2000;

/**
 * `<livemeter-balance>`: what whoever is signed in has left, what runs taken off. Follows a call or a visit in the page by what that tells; asks at once after `refresh()`, after a tip and after a call, every other second while
 * something else runs, and else each quarter of a minute. Attribute `low`: below that amount it warns.
 */
export class LivemeterBalance extends Widget {
  #timer = 0;
  #news = 0;
  #refresh = () => this.refresh();
  #told = ({ detail }) => this.#take(detail, ASK_EVERY_MS);
  #look = () => document.hidden || this.refresh();

  build() {
    // Not a live region: a figure that changes each second is read by whoever wants to, and only the warning speaks up.
    this.amount = h('span', { class: 'figure' }, '…');
    this.note = h('span', { class: 'warn', role: 'status' });
    return [h('span', { class: 'row' }, h('span', { class: 'visually-hidden' }, 'Balance:'), this.amount, this.note)];
  }

  begin() {
    this.client.addEventListener('money', this.#refresh);
    this.client.addEventListener('balance', this.#told);
    document.addEventListener('visibilitychange', this.#look);
    this.refresh();
  }

  end() {
    this.#news += 1;
    clearTimeout(this.#timer);
    this.client.removeEventListener('money', this.#refresh);
    this.client.removeEventListener('balance', this.#told);
    document.removeEventListener('visibilitychange', this.#look);
  }

  async refresh() {
    const asked = ++this.#news;
    try {
      const { wallet } = await this.client.rest.get('wallet');
      // What was told meanwhile is newer.
      if (asked === this.#news) {
        this.amount.title = '';
        this.#take(wallet?.left ?? null, wallet !== null && Number(wallet.held.amount) > 0 && !document.hidden ? ASK_WHILE_HELD_MS : ASK_EVERY_MS);
      }
    } catch (error) {
      if (asked === this.#news) {
        this.amount.title = error.message;
        this.#later(ASK_EVERY_MS);
      }
    }
  }

  /** @param left null where nothing was ever paid in @param wait how long that holds unless something is told before */
  #take(left, wait) {
    const low = Number(this.getAttribute('low'));
    setText(this.amount, left === null ? 'Nothing paid in yet' : formatMoney(left));
    setText(this.note, left !== null && low > 0 && Number(left.amount) < low ? 'Running low' : '');
    this.#later(wait);
  }

  #later(wait) {
    this.#news += 1;
    clearTimeout(this.#timer);
    if (this.isConnected) {
      this.#timer = setTimeout(this.#refresh, wait);
    }
  }
}

customElements.define('livemeter-balance', LivemeterBalance);
