import { h, outside, setText } from '../app/dom.js';
import { formatSpan } from '../app/time.js';
import { copyField } from './copy-field.js';

const UNREACHABLE_MS = 5000;

/** A code that somebody enters on another device. Asks whether they did, at the pace that the server says. Fires "connected" with the account, and "cancelled". */
class DeviceCode extends HTMLElement {
  api;
  platform = '';
  /** Gets another code. */
  ask;
  device;
  #asking = null;
  #counting = null;

  connectedCallback() {
    this.code = h('div');
    this.where = h('p');
    this.left = h('p', { class: 'help' });
    this.said = h('p', { class: 'help', role: 'status' });
    this.problem = h('p', { class: 'problem', role: 'alert' });
    this.renew = h('button', { type: 'button', hidden: true, onclick: () => this.#renew() }, 'Another code');
    this.append(h('div', { class: 'adding', role: 'group', 'aria-label': `Connect ${this.platform} by a code` },
      h('h3', {}, `Connect ${this.platform} by a code`),
      this.where, this.code, this.left, this.said, this.problem,
      h('div', { class: 'choices' }, this.renew,
        h('button', { type: 'button', onclick: () => this.dispatchEvent(new CustomEvent('cancelled')) }, 'Cancel'))));
    this.#counting = setInterval(() => this.#count(), 1000);
    this.#show();
    this.querySelector('a, button').focus();
  }

  disconnectedCallback() {
    clearTimeout(this.#asking);
    clearInterval(this.#counting);
  }

  #show() {
    const { userCode, page, askIn } = this.device;
    this.where.replaceChildren('On a phone or in another window, open ', outside(page, shortened(page)), ' and enter:');
    this.code.replaceChildren(copyField('Code', userCode));
    this.renew.hidden = true;
    setText(this.said, 'Waiting until it is entered and allowed there.');
    setText(this.problem, '');
    this.#count();
    this.#askIn(askIn * 1000);
  }

  #count() {
    const seconds = Math.max(0, (Date.parse(this.device.endsAt) - Date.now()) / 1000);
    setText(this.left, this.renew.hidden ? `Good for ${formatSpan(seconds)}.` : '');
  }

  #askIn(ms) {
    clearTimeout(this.#asking);
    this.#asking = setTimeout(() => this.#poll(), ms);
  }

  async #poll() {
    try {
      const { account, askIn } = await this.api.postSlowly('api/accounts/device/poll', 20_000, { device: this.device.device });
      if (!this.isConnected) {
        return;
      }
      if (account === null) {
        this.#askIn(askIn * 1000);
      } else {
        this.dispatchEvent(new CustomEvent('connected', { detail: account }));
      }
    } catch (error) {
      if (error.status === undefined || error.status === 503 || error.status === 429) {
        this.#askIn((error.retryAfter ?? 0) * 1000 || UNREACHABLE_MS);
        return;
      }
      this.renew.hidden = false;
      setText(this.said, '');
      setText(this.left, '');
      setText(this.problem, error.message);
    }
  }

  async #renew() {
    this.renew.hidden = true;
    setText(this.problem, '');
    try {
      this.device = await this.ask();
      this.#show();
    } catch (error) {
      this.renew.hidden = false;
      setText(this.problem, error.message);
    }
  }
}

/** An address as people type it. */
function shortened(page) {
  return page.replace(/^https?:\/\//, '').replace(/\/$/, '');
}

customElements.define('lm-device-code', DeviceCode);
