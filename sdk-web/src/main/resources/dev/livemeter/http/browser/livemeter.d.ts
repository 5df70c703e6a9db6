/** Types of `livemeter.js`. Times are seconds, moments ISO 8601, money is exact text. */

export interface Money {
  readonly amount: string;
  readonly currency: string;
}

/** What a call would cost; `accept` is sent back as the sign that it was accepted. */
export interface CallPrice {
  readonly accept: string;
  readonly tariff: { readonly sentences: readonly string[] };
  /** Of the length that was asked about. */
  readonly cost: Money;
  readonly minimumToStart: Money;
  /** How long the present balance lasts; null where time is free. */
  readonly enoughFor: number | null;
}

export interface CallStatus {
  readonly id: string;
  readonly version: number;
  readonly role: 'caller' | 'callee' | 'operator';
  readonly caller: string;
  readonly callee: string;
  readonly state: 'ringing' | 'connecting' | 'live' | 'ended';
  readonly picture: 'none' | 'preview' | 'full';
  readonly callerPeer: string;
  readonly calleePeer: string | null;
  readonly counting: boolean;
  readonly used: number;
  readonly cost: Money;
  /** The caller's alone. */
  readonly balance: Money | null;
  /** The callee's alone. */
  readonly earned: Money | null;
  readonly timeLeft: number | null;
  readonly agreedLeft: number | null;
  readonly low: boolean;
  readonly finalUnit: boolean;
  readonly end: { readonly cause: string; readonly sentence: string } | null;
}

export interface ChatMessage {
  readonly type: 'message';
  readonly sequence: number;
  readonly at: string;
  readonly id: string;
  readonly author: { readonly kind: 'user' | 'guest'; readonly id: string; readonly name: string };
  /** Plain text; null once it is deleted. */
  readonly text: string | null;
  readonly deleted: boolean;
}

export interface ChatDeletion {
  readonly type: 'deletion';
  readonly sequence: number;
  readonly at: string;
  /** Which message is gone. */
  readonly message: number;
}

/** A request that was refused. */
export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  /** Seconds. */
  readonly retryAfter: number | null;
}

/** No answer came; what was asked for may have happened. */
export class Unreachable extends Error {}

/** Camera and microphone. Events: `changed`, `lost`. */
export class Capture extends EventTarget {
  readonly stream: MediaStream | null;
  readonly isRunning: boolean;
  start(wanted?: { cameraId?: string; microphoneId?: string; video?: boolean; audio?: boolean }): Promise<MediaStream>;
  stop(): void;
  pause(kind: 'audio' | 'video', paused: boolean): void;
  isPaused(kind: 'audio' | 'video'): boolean;
  devices(): Promise<{ cameras: Device[]; microphones: Device[] }>;
}

export interface Device {
  readonly id: string;
  readonly name: string;
}

/** A still, black picture without sound, for which no browser asks anybody. */
export function silentStream(): MediaStream;

/** The connection to signaling. Events: `open`, `lost`, `call`, `unavailable`, `dismissed`, `refused`. */
export class PeerLink extends EventTarget {
  readonly id: string | null;
  readonly isOpen: boolean;
  open(): void;
  opened(): Promise<string>;
  close(): void;
}

/** Private calls. Events: `changed`, `ringing`, `remote`, `ended`, `problem`. */
export class Calls extends EventTarget {
  readonly status: CallStatus | null;
  readonly sent: MediaStream | null;
  readonly remote: MediaStream | null;
  watch(): void;
  stop(): void;
  price(callee: string, seconds?: number): Promise<{ price: CallPrice; present: boolean; path: string }>;
  invite(callee: string, wish: { accepted: string; sent: MediaStream; agreed?: number }): Promise<CallStatus>;
  accept(sent: MediaStream): Promise<CallStatus>;
  decline(): Promise<CallStatus>;
  cancel(): Promise<CallStatus>;
  hangUp(): Promise<CallStatus>;
  extend(total: number): Promise<CallStatus>;
  send(stream: MediaStream): Promise<void>;
}

/** A room as everybody sees it. */
export interface Room {
  readonly id: string;
  readonly broadcaster: string;
  readonly title: string;
  readonly kind: 'free' | 'metered' | 'ticket' | 'members';
  readonly state: string;
  readonly capacity: number;
  readonly present: number;
  readonly ticketPrice: Money | null;
  readonly accept: string | null;
}

/** A viewer's time in a room. */
export interface Presence {
  readonly viewer: string;
  readonly peer: string;
  readonly broadcasterPeer: string;
  readonly picture: 'preview' | 'full';
  readonly counting: boolean;
  readonly used: number;
  readonly cost: Money;
  readonly balance: Money | null;
  readonly timeLeft: number | null;
  readonly low: boolean;
}

/** A visit to a room. Events: `changed`, `remote`, `over`. */
export class RoomVisit extends EventTarget {
  readonly presence: Presence | null;
  room(): Promise<Room>;
  buyTicket(): Promise<object>;
  join(wish: { accepted?: string; sent: MediaStream }): Promise<Presence>;
  leave(): Promise<void>;
}

/** A broadcaster's own room. Events: `viewers`, `problem`. */
export class RoomHost extends EventTarget {
  static open(client: LivemeterClient, plan: object): Promise<{ room: Room; host: RoomHost }>;
  begin(stream: MediaStream): void;
  send(stream: MediaStream): Promise<void>;
  sendOut(viewer: string, reason?: string): Promise<void>;
  close(): Promise<void>;
  stop(): void;
}

/** A channel of the chat. Events: `entry`, `missed`, `transport`, `refused`. */
export class ChatChannel extends EventTarget {
  readonly transport: 'socket' | 'polling' | 'none';
  open(): void;
  close(): void;
  post(text: string, id?: string): Promise<ChatMessage>;
  remove(sequence: number): Promise<void>;
}

/** How the chat of one destination fares. */
export interface PlatformChatState {
  readonly destination: string;
  readonly platform: string;
  readonly platformName: string;
  readonly state: 'joining' | 'connected' | 'interrupted' | 'over';
  /** In characters. */
  readonly longestReply: number;
  /** A sentence; empty where there is nothing to say. */
  readonly detail: string;
  readonly since: string;
  readonly nextTryAt: string | null;
}

interface PlatformChatLine {
  readonly sequence: number;
  readonly at: string;
  readonly destination: string;
  readonly platform: string;
}

export interface PlatformChatMessage extends PlatformChatLine {
  readonly type: 'message';
  readonly author: { readonly id: string; readonly name: string; readonly badges: readonly ('broadcaster' | 'moderator' | 'member' | 'verified')[] };
  /** Plain text; null once it is removed. */
  readonly text: string | null;
  /** What was paid for it, for people; null where nothing was. */
  readonly paid: string | null;
  readonly removed: boolean;
}

/** What is gone: one message by its number, all of an author there, or all. */
export interface PlatformChatRemoval extends PlatformChatLine {
  readonly type: 'removal';
  readonly message?: number;
  readonly author?: string;
  readonly all?: true;
}

export interface PlatformChatTurn extends PlatformChatLine {
  readonly type: 'state';
  readonly chat: PlatformChatState;
}

/** What became of an answer on one platform. */
export interface PlatformChatReply {
  readonly destination: string;
  readonly platform: string;
  readonly outcome: 'said' | 'refused' | 'not_allowed';
  readonly code?: string;
  readonly detail?: string;
  /** Seconds. */
  readonly retryAfter?: number | null;
}

/** What is said on all platforms beside somebody's stream. Events: `begun`, `missed`, `chats`, `entry`, `caught-up`, `lost`, `found`, `refused`. */
export class PlatformChat extends EventTarget {
  readonly chats: readonly PlatformChatState[];
  readonly open: readonly PlatformChatState[];
  longestReply(destination?: string | null): number;
  follow(): void;
  close(): void;
  reply(text: string, destination?: string | null): Promise<readonly PlatformChatReply[]>;
}

/** A page's way to Livemeter; given to each widget as its `client`. Event: `money`. */
export class LivemeterClient extends EventTarget {
  constructor(options?: {
    base?: string;
    headers?: () => Record<string, string>;
    Peer?: new (id: string, options: object) => unknown;
    signaling?: { url?: string; key?: string };
    device?: string;
    isSignedIn?: boolean;
  });
  readonly link: PeerLink;
  readonly calls: Calls;
  visit(room: string): RoomVisit;
  host(room: string): RoomHost;
  connect(): PeerLink;
  disconnect(): void;
  chat(channel: string, options?: { pass?: string; transport?: 'socket' | 'polling' }): ChatChannel;
  platformChat(user: string): PlatformChat;
  tip(tip: { call?: string; payee?: string; amount: Money; message?: string; key?: string }): Promise<object>;
  moneyChanged(): void;
}

interface Widget extends HTMLElement {
  client: LivemeterClient | null;
}

export interface LivemeterBalance extends Widget {
  refresh(): Promise<void>;
}

export interface LivemeterBroadcaster extends Widget {
  readonly stream: MediaStream | null;
}

export interface LivemeterCall extends Widget {
  readonly callee: string | null;
  refresh(): void;
}

export interface LivemeterChat extends Widget {}

/** Event: `chats`, with how each chat fares. */
export interface LivemeterPlatformChat extends Widget {}

export interface LivemeterRoom extends Widget {
  /** Whose camera is shown. */
  desk: LivemeterBroadcaster | null;
}

export interface LivemeterViewer extends Widget {}

export interface LivemeterTip extends Widget {
  /** The call in which is tipped. */
  call: string;
}

declare global {
  interface HTMLElementTagNameMap {
    'livemeter-balance': LivemeterBalance;
    'livemeter-broadcaster': LivemeterBroadcaster;
    'livemeter-call': LivemeterCall;
    'livemeter-chat': LivemeterChat;
    'livemeter-platform-chat': LivemeterPlatformChat;
    'livemeter-room': LivemeterRoom;
    'livemeter-tip': LivemeterTip;
    'livemeter-viewer': LivemeterViewer;
  }
}
