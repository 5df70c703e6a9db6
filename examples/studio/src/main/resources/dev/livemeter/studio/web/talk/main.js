// One file serves every page for calls; which of them it is, the address says.
const PAGES = new Map([['call', './call.js'], ['room', './room.js'], ['desk', './desk.js'], ['moderation', './moderation.js']]);

await import(PAGES.get(location.pathname.split('/')[1]) ?? './directory.js');
