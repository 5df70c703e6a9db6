import { Capture } from '../media.js';
import { Widget, h, setText } from '../widget.js';
import { Meter } from './meter.js';

/**
 * `<livemeter-broadcaster>`: a broadcaster's own desk: camera and microphone with a choice of devices, who calls, and the call that runs. Whoever has not started is not there for anybody.
 * Tells `camera` (detail: the stream that is sent from now on; null where it is off), `ringing`, `ended`.
 */
export class LivemeterBroadcaster extends Widget {
  #capture = new Capture();
  #told = null;
  #changed = () => this.#show();
  #ringing = event => this.tell('ringing', event.detail);
  #remote = event => (this.video.srcObject = event.detail);
  #ended = event => this.#over(event.detail);
  #refused = event => setText(this.problem, event.detail);

  build() {
    this.self = h('video', { autoplay: true, playsinline: true, muted: true });
    this.self.muted = true;
    this.video = h('video', { class: 'self', autoplay: true, playsinline: true, hidden: true });
    this.words = h('div', { class: 'words', role: 'status' }, 'Your camera is off.');
    this.start = h('button', { type: 'button', class: 'main', onclick: () => this.#startOrStop() }, 'Start');
    this.cameras = h('select', { 'aria-label': 'Camera', hidden: true, onchange: () => this.#choose() });
    this.microphones = h('select', { 'aria-label': 'Microphone', hidden: true, onchange: () => this.#choose() });
    this.sound = h('button', { type: 'button', 'aria-pressed': 'false', hidden: true, onclick: () => this.#mute('audio') }, 'Mute');
    this.picture = h('button', { type: 'button', 'aria-pressed': 'false', hidden: true, onclick: () => this.#mute('video') }, 'Hide picture');
    this.caller = h('p', { role: 'alert' });
    this.accept = h('button', { type: 'button', class: 'main', onclick: () => this.#do(calls => calls.accept(this.#capture.stream)) }, 'Accept');
    this.decline = h('button', { type: 'button', onclick: () => this.#do(calls => calls.decline()) }, 'Decline');
    this.answers = h('div', { class: 'row', hidden: true }, this.caller, this.accept, this.decline);
    this.hangUp = h('button', { type: 'button', class: 'danger', hidden: true, onclick: () => this.#do(calls => calls.hangUp()) }, 'Hang up');
    this.meter = new Meter('callee');
    this.meter.element.hidden = true;
    this.low = h('p', { class: 'warn', role: 'status' });
    this.problem = h('p', { class: 'problem', role: 'alert' });
    return [
      h('div', { class: 'stage' }, this.self, this.video, this.words),
      this.answers,
      this.meter.element,
      this.low,
      h('div', { class: 'row' }, this.start, this.hangUp, this.sound, this.picture, this.cameras, this.microphones),
      this.problem,
    ];
  }

  begin() {
    const { calls, link } = this.client;
    calls.addEventListener('changed', this.#changed);
    calls.addEventListener('ringing', this.#ringing);
    calls.addEventListener('remote', this.#remote);
    calls.addEventListener('ended', this.#ended);
    link.addEventListener('refused', this.#refused);
    this.#capture.addEventListener('changed', this.#changed);
    this.#capture.addEventListener('lost', this.#refused);
    this.#show();
  }

  end() {
    const { calls, link } = this.client;
    calls.removeEventListener('changed', this.#changed);
    calls.removeEventListener('ringing', this.#ringing);
    calls.removeEventListener('remote', this.#remote);
    calls.removeEventListener('ended', this.#ended);
    link.removeEventListener('refused', this.#refused);
    this.meter.stop();
    this.#capture.stop();
  }

  /** The stream of camera and microphone; null while they are off. */
  get stream() {
    return this.#capture.stream;
  }

  async #startOrStop() {
    setText(this.problem, '');
    try {
      if (this.#capture.isRunning) {
        await this.#stop();
      } else {
        await this.#capture.start();
        await this.#offerDevices();
        await this.client.connect().opened();
        this.client.calls.watch();
      }
    } catch (error) {
      setText(this.problem, error.message);
    }
    this.#show();
  }

  /** Whoever is in a call hangs up first, so that the other one is not left with a picture that stands still. The camera goes off at once, whatever the server does. */
  async #stop() {
    const { calls } = this.client;
    const ended = calls.end();
    this.#capture.stop();
    try {
      await ended;
    } finally {
      calls.stop();
      this.client.disconnect();
    }
  }

  async #offerDevices() {
    const { cameras, microphones } = await this.#capture.devices();
    const used = this.#capture.stream.getTracks().map(track => track.getSettings().deviceId);
    fill(this.cameras, cameras, used);
    fill(this.microphones, microphones, used);
  }

  async #choose() {
    setText(this.problem, '');
    try {
      const stream = await this.#capture.start({ cameraId: this.cameras.value, microphoneId: this.microphones.value });
      await this.client.calls.send(stream);
    } catch (error) {
      setText(this.problem, error.message);
    }
  }

  #mute(kind) {
    this.#capture.pause(kind, !this.#capture.isPaused(kind));
  }

  async #do(what) {
    setText(this.problem, '');
    try {
      await what(this.client.calls);
    } catch (error) {
      setText(this.problem, error.message);
    }
  }

  #show() {
    const on = this.#capture.isRunning;
    const { calls } = this.client;
    const status = calls.status?.role === 'callee' ? calls.status : null;
    this.dataset.state = status?.state ?? (on ? 'ready' : 'off');
    if (this.self.srcObject !== this.#capture.stream) {
      this.self.srcObject = this.#capture.stream;
    }
    if (this.#told !== this.#capture.stream) {
      this.#told = this.#capture.stream;
      this.tell('camera', this.#told);
    }
    setText(this.start, on ? 'Stop' : 'Start');
    this.start.className = on ? '' : 'main';
    for (const [control, kind] of [[this.sound, 'audio'], [this.picture, 'video']]) {
      control.hidden = !on;
      control.setAttribute('aria-pressed', String(this.#capture.isPaused(kind)));
    }
    for (const choice of [this.cameras, this.microphones]) {
      choice.hidden = !on || choice.options.length < 2;
    }
    this.answers.hidden = status?.state !== 'ringing';
    setText(this.caller, status?.state === 'ringing' ? `${status.caller} calls.` : '');
    const runs = status !== null && status.state !== 'ringing';
    this.hangUp.hidden = !runs;
    this.meter.element.hidden = !runs;
    this.video.hidden = !runs;
    setText(this.low, runs && status.low ? `The balance of ${status.caller} runs low.` : '');
    setText(this.words, on ? (runs && status.picture === 'preview' ? 'They see a preview.' : '') : 'Your camera is off.');
    if (runs) {
      this.meter.start(() => calls.counted);
    }
  }

  #over(status) {
    this.meter.stop();
    this.video.srcObject = null;
    setText(this.low, status.end?.sentence ?? 'The call is over.');
    this.client.moneyChanged();
    this.tell('ended', status);
  }
}

/** The one that is used is chosen: whoever changes the camera keeps the microphone. */
function fill(select, devices, used) {
  select.replaceChildren(...devices.map(({ id, name }) => h('option', { value: id, selected: used.includes(id) }, name)));
}

customElements.define('livemeter-broadcaster', LivemeterBroadcaster);
