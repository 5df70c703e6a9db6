import { LivemeterClient } from '/livemeter/livemeter.js';
import { Api, Problem } from '../app/api.js';
import { h, setText } from '../app/dom.js';
import { displayName } from '../app/words.js';
import '../components/pay-in.js';
import '../components/sign-in.js';

/**
 * The frame of a page for calls: whoever is not signed in does that first; then the page is built.
 *
 * @param title of the page
 * @param build gets `{ client, api, me }` and gives the elements
 */
export async function page(title, build) {
  document.title = `${title} · Livemeter Studio`;
  const api = new Api(() => location.reload());
  const asking = new Api(() => {});
  let me;
  try {
    me = await asking.get('studio/me');
  } catch (error) {
    if (!(error instanceof Problem && error.status === 401)) {
      document.body.append(h('p', { class: 'notice', role: 'alert' }, error.message));
      return;
    }
    signIn(asking);
    return;
  }
  const client = new LivemeterClient({ signaling: { url: '/peer' } });
  const balance = h('livemeter-balance', { low: '5.00' });
  balance.client = client;
  const till = h('p', { class: 'quiet', role: 'status' });
  const payIn = document.createElement('lm-pay-in');
  payIn.api = api;
  payIn.addEventListener('said', ({ detail }) => setText(till, detail));
  payIn.addEventListener('paid', () => client.moneyChanged());
  // The button in a call whose balance runs low; a link leads to where money is taken.
  document.addEventListener('topup', ({ detail }) => detail.page === null && payIn.press());
  const parts = await build({ client, api, me });
  document.body.append(
    h('a', { class: 'skip', href: '#content' }, 'Skip to the content'),
    h('div', { class: 'talk' },
      h('header', { class: 'top' },
        h('span', { class: 'brand' }, h('img', { src: '/favicon.svg', alt: '', width: 28, height: 28 }), 'Livemeter ', h('span', { class: 'quiet' }, 'Calls')),
        h('span', { class: 'me' }, h('span', { class: 'name' }, me.guest ?? displayName(me.user)), me.guest === undefined ? [balance, payIn] : null)),
      h('nav', { 'aria-label': 'Calls', class: 'talk-nav' },
        link('/talk/', 'Who is live'),
        me.roles.includes('broadcaster') ? link('/desk', 'My desk') : null,
        moderates(me) ? [link('/moderation', 'Moderation'), link('/', 'Studio')] : null,
        h('button', { class: 'plain', type: 'button', onclick: () => signOut(api, till) }, 'Sign out')),
      till,
      h('main', { id: 'content' }, h('h1', {}, title), ...parts)));
}

function link(href, words) {
  return h('a', { href, 'aria-current': location.pathname === href ? 'page' : null }, words);
}

async function signOut(api, said) {
  try {
    await api.post('studio/sign-out');
    location.assign('/talk/');
  } catch (error) {
    setText(said, error.message);
  }
}

function moderates(me) {
  return me.roles.includes('broadcaster') || me.roles.includes('administrator');
}

function signIn(api) {
  const view = document.createElement('lm-sign-in');
  view.api = api;
  view.message = '';
  view.guests = true;
  view.addEventListener('signed-in', () => location.reload());
  document.body.append(view);
}

/** A panel with a heading. */
export function panel(heading, ...children) {
  return h('section', { class: 'panel' }, heading === null ? null : h('h2', {}, heading), ...children);
}

/** A widget with the page's client. */
export function widget(name, client, attributes = {}) {
  const element = h(name, attributes);
  element.client = client;
  return element;
}

/** What the address names last: `/call/bob` is about bob. */
export function named() {
  return decodeURIComponent(location.pathname.split('/').pop());
}
