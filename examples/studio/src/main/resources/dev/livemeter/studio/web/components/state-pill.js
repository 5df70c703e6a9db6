import { h } from '../app/dom.js';
import { icon } from '../app/icons.js';

const STATES = {
  preparing: { words: 'Preparing', icon: 'dots' },
  waiting: { words: 'Waiting', icon: 'dots' },
  connecting: { words: 'Connecting', icon: 'dots' },
  live: { words: 'Live', icon: 'check' },
  retrying: { words: 'Trying again', icon: 'retry' },
  failed: { words: 'Failed', icon: 'warning' },
  stopped: { words: 'Stopped', icon: 'stop' },
  ended: { words: 'Ended', icon: 'stop' },
};

/** The state of a destination in a word, an icon and a colour. */
export function statePill(state) {
  const known = STATES[state] ?? { words: state, icon: 'dots' };
  return h('span', { class: 'pill', 'data-state': state }, icon(known.icon), known.words);
}
