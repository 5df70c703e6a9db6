import { h, outside, setText } from '../app/dom.js';
import { money } from '../app/money.js';
import { formatClock, formatMoment } from '../app/time.js';
import { explain } from './explanation.js';

const COLUMNS = ['When', 'How long', 'Where', 'Cost', 'Balance', 'Why it ended'];

/** What ran, the newest first. On a phone each row is a small card; the roles keep it a table for screen readers. */
class History extends HTMLElement {
  api;
  #next = null;

  connectedCallback() {
    this.rows = h('tbody', { role: 'rowgroup' });
    this.table = h('table', { role: 'table', 'aria-labelledby': 'history-title', hidden: true },
      h('thead', { role: 'rowgroup' }, h('tr', { role: 'row' }, COLUMNS.map(name => h('th', { role: 'columnheader', scope: 'col' }, name)))),
      this.rows);
    this.empty = h('p', { class: 'empty', hidden: true }, 'Nothing yet. Each stream will be listed here with its time, its price and your balance before and after.');
    this.older = h('button', { type: 'button', hidden: true, onclick: () => this.#more() }, 'Show older streams');
    this.problem = h('p', { class: 'problem', role: 'alert' });
    this.append(
      h('section', { class: 'panel', 'aria-labelledby': 'history-title' },
        h('h2', { id: 'history-title' }, 'Your streams'),
        this.empty, this.table, this.problem, this.older));
    this.reload();
  }

  async reload() {
    await this.#load('api/sessions?limit=10', true);
  }

  async #more() {
    await this.#load(`api/sessions?limit=10&before=${encodeURIComponent(this.#next)}`, false);
  }

  async #load(path, fresh) {
    try {
      const { sessions, next } = await this.api.get(path);
      const over = sessions.filter(session => session.state === 'ended').map(session => row(this.api, session));
      if (fresh) {
        // What somebody opened stays open when something new comes in.
        const open = new Set([...this.rows.querySelectorAll('details[open]')].map(details => details.closest('tr').dataset.session));
        const focused = this.rows.contains(document.activeElement) ? document.activeElement.closest('tr').dataset.session : null;
        const which = focused === null ? null : document.activeElement.localName;
        this.rows.replaceChildren(...over);
        this.rows.querySelectorAll('tr').forEach(line => line.querySelector('details')?.toggleAttribute('open', open.has(line.dataset.session)));
        this.rows.querySelector(`[data-session="${CSS.escape(focused ?? '')}"] ${which ?? 'none'}`)?.focus();
      } else {
        this.rows.append(...over);
      }
      this.#next = next;
      this.older.hidden = next === null;
      this.table.hidden = this.rows.childElementCount === 0;
      this.empty.hidden = !this.table.hidden;
      setText(this.problem, '');
    } catch (error) {
      setText(this.problem, error.message);
    }
  }
}

function row(api, session) {
  const places = session.destinations.map(destination => destination.name);
  return h('tr', { role: 'row', 'data-session': session.id },
    cell(h('time', { datetime: session.openedAt }, formatMoment(session.openedAt))),
    cell(formatClock(session.used)),
    cell(picture(session),
      session.broadcasts.length === 0 || session.details === null ? null : h('span', { class: 'title' }, session.details.title),
      where(session, places), ...onPlatforms(session)),
    cell(money(session.charged), ' ', why(api, session)),
    cell(money(session.balanceBefore), ' → ',
      session.balanceAfter === null ? 'not known' : money(session.balanceAfter)),
    cell(session.end?.sentence ?? ''));
}

/** What it looked like. One of somebody else's is a link: this page loads nothing from elsewhere. */
function picture({ thumbnail, details, openedAt }) {
  if (!thumbnail) {
    return null;
  }
  const what = details === null ? `the stream of ${formatMoment(openedAt)}` : `the stream “${details.title}” of ${formatMoment(openedAt)}`;
  if (thumbnail.link !== null) {
    return h('span', { class: 'picture' }, outside(thumbnail.link, `Picture of ${what}`));
  }
  if (thumbnail.picture === null) {
    return h('span', { class: 'quiet picture' }, thumbnail.detail);
  }
  return h('img', { class: 'picture', src: `api/${thumbnail.picture}`, alt: `A moment of ${what}`, width: 160, loading: 'lazy', decoding: 'async' });
}

/** Where it went, and on demand how each place fared. */
function where({ destinations, broadcasts, lane }, places) {
  if (lane === 'call') {
    return h('span', { class: 'quiet' }, 'A call, or a visit to a room');
  }
  const names = h('span', { class: 'clamp', title: places.join(', ') }, places.join(', '));
  if (!destinations.some(destination => 'liveTime' in destination)) {
    return names;
  }
  return h('details', { class: 'fared' },
    h('summary', {}, names),
    h('ul', {}, destinations.map(destination => h('li', {}, fared(destination),
      broadcasts.filter(broadcast => broadcast.destination === destination.id).map(broadcast => h('span', { class: 'shown' }, shown(broadcast)))))));
}

/** How many watched, and where one can watch it since. */
function onPlatforms({ broadcasts, viewers }) {
  const audience = viewers === null || viewers.peak === 0 ? null
    : h('span', { class: 'quiet audience' }, `${number(viewers.peak)} watched at most, ${number(viewers.average)} on average`);
  const videos = broadcasts.filter(({ video, videoSought }) => video !== null || videoSought);
  return [audience, videos.length === 0 ? null : h('span', { class: 'videos' }, videos.map(({ video, platformName }, index) => h('span', {},
    video === null ? h('span', { class: 'quiet' }, `${platformName}: video being looked for`) : outside(video, `Video on ${platformName}`),
    index < videos.length - 1 ? ', ' : null)))];
}

const STATES = {
  opening: 'being opened there',
  ready: 'not shown there yet',
  live: 'shown there',
  ending: 'being ended there',
  ended: 'ended there',
  failed: 'never shown there',
};

/** How a broadcast fared on its platform. */
function shown({ state, detail, viewers, video, videoSought, liveAt }) {
  const words = state === 'ended' && liveAt === null ? 'ended there before anybody saw it' : STATES[state] ?? state;
  const audience = viewers === null ? '' : `; ${number(viewers.peak)} watched at most, ${number(viewers.average)} on average`;
  const kept = video !== null || videoSought || state !== 'ended' || detail !== '' ? '' : '; no video is kept';
  return ` On the platform: ${words}${audience}${kept}.${detail === '' ? '' : ` ${detail}`}`;
}

function number(value) {
  return new Intl.NumberFormat(undefined, { maximumFractionDigits: 1 }).format(value);
}

function fared({ name, firstLiveAt, liveTime, attempts, lastError, bytes }) {
  const live = firstLiveAt === null ? 'never live' : `live for ${formatClock(liveTime)} from ${formatMoment(firstLiveAt)}`;
  const tries = attempts > 1 ? `, ${attempts} attempts` : '';
  const sent = bytes > 0 ? `, ${(bytes / 1e6).toFixed(1)} MB` : '';
  const trouble = lastError === null ? '' : ` ${lastError}`;
  return `${name}: ${live}${tries}${sent}.${trouble}`;
}

function why(api, session) {
  return h('button', {
    class: 'plain why',
    type: 'button',
    'aria-label': `Why did the stream of ${formatMoment(session.openedAt)} cost that?`,
    onclick: () => explain(api, session.id),
  }, 'Why?');
}

function cell(...content) {
  return h('td', { role: 'cell' }, ...content);
}

customElements.define('lm-history', History);
