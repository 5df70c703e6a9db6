import { h } from '../widget.js';

/**
 * How to pay in: a button, for a host that listens to its event; a link, where the host has a page for it. The page opens beside this one, in which the media goes on.
 */
export class TopUp {
  /** @param pressed is told that somebody wants to pay in, with the page that opens, or null */
  constructor(pressed) {
    this.button = h('button', { type: 'button', class: 'main', hidden: true, onclick: () => pressed(null) }, 'Pay in');
    this.link = h('a', { class: 'button main', target: '_blank', rel: 'noopener', hidden: true, onclick: () => pressed(this.link.href) },
      'Pay in', h('span', { class: 'visually-hidden' }, ' in a new tab'));
    this.elements = [this.button, this.link];
  }

  /** @param low whether it is time @param page where one pays in; null where there is no such page, or no need yet */
  show(low, page = null) {
    const before = this.link.getRootNode().activeElement;
    if (page !== null && this.link.getAttribute('href') !== page) {
      this.link.setAttribute('href', page);
    }
    this.button.hidden = !low || page !== null;
    this.link.hidden = page === null;
    if (before === this.button && !this.link.hidden) {
      // Whoever was about to press it need not look for it.
      this.link.focus();
    }
  }
}
