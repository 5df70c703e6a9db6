import { h, setText } from '../app/dom.js';
import { icon } from '../app/icons.js';
import { confirm } from './confirm.js';
import './destination-form.js';

/** A little more than the server takes at most. */
const TEST_MS = 25000;

/** Where streams go: switch on and off, add, remove; one that runs follows. */
class Destinations extends HTMLElement {
  api;
  enabledCount = 0;
  #running = false;
  #accounts = [];

  connectedCallback() {
    this.list = h('div');
    this.note = h('p', { class: 'help' });
    this.problem = h('p', { class: 'problem', role: 'alert' });
    this.adder = h('button', { type: 'button', 'aria-expanded': 'false', onclick: () => this.#toggleForm() }, icon('plus'), 'Add a destination');
    this.form = document.createElement('lm-destination-form');
    this.form.api = this.api;
    this.form.hidden = true;
    this.form.addEventListener('added', () => this.#added());
    this.form.addEventListener('cancelled', () => this.#closeForm());
    this.append(
      h('section', { class: 'panel', id: 'destinations', 'aria-labelledby': 'destinations-title' },
        h('h2', { id: 'destinations-title', tabindex: '-1' }, 'Destinations'),
        this.list, this.note, this.problem, this.adder, this.form));
    this.reload();
  }

  show(status) {
    this.#running = status.sessions.length > 0;
    setText(this.note, this.#running ? 'Your stream follows at once.' : '');
  }

  async reload() {
    try {
      const [{ destinations }, { accounts }] = await Promise.all([this.api.get('api/destinations'), this.api.get('api/accounts')]);
      this.#accounts = accounts;
      this.enabledCount = destinations.filter(destination => destination.enabled).length;
      this.list.replaceChildren(destinations.length === 0
        ? h('p', { class: 'empty' }, 'Nowhere yet. Add the platforms that your stream should reach; you can switch each of them off again.')
        : h('ul', { class: 'destinations' }, destinations.map(destination => this.#row(destination))));
      this.dispatchEvent(new CustomEvent('changed'));
    } catch (error) {
      setText(this.problem, error.message);
    }
  }

  #row(destination) {
    const box = h('input', {
      type: 'checkbox',
      role: 'switch',
      'aria-label': `Stream to ${destination.name}`,
      onchange: event => this.#enable(destination, event.target.checked),
    });
    box.checked = destination.enabled;
    const result = h('div', { class: 'tested', role: 'status' });
    return h('li', { 'data-enabled': String(destination.enabled) },
      box,
      h('div', { class: 'place' },
        h('span', { class: 'name', title: destination.name }, destination.name),
        h('span', { class: 'quiet' }, details(destination, this.#accounts)),
        this.#otherAccounts(destination),
        result),
      destination.testable ? h('button', {
        class: 'plain',
        type: 'button',
        'aria-label': `Test the connection to ${destination.name}`,
        title: 'Tries the way there. Nobody goes live.',
        onclick: event => this.#test(destination, event.currentTarget, result),
      }, 'Test') : null,
      h('button', {
        class: 'plain icon-only',
        type: 'button',
        'aria-label': `Remove ${destination.name}`,
        title: 'Remove',
        onclick: () => this.#remove(destination),
      }, icon('cross')));
  }

  /** Where the account is gone, those that can take its place. */
  #otherAccounts(destination) {
    if (destination.account === null || this.#accounts.some(({ id }) => id === destination.account)) {
      return null;
    }
    const others = this.#accounts.filter(({ platform }) => platform === destination.platform);
    return others.length === 0 ? null : h('span', { class: 'orders' }, others.map(({ id, name }) => h('button', {
      type: 'button',
      class: 'plain',
      onclick: () => this.#try(() => this.api.patch(`api/destinations/${encodeURIComponent(destination.id)}`, { account: id })),
    }, `Use “${name}”`)));
  }

  async #enable(destination, enabled) {
    await this.#try(() => this.api.patch(`api/destinations/${encodeURIComponent(destination.id)}`, { enabled }));
    this.querySelector(`input[aria-label="${CSS.escape(`Stream to ${destination.name}`)}"]`)?.focus();
  }

  async #test(destination, button, result) {
    button.disabled = true;
    setText(result, 'Trying the way there…');
    try {
      const { passed, steps } = await this.api.postSlowly(`api/destinations/${encodeURIComponent(destination.id)}/test`, TEST_MS);
      result.replaceChildren(
        h('span', {}, passed ? 'The way is open.' : 'The way is not open.'),
        h('ul', { class: 'steps' }, steps.map(({ result: how, sentence }) => h('li', { 'data-result': how }, sentence))));
    } catch (error) {
      setText(result, error.message);
    } finally {
      button.disabled = false;
      button.focus();
    }
  }

  async #remove(destination) {
    const sure = await confirm({
      title: `Remove ${destination.name}?`,
      text: destination.keyHint === null ? 'Your account stays connected. To pause it instead, switch it off.' : 'Its key is forgotten with it. To pause it instead, switch it off.',
      yes: 'Remove it',
    });
    if (sure) {
      await this.#try(() => this.api.remove(`api/destinations/${encodeURIComponent(destination.id)}`));
      this.querySelector('h2').focus();
    }
  }

  #toggleForm() {
    if (this.form.hidden) {
      this.form.hidden = false;
      this.adder.hidden = true;
      this.adder.setAttribute('aria-expanded', 'true');
      this.form.open();
    }
  }

  #closeForm() {
    this.form.hidden = true;
    this.adder.hidden = false;
    this.adder.setAttribute('aria-expanded', 'false');
    this.adder.focus();
  }

  async #added() {
    this.#closeForm();
    await this.#try(async () => {});
  }

  async #try(change) {
    setText(this.problem, '');
    try {
      await change();
    } catch (error) {
      setText(this.problem, error.message);
    }
    await this.reload();
  }
}

function details({ platformName, name, server, keyHint, account }, accounts) {
  const platform = platformName === name ? [] : [platformName];
  return [...platform, keyHint === null ? byAccount(accounts.find(({ id }) => id === account)) : `key ${keyHint}`, ...(server === null ? [] : [server])].join(' · ');
}

function byAccount(account) {
  if (account === undefined) {
    return 'its account is not connected any more';
  }
  return account.state === 'connected' ? `by your account “${account.name}”` : `your account “${account.name}” is to be connected again`;
}

customElements.define('lm-destinations', Destinations);
