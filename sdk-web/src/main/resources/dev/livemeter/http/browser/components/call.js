import { Capture, silentStream } from '../media.js';
import { Widget, formatMoney, h, setText } from '../widget.js';
import { Meter } from './meter.js';
import './tip.js';
import { TopUp } from './top-up.js';

/** Seconds, and how people say them. */
const LENGTHS = [
  ['', 'As long as I like'],
  ['300', '5 minutes'],
  ['600', '10 minutes'],
  ['1800', '30 minutes'],
  ['3600', 'An hour'],
];
const LONGER_BY = 300;

const ENOUGH_TO_TELL = {
  ringing: 'Calling …',
  connecting: 'Connecting …',
};

/**
 * `<livemeter-call callee="bob">`: calls a broadcaster, for whoever is signed in. Shows the price and has it accepted before anything begins; no camera is asked for unless the viewer turns theirs on.
 * A length can be agreed on, with what it costs, and made longer while the call runs. Tells `topup` when the viewer wants to pay in, which opens the host's page where it has one; `called`, `ended`.
 */
export class LivemeterCall extends Widget {
  #price = null;
  #capture = new Capture();
  #silent = null;
  #changed = () => this.#show();
  #remote = event => (this.video.srcObject = event.detail);
  #ended = event => this.#over(event.detail);
  #problem = event => setText(this.problem, event.detail);

  get callee() {
    return this.getAttribute('callee');
  }

  build() {
    this.video = h('video', { autoplay: true, playsinline: true });
    this.words = h('div', { class: 'words', role: 'status' });
    this.self = h('video', { class: 'self', autoplay: true, playsinline: true, muted: true, hidden: true });
    this.self.muted = true;
    this.meter = new Meter('caller');
    this.meter.element.hidden = true;
    this.price = h('p', {}, 'Asking for the price …');
    this.length = h('select', { 'aria-label': 'How long', onchange: () => this.#ask() }, LENGTHS.map(([value, words]) => h('option', { value }, words)));
    this.longer = h('button', { type: 'button', hidden: true, onclick: () => this.#extend() }, `${LONGER_BY / 60} minutes more`);
    this.call = h('button', { type: 'button', class: 'main', disabled: true, onclick: () => this.#call() }, 'Accept and call');
    this.camera = h('button', { type: 'button', 'aria-pressed': 'false', onclick: () => this.#switchCamera() }, 'My camera');
    this.hangUp = h('button', { type: 'button', class: 'danger', hidden: true, onclick: () => this.#hangUp() }, 'Hang up');
    this.topUp = new TopUp(page => this.tell('topup', { callee: this.callee, page }));
    this.low = h('p', { class: 'warn', role: 'status' });
    this.tip = h('livemeter-tip', { payee: this.callee, currency: this.getAttribute('currency'), hidden: true });
    this.problem = h('p', { class: 'problem', role: 'alert' });
    return [
      h('div', { class: 'stage' }, this.video, this.self, this.words),
      this.meter.element,
      this.low,
      this.price,
      h('div', { class: 'row' }, this.length, this.call, this.hangUp, this.longer, this.camera, this.topUp.elements),
      this.tip,
      this.problem,
    ];
  }

  begin() {
    const { calls } = this.client;
    calls.addEventListener('changed', this.#changed);
    calls.addEventListener('remote', this.#remote);
    calls.addEventListener('ended', this.#ended);
    calls.addEventListener('problem', this.#problem);
    this.tip.client = this.client;
    this.client.connect();
    calls.watch();
    this.#ask();
    this.#show();
  }

  end() {
    const { calls } = this.client;
    calls.removeEventListener('changed', this.#changed);
    calls.removeEventListener('remote', this.#remote);
    calls.removeEventListener('ended', this.#ended);
    calls.removeEventListener('problem', this.#problem);
    this.meter.stop();
    this.#capture.stop();
    this.#silent?.getTracks().forEach(track => track.stop());
    this.#silent = null;
  }

  /** Asks for the price anew, as after money was paid in. */
  refresh() {
    this.#ask();
  }

  async #ask() {
    setText(this.problem, '');
    try {
      const agreed = this.#agreed();
      const { price, present } = await this.client.calls.price(this.callee, agreed);
      if (agreed !== this.#agreed()) {
        return;
      }
      this.#price = price;
      this.price.replaceChildren(...sentences(price, agreed && this.length.selectedOptions[0].textContent));
      if (!present || this.dataset.state !== 'ended') {
        setText(this.words, present ? '' : `${this.callee} is not there now.`);
      }
      this.call.disabled = false;
    } catch (error) {
      setText(this.price, '');
      setText(this.problem, error.message);
    }
  }

  /** Seconds; undefined where no length is agreed on. */
  #agreed() {
    return Number(this.length.value) || undefined;
  }

  async #extend() {
    setText(this.problem, '');
    this.longer.disabled = true;
    try {
      const { calls } = this.client;
      await calls.extend(calls.status.agreed + LONGER_BY);
    } catch (error) {
      setText(this.problem, error.message);
    } finally {
      this.longer.disabled = false;
    }
  }

  async #call() {
    setText(this.problem, '');
    this.call.disabled = true;
    try {
      await this.client.link.opened();
      const status = await this.client.calls.invite(this.callee, { accepted: this.#price.accept, sent: this.#sent(), agreed: this.#agreed() });
      this.tell('called', status);
    } catch (error) {
      if (error.code === 'call.price_changed') {
        await this.#ask();
      }
      setText(this.problem, error.message);
    } finally {
      this.call.disabled = this.#price === null;
    }
  }

  async #hangUp() {
    const { calls } = this.client;
    try {
      await (calls.status?.state === 'ringing' ? calls.cancel() : calls.hangUp());
    } catch (error) {
      setText(this.problem, error.message);
    }
  }

  #sent() {
    return this.#capture.stream ?? (this.#silent ??= silentStream());
  }

  async #switchCamera() {
    setText(this.problem, '');
    try {
      if (this.#capture.isRunning) {
        this.#capture.stop();
      } else {
        await this.#capture.start();
      }
    } catch (error) {
      setText(this.problem, error.message);
    }
    const on = this.#capture.isRunning;
    this.camera.setAttribute('aria-pressed', String(on));
    this.self.hidden = !on;
    this.self.srcObject = this.#capture.stream;
    await this.client.calls.send(this.#sent());
  }

  #show() {
    const { calls } = this.client;
    const status = calls.status;
    const mine = status !== null && status.role === 'caller';
    this.call.hidden = mine;
    this.length.hidden = mine;
    // Without a choice it is as long as calls may last at all, and cannot be made longer.
    this.longer.hidden = !mine || status.state === 'ringing' || status.agreed === null || this.#agreed() === undefined;
    this.price.hidden = mine;
    this.hangUp.hidden = !mine;
    this.meter.element.hidden = !mine || status.state === 'ringing';
    this.tip.hidden = !mine || status.state === 'ringing';
    this.topUp.show(mine && status.low, mine ? status.topUpPage : null);
    setText(this.hangUp, mine && status.state === 'ringing' ? 'Cancel' : 'Hang up');
    setText(this.low, mine && status.low ? 'Your balance runs low; pay in and the call goes on.' : '');
    if (mine) {
      this.dataset.state = status.state;
      this.tip.call = status.id;
      if (calls.sent === null) {
        calls.send(this.#sent());
      }
      this.meter.start(() => calls.counted);
      setText(this.words, words(status));
      if (calls.remote !== null && this.video.srcObject !== calls.remote) {
        this.video.srcObject = calls.remote;
      }
    }
  }

  #over(status) {
    this.dataset.state = 'ended';
    this.meter.stop();
    this.video.srcObject = null;
    setText(this.words, status.end?.sentence ?? 'The call is over.');
    this.client.moneyChanged();
    this.tell('ended', status);
    this.#ask();
  }
}

function words(status) {
  if (status.state === 'live' && status.picture === 'preview') {
    return status.finalUnit ? 'A preview: the balance is used up. Pay in and the call goes on.' : 'A preview, while the connection is checked …';
  }
  return ENOUGH_TO_TELL[status.state] ?? '';
}

function lasts(seconds) {
  if (seconds < 60) {
    return seconds > 0 ? 'Your balance lasts for less than a minute.' : 'There is nothing on your balance.';
  }
  const minutes = Math.floor(seconds / 60);
  return minutes === 1 ? 'Your balance lasts for about a minute.' : `Your balance lasts for about ${minutes} minutes.`;
}

/**
 * What a viewer agrees to, in words that the server made, and how far the money goes.
 *
 * @param length that was agreed on, in words; undefined where none was
 */
function sentences(price, length) {
  const enough = price.enoughFor === null ? '' : ` ${lasts(price.enoughFor)}`;
  return [
    ...price.tariff.sentences.map(sentence => h('span', {}, `${sentence} `)),
    length === undefined ? '' : h('span', {}, `${length}: ${formatMoney(price.cost)}. `),
    h('span', { class: 'quiet' }, `A call begins with at least ${formatMoney(price.minimumToStart)}.${enough}`),
  ];
}

customElements.define('livemeter-call', LivemeterCall);
