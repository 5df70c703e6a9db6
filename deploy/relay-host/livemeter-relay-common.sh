# shellcheck shell=bash
# shellcheck disable=SC2034 # what is set here is for the scripts that source it
# Shared by the scripts of a relay host. Sourced, never run.
#
# They run as the account livemeter-relay, which has no rights beyond its own folder: whoever may write nginx's configuration can
# have nginx load and run what he likes, so neither nginx nor what tests a configuration may be root.

set -u
export LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin
umask 0027

BASE=/var/lib/livemeter-relay
INCOMING=$BASE/incoming
STATE=$BASE/state
VERSIONS=$STATE/versions
# What nginx reads, and what was last proven to be in force. They differ only while a new version is on trial.
CURRENT=$STATE/current
GOOD=$STATE/good
HISTORY=$STATE/history
PID_FILE=$STATE/nginx.pid
# Who holds the connection of the application that this host works for; of several nodes the first. The others have files beside it.
LINK=$INCOMING/link
NODES=1
LINK_SECONDS=10
PROOF_FILE=livemeter-proof.conf
PROOF_PORT=18936
PROOF_SECONDS=8
LOCK_SECONDS=20
KEEP=20
# Exit code: somebody else is at it.
BUSY=75
NGINX=/usr/sbin/nginx

# The ports and patience of this host, written by install.sh, owned by root.
# shellcheck source=/dev/null
if [ -r /etc/livemeter-relay/host.conf ]; then . /etc/livemeter-relay/host.conf; fi

# What a deployer reads: one word for the program, the rest for people.
answer() { printf '%s\n' "$*"; }

is_version() { [[ "$1" =~ ^[0-9a-f]{64}$ ]]; }

# The version that the link $1 leads to; nothing if there is none.
version_of() {
  local target
  target=$(readlink -- "$1" 2>/dev/null) || return 0
  target=${target##*/}
  if is_version "$target"; then printf '%s' "$target"; fi
}

# The version that the files in the folder $1 make: names and contents, whatever the folder is called. Fails if there is anything
# but plain files with plain names.
content_version() {
  local name
  [ -d "$1" ] && [ ! -L "$1" ] || return 1
  [ -z "$(find "$1" -mindepth 1 ! -type f -print -quit)" ] || return 1
  for name in "$1"/* "$1"/.[!.]* "$1"/..?*; do
    [ -e "$name" ] || [ -L "$name" ] || continue
    name=${name##*/}
    if [ "$name" = "$PROOF_FILE" ]; then continue; fi
    [[ "$name" =~ ^[a-z0-9][a-z0-9._-]{0,63}$ ]] || return 1
  done
  (cd "$1" && find . -type f ! -name "$PROOF_FILE" -printf '%P\n' | sort | while IFS= read -r name; do
    sha256sum -- "$name" || exit 1
  done) | sha256sum | cut -c 1-64
}

# What the host adds to a version: the answer that proves it.
write_proof() {
  printf '%s\n' "# Written by this host: tells which version is in force." \
    "server {" \
    "  listen 127.0.0.1:$PROOF_PORT;" \
    "  access_log off;" \
    "  location = /version { default_type text/plain; return 200 \"$2\"; }" \
    "  location / { return 404; }" \
    "}" >"$1/$PROOF_FILE"
}

# Puts the version $1 into the folder $2, from what is kept or from what came in, and sees to it that it is what its name says.
# Fails with an answer.
take_over() {
  local version=$1 to=$2 from why
  from=$VERSIONS/$version
  if [ ! -d "$from" ]; then from=$INCOMING/$version; fi
  if [ ! -d "$from" ] || [ -L "$from" ]; then
    answer "result missing"
    return 1
  fi
  if [ "$from" = "$INCOMING/$version" ] && [ "$(du -sk --apparent-size -- "$from" 2>/dev/null | cut -f 1)" -gt 8192 ]; then
    answer "result altered"
    return 1
  fi
  rm -rf -- "$to"
  # First a copy that nobody else can write, then the look at it: the other way round it could be changed in between.
  if ! why=$(cp -R -P --no-preserve=all -- "$from" "$to" 2>&1); then
    rm -rf -- "$to"
    answer "result fault The files could not be copied on the host: ${why##*: }."
    return 1
  fi
  rm -f -- "$to/$PROOF_FILE"
  if [ "$(content_version "$to")" != "$version" ]; then
    rm -rf -- "$to"
    answer "result altered"
    return 1
  fi
  if ! { write_proof "$to" "$version"; } 2>/dev/null; then
    rm -rf -- "$to"
    answer "result fault The files could not be written on the host: no space is left."
    return 1
  fi
}

# nginx with the configuration in the folder $1; further arguments come after.
nginx_in() {
  local folder=$1
  shift
  "$NGINX" -e stderr -p "$STATE/scratch/" -c "$folder/nginx.conf" -g "pid $PID_FILE; daemon off;" "$@"
}

# Would nginx take what is in the folder $1? Fails with nginx's own words.
try_out() {
  local folder=$1 words
  if [ ! -f "$folder/nginx.conf" ]; then
    answer "nginx There is no file nginx.conf."
    return 1
  fi
  words=$(mktemp "$STATE/scratch/words.XXXXXX") || return 1
  if ! nginx_in "$folder" -T 2>"$words" >"$words.dump"; then
    grep -vE 'test failed$|syntax is ok$' "$words" | head -n 20 | sed -E -e "s|$folder/||g" \
      -e 's/^(nginx:|[0-9]{4}[0-9/]+ [0-9:]+) \[emerg\] ([0-9]+#[0-9]+: )?//' -e 's/^/nginx /'
    rm -f -- "$words" "$words.dump"
    return 1
  fi
  if ! grep -qxF "# configuration file $folder/$PROOF_FILE:" "$words.dump"; then
    answer "nginx The configuration does not include the proof of its version; write 'include $PROOF_FILE;' into its http part."
    rm -f -- "$words" "$words.dump"
    return 1
  fi
  # A worker whose master once had an rtmp part crashes with the module and without the part.
  if grep -qE '^[[:space:]]*load_module[^;]*ngx_rtmp_module' "$words.dump" && ! grep -qE '^[[:space:]]*rtmp[[:space:]]*\{' "$words.dump"; then
    answer "nginx The configuration loads the RTMP module and has no rtmp part; nginx would crash. Leave the module out, or write 'rtmp { }'."
    rm -f -- "$words" "$words.dump"
    return 1
  fi
  rm -f -- "$words" "$words.dump"
}

# Which version does the running instance say it is?
running_version() {
  curl --silent --fail --noproxy '*' --max-time 1 "http://127.0.0.1:$PROOF_PORT/version" 2>/dev/null || true
}

# Is the version $1 in force? An old worker may answer once more after the change, so three answers running count, 50 ms apart.
is_in_force() {
  local running=0 until=$((SECONDS + PROOF_SECONDS))
  while [ "$SECONDS" -lt "$until" ]; do
    if [ "$(running_version)" = "$1" ]; then running=$((running + 1)); else running=0; fi
    if [ "$running" -ge 3 ]; then return 0; fi
    sleep 0.05
  done
  return 1
}

# Points the link $1 to the version $2, in one step; needs no space where the link $1.next was made before.
point() {
  if [ "$(version_of "$1.next")" != "$2" ]; then
    rm -f -- "$1.next"
    ln -s -- "versions/$2" "$1.next" 2>/dev/null || return 1
  fi
  mv -T -- "$1.next" "$1" 2>/dev/null
}

# The process of the dedicated nginx; nothing if it does not run.
master() {
  local pid
  pid=$(cat -- "$PID_FILE" 2>/dev/null) || return 0
  if [[ "$pid" =~ ^[0-9]+$ ]] && grep -qs '^nginx' "/proc/$pid/comm" && kill -0 "$pid" 2>/dev/null; then
    printf '%s' "$pid"
  fi
}

# One thing at a time on this host: waits for its turn, for LOCK_SECONDS at most. $1 is who asks.
take_turn() {
  exec 9>>"$STATE/lock" || {
    answer "result fault The lock on the host cannot be opened."
    return 1
  }
  if ! flock -w "$LOCK_SECONDS" 9; then
    answer "result busy $(head -c 64 -- "$STATE/lock.holder" 2>/dev/null | tr -cd 'a-z0-9._@-')"
    exit "$BUSY"
  fi
  # Lost on a full disk, and only told to those who wait in vain.
  { printf '%s' "$1" >"$STATE/lock.holder"; } 2>/dev/null || true
}

# A trial that was cut short, by a crash of the host or a kill, is over: what was last proven counts.
end_cut_trial() {
  local current good
  current=$(version_of "$CURRENT")
  good=$(version_of "$GOOD")
  if [ -n "$good" ] && [ "$current" != "$good" ]; then
    point "$CURRENT" "$good"
    return 0
  fi
  return 1
}

# The arguments VERSION WHO of check and activate; anything else ends here.
require_arguments() {
  if [ $# -ne 2 ] || ! is_version "$1" || ! [[ "$2" =~ ^[a-z0-9][a-z0-9._@-]{0,63}$ ]]; then
    answer "result fault The host was given other arguments than a version of 64 hexadecimal digits and a name."
    exit 2
  fi
}
