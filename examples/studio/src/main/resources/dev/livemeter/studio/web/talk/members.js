import { h } from '../app/dom.js';
import { field, setValue, submitting, valueOf } from '../app/forms.js';
import { displayName } from '../app/words.js';
import { panel } from './page.js';

/** Those whom a broadcaster lets into rooms for members. */
export class Members {
  #api;

  constructor(api) {
    this.#api = api;
    this.person = field('member', 'Name', { required: true, maxlength: '80', spellcheck: 'false' }, 'Such as vera. Members come into rooms that are for members only.');
    this.problem = h('p', { class: 'problem', role: 'alert' });
    this.form = h('form', { class: 'moderating', onsubmit: event => this.#add(event) }, this.person, this.problem, h('div', {}, h('button', {}, 'Make a member')));
    this.list = h('ul', { class: 'people', 'aria-label': 'Members', 'aria-live': 'polite' });
    this.element = panel('Members', this.list, this.form);
  }

  async show() {
    this.#take(await this.#api.get('studio/members'));
  }

  async #add(event) {
    event.preventDefault();
    await submitting(this.form, this.problem, { user: this.person }, async () => {
      this.#take(await this.#api.post('studio/members', { user: valueOf(this.person).toLowerCase(), member: true }));
      setValue(this.person, '');
    });
  }

  #take({ members }) {
    this.list.replaceChildren(...(members.length === 0
      ? [h('li', { class: 'quiet' }, 'Nobody.')]
      : members.map(user => h('li', {},
        h('span', { class: 'name' }, displayName(user)),
        h('button', { type: 'button', 'aria-label': `${displayName(user)} is no member any more`, onclick: () => this.#remove(user) }, 'Take out')))));
  }

  async #remove(user) {
    await submitting(this.form, this.problem, {}, async () => this.#take(await this.#api.post('studio/members', { user, member: false })));
  }
}
