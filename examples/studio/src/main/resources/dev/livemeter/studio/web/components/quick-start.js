import { h, setText } from '../app/dom.js';
import { formatMoment } from '../app/time.js';
import { confirm } from './confirm.js';
import { copyField } from './copy-field.js';

/** The two strings that an encoder needs. A key is shown once, right after it is made. */
class QuickStart extends HTMLElement {
  api;
  keyCount = 0;
  #url = undefined;

  connectedCallback() {
    this.moved = h('p', { class: 'moved', role: 'status' });
    this.server = h('div');
    this.key = h('div', { 'aria-live': 'polite' });
    this.keys = h('div');
    this.problem = h('p', { class: 'problem', role: 'alert' });
    this.append(
      h('section', { class: 'panel', id: 'quick-start', 'aria-labelledby': 'quick-start-title' },
        h('h2', { id: 'quick-start-title' }, 'Connect your encoder'),
        h('p', {}, 'In OBS: Settings, Stream, Service “Custom”. Then copy these two.'),
        this.moved, this.server, this.key, this.keys, this.problem));
    this.#load();
  }

  show({ ingest }) {
    setText(this.moved, ingest?.moved?.sentence ?? '');
    const url = ingest?.tlsUrl ?? ingest?.url ?? null;
    if (url !== this.#url) {
      this.#url = url;
      this.server.replaceChildren(url === null
        ? h('p', { class: 'empty' }, 'There is no relay to publish to. Ask the operator to start one.')
        : copyField('Server', url));
    }
  }

  async #load() {
    try {
      const { streamKeys } = await this.api.get('api/stream-keys');
      this.#list(streamKeys.filter(key => key.good));
    } catch (error) {
      setText(this.problem, error.message);
    }
  }

  #list(keys) {
    this.keyCount = keys.length;
    this.keys.replaceChildren(...(keys.length === 0 ? this.#none() : this.#some(keys)));
    this.dispatchEvent(new CustomEvent('changed'));
  }

  #none() {
    return [
      h('p', { class: 'empty' }, 'You have no stream key yet. With one, your encoder can publish in your name.'),
      h('button', { class: 'primary', type: 'button', onclick: () => this.#create('api/stream-keys') }, 'Create key'),
    ];
  }

  #some(keys) {
    return [
      h('ul', { class: 'keys' }, keys.map(key =>
        h('li', {},
          h('span', {}, 'Key ', h('code', {}, key.hint), h('span', { class: 'quiet' }, ` made ${formatMoment(key.createdAt)}`)),
          h('button', { class: 'plain', type: 'button', 'aria-label': `Revoke the key ${key.hint}`, onclick: () => this.#revoke(key) }, 'Revoke')))),
      h('button', { type: 'button', onclick: () => this.#renew() }, 'New key'),
    ];
  }

  async #renew() {
    const sure = await confirm({
      title: 'Make a new key?',
      text: 'The key you have is refused from then on; enter the new one in your encoder. A stream that runs now goes on.',
      yes: 'Make a new key',
    });
    if (sure) {
      this.#create('api/stream-keys/rotate');
    }
  }

  async #create(path) {
    await this.#try(async () => {
      const { key } = await this.api.post(path);
      this.key.replaceChildren(copyField('Stream key', key, 'Copy it now: it is shown this once. Keep it secret, who has it streams at your cost.'));
      this.key.querySelector('button').focus();
    });
  }

  async #revoke(key) {
    const sure = await confirm({
      title: `Revoke the key ${key.hint}?`,
      text: 'It is refused at once, and a stream that runs on it is stopped.',
      yes: 'Revoke it',
    });
    if (sure) {
      await this.#try(async () => {
        await this.api.remove(`api/stream-keys/${encodeURIComponent(key.id)}`);
        this.key.replaceChildren();
      });
    }
  }

  async #try(change) {
    setText(this.problem, '');
    try {
      await change();
    } catch (error) {
      setText(this.problem, error.message);
    }
    await this.#load();
  }
}

customElements.define('lm-quick-start', QuickStart);
