import '/livemeter/livemeter.js';

/** A wallet that is asked for; the test answers when it likes, tells what a call would tell, and sees how long the element waits until it asks again. */
const asks = [];
const client = Object.assign(new EventTarget(), { rest: { get: () => new Promise(resolve => asks.push(resolve)) } });

window.asked = () => asks.length;
window.answers = (number, left, held) => asks[number - 1]({ wallet: { left: { amount: left, currency: 'USD' }, held: { amount: held, currency: 'USD' } } });
window.tells = (type, amount) => client.dispatchEvent(new CustomEvent(type, { detail: { amount, currency: 'USD' } }));

const later = window.setTimeout;
window.setTimeout = (what, wait, ...more) => {
  window.waits = wait;
  return later(what, wait, ...more);
};

const element = document.querySelector('livemeter-balance');
element.client = client;
window.spoken = [];
new MutationObserver(() => window.spoken.push(element.note.textContent)).observe(element.note, { childList: true, characterData: true, subtree: true });
