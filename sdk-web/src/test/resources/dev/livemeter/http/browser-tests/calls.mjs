// Somebody who talks, and what their page makes of what the server says of them.
import assert from 'node:assert/strict';

const { Calls } = await import('./calls.js');

const first = { id: 'call-first', version: 1, state: 'live', role: 'callee', callerPeer: 'vera-1', reportEvery: 2, counting: true };
const rings = { id: 'call-other', version: 1, state: 'ringing', role: 'callee', callerPeer: 'zoe-1' };

const asked = [];
const answers = [];
let waits = null;
const rest = {
  async get(path) {
    asked.push(path);
    if (answers.length === 0) {
      await new Promise(resolve => {
        waits = resolve;
      });
    }
    return answers.shift();
  },
  async post(path, body) {
    posted.push([path, body.flowing]);
    return { call: runs };
  },
};

/** What `peerjs` gives for an offer; the script says what comes of it. */
class Offer {
  #heard = new Map();
  #bytes = 0;
  peerConnection = {
    connectionState: 'connected',
    getStats: async () => new Map([['in', { type: 'inbound-rtp', kind: 'audio', bytesReceived: (this.#bytes += 100), packetsReceived: 1 }]]),
  };

  on(type, listener) {
    this.#heard.set(type, listener);
  }

  tell(type, detail) {
    this.#heard.get(type)(detail);
  }

  close() {}
}

const posted = [];
let runs = null;
const link = new EventTarget();
const offers = [];
link.isOpen = true;
link.call = () => {
  offers.push(new Offer());
  return offers.at(-1);
};

async function until(what) {
  for (let i = 0; i < 1000 && !what(); i += 1) {
    await new Promise(resolve => setTimeout(resolve, 5));
  }
  assert.ok(what());
}

const calls = new Calls(rest, link);
const told = [];
for (const type of ['ended', 'ringing']) {
  calls.addEventListener(type, event => told.push(`${type} ${event.detail.id}`));
}

async function says(answer) {
  const before = asked.length;
  answers.push({ askAgain: 0, ended: null, ...answer });
  waits?.();
  for (let i = 0; i < 1000 && asked.length === before; i += 1) {
    await new Promise(resolve => setTimeout(resolve, 5));
  }
  assert.ok(asked.length > before);
}

calls.watch();
await says({ current: first });
assert.equal(calls.status.id, 'call-first');

// Another one is told, and of the one that runs nothing: it goes on.
await says({ current: rings });
assert.equal(calls.status.id, 'call-first');
assert.deepEqual(told, []);

// It is told that it is over, and the other one after it.
await says({ current: rings, ended: { ...first, version: 2, state: 'ended' } });
assert.equal(calls.status.id, 'call-other');
assert.deepEqual(told, ['ended call-first', 'ringing call-other']);

// What only rings makes way for another one.
await says({ current: { ...rings, id: 'call-third' } });
assert.equal(calls.status.id, 'call-third');

// What nobody knows of any more is over.
await says({ current: null });
assert.equal(calls.status, null);

// A caller's connection brings media, and then it ends: that nothing flows is said at once, and it is offered anew.
runs = { ...first, id: 'call-mine', role: 'caller', calleePeer: 'bob-1', reportEvery: 0.05 };
await calls.send({});
await says({ current: runs });
assert.equal(offers.length, 1);
offers[0].tell('stream', 'the first');
await until(() => posted.some(([path, flowing]) => path === 'calls/call-mine/media' && flowing));
assert.equal(calls.remote, 'the first');
offers[0].tell('close');
assert.equal(calls.remote, null);
posted.length = 0;
await until(() => offers.length === 2 && posted.length > 0);
assert.equal(posted[0][1], false);
// What the one before tells still is not the new one's.
offers[0].tell('stream', 'late');
assert.equal(calls.remote, null);
offers[1].tell('stream', 'the second');
await until(() => posted.at(-1)[1]);
assert.equal(calls.remote, 'the second');
// Whatever there is can be ended.
await calls.end();
assert.equal(posted.at(-1)[0], 'calls/call-mine/hang-up');
calls.stop();
waits?.();
