import { h, setText } from '../app/dom.js';
import { icon } from '../app/icons.js';
import { Poller } from '../app/poller.js';
import { formatWhen } from '../app/time.js';
import { counted } from '../app/words.js';
import { choose, confirm } from './confirm.js';

const STATES = {
  up: { words: 'Up', icon: 'check' },
  full: { words: 'Full', icon: 'warning' },
  draining: { words: 'Draining', icon: 'dots' },
  drained: { words: 'Drained', icon: 'stop' },
  down: { words: 'Down', icon: 'warning' },
};

const DEADLINES = [['', 'let them run'], ['3600', 'stop them in an hour'], ['600', 'stop them in 10 minutes'], ['0', 'stop them now']];

/** The machines that pass streams on: how each stands, and the way to empty one for maintenance. */
class Relays extends HTMLElement {
  api;
  #rows = new Map();

  connectedCallback() {
    this.body = h('tbody');
    this.problem = h('p', { class: 'problem', role: 'alert' });
    this.said = h('p', { class: 'unseen', role: 'status' });
    this.append(
      h('section', { class: 'panel', 'aria-labelledby': 'relays-title' },
        h('h2', { id: 'relays-title' }, 'Relay hosts'),
        h('table', { class: 'hosts' },
          h('thead', {}, h('tr', {}, ['Host', 'State', 'Streams', 'Uplink planned', 'Processor'].map(words => h('th', { scope: 'col' }, words)),
            h('th', { scope: 'col' }, h('span', { class: 'unseen' }, 'Maintenance')))),
          this.body),
        this.said, this.problem));
    this.poller = new Poller(() => this.#ask(), { every: 3000, whileHidden: 30_000, failed: error => setText(this.problem, error.message) });
    this.poller.start();
  }

  disconnectedCallback() {
    this.poller.stop();
  }

  async #ask() {
    const { hosts } = await this.api.get('api/relays');
    setText(this.problem, '');
    // Rows stay what they are, so that nothing is taken away from under somebody's finger.
    for (const host of hosts) {
      if (!this.#rows.has(host.name)) {
        const row = new Row(host.name, () => this.#drain(host.name), () => this.#undrain(host.name));
        this.#rows.set(host.name, row);
        this.body.append(row.element);
      }
      this.#rows.get(host.name).show(host);
    }
  }

  async #drain(name) {
    const after = await choose({
      title: `Empty ${name} for maintenance?`,
      text: 'It takes no new streams; artists are shown another address. This is forgotten when the application restarts.',
      label: 'Streams that run on it',
      options: DEADLINES,
      yes: 'Empty it',
    });
    if (after !== null) {
      await this.#order(`api/relays/${encodeURIComponent(name)}/drain`, after === '' ? {} : { stopAfter: Number(after) });
    }
  }

  async #undrain(name) {
    if (await confirm({ title: `Use ${name} again?`, text: 'It takes new streams from then on.', yes: 'Use it again' })) {
      await this.#order(`api/relays/${encodeURIComponent(name)}/undrain`, {});
    }
  }

  async #order(path, body) {
    setText(this.problem, '');
    try {
      const { host } = await this.api.post(path, body);
      setText(this.said, `${host.name} is ${host.state}.`);
      await this.poller.now();
    } catch (error) {
      setText(this.problem, error.message);
    }
  }
}

/** One host; what is shown of it is changed in place. */
class Row {
  #kind = '';
  #state = '';

  constructor(name, drain, undrain) {
    this.drain = drain;
    this.undrain = undrain;
    this.address = h('span', { class: 'help' });
    this.role = h('span', { class: 'quiet' });
    this.pill = h('span', { class: 'pill' });
    this.detail = h('span', { class: 'help' });
    this.streams = h('td', { class: 'count' });
    this.uplink = gauge(`Uplink of ${name}`);
    this.cpu = gauge(`Processor of ${name}`);
    this.order = h('td', { class: 'order' });
    this.element = h('tr', { 'data-host': name },
      h('th', { scope: 'row' }, name, ' ', this.role, this.address),
      h('td', { class: 'state' }, this.pill, this.detail),
      this.streams,
      h('td', { class: 'uplink' }, this.uplink.element),
      h('td', { class: 'cpu' }, this.cpu.element),
      this.order);
  }

  show(host) {
    setText(this.role, host.role === 'standby' ? 'standby' : '');
    setText(this.address, host.ingest?.tlsUrl ?? host.ingest?.url ?? '');
    if (this.#state !== host.state) {
      this.#state = host.state;
      const known = STATES[host.state] ?? { words: host.state, icon: 'dots' };
      this.pill.dataset.state = host.state;
      this.pill.replaceChildren(icon(known.icon), known.words);
    }
    setText(this.detail, detailOf(host));
    setText(this.streams, `${counted(host.streams, 'stream')}${host.destinations > 0 ? ` to ${counted(host.destinations, 'place')}` : ''}`);
    this.uplink.show(share(host.plannedBitsPerSecond, host.limitBitsPerSecond),
      host.limitBitsPerSecond === null ? 'not known' : `${megabits(host.plannedBitsPerSecond)} of ${megabits(host.limitBitsPerSecond)} Mbit/s`);
    this.cpu.show(share(host.cpuPercent, 100), host.cpuPercent === null ? 'not known' : `${host.cpuPercent} %`);
    // A relay that is no fleet has no limit, and nowhere to send its artists to.
    const kind = host.limitBitsPerSecond === null ? 'none' : host.drain === null ? 'drain' : 'undrain';
    if (kind !== this.#kind) {
      this.#kind = kind;
      this.order.replaceChildren(...this.#button(kind, host.name));
    }
  }

  #button(kind, name) {
    if (kind === 'none') {
      return [];
    }
    return [kind === 'drain'
      ? h('button', { type: 'button', 'aria-label': `Drain ${name}`, onclick: this.drain }, 'Drain…')
      : h('button', { type: 'button', 'aria-label': `Use ${name} again`, onclick: this.undrain }, 'Use again…')];
  }
}

function detailOf(host) {
  if (host.state === 'draining' && host.drain.stopsAt !== null) {
    return `${counted(host.streams, 'stream')} still there, to be stopped at ${formatWhen(host.drain.stopsAt)}.`;
  }
  if (host.state === 'up') {
    return `since ${formatWhen(host.since)}`;
  }
  return `${host.detail}${host.state === 'down' && host.drain !== null ? ' It is in maintenance.' : ''}`;
}

function share(part, whole) {
  return part === null || whole === null ? null : part / whole;
}

function megabits(bits) {
  const millions = bits / 1_000_000;
  return millions.toFixed(millions > 0 && millions < 10 ? 1 : 0);
}

/** A bar with words below it; no bar where nothing is known. */
function gauge(label) {
  const fill = h('div', { class: 'fill' });
  const bar = h('div', { class: 'bar', role: 'meter', 'aria-label': label, 'aria-valuemin': '0', 'aria-valuemax': '100' }, fill);
  const words = h('span', { class: 'help' });
  const element = h('div', { class: 'gauge' }, bar, words);
  return {
    element,
    show(part, text) {
      bar.hidden = part === null;
      const shown = Math.min(1, Math.max(0, part ?? 0));
      fill.style.setProperty('--share', shown.toFixed(4));
      bar.setAttribute('aria-valuenow', String(Math.round(shown * 100)));
      bar.setAttribute('aria-valuetext', text);
      element.dataset.level = part === null || part <= 0.85 ? 'good' : part <= 1 ? 'low' : 'critical';
      setText(words, text);
    },
  };
}

customElements.define('lm-relays', Relays);
