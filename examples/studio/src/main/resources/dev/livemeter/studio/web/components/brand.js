import { h } from '../app/dom.js';

/** Wherever the page is. */
const SIGN = new URL('../favicon.svg', import.meta.url);

/** The name and the sign of the house. */
export function brand() {
  return h('p', { class: 'brand' },
    h('img', { src: SIGN, alt: '', width: '28', height: '28' }),
    h('span', {}, 'Livemeter ', h('span', { class: 'quiet' }, 'Studio')));
}
