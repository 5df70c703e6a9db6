import '/livemeter/livemeter.js';

/** A room that is open; the test says who is in it, and hears who is sent out. */
const host = Object.assign(new EventTarget(), {
  stop: () => {},
  sendOut: async viewer => (window.sentOut = viewer),
});

window.shows = viewers => host.dispatchEvent(new CustomEvent('viewers', { detail: viewers }));

document.querySelector('livemeter-room').client = {
  rest: { get: async path => ({ rooms: path.endsWith('open') ? [{ id: 'r1', title: 'Tea', capacity: 5 }] : [] }) },
  host: () => host,
};
