import { h, setText } from '../app/dom.js';
import { exactMoney, plus, signedMoney } from '../app/money.js';
import { formatWhen } from '../app/time.js';
import { counted } from '../app/words.js';
import { explain } from './explanation.js';

const PAGE = 100;

/** What came into the wallet and went out of it, the newest first. The many charges of one stream are one line. */
class Statement extends HTMLElement {
  api;
  query = '';
  #lines = [];
  #next = null;

  connectedCallback() {
    this.rows = h('tbody', { role: 'rowgroup' });
    this.table = h('table', { class: 'lines', role: 'table', 'aria-labelledby': 'statement-title', hidden: true },
      h('thead', { role: 'rowgroup' }, h('tr', { role: 'row' }, ['What', 'When', 'Amount', 'Balance after'].map(name =>
        h('th', { role: 'columnheader', scope: 'col' }, name)))),
      this.rows);
    this.empty = h('p', { class: 'empty', hidden: true }, 'Nothing yet. What is paid in, charged and given back will be listed here.');
    this.problem = h('p', { class: 'problem', role: 'alert' });
    this.older = h('button', { type: 'button', hidden: true, onclick: () => this.#load(this.#next) }, 'Show earlier movements');
    this.append(
      h('section', { class: 'panel', 'aria-labelledby': 'statement-title' },
        h('div', { class: 'panel-head' },
          h('h2', { id: 'statement-title' }, 'Statement'),
          h('a', { href: `api/wallet/entries.csv${this.query}`, download: '' }, 'Save as CSV')),
        this.empty, this.table, this.problem, this.older));
  }

  reload() {
    return this.#load(null);
  }

  async #load(before) {
    const parameters = new URLSearchParams(this.query);
    parameters.set('limit', String(PAGE));
    if (before !== null) {
      parameters.set('before', before);
    }
    try {
      const { entries, next } = await this.api.get(`api/wallet/entries?${parameters}`);
      this.#lines = before === null ? entries : this.#lines.concat(entries);
      this.#next = next;
      this.rows.replaceChildren(...grouped(this.#lines).map(group => this.#row(group)));
      this.older.hidden = next === null;
      this.table.hidden = this.#lines.length === 0;
      this.empty.hidden = !this.table.hidden;
      setText(this.problem, '');
    } catch (error) {
      setText(this.problem, error.message);
    }
  }

  #row({ newest, count, amount }) {
    const held = newest.after.held;
    return h('tr', { role: 'row' },
      cell(h('span', { class: 'title' }, newest.title), ' ', this.#about(newest, count)),
      cell(h('time', { datetime: newest.at }, formatWhen(newest.at))),
      cell(signedMoney(amount)),
      cell(exactMoney(newest.after.posted),
        Number(held.amount) > 0 ? h('span', { class: 'help' }, ` of it ${exactMoney(held)} held`) : null));
  }

  #about(line, count) {
    if (line.session !== null && line.kind === 'capture') {
      return h('span', { class: 'quiet' }, `in ${counted(count, 'charge')} `,
        h('button', { class: 'plain why', type: 'button', onclick: () => explain(this.api, line.session, this.query) }, 'Why?'));
    }
    return h('span', { class: 'quiet' }, line.memo === '' ? line.about : line.memo);
  }
}

/** Charges of one stream that follow each other become one group. */
function grouped(lines) {
  const groups = [];
  for (const line of lines) {
    const last = groups.at(-1);
    if (last?.newest.session !== null && last?.newest.session === line.session && last.newest.kind === line.kind) {
      last.count += 1;
      last.amount = plus(last.amount, line.amount);
    } else {
      groups.push({ newest: line, count: 1, amount: line.amount });
    }
  }
  return groups;
}

function cell(...content) {
  return h('td', { role: 'cell' }, ...content);
}

customElements.define('lm-statement', Statement);
