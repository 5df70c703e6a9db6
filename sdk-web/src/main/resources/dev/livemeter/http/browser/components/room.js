import { RoomHost } from '../rooms.js';
import { Widget, h, setText } from '../widget.js';

const KINDS = [
  ['free', 'Free for everybody'],
  ['metered', 'By the minute'],
  ['ticket', 'By ticket'],
  ['members', 'Members only'],
];

/**
 * `<livemeter-room>`: a broadcaster's room beside their desk, whose camera it shows: give it the desk as `desk`. Opens a room, lists who watches, sends people out, closes. Tells `opened`, `closed`.
 */
export class LivemeterRoom extends Widget {
  #host = null;
  #room = null;
  #desk = null;
  #camera = ({ detail }) => detail === null || this.#host?.send(detail);

  /** Whose camera is shown. */
  get desk() {
    return this.#desk;
  }

  set desk(desk) {
    this.#desk?.removeEventListener('camera', this.#camera);
    this.#desk = desk;
    desk?.addEventListener('camera', this.#camera);
  }

  build() {
    this.topic = h('input', { maxlength: 100, required: true, 'aria-label': 'Title', placeholder: 'What it is about' });
    this.kind = h('select', { 'aria-label': 'Who pays', onchange: () => (this.ticket.hidden = this.kind.value !== 'ticket') },
      KINDS.map(([value, name]) => h('option', { value }, name)));
    this.ticket = h('input', { type: 'text', inputmode: 'decimal', pattern: '[0-9]+([.][0-9]{1,2})?', 'aria-label': 'Price of a ticket', placeholder: '5.00', size: 6, hidden: true });
    this.capacity = h('input', { type: 'number', min: 1, max: 50, value: 5 });
    this.plan = h('form', { class: 'row', onsubmit: event => this.#open(event) },
      h('span', { class: 'grow' }, this.topic), this.kind, this.ticket,
      h('label', { class: 'row' }, 'Places', this.capacity),
      h('button', { class: 'main', type: 'submit' }, 'Open the room'));
    this.topic.style.width = '100%';
    this.state = h('p', { role: 'status' });
    this.viewers = h('ul', { 'aria-label': 'Who watches' });
    this.close = h('button', { type: 'button', class: 'danger', onclick: () => this.#close() }, 'Close the room');
    this.running = h('div', { hidden: true }, this.state, this.viewers, this.close);
    this.problem = h('p', { class: 'problem', role: 'alert' });
    return [this.plan, this.running, this.problem];
  }

  end() {
    this.#host?.stop();
    this.#host = null;
  }

  async #open(event) {
    event.preventDefault();
    setText(this.problem, '');
    if (!this.desk?.stream) {
      setText(this.problem, 'Start your camera first; then open the room.');
      return;
    }
    try {
      const plan = { title: this.topic.value.trim(), kind: this.kind.value, capacity: Number(this.capacity.value) };
      const currency = this.getAttribute('currency') ?? 'USD';
      const { room, host } = await RoomHost.open(this.client,
        plan.kind === 'ticket' ? { ...plan, ticketPrice: { amount: this.ticket.value, currency } } : plan);
      this.#room = room;
      this.#host = host;
      host.addEventListener('viewers', ({ detail }) => this.#show(detail));
      host.addEventListener('problem', ({ detail }) => setText(this.problem, detail));
      host.begin(this.desk.stream);
      this.plan.hidden = true;
      this.running.hidden = false;
      this.#show([]);
      this.tell('opened', room);
    } catch (error) {
      setText(this.problem, error.message);
    }
  }

  #show(viewers) {
    setText(this.problem, '');
    setText(this.state, `${this.#room.title}: ${viewers.length} of ${this.#room.capacity} places are taken.`);
    const shown = JSON.stringify(viewers.map(({ viewer }) => viewer));
    if (this.viewers.dataset.shown !== shown) {
      this.viewers.dataset.shown = shown;
      this.viewers.replaceChildren(...viewers.map(({ viewer }) =>
        h('li', {}, `${viewer} `, h('button', { type: 'button', 'aria-label': `Send ${viewer} out`, onclick: () => this.#sendOut(viewer) }, 'Send out'))));
    }
  }

  async #sendOut(viewer) {
    try {
      await this.#host.sendOut(viewer);
    } catch (error) {
      setText(this.problem, error.message);
    }
  }

  async #close() {
    try {
      await this.#host.close();
      this.#host = null;
      this.plan.hidden = false;
      this.running.hidden = true;
      this.tell('closed', this.#room);
    } catch (error) {
      setText(this.problem, error.message);
    }
  }
}

customElements.define('livemeter-room', LivemeterRoom);
