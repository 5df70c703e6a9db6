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
  async post() {
    throw new Error('nothing is posted here');
  },
};

const calls = new Calls(rest, new EventTarget());
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
calls.stop();
waits?.();
