import { h } from '../app/dom.js';
import { formatMoment } from '../app/time.js';
import { displayName } from '../app/words.js';
import { page, panel } from './page.js';

const LOOK_EVERY_MS = 5000;
const KINDS = { free: 'free', metered: 'by the minute', spectators: 'by the minute', ticket: 'by ticket', members: 'for members' };

page('Who is live', async ({ client, api, me }) => {
  const people = h('ul', { class: 'people', 'aria-live': 'polite' });
  const rooms = h('ul', { class: 'people', 'aria-live': 'polite' });
  const look = async () => {
    const { users } = await api.get('studio/users');
    const broadcasters = users.filter(user => user.roles.includes('broadcaster') && user.user !== me.user);
    const found = await Promise.all(broadcasters.map(({ user }) => client.calls.price(user)));
    replace(people, found.map(person), 'Nobody can be called.');
    const [open, announced] = await Promise.all([client.rest.get('rooms'), client.rest.get('rooms?state=scheduled')]);
    replace(rooms, [...open.rooms, ...announced.rooms].map(room), 'No room is open now.');
  };
  const again = () => look().catch(() => {}).then(() => setTimeout(again, LOOK_EVERY_MS));
  again();
  return [panel('Private calls', people), panel('Rooms', rooms)];
});

function replace(list, items, otherwise) {
  const next = items.length === 0 ? [h('li', { class: 'quiet' }, otherwise)] : items;
  if (list.innerHTML !== next.map(item => item.outerHTML).join('')) {
    list.replaceChildren(...next);
  }
}

function person({ callee, present, price }) {
  return h('li', {},
    h('span', { class: 'name' }, displayName(callee)),
    h('span', { class: 'quiet' }, price.tariff.sentences[0]),
    present ? h('a', { class: 'button', href: `/call/${encodeURIComponent(callee)}` }, 'Call') : h('span', { class: 'quiet away' }, 'away'));
}

function room({ id, title, broadcaster, kind, state, startsAt, present, capacity }) {
  const now = state === 'open' ? `${present} of ${capacity}` : `begins ${formatMoment(startsAt)}`;
  return h('li', {},
    h('span', { class: 'name' }, title),
    h('span', { class: 'quiet' }, `${displayName(broadcaster)} · ${KINDS[kind]} · ${now}`),
    h('a', { class: 'button', href: `/room/${encodeURIComponent(id)}` }, 'Look in'));
}
