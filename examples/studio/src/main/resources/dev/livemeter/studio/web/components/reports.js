import { h } from '../app/dom.js';
import { choice, field, submitting, valueOf } from '../app/forms.js';
import { exactMoney } from '../app/money.js';
import { formatSpan } from '../app/time.js';

const BY = [['day', 'day'], ['month', 'month'], ['payer', 'person'], ['platform', 'platform'], ['tier', 'discount tier'], ['factor', 'destination factor'], ['payee', 'payee'], ['lane', 'lane']];

/** What was sold, summed up; the same and the movements of the books as files. */
class Reports extends HTMLElement {
  api;

  connectedCallback() {
    const today = new Date();
    this.from = field('report-from', 'From', { type: 'date', required: true, value: `${today.toISOString().slice(0, 7)}-01` });
    this.to = field('report-to', 'To before', { type: 'date', required: true, value: tomorrow(today) });
    this.first = choice('report-by', 'By', BY);
    this.second = choice('report-then', 'Then by', [['', '–'], ...BY]);
    this.problem = h('p', { class: 'problem', role: 'alert' });
    this.form = h('form', { class: 'asking', onsubmit: event => this.#ask(event) },
      h('div', { class: 'side-by-side' }, this.from, this.to, this.first, this.second, h('button', { class: 'primary' }, 'Sum up')),
      this.problem);
    this.answer = h('div', { class: 'stack', 'aria-live': 'polite' });
    this.append(
      h('section', { class: 'panel', 'aria-labelledby': 'reports-title' },
        h('h2', { id: 'reports-title' }, 'Reports'), this.form, this.answer));
  }

  async #ask(event) {
    event.preventDefault();
    await submitting(this.form, this.problem, {}, async () => {
      const period = `from=${valueOf(this.from)}&to=${valueOf(this.to)}`;
      const by = [valueOf(this.first), valueOf(this.second)].filter(name => name !== '').join(',');
      const report = await this.api.get(`api/reports/sales?${period}&by=${by}`);
      this.answer.replaceChildren(
        report.rows.length === 0 ? h('p', { class: 'empty' }, 'Nothing was sold in that time.') : tableOf(report),
        h('p', { class: 'links' },
          h('a', { href: `api/reports/sales.csv?${period}&by=${by}`, download: '' }, 'Sales as CSV'), ' ',
          h('a', { href: `api/reports/movements.csv?${period}`, download: '' }, 'Movements of the books as CSV')));
    });
  }
}

function tableOf(report) {
  const words = name => BY.find(([value]) => value === name)[1].replace(/^./, first => first.toUpperCase());
  const figureHeads = ['Streams', 'Time', 'List price', 'Discount', 'Sold for', 'Payees', 'Kept'];
  return h('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'Sales' },
    h('table', { class: 'figures-table' },
      h('thead', {}, h('tr', {},
        report.by.map(name => h('th', { scope: 'col' }, words(name))),
        figureHeads.map(head => h('th', { scope: 'col', class: 'number' }, head)))),
      h('tbody', {}, report.rows.map(row => h('tr', {}, report.by.map(name => h('td', {}, row[name] === '' ? '–' : row[name])), figures(row)))),
      h('tfoot', {}, report.totals.map(total => h('tr', {},
        report.by.map((_, index) => h('th', { scope: index === 0 ? 'row' : null }, index === 0 ? 'Sum' : '')), figures(total))))));
}

function figures(row) {
  return [String(row.sessions), formatSpan(row.seconds), ...[row.list, row.discount, row.amount, row.earned, row.kept].map(exactMoney)]
    .map(text => h('td', { class: 'number' }, text));
}

function tomorrow(today) {
  return new Date(today.getTime() + 86_400_000).toISOString().slice(0, 10);
}

customElements.define('lm-reports', Reports);
