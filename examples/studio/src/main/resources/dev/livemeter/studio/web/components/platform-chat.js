import { LivemeterClient } from '/livemeter/livemeter.js';
import { h } from '../app/dom.js';

/** What people say on the platforms, from when a stream is shown on one until nothing of it is kept any more. */
class PlatformChatPanel extends HTMLElement {
  user;
  #running = false;

  show({ sessions }) {
    this.#running = sessions.some(({ destinations }) => destinations.some(({ broadcast }) => broadcast !== null));
    if (this.#running && this.childElementCount === 0) {
      this.#open();
    }
  }

  #open() {
    const chat = h('livemeter-platform-chat', { user: this.user });
    chat.addEventListener('chats', event => {
      if (!this.#running && event.detail.length === 0) {
        this.replaceChildren();
      }
    });
    this.append(h('section', { class: 'panel', id: 'platform-chat', 'aria-labelledby': 'platform-chat-title' },
      h('h2', { id: 'platform-chat-title' }, 'What people say'), chat));
    chat.client = new LivemeterClient();
  }
}

customElements.define('lm-platform-chat', PlatformChatPanel);
