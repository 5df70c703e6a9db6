import { h } from '../app/dom.js';
import { Poller } from '../app/poller.js';
import { displayName, priceSentence, roleName } from '../app/words.js';
import { brand } from './brand.js';
import './connection-banner.js';
import './destinations.js';
import './event-log.js';
import './history.js';
import './live-panel.js';
import './quick-start.js';

/** Everything one sees while signed in. Asks the server for news and tells its parts. */
class Dashboard extends HTMLElement {
  api;
  me;
  #runningId = null;

  connectedCallback() {
    this.banner = h('lm-connection-banner');
    this.live = this.#part('lm-live-panel');
    this.destinations = this.#part('lm-destinations');
    this.quickStart = this.#part('lm-quick-start');
    this.history = this.#part('lm-history');
    this.events = this.#part('lm-event-log');
    this.price = h('p', { class: 'price' });
    this.append(
      h('a', { class: 'skip', href: '#content' }, 'Skip to the content'),
      this.#header(),
      this.banner,
      h('main', { id: 'content' },
        h('h1', { class: 'unseen', tabindex: '-1' }, 'Dashboard'),
        this.live,
        h('div', { class: 'columns' }, this.destinations, this.quickStart),
        this.history,
        this.events),
      h('footer', {}, this.price));
    this.live.addEventListener('changed', () => this.status.now());
    this.destinations.addEventListener('changed', () => this.#tellSetUp());
    this.quickStart.addEventListener('changed', () => this.#tellSetUp());
    this.#poll();
  }

  disconnectedCallback() {
    this.status.stop();
    this.news.stop();
  }

  #part(name) {
    const part = document.createElement(name);
    part.api = this.api;
    return part;
  }

  #header() {
    return h('header', { class: 'top' },
      brand(),
      h('div', { class: 'me' },
        h('span', { class: 'who' },
          h('span', { class: 'name', title: this.me.user }, displayName(this.me.user)),
          h('span', { class: 'quiet' }, roleName(this.me.roles))),
        h('button', { class: 'plain', type: 'button', onclick: () => this.#signOut() }, 'Sign out')));
  }

  #poll() {
    this.status = new Poller(() => this.#readStatus(), {
      every: 1000,
      whileHidden: 10_000,
      failed: (error, wait) => this.banner.lost(error, wait, () => this.status.now()),
    });
    this.news = new Poller(() => this.events.ask(), { every: 2000, whileHidden: 20_000, failed: () => {} });
    this.status.start();
    this.news.start();
  }

  async #readStatus() {
    const status = await this.api.get('api/status');
    this.banner.found();
    this.price.textContent = `Price: ${priceSentence(status.tariff)}.`;
    this.quickStart.show(status);
    this.destinations.show(status);
    const id = status.sessions[0]?.id ?? null;
    if (this.#runningId !== null && id !== this.#runningId) {
      this.#over(this.#runningId);
    }
    this.#runningId = id;
    this.live.show(status);
    document.title = status.sessions[0]?.state === 'live' ? '● Live · Livemeter Studio' : 'Livemeter Studio';
  }

  async #over(id) {
    this.history.reload();
    try {
      const { session } = await this.api.get(`api/sessions/${id}`);
      this.live.receipt(session);
    } catch {
      // The history below shows it as well.
    }
  }

  #tellSetUp() {
    this.live.setUp({ destinations: this.destinations.enabledCount, keys: this.quickStart.keyCount });
  }

  async #signOut() {
    try {
      await this.api.post('studio/sign-out');
    } finally {
      this.dispatchEvent(new CustomEvent('signed-out'));
    }
  }
}

customElements.define('lm-dashboard', Dashboard);
