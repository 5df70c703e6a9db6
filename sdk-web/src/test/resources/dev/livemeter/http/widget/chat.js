import { LivemeterClient } from '/livemeter/livemeter.js';

// Every chance is taken: it comes again at once, and tries a WebSocket again after each poll.
Math.random = () => 0;

const sockets = new Set();
let allowed = true;
let refused = 0;

/** WebSockets that a script can cut, and keep from coming again. */
window.WebSocket = class extends WebSocket {
  constructor(url, protocols) {
    // Some networks answer with something else, and what the page's policy forbids is not even tried.
    super(allowed ? url : ++refused % 3 === 0 ? 'ws://127.0.0.1:1/' : new URL('/nothing', url), protocols);
    sockets.add(this);
  }
};

window.allow = yes => {
  allowed = yes;
  if (!yes) {
    sockets.forEach(socket => socket.close());
    sockets.clear();
  }
};

const client = new LivemeterClient({ isSignedIn: false });
const { pass } = await client.rest.post('chat/guests', { name: 'Gus' });
const channel = client.chat('stream/bob', { pass });
window.seen = [];
window.missed = 0;
window.transports = [];
channel.addEventListener('entry', ({ detail }) => {
  window.seen.push(detail.sequence);
  document.title = `${channel.transport}, ${window.seen.length} entries`;
});
channel.addEventListener('refused', ({ detail }) => (document.title = detail));
channel.addEventListener('missed', () => window.missed++);
channel.addEventListener('transport', ({ detail }) => window.transports.push(detail));
channel.open();
window.channel = channel;
