import { h } from '../app/dom.js';
import { displayName, roleName } from '../app/words.js';
import { brand } from './brand.js';

/** Who one is, and the access code of the console. Fires "signed-in" with the person. */
class SignIn extends HTMLElement {
  api;
  message = '';
  /** Whether one may look in without an account. */
  guests = false;
  #invited = '';

  connectedCallback() {
    this.code = h('input', {
      id: 'access-code',
      type: 'password',
      autocomplete: 'current-password',
      required: true,
      'aria-describedby': 'access-code-help sign-in-problem',
    });
    const invitation = takeInvitationFromAddress();
    this.code.value = invitation.get('code') ?? '';
    this.#invited = invitation.get('user') ?? '';
    this.problem = h('p', { id: 'sign-in-problem', class: 'problem', role: 'alert' }, this.message);
    this.people = h('div', { class: 'people' });
    this.append(
      h('main', { class: 'sign-in' },
        brand(),
        h('h1', { tabindex: '-1' }, 'Go live. Pay by the minute.'),
        h('p', { class: 'lead' }, 'This is a demonstration on one machine. Choose who you want to be; a real site brings its own login.'),
        h('form', { onsubmit: event => this.#submit(event) },
          h('div', { class: 'field' },
            h('label', { for: 'access-code' }, 'Access code'),
            this.code,
            h('p', { id: 'access-code-help', class: 'help' }, 'The console that started the studio shows one for each person.')),
          this.problem,
          this.people),
        this.guests ? this.#guestForm() : null));
    this.#listPeople();
  }

  /** For rooms that are free, and their chats. */
  #guestForm() {
    this.name = h('input', { id: 'guest-name', required: true, minlength: 2, maxlength: 30, autocomplete: 'nickname', 'aria-describedby': 'guest-name-help guest-problem' });
    this.guestProblem = h('p', { id: 'guest-problem', class: 'problem', role: 'alert' });
    return h('form', { class: 'as-guest', onsubmit: event => this.#comeIn(event) },
      h('h2', {}, 'Without an account'),
      h('div', { class: 'field' },
        h('label', { for: 'guest-name' }, 'Your name'),
        this.name,
        h('p', { id: 'guest-name-help', class: 'help' }, 'Guests come into free rooms and write in their chats.')),
      this.guestProblem,
      h('div', {}, h('button', {}, 'Come in as a guest')));
  }

  async #comeIn(event) {
    event.preventDefault();
    this.guestProblem.textContent = '';
    try {
      const me = await this.api.post('studio/guest', { name: this.name.value });
      this.dispatchEvent(new CustomEvent('signed-in', { detail: me }));
    } catch (error) {
      this.guestProblem.textContent = error.message;
      this.name.focus();
    }
  }

  async #listPeople() {
    try {
      const { users } = await this.api.get('studio/users');
      // The code of the link is that person's.
      const ordered = users.toSorted((one, other) => (other.user === this.#invited) - (one.user === this.#invited));
      this.people.replaceChildren(...ordered.map((user, index) =>
        h('button', { class: index === 0 ? 'primary' : '', name: 'user', value: user.user },
          `Continue as ${displayName(user.user)} (${roleName(user.roles)})`)));
    } catch (error) {
      this.problem.textContent = error.message;
    }
  }

  async #submit(event) {
    event.preventDefault();
    const user = (event.submitter ?? this.people.querySelector('button'))?.value ?? '';
    this.problem.textContent = '';
    this.#busy(true);
    try {
      const me = await this.api.post('studio/sign-in', { user, code: this.code.value });
      this.dispatchEvent(new CustomEvent('signed-in', { detail: me }));
    } catch (error) {
      this.problem.textContent = error.message;
      this.#busy(false);
      this.code.focus();
      this.code.select();
    }
  }

  #busy(busy) {
    this.people.querySelectorAll('button').forEach(button => { button.disabled = busy; });
  }
}

/** The console's link carries a person and their code behind the hash; they are taken from the address bar at once. */
function takeInvitationFromAddress() {
  const invitation = new URLSearchParams(location.hash.slice(1));
  if (invitation.has('code')) {
    history.replaceState(null, '', location.pathname);
  }
  return invitation;
}

customElements.define('lm-sign-in', SignIn);
