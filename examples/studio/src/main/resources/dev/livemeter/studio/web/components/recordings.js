import { h, setText } from '../app/dom.js';
import { icon } from '../app/icons.js';
import { formatClock, formatMoment } from '../app/time.js';
import { confirm } from './confirm.js';

const STATES = {
  recording: { words: 'Recording', pill: 'live', icon: 'circle' },
  finishing: { words: 'Being finished', pill: 'connecting', icon: 'dots' },
  ready: { words: 'Ready', pill: 'live', icon: 'check' },
  failed: { words: 'Failed', pill: 'failed', icon: 'warning' },
};

const LOOK_AGAIN_MS = 2000;

/** What was recorded, the newest first, to load or to delete. There only where recordings are. */
class Recordings extends HTMLElement {
  api;
  #timer = null;

  connectedCallback() {
    this.list = h('ul', { class: 'recordings', 'aria-labelledby': 'recordings-title' });
    this.problem = h('p', { class: 'problem', role: 'alert' });
    this.empty = h('p', { class: 'empty' }, 'Nothing yet. Press Record while you stream, and it will be listed here.');
    this.panel = h('section', { class: 'panel', 'aria-labelledby': 'recordings-title', hidden: true },
      h('h2', { id: 'recordings-title' }, 'Your recordings'),
      this.empty, this.list, this.problem);
    this.append(this.panel);
    this.reload();
  }

  disconnectedCallback() {
    clearTimeout(this.#timer);
  }

  /** Whether this person's streams can be recorded. */
  show({ recording }) {
    this.panel.hidden = recording === 'off' && this.list.childElementCount === 0;
  }

  async reload() {
    clearTimeout(this.#timer);
    try {
      const { recordings } = await this.api.get('api/recordings?limit=20');
      const focused = this.list.contains(document.activeElement) ? document.activeElement.dataset.order : null;
      this.list.replaceChildren(...recordings.map(recording => this.#item(recording)));
      this.list.querySelector(`[data-order="${CSS.escape(focused ?? '')}"]`)?.focus();
      this.empty.hidden = recordings.length > 0;
      setText(this.problem, '');
      if (recordings.some(({ state }) => state === 'recording' || state === 'finishing')) {
        this.#timer = setTimeout(() => this.reload(), LOOK_AGAIN_MS);
      }
    } catch (error) {
      setText(this.problem, error.message);
    }
  }

  #item(recording) {
    const when = formatMoment(recording.startedAt);
    const state = STATES[recording.state] ?? { words: recording.state, pill: 'waiting', icon: 'dots' };
    return h('li', { 'data-recording': recording.id },
      h('span', { class: 'place' },
        h('time', { class: 'name', datetime: recording.startedAt }, when),
        h('span', { class: 'quiet' }, facts(recording))),
      h('span', { class: 'pill', 'data-state': state.pill }, icon(state.icon), state.words),
      recording.detail === '' ? null : h('p', { class: 'help' }, recording.detail),
      h('p', { class: 'orders' },
        recording.state !== 'ready' ? null : this.#button('Download', recording, when, () => this.#load(recording)),
        recording.state === 'recording' ? null : this.#button('Delete', recording, when, () => this.#delete(recording, when))));
  }

  #button(text, { id }, when, onclick) {
    return h('button', {
      type: 'button',
      class: 'plain',
      'data-order': `${text} ${id}`,
      'aria-label': `${text} the recording of ${when}`,
      onclick,
    }, text);
  }

  /** A link that is good for some minutes; the browser does the rest. */
  async #load({ id }) {
    await this.#try(async () => {
      const { url } = await this.api.post(`api/recordings/${id}/link`, { validFor: 600 });
      const link = h('a', { href: `api/${url}`, download: '', hidden: true });
      this.append(link);
      link.click();
      link.remove();
    });
  }

  async #delete({ id }, when) {
    const sure = await confirm({
      title: 'Delete the recording?',
      text: `The recording of ${when} is gone for good, and links to it lead nowhere.`,
      yes: 'Delete it',
      no: 'Keep it',
    });
    if (sure) {
      await this.#try(() => this.api.remove(`api/recordings/${id}`));
      await this.reload();
    }
  }

  async #try(action) {
    setText(this.problem, '');
    try {
      await action();
    } catch (error) {
      setText(this.problem, error.message);
    }
  }
}

function facts({ state, length, bytes, expiresAt }) {
  if (state === 'failed') {
    return '';
  }
  const size = bytes > 0 ? `${(bytes / 1e6).toFixed(1)} MB` : '';
  const kept = expiresAt === null ? '' : `kept until ${formatMoment(expiresAt)}`;
  return [length > 0 ? formatClock(length) : '', size, kept].filter(text => text !== '').join(', ');
}

customElements.define('lm-recordings', Recordings);
