import { h, setText } from '../app/dom.js';
import { choice, field, setValue, submitting, valueOf } from '../app/forms.js';
import { formatMoment } from '../app/time.js';
import { displayName } from '../app/words.js';
import { ask } from '../components/confirm.js';
import { page, panel } from './page.js';

const EVERYWHERE = '*';
const LASTING = [['3600', 'an hour'], ['86400', 'a day'], ['604800', 'a week'], ['', 'for ever']];

page('Moderation', async ({ api, me }) => {
  const isAdministrator = me.roles.includes('administrator');
  const { users } = await api.get('studio/users');
  const broadcasters = users.filter(({ roles }) => roles.includes('broadcaster')).map(({ user }) => user);
  const orders = new Orders(api, isAdministrator);
  const form = new SendingAway(api, isAdministrator ? broadcasters : [], order => orders.show(order));
  await orders.show('');
  return [
    h('p', { class: 'quiet' }, isAdministrator ? 'From here you look after everybody’s streams, rooms, calls and chats.' : 'Who is banned cannot call you, come into your rooms, or write in your chats.'),
    h('div', { class: 'talk-columns' }, orders.element, form.element),
  ];
});

/** Bans somebody, or only ends what runs. */
class SendingAway {
  #api;
  #done;

  /** @param places of whose rooms one may send people; the own ones alone where there are none */
  constructor(api, places, done) {
    this.#api = api;
    this.#done = done;
    this.person = field('person', 'Who', { required: true, maxlength: '80', spellcheck: 'false' }, 'A name such as vera, or guest:ID for a guest.');
    this.place = places.length === 0 ? null : choice('place', 'From where', [[EVERYWHERE, 'Everywhere'], ...places.map(user => [user, `${displayName(user)}’s rooms`])]);
    this.lasting = choice('lasting', 'For how long', LASTING);
    this.reason = field('reason', 'Why', { required: true, maxlength: '200' }, 'The person reads it.');
    this.problem = h('p', { class: 'problem', role: 'alert' });
    this.form = h('form', { class: 'moderating', onsubmit: event => this.#send(event) },
      this.person, this.place, this.lasting, this.reason, this.problem,
      h('div', { class: 'choices' },
        h('button', { class: 'danger', value: 'bans' }, 'Ban'),
        h('button', { value: 'kicks', 'aria-describedby': 'kick-help' }, 'Kick')),
      h('p', { class: 'help', id: 'kick-help' }, 'A kick ends what runs now; the person may come again.'));
    this.element = panel('Send somebody away', this.form);
  }

  async #send(event) {
    event.preventDefault();
    const what = event.submitter?.value ?? 'bans';
    const order = { person: named(valueOf(this.person)), reason: valueOf(this.reason), ...this.#place() };
    const seconds = valueOf(this.lasting);
    if (what === 'bans' && seconds !== '') {
      order.lasting = Number(seconds);
    }
    await submitting(this.form, this.problem, { person: this.person, broadcaster: this.place, reason: this.reason, lasting: this.lasting }, async () => {
      const { ban } = await this.#api.post(`api/${what}`, order);
      setValue(this.person, '');
      setValue(this.reason, '');
      await this.#done(`${personName(ban.person)} is ${ban.kind === 'kick' ? 'sent out' : 'banned'}.`);
    });
  }

  #place() {
    const place = this.place === null ? null : valueOf(this.place);
    return place === null ? {} : place === EVERYWHERE ? { everywhere: true } : { broadcaster: place };
  }
}

/** Every order, the newest first, and which of them hold. */
class Orders {
  #api;
  #isAdministrator;
  #shown = [];

  constructor(api, isAdministrator) {
    this.#api = api;
    this.#isAdministrator = isAdministrator;
    this.said = h('p', { role: 'status' });
    this.inForce = h('ul', { class: 'orders' });
    this.over = h('ul', { class: 'orders' });
    this.count = h('summary', {}, 'Over');
    this.more = h('button', { class: 'plain', type: 'button', onclick: () => this.#older() }, 'Older ones');
    this.heading = h('h2', { tabindex: '-1' }, 'Who is banned');
    this.past = h('details', { hidden: true }, this.count, this.over, this.more);
    this.element = h('section', { class: 'panel' }, this.heading, this.said, this.inForce, this.past);
  }

  /** @param sentence what has just happened */
  async show(sentence) {
    this.#take(await this.#api.get(this.#path('')), []);
    setText(this.said, sentence);
  }

  async #older() {
    try {
      this.#take(await this.#api.get(this.#path(`&before=${this.next}`)), this.#shown);
    } catch (error) {
      setText(this.said, error.message);
    }
  }

  #path(more) {
    return `api/bans?limit=50${this.#isAdministrator ? '&all=true' : ''}${more}`;
  }

  #take({ bans, next }, before) {
    this.#shown = [...before, ...bans];
    this.next = next;
    const inForce = this.#shown.filter(ban => ban.inForce);
    const over = this.#shown.filter(ban => !ban.inForce);
    this.inForce.replaceChildren(...(inForce.length === 0 ? [h('li', { class: 'quiet' }, 'Nobody.')] : inForce.map(ban => this.#order(ban))));
    this.over.replaceChildren(...over.map(ban => this.#order(ban)));
    setText(this.count, `Over: ${over.length}${next === null ? '' : ' or more'}`);
    this.more.hidden = next === null;
    this.past.hidden = over.length === 0 && next === null;
  }

  #order(ban) {
    const name = personName(ban.person);
    return h('li', { 'data-person': ban.person },
      h('div', { class: 'what' },
        h('strong', {}, name), ` ${ban.kind === 'kick' ? 'was sent out' : ban.inForce ? 'is banned' : 'was banned'} ${from(ban)}`,
        h('p', {}, ban.reason === '' ? 'No reason was given.' : ban.reason),
        h('p', { class: 'quiet' }, times(ban))),
      ban.inForce ? h('button', { type: 'button', 'aria-label': `Lift the ban of ${name} ${from(ban)}`, onclick: () => this.#lift(ban) }, 'Lift') : null);
  }

  async #lift(ban) {
    const reason = await ask({
      title: `Lift the ban of ${personName(ban.person)}?`,
      text: `They may come again at once, ${from(ban)}.`,
      label: 'Why',
      yes: 'Lift it',
    });
    if (reason === null) {
      return;
    }
    try {
      await this.#api.post(`api/bans/${ban.id}/lift`, { reason });
      await this.show(`The ban of ${personName(ban.person)} is lifted.`);
    } catch (error) {
      setText(this.said, error.message);
    }
    // The button that was pressed is gone.
    this.heading.focus();
  }
}

/** Who is meant by what was entered: a user, unless it says otherwise. */
function named(text) {
  return text.includes(':') ? text : `user:${text.toLowerCase()}`;
}

function personName(person) {
  const [kind, id] = person.split(':');
  return kind === 'user' ? displayName(id) : `guest ${id}`;
}

function from({ broadcaster }) {
  return broadcaster === null ? 'from everywhere' : `from ${displayName(broadcaster)}’s rooms`;
}

function times({ kind, at, by, until, lifted, inForce }) {
  const given = `By ${displayName(by)}, ${formatMoment(at)}`;
  if (lifted !== null) {
    return `${given}; lifted by ${displayName(lifted.by)}, ${formatMoment(lifted.at)}${lifted.reason === '' ? '' : `: ${lifted.reason}`}`;
  }
  if (kind === 'kick') {
    return given;
  }
  return until === null ? `${given}; for ever` : `${given}; ${inForce ? 'until' : 'it ended'} ${formatMoment(until)}`;
}
