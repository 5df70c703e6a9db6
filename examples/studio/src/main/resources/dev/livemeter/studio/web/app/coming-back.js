/**
 * What a platform's page sent back with the browser, behind the hash: `{ state, code }` or `{ state, error }`. It is taken from the address bar at once, for it is good for one use alone. Null where nobody comes back.
 */
export function takeWhatCameBack() {
  const told = new URLSearchParams(location.hash.slice(1));
  if (!told.has('state') || !(told.has('code') || told.has('error'))) {
    return null;
  }
  history.replaceState(null, '', location.pathname);
  return Object.fromEntries(['state', 'code', 'error'].filter(name => told.has(name)).map(name => [name, told.get(name)]));
}
