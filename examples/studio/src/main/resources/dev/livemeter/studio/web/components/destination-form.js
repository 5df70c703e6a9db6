import { h, setText } from '../app/dom.js';
import { choice, field, setValue, valueOf } from '../app/forms.js';

const BY_KEY = 'key';

/** Asks for what a platform needs, and no more. What the server objects to stands at the form, in the server's own sentence. */
class DestinationForm extends HTMLElement {
  api;
  #platforms = [];
  #accounts = [];
  #busy = false;

  connectedCallback() {
    this.platform = h('select', { id: 'new-platform', name: 'platform', 'aria-describedby': 'new-platform-help', onchange: () => this.#choosePlatform() });
    this.way = choice('new-way', 'Reached by', []);
    this.way.addEventListener('change', () => this.#adapt());
    this.connect = h('p', { class: 'help' });
    this.server = field('new-server', 'Server', { type: 'url', placeholder: 'rtmp://host/app', autocomplete: 'off', spellcheck: 'false' }, 'The address that the platform shows, without the key.');
    this.hint = h('p', { id: 'new-platform-help', class: 'help' });
    this.key = field('new-key', 'Stream key', { type: 'password', autocomplete: 'off', required: true }, 'From the platform’s own settings. It is kept encrypted and never shown again.');
    this.name = field('new-name', 'Name (optional)', { type: 'text', maxlength: '60', autocomplete: 'off' }, 'What you want to call it here.');
    this.problem = h('p', { class: 'problem', role: 'alert' });
    this.append(
      h('form', { class: 'adding', onsubmit: event => this.#add(event) },
        h('h3', {}, 'Add a destination'),
        h('div', { class: 'field' }, h('label', { for: 'new-platform' }, 'Platform'), this.platform, this.hint),
        this.way, this.connect, this.server, this.key, this.name, this.problem,
        h('div', { class: 'choices' },
          h('button', { class: 'primary' }, 'Add'),
          h('button', { type: 'button', onclick: () => this.dispatchEvent(new CustomEvent('cancelled')) }, 'Cancel'))));
  }

  async open() {
    this.querySelector('form').reset();
    setText(this.problem, '');
    try {
      if (this.#platforms.length === 0) {
        this.#platforms = (await this.api.get('api/platforms')).platforms;
        this.platform.replaceChildren(...this.#platforms.map(({ name, displayName }) => h('option', { value: name }, displayName)));
      }
      this.#accounts = (await this.api.get('api/accounts')).accounts;
      this.#choosePlatform();
    } catch (error) {
      setText(this.problem, error.message);
    }
    this.platform.focus();
  }

  /** By an account of that platform that is connected, or by a key. */
  #choosePlatform() {
    const own = this.#chosen().byAccount ? this.#accounts.filter(({ platform }) => platform === this.platform.value) : [];
    this.way.querySelector('select').replaceChildren(
      ...own.map(({ id, name, state }) => h('option', { value: id }, state === 'connected' ? `Your account “${name}”` : `Your account “${name}”, to be connected again`)),
      h('option', { value: BY_KEY }, 'A stream key'));
    this.way.hidden = own.length === 0;
    setValue(this.way, own[0]?.id ?? BY_KEY);
    this.#adapt();
  }

  #chosen() {
    return this.#platforms.find(({ name }) => name === this.platform.value)
      ?? { server: 'none', guide: null, byAccount: false, connects: false, connectsDevices: false };
  }

  #adapt() {
    const { server, guide, displayName, byAccount, connects, connectsDevices } = this.#chosen();
    const byKey = valueOf(this.way) === BY_KEY;
    const connectable = this.way.hidden && byAccount && (connects || connectsDevices);
    this.connect.replaceChildren(...(connectable
      ? ['Without a key it goes as well: ', h('a', { href: '#accounts' }, `connect your account on ${displayName}`), ' first.'] : []));
    this.key.hidden = !byKey;
    input(this.key).required = byKey;
    this.server.hidden = !byKey || server === 'none';
    input(this.server).required = byKey && server === 'required';
    this.hint.hidden = !byKey;
    input(this.server).placeholder = guide?.usualServer ?? (guide?.transport === 'rtmps' ? 'rtmps://host/app' : 'rtmp://host/app');
    this.hint.replaceChildren(...hint(guide));
  }

  async #add(event) {
    event.preventDefault();
    setText(this.problem, '');
    if (this.#busy) {
      return;
    }
    this.#busy = true;
    const way = valueOf(this.way);
    const given = { platform: this.platform.value, ...(way === BY_KEY ? { key: input(this.key).value.trim() } : { account: way }) };
    const name = input(this.name).value.trim();
    const server = input(this.server).value.trim();
    try {
      await this.api.post('api/destinations', {
        ...given,
        ...(name === '' ? {} : { name }),
        ...(this.server.hidden || server === '' ? {} : { server }),
      });
      this.dispatchEvent(new CustomEvent('added'));
    } catch (error) {
      setText(this.problem, error.message);
      this.#focusFault(error.field);
    } finally {
      this.#busy = false;
    }
  }

  #focusFault(fault) {
    const fields = { name: this.name, server: this.server, key: this.key, account: this.way };
    if (fault in fields) {
      fields[fault].querySelector('input, select').focus();
    }
  }
}

/** Where the key is, how long it lasts, and the platform's own page about it. */
function hint(guide) {
  if (guide === null) {
    return [];
  }
  const sentences = [`The stream key: ${guide.whereTheKeyIs}`];
  if (guide.keyLifetime === 'per_session') {
    sentences.push('It is for one stream: copy it anew before the next.');
  }
  const link = guide.docs === null ? [] : [' ', h('a', { href: guide.docs, target: '_blank', rel: 'noopener noreferrer' }, 'More from the platform')];
  return [sentences.join(' '), ...link];
}

function input(container) {
  return container.querySelector('input');
}

customElements.define('lm-destination-form', DestinationForm);
