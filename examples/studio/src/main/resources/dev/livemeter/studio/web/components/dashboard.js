import { h } from '../app/dom.js';
import { Poller } from '../app/poller.js';
import { displayName, priceSentence, roleName } from '../app/words.js';
import './account.js';
import './accounts.js';
import './administration.js';
import { brand } from './brand.js';
import './connection-banner.js';
import './destinations.js';
import './event-log.js';
import './history.js';
import './live-panel.js';
import './platform-chat.js';
import './quick-start.js';
import './recordings.js';
import './stream-details.js';

const VIEWS = [['studio', 'Studio'], ['account', 'Account'], ['administration', 'Administration']];

/** Everything one sees while signed in. Asks the server for news and tells its parts. */
class Dashboard extends HTMLElement {
  api;
  me;
  #runningId = null;

  connectedCallback() {
    this.banner = h('lm-connection-banner');
    this.live = this.#part('lm-live-panel');
    this.chat = this.#part('lm-platform-chat');
    this.chat.user = this.me.user;
    this.accounts = this.#part('lm-accounts');
    this.details = this.#part('lm-stream-details');
    this.destinations = this.#part('lm-destinations');
    this.quickStart = this.#part('lm-quick-start');
    this.history = this.#part('lm-history');
    this.recordings = this.#part('lm-recordings');
    this.events = this.#part('lm-event-log');
    this.price = h('p', { class: 'price', hidden: !this.#offered().includes('account') });
    this.studio = h('div', { class: 'view' },
      h('h1', { class: 'unseen', tabindex: '-1' }, 'Dashboard'),
      this.live,
      this.chat,
      h('div', { class: 'columns' },
        h('div', { class: 'column' }, this.accounts, this.destinations),
        h('div', { class: 'column' }, this.details, this.quickStart)),
      this.recordings,
      this.history,
      this.events);
    this.views = { studio: this.studio };
    this.main = h('main', { id: 'content' }, this.studio);
    this.append(
      h('a', { class: 'skip', href: '#content' }, 'Skip to the content'),
      this.#header(),
      this.banner,
      this.main,
      h('footer', {}, this.price));
    addEventListener('hashchange', this.#follow);
    this.#show(this.#named() ?? this.#offered()[0]);
    this.live.addEventListener('changed', () => this.status.now());
    this.live.addEventListener('recorded', () => this.recordings.reload());
    this.destinations.addEventListener('changed', () => this.#tellSetUp());
    this.quickStart.addEventListener('changed', () => this.#tellSetUp());
    this.accounts.addEventListener('changed', () => this.destinations.reload());
    this.events.addEventListener('told', event => this.#heard(event.detail));
    this.#poll();
  }

  disconnectedCallback() {
    removeEventListener('hashchange', this.#follow);
    this.status.stop();
    this.news.stop();
  }

  #part(name) {
    const part = document.createElement(name);
    part.api = this.api;
    return part;
  }

  /** Who only looks after others has no studio of their own. */
  #offered() {
    return this.me.roles.includes('administrator') ? ['administration'] : ['studio', 'account'];
  }

  /** The view that the address names; other names are places within a view. */
  #named() {
    return this.#offered().find(view => `#${view}` === location.hash);
  }

  #follow = () => {
    const view = this.#named();
    if (view !== undefined) {
      this.#show(view);
      this.views[view].querySelector('h1').focus();
    }
  };

  #show(view) {
    if (!(view in this.views)) {
      this.views[view] = this.#part(`lm-${view}`);
      this.views[view].className = 'view';
      this.main.append(this.views[view]);
    }
    for (const [name, element] of Object.entries(this.views)) {
      element.hidden = name !== view;
    }
    this.nav.querySelectorAll('a').forEach(link => {
      if (link.hash === `#${view}`) {
        link.setAttribute('aria-current', 'page');
      } else {
        link.removeAttribute('aria-current');
      }
    });
    this.views[view].reload?.();
  }

  #header() {
    const offered = this.#offered();
    this.nav = h('nav', { 'aria-label': 'Views' },
      VIEWS.filter(([view]) => offered.includes(view)).map(([view, words]) => h('a', { href: `#${view}` }, words)),
      h('a', { href: 'talk/' }, 'Calls'));
    return h('header', { class: 'top' },
      brand(),
      this.nav,
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
    const told = await this.api.get('api/status');
    // A call that one pays for has a page of its own.
    const status = { ...told, sessions: told.sessions.filter(({ lane }) => lane === 'relay') };
    this.banner.found();
    this.price.textContent = `Price: ${priceSentence(status.tariff)}.`;
    this.quickStart.show(status);
    this.destinations.show(status);
    this.details.show(status);
    this.chat.show(status);
    this.recordings.show(status);
    this.views.account?.show(status);
    const id = status.sessions[0]?.id ?? null;
    if (id !== this.#runningId) {
      // What it reserved of minutes, and what it came to.
      this.views.account?.reload();
    }
    if (this.#runningId !== null && id !== this.#runningId) {
      this.#over(this.#runningId);
    }
    this.#runningId = id;
    this.live.show(status);
    document.title = status.sessions[0]?.state === 'live' ? '● Live · Livemeter Studio' : 'Livemeter Studio';
  }

  /** Whoever comes back from a platform's page. */
  cameBack(what) {
    this.accounts.complete(what);
  }

  /** What changes without anybody touching this page. */
  #heard(codes) {
    const about = what => [...codes].some(code => code.startsWith(what));
    if (about('account_')) {
      this.accounts.reload();
    }
    if (about('broadcast_')) {
      this.history.reload();
    }
  }

  async #over(id) {
    this.history.reload();
    this.recordings.reload();
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
