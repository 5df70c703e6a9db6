import { RoomHost } from '../rooms.js';
import { Widget, formatClock, formatMoney, h, setText } from '../widget.js';

const KINDS = [
  ['free', 'Free for everybody'],
  ['metered', 'By the minute'],
  ['spectators', 'By the minute, for spectators'],
  ['ticket', 'By ticket'],
  ['members', 'Members only'],
];

const VISIBILITIES = [
  ['public', 'Everybody is told of it'],
  ['members', 'Members are told of it'],
  ['unlisted', 'Only by its address'],
];

/**
 * `<livemeter-room>`: a broadcaster's room beside their desk, whose camera it shows: give it the desk as `desk`. Opens a room or announces one, goes on with the one that is open already, lists who watches and what it
 * costs them, sends people out, closes. Tells `opened` (detail: the room; also for one that was found open), `announced`, `closed`.
 */
export class LivemeterRoom extends Widget {
  #host = null;
  #room = null;
  #desk = null;
  #camera = event => this.#shows(event.detail);

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
    this.topic = h('input', { maxlength: 120, required: true, 'aria-label': 'Title', placeholder: 'What it is about' });
    this.kind = h('select', { 'aria-label': 'Who pays', onchange: () => this.#fit() }, KINDS.map(option));
    this.ticket = h('input', { type: 'text', inputmode: 'decimal', pattern: '[0-9]+([.][0-9]{1,2})?', placeholder: '5.00', size: 6 });
    this.lasts = h('input', { type: 'number', min: 1, placeholder: 'all of it' });
    this.tickets = h('div', { class: 'row', hidden: true },
      h('label', { class: 'row' }, 'Price of a ticket', this.ticket),
      h('label', { class: 'row' }, 'Minutes it holds for', this.lasts));
    this.capacity = h('input', { type: 'number', min: 1, value: 5 });
    this.visibility = h('select', { 'aria-label': 'Who is told of it' }, VISIBILITIES.map(option));
    this.startsAt = h('input', { type: 'datetime-local', onchange: () => this.#fit() });
    this.submit = h('button', { class: 'main', type: 'submit' }, 'Open the room');
    this.plan = h('form', { onsubmit: event => this.#open(event) },
      h('div', { class: 'row' }, h('span', { class: 'grow' }, this.topic), this.kind),
      this.tickets,
      h('div', { class: 'row' },
        h('label', { class: 'row' }, 'Places', this.capacity),
        this.visibility,
        h('label', { class: 'row' }, 'Later, at', this.startsAt),
        this.submit));
    this.topic.style.width = '100%';
    this.lasts.style.width = '8em';
    this.capacity.style.width = '6em';
    this.announced = h('ul', { class: 'plain', 'aria-label': 'Announced rooms' });
    this.planning = h('div', {}, this.plan, this.announced);
    this.state = h('p', { role: 'status' });
    this.viewers = h('ul', { class: 'plain', 'aria-label': 'Who watches' });
    this.close = h('button', { type: 'button', class: 'danger', onclick: () => this.#do(() => this.#close()) }, 'Close the room');
    this.running = h('div', { hidden: true }, this.state, this.viewers, this.close);
    this.problem = h('p', { class: 'problem', role: 'alert' });
    return [this.planning, this.running, this.problem];
  }

  begin() {
    this.#do(() => this.#find());
  }

  end() {
    this.#host?.stop();
    this.#host = null;
    this.#room = null;
  }

  #fit() {
    this.tickets.hidden = this.kind.value !== 'ticket';
    setText(this.submit, this.startsAt.value === '' ? 'Open the room' : 'Announce the room');
  }

  async #do(what) {
    setText(this.problem, '');
    try {
      await what();
    } catch (error) {
      if (error.code === 'room.already_open') {
        await this.#find().catch(() => {});
      }
      setText(this.problem, error.message);
    }
  }

  /** What is open or announced already: of another window, or before this page was loaded again. */
  async #find() {
    const { rest } = this.client;
    const [open, announced] = await Promise.all([rest.get('rooms?mine=true&state=open'), rest.get('rooms?mine=true&state=scheduled')]);
    this.announced.replaceChildren(...announced.rooms.reverse().map(room => this.#announcement(room)));
    if (this.#room === null && open.rooms.length > 0) {
      this.#take(open.rooms[0]);
    }
  }

  #announcement(room) {
    const when = new Date(room.startsAt).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' });
    return h('li', { class: 'row' },
      h('span', { class: 'grow' }, `${room.title}, ${when}`),
      h('button', { type: 'button', 'aria-label': `Open ${room.title} now`, onclick: () => this.#do(() => this.#start(room)) }, 'Open now'),
      h('button', { type: 'button', class: 'danger', 'aria-label': `Call ${room.title} off`, onclick: () => this.#do(() => this.#callOff(room)) }, 'Call off'));
  }

  async #start({ id }) {
    this.#requireCamera();
    this.#take((await this.client.rest.post(`rooms/${encodeURIComponent(id)}/start`)).room);
    await this.#find();
  }

  async #callOff({ id }) {
    await this.client.rest.post(`rooms/${encodeURIComponent(id)}/close`);
    await this.#find();
  }

  #requireCamera() {
    if (!this.desk?.stream) {
      throw new Error('Start your camera first; then open the room.');
    }
  }

  async #open(event) {
    event.preventDefault();
    await this.#do(async () => {
      if (this.startsAt.value === '') {
        this.#requireCamera();
      }
      const { room } = await RoomHost.open(this.client, this.#wish());
      this.plan.reset();
      this.#fit();
      if (room.state === 'open') {
        this.#take(room);
      } else {
        this.tell('announced', room);
        await this.#find();
      }
    });
  }

  /** The server says what does not fit, such as more places than it has. */
  #wish() {
    const wish = { title: this.topic.value.trim(), kind: this.kind.value, visibility: this.visibility.value, capacity: Number(this.capacity.value) };
    if (wish.kind === 'ticket') {
      wish.ticketPrice = { amount: this.ticket.value, currency: this.getAttribute('currency') ?? 'USD' };
      if (this.lasts.value !== '') {
        wish.ticketLasts = Number(this.lasts.value) * 60;
      }
    }
    if (this.startsAt.value !== '') {
      wish.startsAt = new Date(this.startsAt.value).toISOString();
    }
    return wish;
  }

  #take(room) {
    this.#room = room;
    const host = this.client.host(room.id);
    this.#host = host;
    host.addEventListener('viewers', ({ detail }) => this.#show(detail));
    host.addEventListener('problem', ({ detail }) => setText(this.problem, detail));
    host.addEventListener('over', ({ detail }) => this.#over(detail));
    this.planning.hidden = true;
    this.running.hidden = false;
    this.#show([]);
    this.#shows(this.desk?.stream ?? null);
    this.tell('opened', room);
  }

  #shows(stream) {
    if (this.#host === null) {
      return;
    }
    if (stream === null) {
      this.#host.stop();
      this.#show([]);
      setText(this.state, `${this.#room.title} is open, and nobody sees you. Start your camera to go on with it, or close it.`);
    } else {
      this.#host.begin(stream);
    }
  }

  #show(viewers) {
    setText(this.problem, '');
    setText(this.state, `${this.#room.title}: ${viewers.length} of ${this.#room.capacity} places are taken.`);
    const shown = JSON.stringify(viewers.map(({ viewer, viewerName }) => [viewer, viewerName]));
    if (this.viewers.dataset.shown !== shown) {
      this.viewers.dataset.shown = shown;
      this.viewers.replaceChildren(...viewers.map(({ viewer, viewerName }) =>
        h('li', { class: 'row' },
          h('span', { class: 'grow' }, viewerName, ' ', h('span', { class: 'quiet figure' }), ' ', h('span', { class: 'warn' })),
          h('button', { type: 'button', 'aria-label': `Send ${viewerName} out`, onclick: () => this.#do(() => this.#host.sendOut(viewer)) }, 'Send out'))));
    }
    viewers.forEach((viewer, index) => {
      const line = this.viewers.children[index];
      setText(line.querySelector('.figure'), figures(viewer));
      setText(line.querySelector('.warn'), viewer.low ? 'The balance runs low.' : '');
    });
  }

  async #close() {
    await this.#host.close();
    this.#over('');
  }

  #over(sentence) {
    const room = this.#room;
    this.#host?.stop();
    this.#host = null;
    this.#room = null;
    this.planning.hidden = false;
    this.running.hidden = true;
    setText(this.problem, sentence);
    this.tell('closed', room);
  }
}

function option([value, name]) {
  return h('option', { value }, name);
}

/** How long somebody has watched; where it is by the minute, what that costs them. */
function figures({ session, used, cost, at, joinedAt }) {
  return session === null ? formatClock((Date.parse(at) - Date.parse(joinedAt)) / 1000) : `${formatClock(used)} · pays ${formatMoney(cost)}`;
}

customElements.define('livemeter-room', LivemeterRoom);
