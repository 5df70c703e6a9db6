import { h, setText } from '../app/dom.js';
import { area, choice, field, setValue, submitting, valueOf } from '../app/forms.js';

const PRIVACY = [
  ['public', 'Public: everybody'],
  ['unlisted', 'Unlisted: whoever has the link'],
  ['private', 'Private: you, and whom you invite there'],
];

/** What streams are called from the next one on, on every connected account. */
class StreamDetails extends HTMLElement {
  api;
  #running = null;

  connectedCallback() {
    this.heading = field('details-title', 'Title', { type: 'text', maxlength: '100', required: true });
    this.text = area('details-description', 'Description (optional)', { rows: '3', maxlength: '5000' });
    this.category = field('details-category', 'Category (optional)', { type: 'text', maxlength: '100' }, 'As the platform calls it, such as the name of a game or “Music”.');
    this.privacy = choice('details-privacy', 'Who may see it', PRIVACY, 'Where a platform lets one choose. Twitch shows every stream to everybody and takes public ones alone.');
    this.note = h('p', { class: 'help' });
    this.said = h('p', { class: 'help', role: 'status' });
    this.problem = h('p', { class: 'problem', role: 'alert' });
    this.form = h('form', { class: 'stack', onsubmit: event => this.#save(event), oninput: () => setText(this.said, '') },
      this.heading, this.text, this.category, this.privacy, this.problem,
      h('div', { class: 'choices' }, h('button', { class: 'primary' }, 'Save')), this.said);
    this.append(
      h('section', { class: 'panel', id: 'stream-details', 'aria-labelledby': 'stream-details-title' },
        h('h2', { id: 'stream-details-title' }, 'What your stream is called'), this.note, this.form));
    this.#load();
  }

  show(status) {
    this.#running = status.sessions[0] ?? null;
    const title = this.#running?.details?.title;
    setText(this.note, this.#running === null ? 'Connected accounts show it so, from the next stream on.'
      : `The stream that runs keeps ${title === undefined ? 'what it began with' : `“${title}”`}. What you save now is for the next one.`);
  }

  async #load() {
    try {
      const { details } = await this.api.get('api/stream-details');
      setValue(this.heading, details.title);
      setValue(this.text, details.description);
      setValue(this.category, details.category);
      setValue(this.privacy, details.privacy);
    } catch (error) {
      setText(this.problem, error.message);
    }
  }

  #save(event) {
    event.preventDefault();
    setText(this.said, '');
    submitting(this.form, this.problem, { title: this.heading, description: this.text, category: this.category, privacy: this.privacy }, async () => {
      await this.api.put('api/stream-details', {
        title: valueOf(this.heading),
        description: valueOf(this.text),
        category: valueOf(this.category),
        privacy: valueOf(this.privacy),
      });
      setText(this.said, this.#running === null ? 'Saved. Your next stream is called so.' : 'Saved. The stream after this one is called so.');
    });
  }
}

customElements.define('lm-stream-details', StreamDetails);
