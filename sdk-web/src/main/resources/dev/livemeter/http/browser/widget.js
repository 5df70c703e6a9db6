/**
 * Makes an element. Children that are strings become text, never markup, so that nothing a person entered can become part of the page.
 */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) {
      element.addEventListener(name.slice(2), value);
    } else if (value !== false && value !== null && value !== undefined) {
      element.setAttribute(name, value === true ? '' : value);
    }
  }
  element.append(...children.flat().filter(child => child !== null && child !== undefined && child !== false));
  return element;
}

/** Sets a text only where it differs: what a screen reader watches is touched only when it says something new. */
export function setText(element, text) {
  if (element.textContent !== text) {
    element.textContent = text;
  }
}

/** Money for people, rounded down: a cost never looks higher than it is, a balance never fuller. */
export function formatMoney({ amount, currency }) {
  const format = new Intl.NumberFormat(undefined, { style: 'currency', currency });
  const decimals = format.resolvedOptions().maximumFractionDigits;
  const point = amount.indexOf('.');
  const cut = point < 0 ? amount : amount.slice(0, decimals === 0 ? point : point + 1 + decimals);
  return format.format(Number(cut));
}

/** `1:05`, `1:02:03`. */
export function formatClock(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const two = number => String(number).padStart(2, '0');
  const minutes = Math.floor(whole / 60);
  return minutes < 60 ? `${minutes}:${two(whole % 60)}` : `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(whole % 60)}`;
}

/**
 * What all widgets have in common: a shadow root with their style, which takes its colours and type from custom properties of the page (`--livemeter-*`), and a
 * `client` that is given once.
 */
export class Widget extends HTMLElement {
  #client = null;
  #isBuilt = false;

  /** A {@link LivemeterClient}; the widget does nothing before it has one. */
  get client() {
    return this.#client;
  }

  set client(client) {
    this.#client = client;
    this.#begin();
  }

  connectedCallback() {
    this.#begin();
  }

  disconnectedCallback() {
    if (this.#isBuilt) {
      this.#isBuilt = false;
      this.end();
    }
  }

  #begin() {
    if (this.isConnected && this.#client !== null && !this.#isBuilt) {
      this.#isBuilt = true;
      const root = this.shadowRoot ?? this.attachShadow({ mode: 'open', delegatesFocus: true });
      root.adoptedStyleSheets = [STYLE];
      root.replaceChildren(...this.build());
      this.begin();
    }
  }

  /** The elements of the widget. */
  build() {
    return [];
  }

  /** Is in the page from now on. */
  begin() {}

  /** Is not in the page any more. */
  end() {}

  /** Tells the page something; hosts listen on the widget. */
  tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true }));
  }
}

const STYLE = new CSSStyleSheet();
STYLE.replaceSync(`
  :host {
    --lm-ground: var(--livemeter-surface, light-dark(#fffdf9, #1b1e22));
    --lm-raised: var(--livemeter-raised, light-dark(#f0ede5, #25292e));
    --lm-line: var(--livemeter-line, light-dark(#8b8578, #7d868f));
    --lm-text: var(--livemeter-text, light-dark(#22231f, #ebe8e1));
    --lm-quiet: var(--livemeter-quiet, light-dark(#5f5d54, #a9aaa6));
    --lm-accent: var(--livemeter-accent, light-dark(#17595f, #8fd0d0));
    --lm-on-accent: var(--livemeter-on-accent, light-dark(#ffffff, #0c2224));
    --lm-warn: var(--livemeter-warn, light-dark(#7c4f00, #f0c162));
    --lm-danger: var(--livemeter-danger, light-dark(#a8231a, #ff9d8e));
    display: block;
    color: var(--lm-text);
    font: inherit;
    color-scheme: light dark;
  }
  :host([hidden]), [hidden] { display: none !important; }
  * { box-sizing: border-box; }
  button, input, select, a.button {
    font: inherit;
    color: inherit;
    min-height: 2.75rem;
    padding: 0 0.9rem;
    border: 1px solid var(--lm-line);
    border-radius: 8px;
    background: var(--lm-ground);
  }
  button { cursor: pointer; }
  a { color: var(--lm-accent); }
  a.button { display: inline-flex; align-items: center; color: inherit; text-decoration: none; }
  a.bare { text-decoration: none; }
  button.main, a.button.main { background: var(--lm-accent); border-color: var(--lm-accent); color: var(--lm-on-accent); font-weight: 600; }
  button.danger { border-color: var(--lm-danger); color: var(--lm-danger); font-weight: 600; }
  button:disabled { opacity: 0.55; cursor: default; }
  :focus-visible { outline: 3px solid light-dark(#0b6bcb, #7cb8ff); outline-offset: 2px; }
  .row { display: flex; flex-wrap: wrap; gap: 0.6rem; align-items: center; }
  .row + .row, ol + .row, livemeter-tip { margin-top: 0.6rem; }
  .grow { flex: 1 1 8rem; min-width: 0; }
  .quiet { color: var(--lm-quiet); }
  .warn { color: var(--lm-warn); }
  .problem { color: var(--lm-danger); margin: 0.4rem 0 0; }
  .problem:empty { display: none; }
  .figure { font-variant-numeric: tabular-nums; }
  dl { display: grid; grid-template-columns: repeat(auto-fit, minmax(6.5rem, 1fr)); gap: 0.3rem 1rem; margin: 0.6rem 0; }
  dt { color: var(--lm-quiet); font-size: 0.85em; }
  dd { margin: 0; font-variant-numeric: tabular-nums; font-weight: 600; }
  .stage { margin-bottom: 0.6rem; position: relative; background: #0d0f12; border-radius: 12px; overflow: hidden; aspect-ratio: 16 / 9; color: #f4f2ec; }
  .stage video { width: 100%; height: 100%; object-fit: cover; display: block; }
  .stage .self { position: absolute; right: 0.6rem; bottom: 0.6rem; width: min(28%, 11rem); height: auto; aspect-ratio: 16 / 9; border-radius: 8px; border: 2px solid #f4f2ec; }
  .stage .words { position: absolute; inset: 0; display: grid; place-content: center; text-align: center; padding: 1rem; background: rgb(13 15 18 / 60%); }
  .stage .words:empty { display: none; }
  ol.messages { list-style: none; margin: 0; padding: 0.6rem; height: var(--livemeter-chat-height, 18rem); overflow-y: auto; border: 1px solid var(--lm-line); border-radius: 8px; background: var(--lm-ground); }
  ol.messages li { padding: 0.25rem 0; overflow-wrap: anywhere; display: flex; gap: 0.5rem; align-items: baseline; }
  ol.messages .who { font-weight: 600; }
  ol.messages .text { flex: 1; white-space: pre-wrap; }
  ol.messages button { min-height: 1.75rem; padding: 0 0.5rem; font-size: 0.85em; }
  ul.plain { list-style: none; margin: 0.6rem 0; padding: 0; display: grid; gap: 0.6rem; }
  ul.plain:empty { display: none; }
  h2 { font-family: var(--livemeter-heading-font, inherit); font-size: 1.15em; margin: 0 0 0.6rem; }
  section + section { margin-top: 1.4rem; }
  .shelf li { padding-bottom: 0.6rem; border-bottom: 1px solid color-mix(in srgb, var(--lm-line) 35%, transparent); }
  .shelf li:last-child { border-bottom: 0; padding-bottom: 0; }
  .shelf .name { font-weight: 600; overflow-wrap: anywhere; }
  .shelf .lines { display: grid; gap: 0.1rem; }
  .shelf .lines > :empty { display: none; }
  .row.title { gap: 0.3rem 0.6rem; }
  .badge { display: inline-flex; align-items: center; gap: 0.35rem; padding: 0.05rem 0.55rem; border: 1px solid currentcolor; border-radius: 999px; font-size: 0.85em; color: var(--lm-quiet); white-space: nowrap; }
  .badge .dot { width: 0.5rem; height: 0.5rem; border-radius: 50%; border: 1px solid currentcolor; }
  .badge[data-state='live_public'] { color: var(--lm-danger); font-weight: 600; }
  .badge[data-state='live_public'] .dot, .badge[data-state='present'] .dot { background: currentcolor; }
  .badge[data-state='present'] { color: var(--lm-accent); }
  .visually-hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
`);
