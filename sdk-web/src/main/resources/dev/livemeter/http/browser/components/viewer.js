import { silentStream } from '../media.js';
import { Widget, formatMoney, h, setText } from '../widget.js';
import { Meter } from './meter.js';
import { TopUp } from './top-up.js';

const LOOK_EVERY_MS = 10_000;

/**
 * `<livemeter-viewer room="ID">`: watches somebody's room, without a camera of one's own. Shows the price, or sells the ticket, before anything begins. Of a room that is only announced it says when it begins, and sells tickets. Tells `joined`, `over`, `topup`.
 */
export class LivemeterViewer extends Widget {
  #visit = null;
  #room = null;
  #silent = null;
  #hasTicket = false;
  #timer = 0;

  build() {
    this.video = h('video', { autoplay: true, playsinline: true });
    this.words = h('div', { class: 'words', role: 'status' });
    this.price = h('p', {}, 'Looking …');
    this.meter = new Meter('caller');
    this.meter.element.hidden = true;
    this.low = h('p', { class: 'warn', role: 'status' });
    this.join = h('button', { type: 'button', class: 'main', disabled: true, onclick: () => this.#do(() => this.#join()) }, 'Watch');
    this.buy = h('button', { type: 'button', class: 'main', hidden: true, onclick: () => this.#do(() => this.#buy()) }, 'Buy a ticket');
    this.leave = h('button', { type: 'button', hidden: true, onclick: () => this.#do(() => this.#visit.leave()) }, 'Leave');
    this.topUp = new TopUp(page => this.tell('topup', { room: this.getAttribute('room'), page }));
    this.problem = h('p', { class: 'problem', role: 'alert' });
    return [
      h('div', { class: 'stage' }, this.video, this.words),
      this.price,
      this.meter.element,
      this.low,
      h('div', { class: 'row' }, this.join, this.buy, this.leave, this.topUp.elements),
      this.problem,
    ];
  }

  begin() {
    this.#visit = this.client.visit(this.getAttribute('room'));
    this.#visit.addEventListener('changed', event => this.#show(event.detail));
    this.#visit.addEventListener('remote', event => (this.video.srcObject = event.detail));
    this.#visit.addEventListener('over', event => this.#over(event.detail));
    this.#do(() => this.#look());
    this.#timer = setInterval(() => this.#visit.presence === null && this.#look().catch(() => {}), LOOK_EVERY_MS);
  }

  end() {
    clearInterval(this.#timer);
    this.meter.stop();
    this.#visit.leave().catch(() => {});
    this.#silent?.getTracks().forEach(track => track.stop());
    this.#silent = null;
  }

  async #do(what) {
    setText(this.problem, '');
    try {
      await what();
    } catch (error) {
      if (error.code === 'room.no_ticket') {
        this.buy.hidden = false;
      } else if (error.code === 'room.price_changed') {
        await this.#look().catch(() => {});
      }
      if (this.#room === null) {
        setText(this.price, '');
      }
      setText(this.problem, error.message);
    }
  }

  async #look() {
    this.#room = await this.#visit.room();
    const { kind, ticketPrice, ticketLasts, tariff, accept, state, startsAt, present, capacity } = this.#room;
    const costs = kind === 'ticket' ? `A ticket is ${formatMoney(ticketPrice)}, ${ticketHolds(ticketLasts)}.` : tariff === null ? 'Free.' : tariff.sentences.join(' ');
    setText(this.price, `${named(this.#room)}. ${costs} ${present} of ${capacity} places are taken.`);
    setText(this.join, accept === null ? 'Watch' : 'Accept and watch');
    this.join.disabled = state !== 'open';
    if (state === 'scheduled') {
      setText(this.words, `It begins on ${new Date(startsAt).toLocaleString(undefined, { dateStyle: 'long', timeStyle: 'short' })}.`);
      this.buy.hidden = kind !== 'ticket' || this.#hasTicket;
    } else if (this.dataset.state !== 'over') {
      // Else it says why the visit is over.
      setText(this.words, state === 'open' ? '' : 'Not open at this moment.');
    }
  }

  async #join() {
    this.#silent ??= silentStream();
    const presence = await this.#visit.join({ accepted: this.#room.accept ?? '', sent: this.#silent });
    this.meter.start(() => this.#visit.counted);
    this.tell('joined', presence);
  }

  async #buy() {
    await this.#visit.buyTicket();
    this.#hasTicket = true;
    this.buy.hidden = true;
    this.client.moneyChanged();
    if (this.#room.state === 'open') {
      await this.#join();
    } else {
      setText(this.low, 'You have a ticket. Come again when it begins.');
    }
  }

  #show(presence) {
    this.dataset.state = 'in';
    this.join.hidden = true;
    this.leave.hidden = false;
    // Whose room it is and what it is called stays in sight; what it costs is counted.
    setText(this.price, named(this.#room));
    this.meter.element.hidden = presence.session === null;
    this.topUp.show(presence.low, presence.topUpPage);
    setText(this.low, presence.low ? 'Your balance runs low; pay in and it goes on.' : '');
    setText(this.words, presence.picture === 'full' ? '' : 'A preview, while the connection is checked …');
  }

  #over(sentence) {
    this.dataset.state = 'over';
    this.meter.stop();
    this.video.srcObject = null;
    this.join.hidden = false;
    this.leave.hidden = true;
    this.topUp.show(false, null);
    setText(this.words, sentence);
    setText(this.low, '');
    this.client.moneyChanged();
    this.tell('over', sentence);
    this.#look().catch(() => {});
  }
}

function named({ title, broadcaster }) {
  return `${title} · ${broadcaster}`;
}

function ticketHolds(seconds) {
  return seconds === null ? 'for all of it' : `for ${Math.round(seconds / 60)} minutes from its first use`;
}

customElements.define('livemeter-viewer', LivemeterViewer);
