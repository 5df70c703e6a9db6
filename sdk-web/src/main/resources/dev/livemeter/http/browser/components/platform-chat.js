import { Widget, h, setText } from '../widget.js';

const MOST_SHOWN = 300;
const NEAR_THE_END_PX = 40;
const ALL = '';

const BADGES = { broadcaster: 'streams', moderator: 'moderator', member: 'member', verified: 'verified' };

/** Of the platforms that most people know by a colour; others have none. It only ever stands beside the name. */
const COLOURS = { youtube: '#e62117', twitch: '#8b5cf6', facebook: '#1877f2', kick: '#2ba84a', tiktok: '#ee1d52', trovo: '#19a06b' };

/**
 * `<livemeter-platform-chat user="alice">`: what people say on all platforms beside Alice's stream, in one order, and a line to answer, on one of them or on all. For whoever streams and their moderators; attribute `readonly` leaves the line out.
 * What people write is shown as text, never as markup. It goes along with what comes while one looks at the end, and stands still while one reads further up. Fires `chats` when a chat began, broke or ended (detail: all of them).
 */
export class LivemeterPlatformChat extends Widget {
  #chat = null;
  #lines = new Map();
  #names = new Map();
  #unread = 0;
  #follows = true;
  #caughtUp = false;
  #chatsSeen = '';
  #pace = 0;

  static get observedAttributes() {
    return ['user'];
  }

  build() {
    this.shadowRoot.adoptedStyleSheets = [...this.shadowRoot.adoptedStyleSheets, STYLE];
    this.states = h('ul', { class: 'chats', 'aria-label': 'Chats' });
    this.list = h('ol', { class: 'messages', role: 'log', 'aria-label': 'Chat of all platforms', tabindex: '0', onscroll: () => this.#scrolled() });
    this.empty = h('p', { class: 'quiet empty' }, 'Nothing was said yet. What people write on the platforms comes here.');
    this.news = h('button', { type: 'button', class: 'news main', hidden: true, onclick: () => this.#toTheEnd() });
    this.trouble = h('p', { class: 'warn trouble', role: 'status' });
    this.where = h('select', { 'aria-label': 'Where to say it', onchange: () => this.#measure() });
    this.input = h('input', { autocomplete: 'off', 'aria-label': 'Your answer', placeholder: 'Answer', 'aria-describedby': 'length', oninput: () => this.#measure() });
    this.button = h('button', { type: 'submit', class: 'main' }, 'Send');
    this.length = h('p', { class: 'quiet length', id: 'length' });
    this.outcome = h('ul', { class: 'outcome', role: 'status' });
    this.problem = h('p', { class: 'problem', role: 'alert' });
    this.writing = h('form', { class: 'writing', hidden: true, onsubmit: event => this.#send(event) },
      h('div', { class: 'row' }, this.where, h('span', { class: 'grow' }, this.input), this.button), this.length);
    return [this.states, this.trouble, h('div', { class: 'said' }, this.list, this.empty, this.news), this.writing, this.outcome, this.problem];
  }

  begin() {
    this.#follow();
  }

  end() {
    this.#chat?.close();
    this.#chat = null;
    clearTimeout(this.#pace);
  }

  attributeChangedCallback(name, before, now) {
    if (this.#chat !== null && before !== now) {
      this.end();
      this.#clear();
      this.#follow();
    }
  }

  #follow() {
    const chat = this.client.platformChat(this.getAttribute('user'));
    this.#chat = chat;
    this.#caughtUp = false;
    chat.addEventListener('begun', () => this.#clear());
    chat.addEventListener('missed', event => this.#missed(event.detail));
    chat.addEventListener('chats', event => this.#showChats(event.detail));
    chat.addEventListener('entry', event => this.#show(event.detail));
    chat.addEventListener('caught-up', () => this.#isCaughtUp());
    chat.addEventListener('lost', event => setText(this.trouble, event.detail));
    chat.addEventListener('found', () => setText(this.trouble, ''));
    chat.addEventListener('refused', event => {
      setText(this.problem, event.detail);
      this.writing.hidden = true;
    });
    chat.follow();
  }

  #clear() {
    this.list.replaceChildren();
    this.#lines.clear();
    this.#unread = 0;
    this.#follows = true;
    this.news.hidden = true;
    this.empty.hidden = false;
    // What was there before is read by whoever wants to; only news is announced.
    this.list.setAttribute('aria-live', 'off');
    this.#caughtUp = false;
  }

  #isCaughtUp() {
    if (!this.#caughtUp) {
      this.#caughtUp = true;
      this.list.setAttribute('aria-live', 'polite');
    }
  }

  #missed(skipped) {
    this.#clear();
    if (skipped > 0) {
      this.#append(h('li', { class: 'quiet note' }, skipped === 1 ? '1 message was skipped.' : `${skipped} messages were skipped.`));
    }
  }

  // How the chats fare

  #showChats(chats) {
    const seen = JSON.stringify(chats);
    if (seen === this.#chatsSeen) {
      return;
    }
    this.#chatsSeen = seen;
    this.#names = named(chats);
    this.states.replaceChildren(...chats.map(chat => h('li', { 'data-state': chat.state },
      this.#badge(chat.destination, chat.platform),
      h('span', {}, fares(chat)),
      chat.detail === '' ? null : h('span', { class: 'quiet' }, chat.detail))));
    this.#offer();
    this.tell('chats', chats);
  }

  /** Where something can be said: on one platform, or on all where there are several. */
  #offer() {
    const open = this.#chat.open;
    const chosen = this.where.value;
    const one = open.map(chat => h('option', { value: chat.destination }, this.#names.get(chat.destination)));
    this.where.replaceChildren(...(open.length > 1 ? [h('option', { value: ALL }, 'All platforms'), ...one] : one));
    if ([...this.where.options].some(option => option.value === chosen)) {
      this.where.value = chosen;
    }
    this.where.hidden = open.length < 2;
    this.writing.hidden = open.length === 0 || this.hasAttribute('readonly');
    this.#measure();
  }

  #badge(destination, platform) {
    const badge = h('span', { class: 'platform', 'data-platform': platform }, this.#names.get(destination) ?? platform);
    if (platform in COLOURS) {
      badge.style.setProperty('--platform', COLOURS[platform]);
    }
    return badge;
  }

  // What is said

  #show(entry) {
    if (entry.type === 'message') {
      this.#showMessage(entry);
    } else if (entry.type === 'removal') {
      this.#takeAway(entry);
    } else if (entry.type === 'state' && entry.chat.state !== 'joining') {
      this.#append(h('li', { class: 'quiet note' }, this.#badge(entry.destination, entry.platform), h('span', {}, fares(entry.chat))));
    }
  }

  #showMessage(entry) {
    const text = h('span', { class: 'text' }, entry.removed ? '' : entry.text);
    const line = h('li', { 'data-sequence': entry.sequence, 'data-destination': entry.destination, 'data-author': entry.author.id },
      this.#badge(entry.destination, entry.platform),
      h('time', { class: 'quiet', datetime: entry.at }, timeOfDay(entry.at)),
      h('span', { class: 'who' }, entry.author.name),
      entry.author.badges.map(badge => h('span', { class: 'badge', 'data-badge': badge }, BADGES[badge] ?? badge)),
      entry.paid === null ? null : h('span', { class: 'paid' }, entry.paid),
      text);
    this.#lines.set(entry.sequence, line);
    if (entry.removed) {
      remove(line);
    }
    this.#append(line);
  }

  #takeAway(entry) {
    if ('message' in entry) {
      const line = this.#lines.get(entry.message);
      if (line !== undefined) {
        remove(line);
      }
      return;
    }
    for (const line of this.#lines.values()) {
      const { destination, author } = line.dataset;
      if (destination === entry.destination && (entry.all === true || author === entry.author)) {
        remove(line);
      }
    }
  }

  #append(line) {
    this.empty.hidden = true;
    this.list.append(line);
    while (this.list.childElementCount > MOST_SHOWN) {
      const gone = this.list.firstElementChild;
      this.#lines.delete(Number(gone.dataset.sequence));
      gone.remove();
    }
    if (this.#follows) {
      this.list.scrollTop = this.list.scrollHeight;
    } else {
      this.#unread += 1;
      setText(this.news, this.#unread === 1 ? '1 new message' : `${this.#unread} new messages`);
      this.news.hidden = false;
    }
  }

  #scrolled() {
    const { scrollTop, clientHeight, scrollHeight } = this.list;
    this.#follows = scrollTop + clientHeight >= scrollHeight - NEAR_THE_END_PX;
    if (this.#follows) {
      this.#unread = 0;
      this.news.hidden = true;
    }
  }

  #toTheEnd() {
    this.list.scrollTop = this.list.scrollHeight;
    this.#scrolled();
    this.list.focus();
  }

  // What is answered

  /** Says how long an answer is where that matters, and where it would not be said. */
  #measure() {
    const destination = this.where.value === ALL ? null : this.where.value;
    const count = [...this.input.value.trim()].length;
    const longest = this.#chat?.longestReply(destination) ?? 0;
    const meant = this.#chat?.open.filter(chat => destination === null || chat.destination === destination) ?? [];
    const short = meant.filter(chat => count > chat.longestReply).map(chat => `${this.#names.get(chat.destination)} takes at most ${chat.longestReply}`);
    const tooLong = count > longest;
    const words = tooLong ? `${count} of ${longest} characters. Make it shorter.`
      : short.length > 0 ? `${count} characters; ${short.join(', ')}: it will not be said there.`
        : count > longest * 0.8 ? `${count} of ${longest} characters.` : '';
    setText(this.length, words);
    this.length.className = tooLong || short.length > 0 ? 'warn length' : 'quiet length';
    this.input.setAttribute('aria-invalid', String(tooLong));
    return !tooLong;
  }

  async #send(event) {
    event.preventDefault();
    const text = this.input.value.trim();
    if (text === '' || this.button.disabled || !this.#measure()) {
      return;
    }
    this.button.disabled = true;
    setText(this.problem, '');
    this.outcome.replaceChildren();
    let wait = 0;
    try {
      this.#told(await this.#chat.reply(text, this.where.value === ALL ? null : this.where.value));
    } catch (error) {
      wait = error.retryAfter ?? 0;
      setText(this.problem, error.status === undefined
        ? 'No answer came, so it is not known whether it was said. Look above before you send it again.'
        : wait > 0 ? `${error.message} It can be sent again in ${wait} s.` : error.message);
    }
    this.#pace = setTimeout(() => {
      this.button.disabled = false;
    }, wait * 1000);
    this.input.focus();
  }

  /** What became of an answer. What was said nowhere, or not everywhere, stays in the line, for the platforms that did not take it. */
  #told(replies) {
    const refused = replies.filter(reply => reply.outcome !== 'said');
    this.outcome.replaceChildren(...replies.map(reply => h('li', { 'data-outcome': reply.outcome },
      this.#badge(reply.destination, reply.platform), h('span', {}, became(reply)))));
    if (refused.length === 0) {
      this.input.value = '';
    } else if (refused.length < replies.length) {
      this.where.value = refused[0].destination;
    }
    this.#measure();
  }
}

function remove(line) {
  line.dataset.removed = 'true';
  setText(line.querySelector('.text'), 'Removed');
  line.querySelector('.paid')?.remove();
}

/** The name of each chat's platform, numbered where one is there twice. */
function named(chats) {
  const names = new Map();
  const count = new Map();
  for (const { destination, platform, platformName } of chats) {
    const number = (count.get(platform) ?? 0) + 1;
    count.set(platform, number);
    names.set(destination, number === 1 ? platformName : `${platformName} ${number}`);
  }
  return names;
}

function fares({ state, nextTryAt }) {
  switch (state) {
    case 'joining': return 'being joined';
    case 'connected': return 'connected';
    case 'interrupted': return nextTryAt === null ? 'interrupted' : `interrupted, tried again at ${timeOfDay(nextTryAt, 'numeric')}`;
    default: return state;
  }
}

function became({ outcome, detail, retryAfter }) {
  const again = retryAfter === null || retryAfter === undefined ? '' : ` It can be tried again in ${Math.ceil(retryAfter)} s.`;
  return outcome === 'said' ? 'said' : `${detail}${again}`;
}

function timeOfDay(iso, second) {
  return new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second }).format(new Date(iso));
}

const STYLE = new CSSStyleSheet();
STYLE.replaceSync(`
  ul { list-style: none; margin: 0; padding: 0; }
  .chats { display: flex; flex-wrap: wrap; gap: 0.3rem 1rem; margin-bottom: 0.6rem; font-size: 0.9em; }
  .chats li, .outcome li { display: flex; flex-wrap: wrap; gap: 0.2rem 0.5rem; align-items: baseline; min-width: 0; overflow-wrap: anywhere; }
  .chats [data-state=interrupted] { color: var(--lm-warn); }
  .chats [data-state=over] { color: var(--lm-quiet); }
  .said { position: relative; }
  ol.messages li { flex-wrap: wrap; gap: 0.1rem 0.5rem; }
  ol.messages .text { flex: 1 1 12rem; }
  ol.messages time { font-size: 0.8em; font-variant-numeric: tabular-nums; }
  ol.messages [data-removed] .who, ol.messages [data-removed] .text { color: var(--lm-quiet); }
  ol.messages [data-removed] .text { font-style: italic; }
  .note { font-size: 0.9em; }
  .platform { padding: 0.05rem 0.45rem; border: 1px solid var(--lm-line); border-inline-start: 0.35rem solid var(--platform, var(--lm-line)); border-radius: 5px; background: var(--lm-raised); color: var(--lm-text); font-size: 0.8em; font-weight: 600; white-space: nowrap; }
  .badge { padding: 0 0.35rem; border: 1px solid currentColor; border-radius: 5px; color: var(--lm-quiet); font-size: 0.75em; white-space: nowrap; }
  .paid { padding: 0.05rem 0.45rem; border-radius: 5px; background: var(--lm-accent); color: var(--lm-on-accent); font-size: 0.8em; font-weight: 600; }
  .empty { position: absolute; inset: 0.6rem auto auto 0.8rem; margin: 0; padding-inline-end: 0.8rem; pointer-events: none; }
  .news { position: absolute; inset: auto 0 0.7rem; margin-inline: auto; width: max-content; min-height: 2.25rem; border-radius: 1.2rem; box-shadow: 0 2px 8px rgb(0 0 0 / 25%); }
  .writing { margin-top: 0.6rem; }
  .writing input { width: 100%; }
  .length, .trouble { margin: 0.3rem 0 0; font-size: 0.9em; font-variant-numeric: tabular-nums; }
  .length:empty, .trouble:empty, .outcome:empty { display: none; }
  .trouble { margin: 0 0 0.6rem; }
  .outcome { display: grid; gap: 0.3rem; margin-top: 0.6rem; font-size: 0.9em; }
  .outcome [data-outcome=refused], .outcome [data-outcome=not_allowed] { color: var(--lm-danger); }
`);

customElements.define('livemeter-platform-chat', LivemeterPlatformChat);
