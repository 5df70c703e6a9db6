import { Widget, formatMoney, h, setText } from '../widget.js';
import { Badge, pageOf } from './live-badge.js';

const LOOK_EVERY_MS = 5000;
const PAGE = 500;

/** A price changes seldom; whether somebody is there changes often. */
const PRICE_HOLDS_MS = 60_000;

const KINDS = { free: 'Free', members: 'For members' };

/**
 * `<livemeter-directory people="bob carol">`: the rooms that are open and announced, and who of those people can be called, each with what it costs and a link. Attributes `room-page` (`/room/{id}`) and `call-page`
 * (`/call/{user}`) say where the links lead. Looks again every five seconds while the page is seen.
 */
export class LivemeterDirectory extends Widget {
  #timer = 0;
  #prices = new Map();
  #looking = false;

  /** How a user is called on the page. */
  nameOf = user => user;

  build() {
    this.count = h('p', { class: 'visually-hidden', role: 'status' });
    this.open = new Shelf('Live rooms', 'No room is open now.');
    this.announced = new Shelf('Announced', '');
    this.people = new Shelf('Private calls', 'Nobody can be called.');
    this.problem = h('p', { class: 'problem', role: 'alert' });
    return [this.count, this.open.element, this.announced.element, this.people.element, this.problem];
  }

  begin() {
    this.#look();
    this.#timer = setInterval(() => document.hidden || this.#look(), LOOK_EVERY_MS);
  }

  end() {
    clearInterval(this.#timer);
  }

  /** Looks at once, as after somebody was added to `people`. */
  async refresh() {
    await this.#look();
  }

  async #look() {
    if (this.#looking) {
      return;
    }
    this.#looking = true;
    try {
      const { rest } = this.client;
      const names = this.#names();
      const [open, announced, people] = await Promise.all([
        this.#rooms('open'),
        this.#rooms('scheduled'),
        Promise.all(names.map(name => this.#person(name))),
      ]);
      this.#show(open, announced, people.filter(person => person !== null), names.length > 0);
      setText(this.problem, '');
    } catch (error) {
      // What was found before stays, and says that it may be old.
      setText(this.problem, `This may be old: ${error.message}`);
    } finally {
      this.#looking = false;
    }
  }

  /** All of them, page by page. */
  async #rooms(state) {
    const all = [];
    for (let after = ''; ; after = `&after=${all.at(-1).id}`) {
      const { rooms } = await this.client.rest.get(`rooms?state=${state}&limit=${PAGE}${after}`);
      all.push(...rooms);
      if (rooms.length < PAGE) {
        return all;
      }
    }
  }

  #names() {
    return (this.getAttribute('people') ?? '').split(/\s+/u).filter(Boolean);
  }

  /** Null where whoever looks cannot be told, as of somebody who takes no calls. */
  async #person(name) {
    const live = await this.client.rest.get(`live/${encodeURIComponent(name)}`);
    const price = await this.#price(name);
    return price === null ? null : { id: name, live, price };
  }

  async #price(name) {
    const known = this.#prices.get(name);
    if (known !== undefined && performance.now() - known.at < PRICE_HOLDS_MS) {
      return known.price;
    }
    let price = null;
    try {
      price = (await this.client.calls.price(name)).price;
    } catch (error) {
      if (!(error.status >= 400 && error.status < 500)) {
        throw error;
      }
    }
    this.#prices.set(name, { price, at: performance.now() });
    return price;
  }

  #show(open, announced, people, hasPeople) {
    this.open.show(open, line => this.#roomLine(line), (line, room) => this.#fillRoom(line, room));
    this.announced.show(announced, line => this.#roomLine(line), (line, room) => this.#fillRoom(line, room));
    this.people.show(people, line => this.#personLine(line), (line, person) => this.#fillPerson(line, person));
    this.announced.element.hidden = announced.length === 0;
    this.people.element.hidden = !hasPeople;
    setText(this.count, open.length === 1 ? 'One room is live.' : `${open.length} rooms are live.`);
  }

  #roomLine(line) {
    line.link = h('a', { class: 'button' }, 'Look in');
    line.element.append(line.link);
  }

  #fillRoom(line, { id, title, broadcaster, state, startsAt, present, capacity, ...room }) {
    line.badge.show(state === 'open' ? 'live_public' : 'offline');
    setText(line.name, title);
    setText(line.price, costs(room));
    setText(line.more, [
      this.nameOf(broadcaster),
      state === 'open' ? `${present} of ${capacity} places taken` : `begins ${new Date(startsAt).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' })}`,
    ].join(' · '));
    line.link.href = pageOf(this.getAttribute('room-page') ?? '/room/{id}', { id, user: broadcaster });
    line.link.setAttribute('aria-label', `Look in: ${title}`);
  }

  #personLine(line) {
    line.link = h('a', { class: 'button' }, 'Call');
    line.element.append(line.link);
  }

  #fillPerson(line, { id, live: { state }, price }) {
    const name = this.nameOf(id);
    const here = state === 'present' || state === 'live_public';
    line.badge.show(state);
    setText(line.name, name);
    setText(line.price, price.tariff.sentences[0]);
    setText(line.more, state === 'offline' ? 'Away' : '');
    line.link.hidden = !here;
    line.link.href = pageOf(this.getAttribute('call-page') ?? '/call/{user}', { user: id });
    line.link.setAttribute('aria-label', `Call ${name}`);
  }
}

/** A list with a heading. What stays in it stays the same element, so that nobody loses their place. */
class Shelf {
  #lines = new Map();

  /** @param otherwise what is said where it is empty */
  constructor(heading, otherwise) {
    this.list = h('ul', { class: 'plain shelf' });
    this.otherwise = h('p', { class: 'quiet', hidden: true }, otherwise);
    this.element = h('section', {}, h('h2', {}, heading), this.list, this.otherwise);
  }

  show(items, build, fill) {
    const wanted = items.map(item => {
      const line = this.#lines.get(item.id) ?? newLine(build);
      this.#lines.set(item.id, line);
      fill(line, item);
      return line.element;
    });
    const kept = new Set(items.map(({ id }) => id));
    [...this.#lines.keys()].filter(id => !kept.has(id)).forEach(id => this.#lines.delete(id));
    if (wanted.length !== this.list.children.length || wanted.some((element, index) => this.list.children[index] !== element)) {
      this.list.replaceChildren(...wanted);
    }
    this.otherwise.hidden = items.length > 0;
  }
}

function newLine(build) {
  const badge = new Badge();
  const name = h('span', { class: 'name' });
  const price = h('span');
  const more = h('span', { class: 'quiet' });
  const line = { badge, name, price, more };
  line.element = h('li', { class: 'row' },
    h('span', { class: 'grow' }, h('span', { class: 'row title' }, name, badge.element), h('span', { class: 'lines' }, price, more)));
  build(line);
  return line;
}

/** What somebody pays who comes in. */
function costs({ kind, tariff, ticketPrice }) {
  if (kind === 'ticket') {
    return `${formatMoney(ticketPrice)} a ticket`;
  }
  return tariff === null ? KINDS[kind] ?? '' : tariff.sentences[0];
}

customElements.define('livemeter-directory', LivemeterDirectory);
