import { h } from '../app/dom.js';
import { page, panel, widget } from './page.js';

page('My desk', ({ client, me }) => {
  const desk = widget('livemeter-broadcaster', client);
  const room = widget('livemeter-room', client, { currency: 'USD' });
  room.desk = desk;
  const chat = panel('Chat');
  const show = channel => {
    chat.querySelector('livemeter-chat')?.remove();
    chat.append(widget('livemeter-chat', client, { channel, moderator: true }));
  };
  desk.addEventListener('ringing', ({ detail }) => show(`call/${detail.id}`));
  room.addEventListener('opened', ({ detail }) => show(`room/${detail.id}`));
  return [
    h('p', { class: 'quiet' }, 'People call you at ', h('a', { href: `/call/${encodeURIComponent(me.user)}` }, `/call/${me.user}`), ' while your camera is on.'),
    h('div', { class: 'talk-columns' }, panel(null, desk), h('div', { class: 'talk-side' }, panel('Room', room), chat)),
  ];
});
