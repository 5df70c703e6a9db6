import { h, setText } from '../app/dom.js';
import { submitting } from '../app/forms.js';
import './payouts.js';
import './person.js';
import './relays.js';
import './reports.js';
import './tariffs.js';

/** What an administrator looks after: relay hosts, people's money, payouts, prices, reports, and the proof of the books. */
class Administration extends HTMLElement {
  api;

  connectedCallback() {
    this.payouts = this.#part('lm-payouts');
    this.tariffs = this.#part('lm-tariffs');
    this.problem = h('p', { class: 'problem', role: 'alert' });
    this.proof = h('div', { class: 'stack', role: 'status' });
    this.proving = h('form', { class: 'asking', onsubmit: event => this.#prove(event) },
      h('div', {}, h('button', { class: 'primary' }, 'Prove the books')), this.problem);
    this.append(
      h('h1', { class: 'unseen', tabindex: '-1' }, 'Administration'),
      this.#part('lm-relays'),
      h('div', { class: 'columns' }, this.#part('lm-person'), this.payouts),
      this.#part('lm-reports'),
      h('div', { class: 'columns' }, this.tariffs,
        h('section', { class: 'panel', 'aria-labelledby': 'books-title' },
          h('h2', { id: 'books-title' }, 'The books'),
          h('p', {}, 'Every balance is worked out again from the postings, and compared with what is kept.'),
          this.proving, this.proof)));
  }

  reload() {
    return Promise.all([this.payouts.reload(), this.tariffs.reload()]);
  }

  async #prove(event) {
    event.preventDefault();
    this.proof.replaceChildren('Reading all of them…');
    await submitting(this.proving, this.problem, {}, async () => {
      const { sentence, findings, furtherFindings } = await this.api.get('api/ledger/verification');
      this.proof.replaceChildren(
        h('p', {}, sentence),
        h('ul', { class: 'bullets' }, findings.map(finding => h('li', {}, finding.sentence))),
        furtherFindings > 0 ? `And ${furtherFindings} more.` : '');
    });
    if (this.problem.textContent !== '') {
      setText(this.proof, '');
    }
  }

  #part(name) {
    const part = document.createElement(name);
    part.api = this.api;
    return part;
  }
}

customElements.define('lm-administration', Administration);
