import { blurredStream } from './media.js';
import { MediaWatch } from './media-watch.js';

/** What flows steadily is looked at often, so that its end is known soon. */
const LOOK_STEADY_EVERY_MS = 250;
const LOOK_EVERY_MS = 1000;

/**
 * One connection for picture and sound with another client: what is sent over it, whether something comes in, and its end.
 *
 * Events: `stream` (detail: what the other side sends), `flow` (detail: whether media comes in, or null where it has just paused and may go on; each second, or more often), `ended`.
 */
export class MediaLeg extends EventTarget {
  /** Offers one to a peer that may be called. */
  static offer(link, peerId, stream) {
    return new MediaLeg(link.call(peerId, stream), stream, 'full');
  }

  /**
   * Takes one that was offered. A preview is one from the first picture on.
   *
   * @param call the MediaConnection that {@link PeerLink} told of
   */
  static answer(call, stream, picture) {
    const leg = new MediaLeg(call, stream, picture);
    call.answer(picture === 'preview' ? leg.#preview() : stream);
    return leg;
  }

  #call;
  #sent;
  #blurred = null;
  #clones = [];
  #picture;
  #watch = null;
  #timer = 0;
  #over = false;

  /** @param picture what the other side is to see at first */
  constructor(call, sent, picture) {
    super();
    this.#call = call;
    this.#sent = sent;
    this.#picture = picture;
    call.on('stream', stream => this.#came(stream));
    call.on('close', () => this.#end());
    call.on('error', () => this.#end());
    this.#lookLater();
  }

  get peer() {
    return this.#call.peer;
  }

  get isOver() {
    return this.#over;
  }

  /** Sends another stream over the same connection: a camera that was changed. */
  async send(stream) {
    this.#sent = stream;
    await this.#apply();
  }

  /** What the other side is to see: `full`, or `preview` (blurred and without sound). */
  async show(picture) {
    if (picture !== this.#picture) {
      this.#picture = picture;
      await this.#apply();
    }
  }

  /** Ends it for both. Idempotent. */
  close() {
    this.#call.close();
    this.#end();
  }

  /** Something of each kind, so that the real tracks find their place in the connection later. */
  #preview() {
    this.#blurred = blurredStream(this.#sent);
    this.#clones = this.#sent.getAudioTracks().map(track => {
      const silent = track.clone();
      silent.enabled = false;
      return silent;
    });
    return new MediaStream([this.#blurred.track, ...this.#clones]);
  }

  /** A copy that is left running keeps the microphone on, whatever becomes of the one it was made of. */
  #stopPreview() {
    this.#blurred?.stop();
    this.#blurred = null;
    this.#clones.forEach(track => track.stop());
    this.#clones = [];
  }

  async #apply() {
    const connection = this.#call.peerConnection;
    if (this.#over || !connection) {
      return;
    }
    this.#stopPreview();
    if (this.#picture === 'preview') {
      this.#blurred = blurredStream(this.#sent);
    }
    for (const transceiver of connection.getTransceivers()) {
      const { kind } = transceiver.receiver.track;
      const full = this.#sent.getTracks().find(track => track.kind === kind) ?? null;
      const preview = kind === 'video' ? this.#blurred?.track ?? null : null;
      await transceiver.sender.replaceTrack(this.#picture === 'preview' ? preview : full);
    }
  }

  #came(stream) {
    this.#watch ??= new MediaWatch(this.#call.peerConnection);
    this.dispatchEvent(new CustomEvent('stream', { detail: stream }));
  }

  #lookLater() {
    this.#timer = setTimeout(() => this.#look(), this.#watch?.isSteady ? LOOK_STEADY_EVERY_MS : LOOK_EVERY_MS);
  }

  async #look() {
    if (this.#watch !== null) {
      const flows = await this.#watch.look().catch(() => false);
      if (!this.#over) {
        this.dispatchEvent(new CustomEvent('flow', { detail: flows }));
      }
    }
    if (!this.#over) {
      this.#lookLater();
    }
  }

  #end() {
    if (!this.#over) {
      this.#over = true;
      clearTimeout(this.#timer);
      this.#stopPreview();
      this.dispatchEvent(new CustomEvent('ended'));
    }
  }
}
