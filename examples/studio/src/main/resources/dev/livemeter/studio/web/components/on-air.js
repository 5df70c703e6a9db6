import { h, outside, setText } from '../app/dom.js';
import { icon } from '../app/icons.js';
import { levelWhileLive } from '../app/level.js';
import { formatMoney, money } from '../app/money.js';
import { Reading } from '../app/reading.js';
import { formatClock, formatSpan, formatWhen } from '../app/time.js';
import { watching } from '../app/words.js';
import { confirm } from './confirm.js';
import { statePill } from './state-pill.js';
import './balance-bar.js';
import './pay-in.js';

const STATES = {
  authorizing: 'Getting ready',
  authorized: 'Getting ready',
  live: 'Live',
  ending: 'Ending',
};

/** What changes with every look, and is shown without taking anything from the page. */
const FLOWS = new Set(['bytes', 'bitsPerSecond', 'viewers']);

/** A stream that runs: its clock, what it costs, how long the money lasts, where it goes, and the way to stop it. */
class OnAir extends HTMLElement {
  api;
  #reading = null;
  #shownUsed = 0;
  #destinations = '';
  #warned = '[]';
  #covered = 0;
  #rates = new Map();
  #stopping = false;
  #timer = null;

  connectedCallback() {
    this.state = h('span');
    this.clock = h('p', { class: 'clock', role: 'timer', 'aria-label': 'Time on air' }, '0:00');
    this.cost = h('dd');
    this.balance = h('dd');
    this.left = h('dd');
    this.watching = h('dd');
    this.audience = h('div', { hidden: true }, h('dt', {}, 'Watching'), this.watching);
    this.called = h('p', { class: 'called' });
    this.bar = h('lm-balance-bar');
    this.said = h('p', { role: 'status' });
    this.payIn = h('lm-pay-in', { hidden: true });
    this.payIn.api = this.api;
    this.payIn.addEventListener('said', ({ detail }) => setText(this.said, detail));
    this.payIn.addEventListener('paid', () => this.dispatchEvent(new CustomEvent('changed', { bubbles: true })));
    this.list = h('ul', { class: 'going-to' });
    this.warnings = h('ul', { class: 'warnings', 'aria-label': 'What to change', role: 'list', hidden: true });
    this.problem = h('p', { class: 'problem', role: 'alert' });
    this.button = h('button', { class: 'danger', type: 'button', onclick: () => this.#askToStop() }, icon('stop'), 'Stop the stream');
    this.record = h('button', { type: 'button', hidden: true, onclick: () => this.#recordOrNot() });
    this.recorded = h('span', { class: 'quiet' });
    this.append(
      h('section', { class: 'panel on-air', 'aria-labelledby': 'on-air-state' },
        h('div', { class: 'on-air-head' },
          h('h2', { id: 'on-air-state', class: 'tally' }, h('span', { class: 'lamp', 'aria-hidden': 'true' }), this.state),
          h('div', { class: 'on-air-orders' }, this.recorded, this.record, this.button)),
        this.called,
        this.warnings,
        h('div', { class: 'on-air-body' },
          h('div', { class: 'figures' },
            this.clock,
            h('dl', { class: 'facts' },
              h('div', {}, h('dt', {}, 'Cost so far'), this.cost),
              h('div', {}, h('dt', {}, 'Balance'), this.balance),
              h('div', {}, h('dt', {}, 'Time left'), this.left),
              this.audience),
            this.bar,
            h('div', { class: 'choices' }, this.payIn, this.said),
            this.problem),
          h('div', {}, h('h3', {}, 'Going to'), this.list))));
    this.#timer = setInterval(() => this.#tick(), 200);
  }

  disconnectedCallback() {
    clearInterval(this.#timer);
  }

  show(status, session) {
    if (this.#reading?.session.id !== session.id) {
      this.#shownUsed = 0;
      this.#stopping = false;
    }
    this.#reading = new Reading(session, status.maxDuration);
    this.#covered = status.lasts?.covered ?? 0;
    this.dataset.state = session.state;
    setText(this.state, this.#stopping ? 'Stopping' : STATES[session.state] ?? session.state);
    this.cost.replaceChildren(money(session.cost));
    this.balance.replaceChildren(money(session.balance));
    this.button.disabled = this.#stopping || session.state === 'ending';
    setText(this.called, session.destinations.some(({ broadcast }) => broadcast !== null) ? session.details?.title ?? '' : '');
    this.#showAudience(session);
    this.#showDestinations(session);
    this.#showWarnings(session.warnings);
    this.#showRecording(status.recording, session);
    this.#tick();
  }

  #tick() {
    if (this.#reading === null) {
      return;
    }
    // Two answers that took differently long must not make the clock step back.
    this.#shownUsed = Math.max(this.#shownUsed, this.#reading.used());
    const { session } = this.#reading;
    const timeLeft = this.#reading.timeLeft();
    setText(this.clock, formatClock(this.#shownUsed));
    setText(this.left, formatSpan(timeLeft));
    const level = levelWhileLive(session, timeLeft, this.#covered);
    this.bar.show(session.balance, session.balanceBefore, level);
    this.payIn.hidden = level.name === 'good';
  }

  /** Those of all platforms that say how many watch; who watches on two counts twice. */
  #showAudience({ destinations, viewers }) {
    const now = destinations.map(({ broadcast }) => broadcast?.viewers ?? null).filter(number => number !== null);
    this.audience.hidden = now.length === 0 && viewers === null;
    const format = new Intl.NumberFormat();
    const sum = now.length === 0 ? '–' : format.format(now.reduce((one, other) => one + other, 0));
    const peak = viewers === null ? sum : format.format(viewers.peak);
    setText(this.watching, peak === sum || viewers.peak === 0 ? sum : `${sum} · peak ${peak}`);
  }

  #showWarnings(warnings) {
    const sentences = warnings.map(warning => warning.sentence);
    const seen = JSON.stringify(sentences);
    if (seen !== this.#warned) {
      this.#warned = seen;
      this.warnings.hidden = sentences.length === 0;
      this.warnings.replaceChildren(...sentences.map(sentence => h('li', {}, sentence)));
    }
  }

  #showRecording(mode, { recording, state }) {
    const on = recording !== null;
    if (this.record.dataset.on !== String(on)) {
      this.record.dataset.on = String(on);
      this.record.replaceChildren(icon(on ? 'stop' : 'circle'), on ? 'Stop recording' : 'Record');
      this.dispatchEvent(new CustomEvent('recorded', { bubbles: true }));
    }
    this.record.hidden = mode === 'off' || (!on && state !== 'live');
    setText(this.recorded, on ? `Recording ${formatClock(recording.length)}` : '');
  }

  async #recordOrNot() {
    const order = this.record.dataset.on === 'true' ? 'stop' : 'start';
    this.record.disabled = true;
    setText(this.problem, '');
    try {
      await this.api.post(`api/sessions/${this.#reading.session.id}/recording/${order}`);
      this.dispatchEvent(new CustomEvent('changed', { bubbles: true }));
    } catch (error) {
      setText(this.problem, error.message);
    } finally {
      this.record.disabled = false;
    }
  }

  #showDestinations({ destinations, warnings }) {
    // What flows changes all the time, and must not take a button away from under somebody's finger.
    const seen = JSON.stringify([destinations, warnings], (key, value) => (FLOWS.has(key) ? undefined : value));
    if (seen !== this.#destinations) {
      this.#destinations = seen;
      const focused = this.list.contains(document.activeElement) ? document.activeElement.dataset.order : null;
      this.list.replaceChildren(...destinations.map(destination => this.#destination(destination, warnings)));
      this.list.querySelector(`[data-order="${CSS.escape(focused ?? '')}"]`)?.focus();
    }
    destinations.forEach(destination => setText(this.#rates.get(destination.id), rate(destination)));
  }

  #destination(destination, warnings) {
    const { broadcast } = destination;
    const told = warnings.map(warning => warning.sentence);
    const issues = (broadcast?.issues ?? []).filter(issue => !told.includes(issue.sentence));
    const flows = h('span', { class: 'quiet' });
    this.#rates.set(destination.id, flows);
    const words = [destination.detail, attempts(destination)].filter(text => text !== '').join(' ');
    return h('li', { 'data-destination': destination.id },
      h('span', { class: 'place' },
        h('span', { class: 'name', title: destination.name }, destination.name),
        destination.name === destination.platformName ? null : h('span', { class: 'quiet' }, destination.platformName),
        flows),
      statePill(destination.state),
      words === '' ? null : h('p', { class: 'help' }, words),
      issues.length === 0 ? null : h('ul', { class: 'issues', 'aria-label': `What ${destination.platformName} says` },
        issues.map(issue => h('li', { 'data-severity': issue.severity }, issue.sentence))),
      broadcast === null || broadcast.trouble === null || words.includes(broadcast.trouble) ? null : h('p', { class: 'help' }, broadcast.trouble),
      h('p', { class: 'orders' }, orders(destination).map(([order, text]) => h('button', {
        type: 'button',
        class: 'plain',
        'data-order': `${order} ${destination.id}`,
        'aria-label': `${text}: ${destination.name}`,
        onclick: event => this.#order(event.target, order, destination),
      }, text)),
        typeof broadcast?.page === 'string' ? outside(broadcast.page, `Watch on ${destination.platformName}`) : null));
  }

  async #order(button, order, destination) {
    button.disabled = true;
    setText(this.problem, '');
    try {
      await this.api.post(`api/sessions/${this.#reading.session.id}/destinations/${encodeURIComponent(destination.id)}/${order}`);
      this.dispatchEvent(new CustomEvent('changed', { bubbles: true }));
    } catch (error) {
      setText(this.problem, error.message);
    } finally {
      button.disabled = false;
    }
  }

  async #askToStop() {
    const { session } = this.#reading;
    const sure = await confirm({
      title: 'Stop the stream?',
      text: `Everywhere it goes to, it ends at once. You pay for the time until then, ${formatMoney(session.cost)} so far.`,
      yes: 'Stop the stream',
      no: 'Keep streaming',
    });
    if (!sure) {
      return;
    }
    this.#stopping = true;
    this.button.disabled = true;
    setText(this.problem, '');
    try {
      await this.api.post(`api/sessions/${session.id}/stop`);
      this.dispatchEvent(new CustomEvent('changed', { bubbles: true }));
    } catch (error) {
      this.#stopping = false;
      this.button.disabled = false;
      setText(this.problem, error.message);
    }
  }
}

function attempts({ state, attempts: count, nextRetryAt }) {
  const next = state === 'retrying' && nextRetryAt !== null ? `Next attempt at ${formatWhen(nextRetryAt)}.` : '';
  const so = count > 1 && (state === 'retrying' || state === 'connecting') ? `Attempt ${count}.` : '';
  return [so, next].filter(text => text !== '').join(' ');
}

const PHASES = { preparing: 'not shown yet', live: 'shown', ended: 'ended there' };

/** What flows there, how the platform sees it, and how many watch. */
function rate({ state, bitsPerSecond, broadcast }) {
  const phase = broadcast === null || state === 'stopped' || state === 'ended' ? [] : [PHASES[broadcast.phase] ?? broadcast.phase];
  const viewers = (broadcast?.viewers ?? null) === null ? [] : [watching(broadcast.viewers)];
  return [...(state !== 'live' || bitsPerSecond === null ? [] : [bits(bitsPerSecond)]), ...phase, ...viewers].join(' · ');
}

function bits(bitsPerSecond) {
  return bitsPerSecond < 1e6 ? `${Math.round(bitsPerSecond / 1e3)} kbit/s` : `${(bitsPerSecond / 1e6).toFixed(1)} Mbit/s`;
}

/** What can be done about a destination, as the REST interface and people call it. */
function orders({ state }) {
  switch (state) {
    case 'stopped': return [['start', 'Start again']];
    case 'retrying':
    case 'failed': return [['retry', 'Retry now'], ['stop', 'Stop']];
    case 'ended': return [];
    default: return [['stop', 'Stop']];
  }
}

customElements.define('lm-on-air', OnAir);
