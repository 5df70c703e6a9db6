import { Widget, h, setText } from '../widget.js';

const MOST_SHOWN = 200;

/**
 * `<livemeter-chat channel="room/ID">`: messages, and a line to write. With attribute `moderator`, messages can be taken away. With attribute `guests`, whoever is not signed in may choose a name. Attribute
 * `transport="polling"` does without a WebSocket. What people write is shown as text, never as markup.
 */
export class LivemeterChat extends Widget {
  #channel = null;
  #lines = new Map();

  build() {
    this.list = h('ol', { class: 'messages', role: 'log', 'aria-label': 'Chat', tabindex: '0' });
    this.input = h('input', { maxlength: 500, autocomplete: 'off', 'aria-label': 'Your message', placeholder: 'Say something' });
    this.name = h('input', { maxlength: 32, autocomplete: 'nickname', 'aria-label': 'Your name', placeholder: 'Your name' });
    this.button = h('button', { type: 'submit', class: 'main' }, 'Send');
    this.problem = h('p', { class: 'problem', role: 'alert' });
    this.writing = h('form', { class: 'row', onsubmit: event => this.#send(event) }, h('span', { class: 'grow' }, this.input), this.button);
    this.naming = h('form', { class: 'row', hidden: true, onsubmit: event => this.#enter(event) },
      h('span', { class: 'grow' }, this.name), h('button', { type: 'submit', class: 'main' }, 'Join the chat'));
    this.input.style.width = '100%';
    this.name.style.width = '100%';
    return [this.list, this.writing, this.naming, this.problem];
  }

  begin() {
    if (this.hasAttribute('guests') && !this.client.isSignedIn) {
      this.writing.hidden = true;
      this.naming.hidden = false;
    } else {
      this.#follow();
    }
  }

  end() {
    this.#channel?.close();
    this.#channel = null;
  }

  static get observedAttributes() {
    return ['channel'];
  }

  attributeChangedCallback(name, before, now) {
    if (this.#channel !== null && before !== now) {
      this.end();
      this.list.replaceChildren();
      this.#lines.clear();
      this.#follow();
    }
  }

  #follow(pass) {
    this.#channel = this.client.chat(this.getAttribute('channel'), { pass, transport: this.getAttribute('transport') ?? 'socket' });
    this.#channel.addEventListener('entry', event => this.#show(event.detail));
    this.#channel.addEventListener('transport', event => (this.dataset.transport = event.detail));
    this.#channel.addEventListener('refused', event => {
      setText(this.problem, event.detail);
      this.button.disabled = true;
    });
    this.#channel.open();
  }

  async #enter(event) {
    event.preventDefault();
    setText(this.problem, '');
    try {
      const { pass } = await this.client.rest.post('chat/guests', { name: this.name.value.trim() });
      this.naming.hidden = true;
      this.writing.hidden = false;
      this.input.focus();
      this.#follow(pass);
    } catch (error) {
      setText(this.problem, error.message);
    }
  }

  async #send(event) {
    event.preventDefault();
    const text = this.input.value.trim();
    if (text === '') {
      return;
    }
    this.button.disabled = true;
    setText(this.problem, '');
    try {
      await this.#channel.post(text);
      this.input.value = '';
    } catch (error) {
      setText(this.problem, error.message);
    } finally {
      this.button.disabled = false;
      this.input.focus();
    }
  }

  #show(entry) {
    if (entry.type === 'deletion') {
      this.#takeAway(entry.message);
      return;
    }
    const atEnd = this.list.scrollTop + this.list.clientHeight >= this.list.scrollHeight - 40;
    const text = h('span', { class: entry.deleted ? 'text quiet' : 'text' }, entry.deleted ? 'Deleted' : entry.text);
    const line = h('li', { 'data-sequence': entry.sequence },
      h('span', { class: 'who' }, entry.author.name),
      entry.author.kind === 'guest' ? h('span', { class: 'quiet' }, 'guest') : null,
      text,
      this.hasAttribute('moderator') && !entry.deleted
        ? h('button', { type: 'button', 'aria-label': `Delete what ${entry.author.name} wrote`, onclick: () => this.#remove(entry.sequence) }, 'Delete')
        : null);
    this.#lines.set(entry.sequence, { line, text });
    this.list.append(line);
    while (this.#lines.size > MOST_SHOWN) {
      const [oldest, { line: gone }] = this.#lines.entries().next().value;
      gone.remove();
      this.#lines.delete(oldest);
    }
    if (atEnd) {
      this.list.scrollTop = this.list.scrollHeight;
    }
  }

  async #remove(sequence) {
    try {
      await this.#channel.remove(sequence);
    } catch (error) {
      setText(this.problem, error.message);
    }
  }

  #takeAway(sequence) {
    const shown = this.#lines.get(sequence);
    if (shown !== undefined) {
      shown.text.className = 'text quiet';
      setText(shown.text, 'Deleted');
      shown.line.querySelector('button')?.remove();
    }
  }
}

customElements.define('livemeter-chat', LivemeterChat);
