import { h } from '../app/dom.js';
import { displayName } from '../app/words.js';
import { named, page, panel, widget } from './page.js';

const callee = named();

page(`Call ${displayName(callee)}`, ({ client }) => {
  const call = widget('livemeter-call', client, { callee, currency: 'USD' });
  const aside = panel('Chat', h('p', { class: 'quiet' }, 'It begins with the call.'));
  call.addEventListener('called', ({ detail }) => {
    aside.lastElementChild.replaceWith(widget('livemeter-chat', client, { channel: `call/${detail.id}` }));
  });
  const columns = document.createElement('div');
  columns.className = 'talk-columns';
  columns.append(panel(null, call), aside);
  return [widget('livemeter-live-badge', client, { user: callee, 'room-page': '/room/{id}' }), columns];
});
