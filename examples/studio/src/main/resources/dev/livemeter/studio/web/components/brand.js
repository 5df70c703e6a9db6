import { h } from '../app/dom.js';

/** The name and the sign of the house. */
export function brand() {
  return h('p', { class: 'brand' },
    h('img', { src: 'favicon.svg', alt: '', width: '28', height: '28' }),
    h('span', {}, 'Livemeter ', h('span', { class: 'quiet' }, 'Studio')));
}
