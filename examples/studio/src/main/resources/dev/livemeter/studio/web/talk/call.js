import { displayName } from '../app/words.js';
import { named, page, panel, widget } from './page.js';

const callee = named();

page(`Call ${displayName(callee)}`, ({ client }) => {
  const call = widget('livemeter-call', client, { callee, currency: 'USD' });
  const aside = panel('Chat');
  call.addEventListener('called', ({ detail }) => {
    aside.querySelector('livemeter-chat')?.remove();
    aside.append(widget('livemeter-chat', client, { channel: `call/${detail.id}` }));
  });
  const columns = document.createElement('div');
  columns.className = 'talk-columns';
  columns.append(panel(null, call), aside);
  return [columns];
});
