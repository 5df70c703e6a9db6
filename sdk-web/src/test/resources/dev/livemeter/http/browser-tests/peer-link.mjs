// A link whose token ends soon, with a `peerjs` that notes what is done with it and a server that gives numbered tokens.
import assert from 'node:assert/strict';

globalThis.location = new URL('http://127.0.0.1/');
const page = new EventTarget();
globalThis.addEventListener = page.addEventListener.bind(page);
globalThis.removeEventListener = page.removeEventListener.bind(page);
const { PeerLink } = await import('./peer-link.js');

const done = [];
let last = null;

class Peer {
  #heard = new Map();
  open = false;
  destroyed = false;

  constructor(id, options) {
    this.id = id;
    this.options = options;
    last = this;
    this.#connect();
  }

  on(what, hearer) {
    this.#heard.set(what, hearer);
  }

  emit(what, detail) {
    this.#heard.get(what)?.(detail);
  }

  #connect() {
    done.push(`connect ${this.options.token}`);
    setTimeout(() => {
      this.open = true;
      this.emit('open');
    }, 5);
  }

  disconnect() {
    done.push('disconnect');
    this.open = false;
    this.emit('disconnected');
  }

  reconnect() {
    this.#connect();
  }

  destroy() {
    done.push('destroy');
    this.destroyed = true;
    this.open = false;
  }

  /** The network breaks. */
  breaks() {
    this.open = false;
    this.emit('disconnected');
  }
}

let numbers = 0;
let validFor = 1.5;
let ices = 0;
let iceFor = 43_200;
let iceFails = false;
const rest = {
  async post(path) {
    assert.equal(path, 'calls/token');
    numbers += 1;
    // A clock that is wrong by a year is no reason to ask all the time.
    return { peer: 'alice-1', token: `token-${numbers}`, validFor, expiresAt: '2020-01-01T00:00:00Z' };
  },
  async get(path) {
    assert.equal(path, 'ice');
    ices += 1;
    if (iceFails) {
      throw new Error('No answer.');
    }
    return { iceServers: [{ urls: ['turn:relay'], username: `ice-${ices}` }], validFor: iceFor };
  },
};

/** What the next connection would be made with. */
function relay() {
  return last.options.config.iceServers[0]?.username;
}

async function until(what) {
  for (let i = 0; i < 2000 && !what(); i += 1) {
    await new Promise(resolve => setTimeout(resolve, 10));
  }
  assert.ok(what(), `${what} after ${JSON.stringify(done)}`);
}

const events = [];
const link = new PeerLink(rest, Peer);
for (const type of ['open', 'lost', 'refused', 'dismissed']) {
  link.addEventListener(type, () => events.push(type));
}

// Renewed before it ends, by a connection that takes the place of the one before; nobody is told of a loss.
await link.opened();
await until(() => numbers === 3 && link.isOpen);
assert.deepEqual(done, [
  'connect token-1',
  'disconnect',
  'connect token-2',
  'disconnect',
  'connect token-3',
]);
assert.deepEqual([...new Set(events)], ['open']);

// A connection that breaks comes back with the token that it has, and is not renewed sooner for that.
validFor = 3600;
await until(() => numbers === 4 && link.isOpen);
done.length = 0;
const opened = new Promise(resolve => link.addEventListener('open', resolve, { once: true }));
last.breaks();
await opened;
assert.deepEqual(done, ['connect token-4']);
assert.equal(events.filter(type => type === 'lost').length, 1);
await new Promise(resolve => setTimeout(resolve, 1500));
assert.equal(numbers, 4);
assert.equal(relay(), 'ice-1');

// A machine that slept longer than the token holds asks for a new one before it comes back.
done.length = 0;
const now = Date.now;
Date.now = () => now() + 7_200_000;
last.breaks();
await until(() => done.length > 0 && link.isOpen);
assert.deepEqual(done, ['connect token-5']);
// Credentials for a relay hold longer; they are kept.
assert.equal(ices, 1);

// One that slept longer than those hold gets others, which the next call is made with.
done.length = 0;
iceFor = 1.5;
Date.now = () => now() + 14_400_000 + 43_200_000;
last.breaks();
await until(() => done.length > 0 && link.isOpen && relay() === 'ice-2');

// From then on they are renewed before they end, on a connection that stays.
done.length = 0;
await until(() => relay() === 'ice-4');
assert.deepEqual(done, []);

// Where nothing is answered the present ones stay, until it is asked again.
iceFails = true;
const asked = ices;
await until(() => ices > asked);
assert.equal(relay(), `ice-${asked}`);

// Neither whoever asks to be connected nor a network that is back waits for the next try.
const soon = () => new Promise(resolve => setImmediate(resolve));
for (const comes of [() => void link.opened(), () => page.dispatchEvent(new Event('online'))]) {
  await until(() => link.isOpen);
  done.length = 0;
  last.breaks();
  await soon();
  assert.deepEqual(done, []);
  comes();
  await soon();
  assert.equal(done.length, 1);
  assert.match(done[0], /^connect token-/);
}
await until(() => link.isOpen);

// Who gets none any more is told, and does not try again.
Date.now = () => now() + 200_000_000;
rest.post = async () => {
  const refusal = new Error('You are banned.');
  refusal.status = 403;
  throw refusal;
};
last.breaks();
await until(() => events.includes('refused'));
assert.ok(done.includes('destroy'));
link.close();
