#!/bin/bash
# Makes this Debian machine a relay host of Livemeter: see --help, and docs/relay-hosts.md.
set -euo pipefail
export LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin
umask 0022

HERE=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd -P)
SCRIPTS=/usr/local/sbin
SHARED=/usr/local/lib/livemeter-relay
SETTINGS=/etc/livemeter-relay
SUDOERS=/etc/sudoers.d/livemeter-relay
UNIT=/etc/systemd/system/livemeter-relay.service
BASE=/var/lib/livemeter-relay
STATE=$BASE/state
HOME_OF_DEPLOY=$BASE/home
KEYS=$HOME_OF_DEPLOY/.ssh/authorized_keys

mode=install
packages=yes
key_file=
key_name=
remove_key=
# What was chosen before stays, unless it is chosen anew.
CONTROL_PORT=18935
CALLBACK_PORT=18937
NODES=1
PROOF_PORT=18936
PROOF_SECONDS=8
LOCK_SECONDS=20
# shellcheck source=/dev/null
if [ -r "$SETTINGS/host.conf" ]; then . "$SETTINGS/host.conf"; fi
control_port=$CONTROL_PORT
callback_port=$CALLBACK_PORT
nodes=$NODES
proof_port=$PROOF_PORT
proof_seconds=$PROOF_SECONDS
lock_seconds=$LOCK_SECONDS
problems=0
changes=0

say() { printf '%s\n' "$*"; }
die() {
  printf '%s\n' "$@" >&2
  exit 2
}

help() {
  cat <<'TEXT'
Makes this Debian machine (12 or newer) a relay host of Livemeter. To be run as root, as often as you like.

Usage: install.sh --key FILE --name NAME     installs, and lets the owner of this public key deploy
       install.sh                            installs or repairs; keys stay as they are
       install.sh --check                    changes nothing; says what is missing or different

  --key FILE           a public key as ssh-keygen writes it (id_ed25519.pub)
  --name NAME          whose it is, for the history: a-z, 0-9, '.', '_', '@', '-'; a key of that name is replaced
  --remove-key NAME    this key may not deploy any more
  --control-port PORT  the port on loopback that deployers may be connected to through SSH; 18935
  --callback-port PORT the port on loopback where the application listens through SSH; 18937
  --nodes N            how many nodes of an application may work with this host at once, 1 to 3, each by a port of its own from
                       the callback port on; 1
  --proof-port PORT    the port on loopback where nginx tells its version; 18936
  --proof-seconds N    how long a new version may take to answer; 8
  --lock-seconds N     how long a deployer waits for another one; 20
  --no-packages        the packages are there already: do not call apt-get
  --help               this text

What it makes: the accounts livemeter-relay (runs the nginx, not as root) and livemeter-deploy (for deployers, by key, without a shell),
the folder /var/lib/livemeter-relay, scripts in /usr/local/sbin, one file in /etc/sudoers.d, and livemeter-relay.service. Another nginx
of this machine is not touched.
Exit code: 0 done, or nothing to do; 1 with --check, if something is missing or different; 2 if it could not be done.
TEXT
}

value() { # option, value
  if [ $# -lt 2 ] || [ -z "$2" ]; then die "The option $1 needs a value after it; --help tells more."; fi
}

number() { # option, value, least, most
  if ! [[ "$2" =~ ^[1-9][0-9]{0,4}$ ]] || [ "$2" -lt "$3" ] || [ "$2" -gt "$4" ]; then
    die "The option $1 was given '$2'; expected a number from $3 to $4."
  fi
}

while [ $# -gt 0 ]; do
  case "$1" in
    -h | --help)
      help
      exit 0
      ;;
    --check) mode=check ;;
    --no-packages) packages=no ;;
    --key)
      value "$@"
      key_file=$2
      shift
      ;;
    --name)
      value "$@"
      key_name=$2
      shift
      ;;
    --remove-key)
      value "$@"
      remove_key=$2
      shift
      ;;
    --control-port)
      value "$@"
      number "$1" "$2" 1024 65535
      control_port=$2
      shift
      ;;
    --callback-port)
      value "$@"
      number "$1" "$2" 1024 65535
      callback_port=$2
      shift
      ;;
    --nodes)
      value "$@"
      number "$1" "$2" 1 3
      nodes=$2
      shift
      ;;
    --proof-port)
      value "$@"
      number "$1" "$2" 1024 65535
      proof_port=$2
      shift
      ;;
    --proof-seconds)
      value "$@"
      number "$1" "$2" 1 60
      proof_seconds=$2
      shift
      ;;
    --lock-seconds)
      value "$@"
      number "$1" "$2" 1 120
      lock_seconds=$2
      shift
      ;;
    *) die "The option $1 is not known; --help lists the options." ;;
  esac
  shift
done

for name in "$key_name" "$remove_key"; do
  [ -z "$name" ] || [[ "$name" =~ ^[a-z0-9][a-z0-9._@-]{0,63}$ ]] ||
    die "The name '$name' does not fit; expected a-z, 0-9, '.', '_', '@' and '-', at most 64."
done
if [ -n "$key_file" ] && [ -z "$key_name" ]; then die "Whose key is it? Give --name NAME with --key."; fi
if [ -n "$key_name" ] && [ -z "$key_file" ]; then die "Which key? Give --key FILE with --name."; fi
if [ -e "$STATE/good" ] && [ "$proof_port" != "$PROOF_PORT" ]; then
  die "The proof port of this host is $PROOF_PORT; the versions that it keeps answer there, so it cannot become $proof_port."
fi
[ "$control_port" != "$proof_port" ] || die "The control port and the proof port must differ; both are $proof_port."
for port in "$control_port" "$proof_port"; do
  if [ "$port" -ge "$callback_port" ] && [ "$port" -lt "$((callback_port + nodes))" ]; then
    die "The callback port must differ from the control port and the proof port; it is $callback_port, too$([ "$nodes" -eq 1 ] || printf ', with those of %s nodes' "$nodes")."
  fi
done
[ "$(id -u)" -eq 0 ] || die "This wants to be run as root: sudo $0"

for file in livemeter-relay-{common.sh,check,activate,run,gate} livemeter-relay.service nginx.conf; do
  [ -r "$HERE/$file" ] || die "The file $file is missing beside install.sh; copy the whole folder."
done

# The type and the key itself of $1, without options and comment.
read_key() {
  local line
  [ -r "$1" ] || die "The key $1 cannot be read; name the public key of the deployer, such as id_ed25519.pub."
  line=$(grep -vE '^[[:space:]]*(#|$)' -- "$1" || true)
  if [[ "$line" == *"PRIVATE KEY"* ]]; then die "$1 is a private key; it stays with its owner. Give the file that ends with .pub."; fi
  if [[ ! "$line" =~ ^(ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp(256|384|521)|sk-[a-z0-9@.-]+)\ ([A-Za-z0-9+/]+=*)(\ [^$'\n']*)?$ ]]; then
    die "$1 is not one public key as ssh-keygen writes it, such as: ssh-ed25519 AAAA... name"
  fi
  printf '%s %s' "${BASH_REMATCH[1]}" "${BASH_REMATCH[3]}"
}

key=
if [ -n "$key_file" ]; then key=$(read_key "$key_file"); fi

# --- steps: each looks first, and changes only what is not as it should be -------------------------------------

# $1 what it is about; the rest is the command that puts it right. With --check it is only told.
put_right() {
  local what=$1
  shift
  if [ "$mode" = check ]; then
    say "missing or different: $what"
    problems=$((problems + 1))
  else
    "$@"
    say "done: $what"
    changes=$((changes + 1))
  fi
}

install_packages() {
  local had_nginx=yes policy=/usr/sbin/policy-rc.d own_policy=no
  [ -x /usr/sbin/nginx ] || had_nginx=no
  export DEBIAN_FRONTEND=noninteractive
  apt-get -qq -o DPkg::Lock::Timeout=300 update || say "apt-get update failed; trying with the package lists at hand."
  # A fresh nginx would start at once, on port 80, with the configuration of its package. Nobody asked for that.
  if [ "$had_nginx" = no ] && [ ! -e "$policy" ]; then
    own_policy=yes
    # shellcheck disable=SC2016 # $* is of the file that is written
    printf '%s\n' '#!/bin/sh' 'case " $* " in *" nginx "*) exit 101 ;; esac' >"$policy"
    chmod 755 "$policy"
    # shellcheck disable=SC2064 # the name of now
    trap "rm -f '$policy'" EXIT
  fi
  apt-get -qq -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 install -y --no-install-recommends "$@" ||
    die "apt-get could not install: $*."
  if [ "$own_policy" = yes ]; then
    rm -f "$policy"
    trap - EXIT
  fi
  if [ "$had_nginx" = no ] && command -v systemctl >/dev/null; then systemctl disable --quiet nginx.service || true; fi
}

ensure_packages() {
  local missing=()
  [ -x /usr/sbin/nginx ] || missing+=(nginx)
  [ -e /usr/lib/nginx/modules/ngx_rtmp_module.so ] || missing+=(libnginx-mod-rtmp)
  [ -e /usr/lib/nginx/modules/ngx_stream_module.so ] || missing+=(libnginx-mod-stream)
  [ -x /usr/sbin/sshd ] && [ -x /usr/lib/openssh/sftp-server ] || missing+=(openssh-server)
  command -v visudo >/dev/null || missing+=(sudo)
  command -v curl >/dev/null || missing+=(curl)
  [ -e /etc/ssl/certs/ca-certificates.crt ] || missing+=(ca-certificates)
  if [ ${#missing[@]} -eq 0 ]; then return 0; fi
  if [ "$mode" = install ] && [ "$packages" = no ]; then die "Missing: ${missing[*]}. Run this without --no-packages."; fi
  put_right "packages ${missing[*]}" install_packages "${missing[@]}"
}

ensure_account() { # name, home, shell
  if ! id -u "$1" >/dev/null 2>&1; then
    put_right "account $1" useradd --system --user-group --no-create-home --home-dir "$2" --shell "$3" "$1"
  fi
  # Nobody logs in by password: '*' fits none. useradd leaves '!', which sshd takes for a locked account, keys and all.
  if id -u "$1" >/dev/null 2>&1 && [ "$(getent shadow "$1" | cut -d : -f 2)" != '*' ]; then
    put_right "account $1 is not locked" usermod --password '*' "$1"
  fi
}

ensure_member() { # account, group
  if ! id -nG "$1" 2>/dev/null | tr ' ' '\n' | grep -qx "$2"; then
    put_right "$1 belongs to the group $2" usermod --append --groups "$2" "$1"
  fi
}

ensure_folder() { # path, owner:group, mode
  if [ "$(stat -c '%F %U:%G %a' -- "$1" 2>/dev/null)" != "directory $2 $3" ]; then
    put_right "folder $1" install -d -o "${2%:*}" -g "${2#*:}" -m "$3" "$1"
  fi
}

put_file() { # path, owner:group, mode; content from $content
  local beside
  beside=$(mktemp "${1%/*}/.livemeter.XXXXXX")
  printf '%s' "$content" >"$beside"
  chown "$2" "$beside"
  chmod "$3" "$beside"
  # sudo takes no file with a dot in its name, so this one is looked at before it counts.
  if [ "$1" = "$SUDOERS" ] && ! visudo -cqf "$beside"; then
    rm -f "$beside"
    die "sudo does not take the rules for livemeter-deploy; it must be 1.9.10 or newer, as on Debian 12."
  fi
  mv -T "$beside" "$1"
}

ensure_file() { # path, owner:group, mode; content from standard input
  local content
  content=$(cat && printf x)
  content=${content%x}
  if [ "$(stat -c '%F %U:%G %a' -- "$1" 2>/dev/null)" != "regular file $2 $3" ] || ! printf '%s' "$content" | cmp -s - "$1"; then
    put_right "file $1" put_file "$@"
  fi
}

key_line() { # name, key
  printf 'restrict,port-forwarding,permitopen="127.0.0.1:%s"' "$control_port"
  printf ',permitlisten="127.0.0.1:%s"' $(seq "$callback_port" "$((callback_port + nodes - 1))")
  printf ',command="%s/livemeter-relay-gate %s" %s %s\n' "$SCRIPTS" "$1" "$2" "$1"
}

# The lines of authorized_keys as they shall be: kept keys with today's limits, and the new one. The name stands at the end.
wanted_keys() {
  if [ -r "$KEYS" ]; then
    while read -r _ name type body last; do
      name=${name%\"}
      if [ "$name" != "$last" ] || [ "$name" = "$key_name" ] || [ "$name" = "$remove_key" ]; then continue; fi
      key_line "$name" "$type $body"
    done <"$KEYS"
  fi
  if [ -n "$key" ]; then key_line "$key_name" "$key"; fi
}

write_settings() {
  printf '%s\n' "# Written by install.sh; run it again to change this." "CONTROL_PORT=$control_port" "CALLBACK_PORT=$callback_port" "NODES=$nodes" "PROOF_PORT=$proof_port" "PROOF_SECONDS=$proof_seconds" \
    "LOCK_SECONDS=$lock_seconds"
}

write_sudoers() {
  local arguments='^[0-9a-f]{64} [a-z0-9][a-z0-9._@-]{0\,63}$'
  printf '%s\n' "# Written by install.sh. What a deployer may have done in the name of livemeter-relay; nothing in the name of root." \
    "Defaults:livemeter-deploy !use_pty" \
    "livemeter-deploy ALL=(livemeter-relay) NOPASSWD: $SCRIPTS/livemeter-relay-check $arguments, $SCRIPTS/livemeter-relay-activate $arguments"
}

# The first version: made by the same rule as every other, and good by definition.
begin() {
  # shellcheck disable=SC2016 # all that is expanded is of the inner shell
  setpriv --reuid=livemeter-relay --regid=livemeter-relay --clear-groups bash -c '
    . "$1/livemeter-relay-common.sh"
    set -e
    rm -rf -- "$VERSIONS/.first"
    mkdir -p -- "$VERSIONS/.first"
    cat >"$VERSIONS/.first/nginx.conf"
    version=$(content_version "$VERSIONS/.first")
    write_proof "$VERSIONS/.first" "$version"
    rm -rf -- "${VERSIONS:?}/$version"
    mv -T -- "$VERSIONS/.first" "$VERSIONS/$version"
    point "$CURRENT" "$version"
    point "$GOOD" "$version"' bash "$SHARED" <"$HERE/nginx.conf"
}

# --- all of them --------------------------------------------------------------------------------------------------

ensure_packages
ensure_account livemeter-relay "$STATE" /usr/sbin/nologin
# A shell, as sshd runs the gate by it; the gate gives none away.
ensure_account livemeter-deploy "$HOME_OF_DEPLOY" /bin/sh
# So that deployers can read what is in force.
ensure_member livemeter-deploy livemeter-relay

ensure_folder "$BASE" root:root 755
ensure_folder "$HOME_OF_DEPLOY" root:root 755
ensure_folder "$HOME_OF_DEPLOY/.ssh" root:root 755
ensure_folder "$BASE/incoming" livemeter-deploy:livemeter-relay 2750
# What streams are written down in, where an application records: nginx writes, deployers fetch and delete.
ensure_folder "$BASE/recordings" livemeter-relay:livemeter-deploy 2770
ensure_folder "$STATE" livemeter-relay:livemeter-relay 750
ensure_folder "$STATE/versions" livemeter-relay:livemeter-relay 750
ensure_folder "$STATE/scratch" livemeter-relay:livemeter-relay 750
ensure_folder "$SETTINGS" root:root 755
ensure_folder "$SHARED" root:root 755

ensure_file "$SETTINGS/host.conf" root:root 644 < <(write_settings)
ensure_file "$SHARED/livemeter-relay-common.sh" root:root 644 <"$HERE/livemeter-relay-common.sh"
for script in check activate run gate; do
  ensure_file "$SCRIPTS/livemeter-relay-$script" root:root 755 <"$HERE/livemeter-relay-$script"
done
if [ -d "${SUDOERS%/*}" ]; then ensure_file "$SUDOERS" root:root 440 < <(write_sudoers); fi
ensure_file "$UNIT" root:root 644 <"$HERE/livemeter-relay.service"
ensure_file "$KEYS" root:root 644 < <(wanted_keys)

if [ ! -e "$STATE/good/nginx.conf" ] || [ ! -L "$STATE/current" ]; then put_right "first configuration" begin; fi

# A machine that is being built has no systemd running; then the links are enough.
if command -v systemctl >/dev/null; then
  if ! systemctl is-enabled --quiet livemeter-relay.service 2>/dev/null; then
    put_right "livemeter-relay.service starts on boot" systemctl enable --quiet livemeter-relay.service
  fi
  if [ -d /run/systemd/system ]; then
    if [ "$changes" -gt 0 ]; then systemctl daemon-reload; fi
    if ! systemctl is-active --quiet livemeter-relay.service; then
      put_right "livemeter-relay.service runs" systemctl start livemeter-relay.service
    fi
  fi
fi

if [ "$mode" = check ]; then
  if [ "$problems" -gt 0 ]; then
    say "This is no relay host yet, or not as it should be: $problems to put right, by running install.sh without --check."
    exit 1
  fi
  say "This relay host is as it should be."
elif [ "$changes" -gt 0 ]; then
  say "This machine is a relay host. Put its host key into the known_hosts file of each deployer:"
  if [ -r /etc/ssh/ssh_host_ed25519_key.pub ]; then say "  HOST $(cut -d ' ' -f 1,2 /etc/ssh/ssh_host_ed25519_key.pub)"; fi
else
  say "Nothing to do: this relay host is as it should be."
fi
if [ ! -s "$KEYS" ]; then say "Nobody may deploy yet: give a public key with --key FILE --name NAME."; fi
