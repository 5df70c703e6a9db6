import { h, setText } from '../app/dom.js';
import { icon } from '../app/icons.js';
import { formatMoment } from '../app/time.js';
import { listed } from '../app/words.js';
import { confirm } from './confirm.js';
import './device-code.js';

/** The accounts on platforms that this person connected: what goes there needs no key, and its chat, viewers and videos are known here. */
class Accounts extends HTMLElement {
  api;
  #told = null;

  connectedCallback() {
    this.list = h('ul', { class: 'accounts' });
    this.said = h('p', { class: 'help', role: 'status' });
    this.problem = h('p', { class: 'problem', role: 'alert' });
    this.again = h('button', { type: 'button', hidden: true }, icon('retry'), 'Try again');
    this.device = h('div');
    this.offers = h('ul', { class: 'connectable' });
    this.note = h('p', { class: 'help' });
    this.append(
      h('section', { class: 'panel', id: 'accounts', 'aria-labelledby': 'accounts-title' },
        h('h2', { id: 'accounts-title', tabindex: '-1' }, 'Connected accounts'),
        this.list, this.said, this.problem, this.again, this.device, this.offers, this.note));
    this.reload();
  }

  async reload() {
    await this.#try(() => this.#load());
  }

  async #load() {
    const [{ accounts }, { platforms }, here] = await Promise.all([
      this.api.get('api/accounts'), this.api.get('api/platforms'), this.api.get('studio/platforms')]);
    this.here = here;
    const focused = this.contains(document.activeElement) ? document.activeElement.dataset.order : null;
    this.list.replaceChildren(...(accounts.length > 0 ? accounts.map(account => this.#row(account))
      : [h('li', { class: 'empty' }, 'None yet. What goes to a connected account needs no key, and its viewers, chat and videos are shown here.')]));
    const offered = platforms.filter(({ connects, connectsDevices }) => connects || connectsDevices);
    this.offers.replaceChildren(...offered.map(platform => this.#offer(platform)));
    this.note.replaceChildren(...noteOn(offered, here));
    this.querySelector(`[data-order="${CSS.escape(focused ?? '')}"]`)?.focus();
    if (this.#told !== null && !accounts.some(({ id, state }) => id === this.#told && state === 'connected')) {
      this.#say('');
    }
    this.dispatchEvent(new CustomEvent('changed', { detail: accounts }));
  }

  /** @param account that it is about, for as long as it is connected */
  #say(words, account = null) {
    this.#told = account;
    setText(this.said, words);
  }

  #row(account) {
    const lost = account.state === 'needs_authorization';
    return h('li', { 'data-account': account.id, 'data-state': account.state },
      h('span', { class: 'place' },
        h('span', { class: 'name', title: account.name }, account.name),
        h('span', { class: 'quiet' }, `${account.platformName}, since ${formatMoment(account.connectedAt)}`)),
      h('span', { class: 'pill', 'data-state': lost ? 'failed' : 'live' }, icon(lost ? 'warning' : 'check'), lost ? 'Connection lost' : 'Connected'),
      account.detail === '' ? null : h('p', { class: 'help' }, account.detail),
      h('p', { class: 'orders' },
        lost ? this.#button('Connect again', account, () => this.#begin(account.platform)) : null,
        this.#button('Disconnect', account, () => this.#disconnect(account))));
  }

  #button(text, account, onclick) {
    return h('button', {
      type: 'button',
      class: 'plain',
      'data-order': `${text} ${account.id}`,
      'aria-label': `${text}: ${account.name} on ${account.platformName}`,
      onclick,
    }, text);
  }

  #offer({ name, displayName, connects, connectsDevices }) {
    return h('li', { 'data-platform': name },
      h('span', { class: 'name' }, displayName),
      h('span', { class: 'choices' },
        connects ? h('button', { type: 'button', 'data-order': `connect ${name}`, onclick: () => this.#begin(name) }, 'Connect', h('span', { class: 'unseen' }, ` ${displayName}`)) : null,
        connectsDevices ? h('button', { type: 'button', class: 'plain', 'data-order': `code ${name}`, onclick: () => this.#beginDevice(name, displayName) },
          'By a code', h('span', { class: 'unseen' }, ` for ${displayName}`)) : null));
  }

  /** Sends the browser to the platform's page, which sends it back to the studio. */
  async #begin(platform) {
    const redirect = this.here.redirect;
    const back = new URL(redirect).origin;
    if (back !== location.origin) {
      setText(this.problem, `Platforms send people back to ${back}. Open the studio there, and connect the account again.`);
      return;
    }
    await this.#try(async () => {
      const { page } = await this.api.post('api/accounts/begin', { platform, redirect });
      location.assign(page);
    });
  }

  async #beginDevice(platform, displayName) {
    await this.#try(async () => {
      const code = document.createElement('lm-device-code');
      code.api = this.api;
      code.platform = displayName;
      code.ask = () => this.api.postSlowly('api/accounts/device', 20_000, { platform });
      code.device = await code.ask();
      code.addEventListener('connected', event => {
        this.device.replaceChildren();
        this.#connected(event.detail);
      });
      code.addEventListener('cancelled', () => {
        this.device.replaceChildren();
        this.querySelector('h2').focus();
      });
      this.device.replaceChildren(code);
    });
  }

  /** The browser came back from a platform's page, with a code or with the person's refusal. */
  async complete(cameBack) {
    this.again.hidden = true;
    this.querySelector('section').scrollIntoView({ block: 'nearest' });
    this.#say('The account is being connected…');
    try {
      const { account } = await this.api.postSlowly('api/accounts/complete', 20_000, cameBack);
      this.#connected(account);
    } catch (error) {
      this.#say('');
      setText(this.problem, error.message);
      if (error.status === undefined || error.status === 503) {
        // The platform was not asked, or did not answer: what came back may still be good.
        this.again.hidden = false;
        this.again.onclick = () => this.complete(cameBack);
      }
    }
  }

  async #connected(account) {
    await this.reload();
    this.#say(`${account.name} on ${account.platformName} is connected. Add it as a destination, and streams go there.`, account.id);
    this.querySelector('h2').focus();
  }

  async #disconnect(account) {
    const { destinations } = await this.api.get('api/destinations').catch(() => ({ destinations: [] }));
    const hit = destinations.filter(destination => destination.account === account.id).map(destination => destination.name);
    const sure = await confirm({
      title: `Disconnect ${account.name}?`,
      text: `${account.platformName} is told that this application may act for it no more, and its tokens are deleted here.`
        + (hit.length === 0 ? '' : ` Streams do not reach ${listed(hit)} any more until you choose another account there.`),
      yes: 'Disconnect it',
      no: 'Keep it',
    });
    if (sure) {
      await this.#try(async () => {
        await this.api.remove(`api/accounts/${encodeURIComponent(account.id)}`);
        await this.#load();
        this.#say(`${account.name} on ${account.platformName} is disconnected.`);
      });
      this.querySelector('h2').focus();
    }
  }

  async #try(work) {
    setText(this.problem, '');
    try {
      await work();
    } catch (error) {
      setText(this.problem, error.message);
    }
  }
}

function noteOn(offered, here) {
  if (offered.length === 0) {
    return ['No platform is set up for accounts here. The operator gives this application’s client id of YouTube or Twitch in the settings of the studio; stream keys work without.'];
  }
  return here.standIns
    ? ['These platforms are played on this machine: connect whatever you like, nobody else sees it. With client ids of your own they are the real ones.']
    : [];
}

customElements.define('lm-accounts', Accounts);
