import { h, setText } from '../app/dom.js';
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
        this.rows.replaceChildren(...over);
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
  return h('tr', { role: 'row' },
    cell(h('time', { datetime: session.openedAt }, formatMoment(session.openedAt))),
    cell(formatClock(session.used)),
    cell(where(session, places)),
    cell(money(session.charged), ' ', why(api, session)),
    cell(money(session.balanceBefore), ' → ',
      session.balanceAfter === null ? 'not known' : money(session.balanceAfter)),
    cell(session.end?.sentence ?? ''));
}

/** Where it went, and on demand how each place fared. */
function where({ destinations }, places) {
  const names = h('span', { class: 'clamp', title: places.join(', ') }, places.join(', '));
  if (!destinations.some(destination => 'liveTime' in destination)) {
    return names;
  }
  return h('details', { class: 'fared' },
    h('summary', {}, names),
    h('ul', {}, destinations.map(destination => h('li', {}, fared(destination)))));
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
