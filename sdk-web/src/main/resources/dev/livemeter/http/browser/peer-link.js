const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 15_000;
const RENEW_BEFORE_MS = 60_000;
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * The connection to signaling: gets a token, connects the `peerjs` client, and comes back with the same id whenever the connection is lost, and with a new token before the present one ends. Calls that run are not touched by that.
 * ICE servers are asked for anew before their credentials end, so that a call that begins late can be relayed as well.
 *
 * Events: `open`, `lost`, `call` (detail: the MediaConnection), `unavailable` (whom one called is not there), `dismissed` (sent away; detail: a sentence), `refused` (detail: a sentence; it
 * does not try again).
 */
export class PeerLink extends EventTarget {
  #rest;
  #Peer;
  #place;
  #key;
  #peer = null;
  #attempts = 0;
  #timer = 0;
  #renewal = 0;
  #validMs = 0;
  #validUntil = 0;
  #iceRenewal = 0;
  #iceValidMs = Infinity;
  #iceUntil = Infinity;
  #changing = false;
  #closed = false;
  #opened = null;
  #connecting = null;
  #online = () => this.#soon();

  /**
   * @param Peer the class of the `peerjs` client
   * @param url where signaling is mounted
   * @param device how this client calls itself, for people with several; up to six of a-z and 0-9
   */
  constructor(rest, Peer, { url = '/peer', key = 'peerjs', device = '' } = {}) {
    super();
    if (typeof Peer !== 'function') {
      throw new TypeError('Livemeter needs the peerjs client: load peerjs before it, or give its Peer class.');
    }
    this.#rest = rest;
    this.#Peer = Peer;
    this.#place = new URL(url, location.href);
    this.#key = key;
    this.device = device;
  }

  get id() {
    return this.#peer?.id ?? null;
  }

  get isOpen() {
    return this.#peer !== null && this.#peer.open;
  }

  /** Begins to connect, and stays connected until {@link close}. Idempotent. */
  open() {
    if (this.#closed) {
      // What is left of a connection that was given up.
      this.close();
    }
    this.#closed = false;
    globalThis.addEventListener?.('online', this.#online);
    if (this.#peer === null && this.#timer === 0 && this.#connecting === null) {
      this.#connect();
    }
  }

  /** Waits until it is connected; whoever asks for that does not wait for the next try. */
  async opened() {
    this.open();
    if (!this.isOpen) {
      this.#soon();
      await new Promise((resolve, reject) => {
        this.addEventListener('open', resolve, { once: true });
        this.addEventListener('refused', event => reject(new Error(event.detail)), { once: true });
      });
    }
    return this.#peer.id;
  }

  /** Offers a connection, by which picture and sound can come back whatever is sent. */
  call(peerId, stream) {
    return this.#peer.call(peerId, stream, { constraints: { offerToReceiveAudio: true, offerToReceiveVideo: true } });
  }

  /** Lets go. Idempotent. */
  close() {
    this.#stop();
    this.#peer?.destroy();
    this.#peer = null;
  }

  /** Comes back no more; calls that run go on. */
  #stop() {
    this.#closed = true;
    globalThis.removeEventListener?.('online', this.#online);
    clearTimeout(this.#timer);
    clearTimeout(this.#renewal);
    this.#timer = 0;
    this.#connecting = null;
    // Who was displaced keeps a call that runs, and can be connected by nothing new.
    clearTimeout(this.#iceRenewal);
  }

  /** One at a time: two clients with one id would take it from each other. What was begun before a {@link close} comes to nothing. */
  async #connect() {
    const mine = Symbol('connecting');
    this.#connecting = mine;
    this.#timer = 0;
    try {
      const [grant, ice] = await Promise.all([
        this.#rest.post('calls/token', { device: this.device }),
        this.#rest.get('ice').catch(() => null),
      ]);
      if (this.#connecting === mine) {
        this.#connecting = null;
        this.#join(grant, ice);
      }
    } catch (error) {
      if (this.#connecting !== mine) {
        return;
      }
      this.#connecting = null;
      this.#notGranted(error);
    }
  }

  #notGranted(error) {
    if (error.status >= 400 && error.status < 500 && error.status !== 429) {
      this.#refuse(error.message);
    } else {
      this.#later();
    }
  }

  #join(grant, ice) {
    this.#note(grant);
    const secure = this.#place.protocol === 'https:';
    const peer = new this.#Peer(grant.peer, {
      host: this.#place.hostname,
      port: Number(this.#place.port) || (secure ? 443 : 80),
      path: this.#place.pathname,
      secure,
      key: this.#key,
      token: grant.token,
      config: { iceServers: [] },
    });
    this.#peer = peer;
    this.#useIce(peer, ice);
    peer.on('open', () => {
      this.#attempts = 0;
      this.#opened = peer;
      this.#renewInTime();
      this.dispatchEvent(new CustomEvent('open'));
    });
    peer.on('call', call => this.dispatchEvent(new CustomEvent('call', { detail: call })));
    peer.on('disconnected', () => this.#lost(peer));
    peer.on('error', error => this.#failed(peer, error));
  }

  #failed(peer, error) {
    if (error.type === 'peer-unavailable') {
      this.dispatchEvent(new CustomEvent('unavailable', { detail: error.message }));
    } else if (error.type === 'unavailable-id') {
      this.#displaced(peer);
    } else if (error.type === 'server-error' && peer === this.#peer) {
      // Sent away, or not let in: whether that is for good is told where tokens are issued.
      this.#peer = null;
      peer.destroy();
      this.dispatchEvent(new CustomEvent('dismissed', { detail: error.message }));
      if (this.#timer === 0) {
        this.#later();
      }
    }
  }

  /** Another window of the same person has the id, or has just got it. A call that runs here goes on; it does not need signaling. */
  #displaced(peer) {
    if (peer !== this.#peer || this.#closed) {
      return;
    }
    if (this.#opened !== peer) {
      this.#refuse('You are connected in another window already; close it, or go on there.');
      return;
    }
    this.#stop();
    this.dispatchEvent(new CustomEvent('refused', { detail: 'You went on in another window; load this page again to go on here.' }));
  }

  #lost(peer) {
    if (peer === this.#peer && !this.#closed && !this.#changing && this.#timer === 0) {
      this.dispatchEvent(new CustomEvent('lost'));
      this.#later();
    }
  }

  /** Waits longer each time, until the browser says that there is a network again, and never as long as another client that was cut at the same moment. */
  #later() {
    const longest = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** this.#attempts++);
    this.#timer = setTimeout(() => this.#again(), longest * (0.5 + Math.random() / 2));
  }

  #soon() {
    if (this.#timer !== 0) {
      clearTimeout(this.#timer);
      this.#again();
    }
  }

  #again() {
    this.#timer = 0;
    if (this.#closed) {
      return;
    }
    if (this.#peer === null || this.#peer.destroyed) {
      this.#connect();
    } else if (Date.now() < this.#validUntil) {
      // Keeps id, token and the calls that run.
      this.#peer.reconnect();
    } else {
      this.#reconnectAnew(this.#peer);
    }
  }

  /** As after a sleep: the token has ended meanwhile, and by the one that has ended nobody would be let in. */
  async #reconnectAnew(peer) {
    try {
      const grant = await this.#rest.post('calls/token', { device: this.device });
      if (peer === this.#peer && !this.#closed) {
        this.#note(grant);
        if (Date.now() >= this.#iceUntil) {
          this.#renewIce(peer);
        }
        peer.options.token = grant.token;
        peer.reconnect();
      }
    } catch (error) {
      if (peer === this.#peer && !this.#closed) {
        this.#notGranted(error);
      }
    }
  }

  /** How long a token holds is counted from now on, as this machine's clock may be another one than the server's. */
  #note(grant) {
    this.#validMs = grant.validFor === undefined ? Date.parse(grant.expiresAt) - Date.now() : grant.validFor * 1000;
    this.#validUntil = Date.now() + this.#validMs;
  }

  #renewInTime() {
    clearTimeout(this.#renewal);
    const before = Math.min(RENEW_BEFORE_MS, this.#validMs / 3);
    const left = this.#validUntil - Date.now() - before;
    if (Number.isFinite(left)) {
      this.#renewal = setTimeout(() => this.#renew(), Math.max(1000, Math.min(left, LONGEST_TIMER_MS)));
    }
  }

  /** `peerjs` reads its configuration anew for each connection that it makes. @param ice null where nothing was answered */
  #useIce(peer, ice) {
    if (ice === null) {
      this.#iceLater(LONGEST_WAIT_MS);
      return;
    }
    peer.options.config = { ...peer.options.config, iceServers: ice.iceServers };
    this.#iceValidMs = ice.validFor === undefined ? Infinity : ice.validFor * 1000;
    this.#iceUntil = Date.now() + this.#iceValidMs;
    this.#iceLater(this.#iceValidMs - Math.min(RENEW_BEFORE_MS, this.#iceValidMs / 3));
  }

  #iceLater(ms) {
    clearTimeout(this.#iceRenewal);
    if (Number.isFinite(ms)) {
      this.#iceRenewal = setTimeout(() => this.#peer !== null && this.#renewIce(this.#peer), Math.max(1000, Math.min(ms, LONGEST_TIMER_MS)));
    }
  }

  async #renewIce(peer) {
    const ice = await this.#rest.get('ice').catch(() => null);
    if (peer === this.#peer && !this.#closed) {
      this.#useIce(peer, ice);
    }
  }

  /** A connection may stay for as long as the token with which it came: one with a new token takes its place. What runs from peer to peer does not notice. */
  async #renew() {
    if (this.#closed || this.#peer === null) {
      return;
    }
    try {
      const grant = await this.#rest.post('calls/token', { device: this.device });
      const peer = this.#peer;
      if (this.#closed || peer === null || peer.destroyed) {
        return;
      }
      this.#note(grant);
      this.#renewInTime();
      peer.options.token = grant.token;
      if (peer.open) {
        this.#changing = true;
        peer.disconnect();
        this.#changing = false;
        peer.reconnect();
      }
    } catch {
      this.#renewal = setTimeout(() => this.#renew(), Math.min(LONGEST_WAIT_MS, this.#validMs / 6));
    }
  }

  #refuse(sentence) {
    this.close();
    this.dispatchEvent(new CustomEvent('refused', { detail: sentence }));
  }
}
