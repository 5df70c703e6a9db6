import { h } from '../app/dom.js';
import { Members } from './members.js';
import { page, panel, widget } from './page.js';

page('My desk', async ({ client, api, me }) => {
  const desk = widget('livemeter-broadcaster', client);
  const room = h('livemeter-room', { currency: 'USD' });
  room.desk = desk;
  const address = h('p', { class: 'quiet', hidden: true });
  const chat = panel('Chat', h('p', { class: 'quiet' }, 'It begins with a call or a room.'));
  const show = channel => {
    chat.lastElementChild.remove();
    chat.append(widget('livemeter-chat', client, { channel, moderator: true }));
  };
  desk.addEventListener('ringing', ({ detail }) => show(`call/${detail.id}`));
  room.addEventListener('opened', ({ detail: { id } }) => {
    show(`room/${id}`);
    address.replaceChildren('People come in at ', h('a', { href: `/room/${encodeURIComponent(id)}` }, `/room/${id}`), '.');
    address.hidden = false;
  });
  room.addEventListener('closed', () => (address.hidden = true));
  // After it is listened to: a room that is open already is told at once.
  room.client = client;
  const members = me.roles.includes('broadcaster') ? new Members(api) : null;
  await members?.show();
  return [
    h('p', { class: 'quiet' }, 'People call you at ', h('a', { href: `/call/${encodeURIComponent(me.user)}` }, `/call/${me.user}`), ' while your camera is on.'),
    widget('livemeter-live-badge', client, { user: me.user }),
    h('div', { class: 'talk-columns' }, panel(null, desk), h('div', { class: 'talk-side' }, panel('Room', room, address), chat, members?.element)),
  ];
});
