#!/usr/bin/env bash
# Puts the npm packages peer (PeerServer), peerjs (its client) and typescript where the tests and measurements look for them.
set -euo pipefail

folder=${HOME:-$(cd && pwd)}/.cache/livemeter/npm
wanted='peer@1.0.2 peerjs@1.5.5 typescript@5.9.3'

if [ -r "$folder/.wanted" ] && [ "$(cat "$folder/.wanted")" = "$wanted" ]; then exit 0; fi
command -v npm >/dev/null || {
  printf '%s\n' "npm is missing; on Debian: apt-get install --no-install-recommends nodejs npm" >&2
  exit 1
}
mkdir -p "$folder"
printf '{"private":true}\n' >"$folder/package.json"
# shellcheck disable=SC2086 # three words
npm install --prefix "$folder" --no-audit --no-fund --ignore-scripts --save-exact --loglevel=error $wanted >&2
printf '%s' "$wanted" >"$folder/.wanted"
