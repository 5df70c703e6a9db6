#!/bin/bash
# A relay host for the tests: this machine, but with folders of its own where a host is changed, and processes of its own. What happens in here leaves
# no trace outside. Begun by: unshare --mount --pid --fork --mount-proc --kill-child bash host.sh FOLDER INSTALL SSH-PORT CONTROL-PORT PROOF-PORT CALLBACK-PORT NODES
#
# FOLDER holds id.pub and gets the host keys. Then it reads orders from standard input, each a line of base64, and runs them as root; it ends, with all
# that runs in it, when standard input does.
set -euo pipefail
folder=$1 install=$2 ssh_port=$3 control_port=$4 proof_port=$5 callback_port=$6 nodes=$7

mount --make-rprivate /
private=$folder/private
mkdir -p "$private"
mount -t tmpfs -o size=48m,mode=755 tmpfs "$private"
cp -a /etc "$private/etc"
mkdir "$private/local-lib" "$private/local-sbin"
cp -a /usr/local/lib/. "$private/local-lib"
mount --bind "$private/etc" /etc
mount --bind "$private/local-lib" /usr/local/lib
mount --bind "$private/local-sbin" /usr/local/sbin
mount -t tmpfs -o size=24m,mode=755 tmpfs /var/lib
mount -t tmpfs -o size=8m,mode=755 tmpfs /run
mkdir /run/sshd
# A machine that is a relay host already begins anew.
rm -rf /etc/livemeter-relay /etc/sudoers.d/livemeter-relay /etc/systemd/system/livemeter-relay.service

ssh-keygen -q -t ed25519 -N '' -f "$private/host_key"
cp "$private/host_key.pub" "$folder/host_key.pub"
cat >"$private/sshd_config" <<CONFIG
ListenAddress 127.0.0.1
Port $ssh_port
HostKey $private/host_key
PidFile none
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
Subsystem sftp /usr/lib/openssh/sftp-server
CONFIG

"$install" --no-packages --key "$folder/id.pub" --name alice \
  --control-port "$control_port" --callback-port "$callback_port" --nodes "$nodes" --proof-port "$proof_port" --proof-seconds 4 --lock-seconds 2 >"$folder/install.log" 2>&1 || {
  cat "$folder/install.log"
  exit 1
}

# What systemd does on a real host: as that account, and again when it ends.
run_relay() {
  while true; do
    setpriv --reuid=livemeter-relay --regid=livemeter-relay --clear-groups /usr/local/sbin/livemeter-relay-run || true
    sleep 0.2
  done
}
run_relay >"$folder/relay.log" 2>&1 </dev/null &
/usr/sbin/sshd -D -e -f "$private/sshd_config" >"$folder/sshd.log" 2>&1 </dev/null &

echo ready
while IFS= read -r order; do
  status=0
  output=$(printf '%s' "$order" | base64 -d | bash 2>&1) || status=$?
  printf '%s %s\n' "$status" "$(printf '%s' "$output" | base64 -w 0)"
done
