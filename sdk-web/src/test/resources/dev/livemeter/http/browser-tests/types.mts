// What a page written in TypeScript does with the client; it is compiled, never run.
import {
  Calls, Capture, ChatChannel, LivemeterClient, LivemeterRoom, PeerLink, PlatformChat, Problem, RoomHost, RoomVisit, Unreachable, silentStream,
} from './livemeter.js';
import type { CallStatus, EndedCall, Money, PeerClass, Presence, Room, RoomWish, Ticket } from './livemeter.js';
import * as calls from './calls.js';
import * as chat from './chat.js';
import * as client from './client.js';
import * as media from './media.js';
import * as peerLink from './peer-link.js';
import * as platformChat from './platform-chat.js';
import * as rooms from './rooms.js';

/** Names that one of the two has and the other has not. */
type Differing<Module, Declared> = Exclude<keyof Module, keyof Declared> | Exclude<keyof Declared, keyof Module>;
export type Differences =
  | Differing<calls.Calls, Calls>
  | Differing<chat.ChatChannel, ChatChannel>
  | Differing<client.LivemeterClient, LivemeterClient>
  | Differing<media.Capture, Capture>
  | Differing<peerLink.PeerLink, PeerLink>
  | Differing<platformChat.PlatformChat, PlatformChat>
  | Differing<rooms.RoomHost, RoomHost>
  | Differing<rooms.RoomVisit, RoomVisit>;
export const none: [Differences] extends [never] ? 'none' : Differences = 'none';

/** What a class has itself; its events are not in the module. */
type Own<Class> = { [Name in Exclude<keyof Class, keyof EventTarget>]: Class[Name] };
export function isAsDeclared(
  made: { calls: Own<calls.Calls>; capture: Own<media.Capture>; link: Own<peerLink.PeerLink>; platformChat: Own<platformChat.PlatformChat>; host: Own<rooms.RoomHost> },
): { calls: Own<Calls>; capture: Own<Capture>; link: Own<PeerLink>; platformChat: Own<PlatformChat>; host: Own<RoomHost> } {
  return made;
}

export async function callsSomebody(Peer: PeerClass): Promise<void> {
  const page = new LivemeterClient({ base: '/api', headers: () => ({ Authorization: 'Bearer x' }), Peer, signaling: { url: '/peer' }, device: 'desk', isSignedIn: true });
  const balance: { wallet: unknown } = await page.rest.get('wallet');
  const seen: boolean = page.isSignedIn && page.link.isOpen && page.link.device === 'desk' && balance.wallet !== null;
  page.link.addEventListener('call', ({ detail }) => detail.answer(silentStream()));
  page.link.addEventListener('refused', ({ detail }) => detail.trim());
  page.addEventListener('money', () => page.moneyChanged());
  page.addEventListener('balance', ({ detail }) => detail.amount);
  const { price, present, path } = await page.calls.price('bob', 300);
  const cost: Money = present ? price.cost : price.minimumToStart;
  const begun: CallStatus | null = await page.calls.invite('bob', { accepted: price.accept, sent: silentStream(), agreed: price.length });
  page.calls.addEventListener('ended', ({ detail }: CustomEvent<EndedCall>) => detail.end?.by?.trim() ?? detail.end?.sentence);
  page.calls.addEventListener('remote', ({ detail }) => detail.getTracks());
  page.calls.addEventListener('changed', ({ detail }) => detail?.tips.amount);
  const seconds: number | undefined = page.calls.counted?.used();
  const left: number | null | undefined = page.calls.counted?.left();
  if (begun !== null && begun.agreed !== null) {
    await page.calls.extend(begun.agreed + 300);
    const known: (string | number | null)[] = [begun.session, begun.invitedAt, begun.acceptedAt, begun.liveAt, begun.endedAt, begun.reportEvery, begun.silence];
    await page.tip({ call: begun.id, amount: cost, message: String([known, seen, path, seconds, left]) });
  }
  // @ts-expect-error It is null where there was no call.
  const over: CallStatus = await page.calls.hangUp();
  // @ts-expect-error There is no such event with such a detail.
  page.calls.addEventListener('ringing', (event: CustomEvent<Money>) => event.detail.amount);
  console.log(over);
}

export async function keepsARoom(page: LivemeterClient, stream: MediaStream): Promise<Ticket> {
  const wish: RoomWish = { title: 'Tea', kind: 'spectators', visibility: 'unlisted', capacity: 3, ticketLasts: 3600, startsAt: new Date().toISOString() };
  const { room, host } = await RoomHost.open(page, wish);
  const told: (string | number | null)[] = [room.visibility, room.ticketLasts, room.startsAt, room.openedAt, room.endedAt, room.tariff?.sentences[0] ?? ''];
  host.begin(stream);
  host.addEventListener('viewers', ({ detail }) => detail.map((viewer: Presence) => viewer.cost.amount + viewer.session + viewer.why));
  host.addEventListener('over', ({ detail }) => detail.length);
  const visit = page.visit(room.id);
  visit.addEventListener('changed', ({ detail }) => detail.session ?? told);
  const used: number | undefined = visit.counted?.used();
  const found: Room = await visit.room();
  await visit.join({ accepted: found.accept ?? '', sent: silentStream() }).catch((problem: Problem | Unreachable) => (problem instanceof Problem ? problem.body.detail : used));
  return visit.buyTicket();
}

export function builds(): HTMLElement {
  const element: LivemeterRoom = document.createElement('livemeter-room');
  element.desk = document.createElement('livemeter-broadcaster');
  element.desk.addEventListener('camera', ({ detail }) => detail?.getTracks());
  element.addEventListener('opened', ({ detail }) => detail.title);
  element.addEventListener('click', ({ clientX }) => clientX);
  document.createElement('livemeter-tip').call = 'call-1';
  const talk = document.createElement('livemeter-call');
  talk.addEventListener('topup', ({ detail }) => detail.page ?? detail.callee);
  const directory = document.createElement('livemeter-directory');
  directory.nameOf = user => user.toUpperCase();
  void directory.refresh();
  const badge = document.createElement('livemeter-live-badge');
  badge.addEventListener('live', ({ detail }) => detail.room?.title ?? detail.state === badge.live?.state);
  talk.refresh();
  return element;
}
