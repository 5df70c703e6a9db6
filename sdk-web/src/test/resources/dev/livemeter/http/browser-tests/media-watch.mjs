// What comes in on a connection, by its counters and a clock of the script's own.
import assert from 'node:assert/strict';

const { MediaWatch } = await import('./media-watch.js');

let clock = 1000;
globalThis.performance = { now: () => clock };

class Line {
  connectionState = 'connected';
  bytes = 0;
  packets = 0;
  watch = new MediaWatch(this);

  async getStats() {
    return new Map([
      ['in', { type: 'inbound-rtp', kind: 'video', bytesReceived: this.bytes, packetsReceived: this.packets }],
      ['out', { type: 'outbound-rtp', kind: 'video', bytesReceived: clock, packetsReceived: clock }],
    ]);
  }

  /** So many packets come, and the clock goes on. */
  async after(ms, packets) {
    clock += ms;
    this.packets += packets;
    this.bytes += packets * 100;
    return this.watch.look();
  }
}

const sound = new Line();
assert.equal(await sound.after(250, 0), false);
for (let i = 0; i < 12; i += 1) {
  assert.equal(await sound.after(250, 12), true);
}
assert.equal(sound.watch.isSteady, true);

// It pauses: that is not said to flow, and for less than a second not denied either.
assert.equal(await sound.after(250, 0), null);
assert.equal(await sound.after(250, 0), null);
assert.equal(await sound.after(250, 12), true);
for (const expected of [null, null, null, false, false]) {
  assert.equal(await sound.after(250, 0), expected);
}
assert.equal(await sound.after(250, 12), true);

// A canvas whose picture stands still sends seldom; it is waited for.
const canvas = new Line();
for (let i = 0; i < 10; i += 1) {
  assert.equal(await canvas.after(500, 1), true);
}
assert.equal(canvas.watch.isSteady, false);
assert.equal(await canvas.after(2000, 0), true);
assert.equal(await canvas.after(999, 0), true);
assert.equal(await canvas.after(1, 0), false);

// What flowed steadily, and is a preview of two pictures a second now, is waited for as well after a while.
for (let i = 0; i < 12; i += 1) {
  await sound.after(500, 1);
}
assert.equal(sound.watch.isSteady, false);
assert.equal(await sound.after(2000, 0), true);

// Who looks once a second only, as in a tab that is not seen, finds what flows steadily just so.
const hidden = new Line();
for (let i = 0; i < 5; i += 1) {
  assert.equal(await hidden.after(1000, 50), true);
}
assert.equal(hidden.watch.isSteady, true);
assert.equal(await hidden.after(1000, 0), false);

// A connection that has failed brings nothing, whatever was counted.
hidden.connectionState = 'failed';
assert.equal(await hidden.after(1000, 50), false);
