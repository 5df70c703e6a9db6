const SILENT_SIZE = 16;

/** Camera and microphone of a broadcaster: asked for once, changed and paused without a new connection. What is paused stays so when a device is changed. */
export class Capture extends EventTarget {
  #stream = null;
  #paused = new Set();

  /** The stream that is sent; null before {@link start} and after {@link stop}. */
  get stream() {
    return this.#stream;
  }

  get isRunning() {
    return this.#stream !== null;
  }

  /**
   * Asks for camera and microphone. Fires `changed`.
   *
   * @param cameraId, microphoneId from {@link devices}; the browser's choice where none is given
   * @throws Error with a sentence for the person
   */
  async start({ cameraId, microphoneId, video = true, audio = true } = {}) {
    const next = await ask({ video: video && exactly(cameraId), audio: audio && exactly(microphoneId) });
    this.#end();
    this.#stream = next;
    for (const track of next.getTracks()) {
      track.enabled = !this.#paused.has(track.kind);
      track.addEventListener('ended', () => this.#lost(next));
    }
    this.#changed();
    return next;
  }

  /** Lets camera and microphone go. Idempotent. */
  stop() {
    if (this.#stream !== null) {
      this.#end();
      this.#paused.clear();
      this.#changed();
    }
  }

  /** Picture or sound off for a while, or on again; the connection stays. */
  pause(kind, paused) {
    if (paused) {
      this.#paused.add(kind);
    } else {
      this.#paused.delete(kind);
    }
    this.#stream?.getTracks().filter(track => track.kind === kind).forEach(track => (track.enabled = !paused));
    this.#changed();
  }

  isPaused(kind) {
    const tracks = this.#stream?.getTracks().filter(track => track.kind === kind) ?? [];
    return tracks.length > 0 && tracks.every(track => !track.enabled);
  }

  /** What there is to choose from, with names once a person has allowed it. */
  async devices() {
    const all = await navigator.mediaDevices.enumerateDevices();
    return {
      cameras: named(all, 'videoinput', 'Camera'),
      microphones: named(all, 'audioinput', 'Microphone'),
    };
  }

  #lost(stream) {
    if (stream === this.#stream) {
      this.stop();
      this.dispatchEvent(new CustomEvent('lost', { detail: 'The camera or the microphone was taken away.' }));
    }
  }

  #end() {
    const stream = this.#stream;
    this.#stream = null;
    stream?.getTracks().forEach(track => track.stop());
  }

  #changed() {
    this.dispatchEvent(new CustomEvent('changed'));
  }
}

function exactly(deviceId) {
  return deviceId ? { deviceId: { exact: deviceId } } : true;
}

function named(all, kind, fallback) {
  return all
    .filter(device => device.kind === kind)
    .map((device, index) => ({ id: device.deviceId, name: device.label || `${fallback} ${index + 1}` }));
}

async function ask(wanted) {
  if (!navigator.mediaDevices?.getUserMedia) {
    throw new Error('Camera and microphone can be used on pages with https only.');
  }
  try {
    return await navigator.mediaDevices.getUserMedia(wanted);
  } catch (error) {
    throw new Error(SENTENCES[error.name] ?? `Camera and microphone cannot be used: ${error.message}`, { cause: error });
  }
}

const SENTENCES = {
  NotAllowedError: 'The browser was not allowed to use camera and microphone. Allow it beside the address, then try again.',
  NotFoundError: 'There is no camera or no microphone. Connect one, then try again.',
  NotReadableError: 'Another program uses the camera or the microphone. Close it, then try again.',
  OverconstrainedError: 'The chosen camera or microphone is gone. Choose another one.',
};

/**
 * What a viewer sends: a still, black picture without sound. No browser asks anybody for it, and a call needs something to be sent both ways.
 */
export function silentStream() {
  const canvas = document.createElement('canvas');
  canvas.width = SILENT_SIZE;
  canvas.height = SILENT_SIZE;
  const pen = canvas.getContext('2d');
  const paint = () => pen.fillRect(0, 0, SILENT_SIZE, SILENT_SIZE);
  paint();
  const stream = canvas.captureStream(2);
  // A canvas that nobody paints sends nothing, and what sends nothing looks as if it had gone.
  const timer = setInterval(paint, 500);
  stream.getTracks().forEach(track => {
    const stop = track.stop.bind(track);
    track.stop = () => {
      clearInterval(timer);
      stop();
    };
  });
  return stream;
}

/**
 * The same stream as a preview: small, blurred, without sound. Made where it is sent, so that a viewer's own program cannot undo it.
 */
export function blurredStream(stream) {
  const video = document.createElement('video');
  video.muted = true;
  video.playsInline = true;
  video.srcObject = stream;
  video.play().catch(() => {});
  const canvas = document.createElement('canvas');
  canvas.width = 160;
  canvas.height = 90;
  const pen = canvas.getContext('2d');
  const paint = () => {
    pen.filter = 'blur(8px)';
    pen.drawImage(video, 0, 0, canvas.width, canvas.height);
  };
  const timer = setInterval(paint, 500);
  const blurred = canvas.captureStream(2);
  return {
    track: blurred.getVideoTracks()[0],
    stop() {
      clearInterval(timer);
      blurred.getTracks().forEach(track => track.stop());
      video.srcObject = null;
    },
  };
}
