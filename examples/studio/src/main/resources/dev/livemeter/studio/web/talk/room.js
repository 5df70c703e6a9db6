import { h } from '../app/dom.js';
import { named, page, panel, widget } from './page.js';

const room = named();

page('Room', ({ client }) => [
  h('div', { class: 'talk-columns' },
    panel(null, widget('livemeter-viewer', client, { room })),
    panel('Chat', widget('livemeter-chat', client, { channel: `room/${room}` }))),
]);
