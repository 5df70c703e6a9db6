/** Livemeter in a browser: calls, rooms, chat and money, on top of the `peerjs` client. One import; the widgets are elements from then on. */
export { Calls } from './calls.js';
export { ChatChannel } from './chat.js';
export { LivemeterClient } from './client.js';
export { Capture, silentStream } from './media.js';
export { PeerLink } from './peer-link.js';
export { PlatformChat } from './platform-chat.js';
export { Problem, Unreachable } from './problem.js';
export { RoomHost, RoomVisit } from './rooms.js';
export { LivemeterBalance } from './components/balance.js';
export { LivemeterBroadcaster } from './components/broadcaster.js';
export { LivemeterCall } from './components/call.js';
export { LivemeterChat } from './components/chat.js';
export { LivemeterDirectory } from './components/directory.js';
export { LivemeterLiveBadge } from './components/live-badge.js';
export { LivemeterPlatformChat } from './components/platform-chat.js';
export { LivemeterRoom } from './components/room.js';
export { LivemeterTip } from './components/tip.js';
export { LivemeterViewer } from './components/viewer.js';
