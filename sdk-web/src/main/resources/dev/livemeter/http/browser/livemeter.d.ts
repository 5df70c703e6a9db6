/** Types of `livemeter.js`. Times are seconds, moments ISO 8601, money is exact text. */

export interface Money {
  readonly amount: string;
  readonly currency: string;
}

/** A tariff in words. */
export interface TariffTold {
  readonly text: string;
  readonly notation: string;
  readonly price: Money;
  readonly sentences: readonly string[];
}

/** What a call would cost; `accept` is sent back as the sign that it was accepted. */
export interface CallPrice {
  readonly accept: string;
  /** Of the tariff that is published; empty where it was given in code. */
  readonly version: string;
  readonly tariff: TariffTold;
  /** The length that was asked about. */
  readonly length: number;
  /** Of that length. */
  readonly cost: Money;
  readonly minimumToStart: Money;
  /** How long the present balance lasts; null where time is free. */
  readonly enoughFor: number | null;
}

/** How a call ended. */
export interface CallEnd {
  /** Such as `hung_up`, `funds_exhausted`; `unreachable` where the server did not answer and the call was ended here. */
  readonly cause: string;
  /** Who ended it; null where nobody did. */
  readonly by: string | null;
  readonly sentence: string;
}

/** What is known of a call for as long as it is kept. */
export interface KeptCall {
  readonly id: string;
  readonly role: 'caller' | 'callee' | 'operator';
  readonly caller: string;
  readonly callee: string;
  readonly state: 'ringing' | 'connecting' | 'live' | 'ended';
  readonly callerPeer: string;
  /** Null before it is accepted. */
  readonly calleePeer: string | null;
  /** The callee's part of what it costs, such as `70 %`. */
  readonly share: string;
  /** Version of the tariff; empty where it was given in code. */
  readonly tariff: string;
  /** How long it may last; null where no length was agreed on. */
  readonly agreed: number | null;
  readonly invitedAt: string;
  readonly acceptedAt: string | null;
  readonly liveAt: string | null;
  readonly endedAt: string | null;
  /** By which it is charged; null before it is accepted. */
  readonly session: string | null;
  readonly used: number;
  readonly cost: Money;
  /** The callee's alone. */
  readonly earned: Money | null;
  readonly end: CallEnd | null;
}

/** How a call stands that goes on. */
export interface CallStatus extends KeptCall {
  readonly version: number;
  readonly at: string;
  readonly picture: 'none' | 'preview' | 'full';
  /** Whether time is charged at this moment. */
  readonly counting: boolean;
  /** The caller's alone. */
  readonly balance: Money | null;
  readonly tips: Money;
  readonly timeLeft: number | null;
  readonly agreedLeft: number | null;
  readonly low: boolean;
  readonly finalUnit: boolean;
  /** Where the caller pays in, once the last of the balance is in use; null before, and where the host has no such page. */
  readonly topUpPage: string | null;
  /** The tariff, in its notation. */
  readonly price: string;
  /** How often clients report. */
  readonly reportEvery: number;
  /** After how long without a report the call ends. */
  readonly silence: number;
}

/** The last that is known of a call that ended: as it was told at last, or as it is kept. */
export type EndedCall = CallStatus | (KeptCall & Partial<CallStatus>);

/** Figures of the server for one moment, counted on until the next ones come. */
export interface Counted<Figures = CallStatus> {
  readonly figures: Figures;
  /** Seconds that are charged by now. */
  used(): number;
  /** Seconds that the money, or the agreed time, lasts; null where there is no end. */
  left(): number | null;
}

/** Something that tells events, by name and with what their `detail` is. */
declare class Teller<Events> extends EventTarget {
  addEventListener<Name extends keyof Events & string>(type: Name, listener: ((event: CustomEvent<Events[Name]>) => void) | null, options?: boolean | AddEventListenerOptions): void;
  addEventListener(type: string, listener: EventListenerOrEventListenerObject | null, options?: boolean | AddEventListenerOptions): void;
  removeEventListener<Name extends keyof Events & string>(type: Name, listener: ((event: CustomEvent<Events[Name]>) => void) | null, options?: boolean | EventListenerOptions): void;
  removeEventListener(type: string, listener: EventListenerOrEventListenerObject | null, options?: boolean | EventListenerOptions): void;
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
  /** Such as `call.price_changed`; empty where the server gave none. */
  readonly code: string;
  /** All that the server answered. */
  readonly body: { readonly [field: string]: unknown };
  /** Seconds; null where the server does not say. */
  readonly retryAfter: number | null;
}

/** No answer came; what was asked for may have happened. */
export class Unreachable extends Error {}

/** Camera and microphone. What is paused stays so when a device is changed. */
export class Capture extends Teller<{ changed: null; lost: string }> {
  /** Null before `start` and after `stop`. */
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

/** What is used of the class of the `peerjs` client. */
export interface PeerClass {
  new (id: string, options: object): PeerClient;
}

/** What is used of a client of `peerjs`. */
export interface PeerClient {
  readonly id: string;
  readonly open: boolean;
  readonly destroyed: boolean;
  readonly options: object;
  on(event: string, listener: (...args: any[]) => void): unknown;
  call(peer: string, stream: MediaStream, options?: object): PeerCall;
  disconnect(): void;
  reconnect(): void;
  destroy(): void;
}

/** A MediaConnection of `peerjs`. */
export interface PeerCall {
  readonly peer: string;
  readonly peerConnection: RTCPeerConnection;
  on(event: string, listener: (...args: any[]) => void): unknown;
  answer(stream?: MediaStream): void;
  close(): void;
}

/** The REST interface, asked as whoever is signed in. Each rejects with a `Problem` or `Unreachable`. */
export interface Rest {
  get(path: string, options?: { waitMs?: number; signal?: AbortSignal; headers?: Record<string, string> }): Promise<any>;
  post(path: string, body?: object, headers?: Record<string, string>, options?: { waitMs?: number }): Promise<any>;
  /** Moves money: once for each key. */
  pay(path: string, key: string, body: object): Promise<any>;
  remove(path: string): Promise<any>;
  url(path: string, scheme?: string): URL;
}

/** The connection to signaling. */
export class PeerLink extends Teller<{
  open: null;
  lost: null;
  call: PeerCall;
  /** Whom one called is not there. */
  unavailable: string;
  dismissed: string;
  /** It does not try again. */
  refused: string;
}> {
  readonly id: string | null;
  readonly isOpen: boolean;
  /** How this client calls itself; empty for the first. */
  readonly device: string;
  open(): void;
  opened(): Promise<string>;
  call(peerId: string, stream: MediaStream): PeerCall;
  close(): void;
}

/** Private calls. */
export class Calls extends Teller<{
  changed: CallStatus | null;
  ringing: CallStatus;
  remote: MediaStream;
  ended: EndedCall;
  problem: string;
}> {
  /** Null where no call rings, connects or runs. */
  readonly status: CallStatus | null;
  readonly counted: Counted<CallStatus> | null;
  readonly sent: MediaStream | null;
  readonly remote: MediaStream | null;
  watch(): void;
  stop(): void;
  price(callee: string, seconds?: number): Promise<{ callee: string; price: CallPrice; present: boolean; path: string }>;
  /** `agreed` in seconds. Null where the call was given up meanwhile. */
  invite(callee: string, wish: { accepted: string; sent: MediaStream; agreed?: number }): Promise<CallStatus | null>;
  accept(sent: MediaStream): Promise<CallStatus | null>;
  decline(): Promise<CallStatus | null>;
  cancel(): Promise<CallStatus | null>;
  /** Null where there was no call. */
  hangUp(): Promise<CallStatus | null>;
  /** Declines, cancels or hangs up, whichever ends what there is. */
  end(): Promise<CallStatus | null>;
  extend(total: number): Promise<CallStatus | null>;
  send(stream: MediaStream): Promise<void>;
}

export type RoomKind = 'free' | 'metered' | 'spectators' | 'ticket' | 'members';
export type RoomVisibility = 'public' | 'members' | 'unlisted';

/** A room as everybody sees it. */
export interface Room {
  readonly id: string;
  readonly broadcaster: string;
  readonly title: string;
  readonly kind: RoomKind;
  readonly visibility: RoomVisibility;
  readonly state: 'scheduled' | 'open' | 'ended';
  readonly capacity: number;
  readonly present: number;
  /** Null where there are no tickets. */
  readonly ticketPrice: Money | null;
  /** Since its first use; null for the whole event. */
  readonly ticketLasts: number | null;
  /** What a viewer pays by the minute; null where they do not. */
  readonly tariff: TariffTold | null;
  /** Sent back with `join`; null where there is no price by the minute. */
  readonly accept: string | null;
  readonly startsAt: string | null;
  readonly openedAt: string | null;
  readonly endedAt: string | null;
}

/** What a room is to be. */
export interface RoomWish {
  title: string;
  kind: RoomKind;
  visibility?: RoomVisibility;
  capacity?: number;
  ticketPrice?: Money;
  /** Seconds since its first use; the whole event without it. */
  ticketLasts?: number;
  /** Announced for then; opened at once without it. */
  startsAt?: string;
}

export interface Ticket {
  readonly room: string;
  readonly viewer: string;
  readonly transfer: string;
  readonly price: Money;
  readonly boughtAt: string;
  readonly firstUsedAt: string | null;
  readonly refundedAt: string | null;
}

/** A viewer's time in a room. */
export interface Presence {
  readonly room: string;
  readonly viewer: string;
  /** How the host calls them; text, never markup. */
  readonly viewerName: string;
  readonly peer: string;
  readonly broadcasterPeer: string;
  /** By which it is charged; null where it is not by the minute. */
  readonly session: string | null;
  readonly joinedAt: string;
  readonly leftAt: string | null;
  /** Why they left; empty before. */
  readonly why: string;
  readonly at: string;
  readonly picture: 'preview' | 'full';
  readonly counting: boolean;
  readonly used: number;
  readonly cost: Money;
  /** The viewer's alone. */
  readonly balance: Money | null;
  readonly timeLeft: number | null;
  readonly low: boolean;
  /** Where the viewer pays in, once the last of the balance is in use; null before, and where the host has no such page. */
  readonly topUpPage: string | null;
}

/** Whether somebody is live. */
export interface LiveNow {
  readonly user: string;
  readonly state: 'offline' | 'present' | 'live_public' | 'live_private';
  /** The one that is open, if whoever looks may know of it; null where there is none. */
  readonly room: Room | null;
}

/** A visit to a room. */
export class RoomVisit extends Teller<{ changed: Presence; remote: MediaStream; over: string }> {
  /** Null before and after the visit. */
  readonly presence: Presence | null;
  readonly counted: Counted<Presence> | null;
  room(): Promise<Room>;
  buyTicket(): Promise<Ticket>;
  join(wish: { accepted?: string; sent: MediaStream }): Promise<Presence>;
  leave(): Promise<void>;
}

/** A broadcaster's own room. */
export class RoomHost extends Teller<{
  viewers: readonly Presence[];
  /** It was closed elsewhere. */
  over: string;
  problem: string;
}> {
  static open(client: LivemeterClient, wish: RoomWish): Promise<{ room: Room; host: RoomHost }>;
  begin(stream: MediaStream): void;
  send(stream: MediaStream): Promise<void>;
  sendOut(viewer: string, reason?: string): Promise<void>;
  close(): Promise<void>;
  stop(): void;
}

/** A channel of the chat. */
export class ChatChannel extends Teller<{
  entry: ChatMessage | ChatDeletion;
  /** There were more than are kept. */
  missed: null;
  transport: ChatTransport;
  /** It does not try again. */
  refused: string;
}> {
  readonly transport: ChatTransport;
  open(): void;
  close(): void;
  post(text: string, id?: string): Promise<ChatMessage>;
  remove(sequence: number): Promise<void>;
}

/** By what entries come at this moment. */
export type ChatTransport = 'socket' | 'polling' | 'none';

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

/** What is said on all platforms beside somebody's stream. */
export class PlatformChat extends Teller<{
  begun: null;
  /** How many entries are gone; 0 where another stream began. */
  missed: number;
  chats: readonly PlatformChatState[];
  entry: PlatformChatMessage | PlatformChatRemoval | PlatformChatTurn;
  'caught-up': null;
  lost: string;
  found: null;
  refused: string;
}> {
  readonly chats: readonly PlatformChatState[];
  readonly open: readonly PlatformChatState[];
  longestReply(destination?: string | null): number;
  follow(): void;
  close(): void;
  reply(text: string, destination?: string | null): Promise<readonly PlatformChatReply[]>;
}

/** Money that was given. */
export interface Tipped {
  readonly transfer: { readonly id: string; readonly user: string; readonly amount: Money; readonly at: string; readonly after: object };
  /** Outside of a call. */
  readonly payee?: string;
}

/** A page's way to Livemeter; given to each widget as its `client`. `money`: a balance may have changed. `balance`: what is left, as a call or a visit that is paid for has just told. */
export class LivemeterClient extends Teller<{ money: null; balance: Money }> {
  constructor(options?: {
    base?: string;
    headers?: () => Record<string, string>;
    Peer?: PeerClass;
    signaling?: { url?: string; key?: string };
    device?: string;
    isSignedIn?: boolean;
  });
  readonly rest: Rest;
  readonly isSignedIn: boolean;
  readonly link: PeerLink;
  readonly calls: Calls;
  visit(room: string): RoomVisit;
  host(room: string): RoomHost;
  connect(): PeerLink;
  disconnect(): void;
  chat(channel: string, options?: { pass?: string; transport?: 'socket' | 'polling' }): ChatChannel;
  platformChat(user: string): PlatformChat;
  tip(tip: { call?: string; payee?: string; amount: Money; message?: string; key?: string }): Promise<Tipped>;
  moneyChanged(): void;
}

/** What all elements have in common: nothing happens before there is a client. */
declare class Widget<Events = {}> extends HTMLElement {
  client: LivemeterClient | null;
  addEventListener<Name extends keyof Events & string>(type: Name, listener: ((event: CustomEvent<Events[Name]>) => void) | null, options?: boolean | AddEventListenerOptions): void;
  addEventListener<Name extends keyof HTMLElementEventMap>(type: Name, listener: (this: HTMLElement, event: HTMLElementEventMap[Name]) => any, options?: boolean | AddEventListenerOptions): void;
  addEventListener(type: string, listener: EventListenerOrEventListenerObject, options?: boolean | AddEventListenerOptions): void;
  removeEventListener<Name extends keyof Events & string>(type: Name, listener: ((event: CustomEvent<Events[Name]>) => void) | null, options?: boolean | EventListenerOptions): void;
  removeEventListener<Name extends keyof HTMLElementEventMap>(type: Name, listener: (this: HTMLElement, event: HTMLElementEventMap[Name]) => any, options?: boolean | EventListenerOptions): void;
  removeEventListener(type: string, listener: EventListenerOrEventListenerObject, options?: boolean | EventListenerOptions): void;
}

export class LivemeterBalance extends Widget {
  refresh(): Promise<void>;
}

export class LivemeterBroadcaster extends Widget<{ camera: MediaStream | null; ringing: CallStatus; ended: EndedCall }> {
  /** Of camera and microphone; null while they are off. */
  readonly stream: MediaStream | null;
}

export class LivemeterCall extends Widget<{ called: CallStatus | null; ended: EndedCall; topup: { callee: string; page: string | null }; tipped: { amount: Money } }> {
  readonly callee: string | null;
  /** Asks for the price anew. */
  refresh(): void;
}

export class LivemeterChat extends Widget {}

/** Rooms and people. */
export class LivemeterDirectory extends Widget {
  /** How a user is called on the page; by their id where nothing is given. */
  nameOf: (user: string) => string;
  /** Looks at once. */
  refresh(): Promise<void>;
}

/** Whether somebody is live, for any page. */
export class LivemeterLiveBadge extends Widget<{ live: LiveNow }> {
  /** What was heard last; null before. */
  readonly live: LiveNow | null;
}

export class LivemeterPlatformChat extends Widget<{ chats: readonly PlatformChatState[] }> {}

export class LivemeterRoom extends Widget<{ opened: Room; announced: Room; closed: Room }> {
  /** Whose camera is shown. */
  desk: LivemeterBroadcaster | null;
}

export class LivemeterViewer extends Widget<{ joined: Presence; over: string; topup: { room: string; page: string | null } }> {}

export class LivemeterTip extends Widget<{ tipped: { amount: Money } }> {
  /** The call in which is tipped. */
  set call(call: string);
}

declare global {
  interface HTMLElementTagNameMap {
    'livemeter-balance': LivemeterBalance;
    'livemeter-broadcaster': LivemeterBroadcaster;
    'livemeter-call': LivemeterCall;
    'livemeter-chat': LivemeterChat;
    'livemeter-directory': LivemeterDirectory;
    'livemeter-live-badge': LivemeterLiveBadge;
    'livemeter-platform-chat': LivemeterPlatformChat;
    'livemeter-room': LivemeterRoom;
    'livemeter-tip': LivemeterTip;
    'livemeter-viewer': LivemeterViewer;
  }
}

export {};
