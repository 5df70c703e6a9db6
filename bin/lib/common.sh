# shellcheck shell=bash
# shellcheck disable=SC2034 # ROOT, BUILD_JDK and SECOND_JVM are for the scripts.
# Shared by the scripts in bin/. Sourced, never run.

ROOT=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd -P)
if [ -z "${HOME:-}" ]; then export HOME=~; fi
# Debian keeps nginx where the PATH of a plain user does not look.
PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin"

say() { printf '%s\n' "$@"; }

die() {
  printf '%s\n' "$@" >&2
  exit 1
}

# --- JDKs ---------------------------------------------------------------------

# "17.0.15" for the JVM in folder $1; nothing if that is no JVM.
java_version() {
  local version=''
  if [ -r "$1/release" ]; then
    version=$(sed -n 's/^JAVA_VERSION="\{0,1\}\([^"]*\).*/\1/p' "$1/release")
  fi
  if [ -z "$version" ]; then
    version=$("$1/bin/java" -version 2>&1 | sed -n 's/.* version "\([^"]*\)".*/\1/p' | head -n 1) || true
  fi
  printf '%s' "$version"
}

# Every JVM of version 17 or newer, one a line: feature number, yes/no for "has a compiler", folder.
list_jvms() {
  local java home sibling
  {
    if [ -n "${JAVA_HOME:-}" ]; then printf '%s\n' "$JAVA_HOME"; fi
    {
      update-alternatives --list java 2>/dev/null || true
      command -v java || true
    } | while IFS= read -r java; do
      java=$(readlink -f -- "$java") || continue
      home=$(dirname -- "$(dirname -- "$java")")
      printf '%s\n' "$home"
      # JVMs of one machine mostly stand side by side, also those that nobody registered.
      for sibling in "$(dirname -- "$home")"/*; do
        if [ -d "$sibling" ]; then printf '%s\n' "$sibling"; fi
      done
    done
  } | while IFS= read -r home; do
    if [ -x "$home/bin/java" ]; then readlink -f -- "$home" || true; fi
  done | awk '!seen[$0]++' | while IFS= read -r home; do
    local version feature compiler=no
    version=$(java_version "$home")
    feature=${version%%[!0-9]*}
    if [ -x "$home/bin/javac" ]; then compiler=yes; fi
    if [ "${feature:-0}" -ge 17 ]; then printf '%s %s %s\n' "$feature" "$compiler" "$home"; fi
  done
}

# Sets BUILD_JDK: JDK 17 if there is one, else the oldest newer one.
find_build_jdk() {
  BUILD_JDK=$(list_jvms | awk '$2 == "yes"' | sort -s -n -k 1,1 | head -n 1 | cut -d ' ' -f 3-)
  if [ -z "$BUILD_JDK" ]; then
    die "No JDK 17 or newer was found (looked at JAVA_HOME, the PATH and update-alternatives)." \
      "Install one, on Debian or Ubuntu with: $(as_root_text)apt-get install --no-install-recommends openjdk-17-jdk-headless" \
      "or set JAVA_HOME to the folder of a JDK."
  fi
}

# Sets SECOND_JVM: another JVM for the tests, 25 if there is one, else the newest; empty if there is none.
find_second_jvm() {
  local build
  build=$(java_version "$BUILD_JDK")
  SECOND_JVM=$(list_jvms | awk -v build="${build%%[!0-9]*}" '$1 != build { print ($1 == 25 ? 1 : 0), $0 }' |
    sort -s -k 1,1nr -k 2,2nr | head -n 1 | cut -d ' ' -f 4-)
}

# --- programs -----------------------------------------------------------------

as_root_text() { if [ "$(id -u)" -ne 0 ]; then printf 'sudo '; fi; }

has() { command -v "$1" >/dev/null 2>&1; }

# Has nginx the module $1 (rtmp, stream), built in or as a file?
nginx_has() {
  local about folder
  has nginx || return 1
  about=$(nginx -V 2>&1)
  case "$about" in
    *--with-"$1 "* | *--add-module=*"$1"-module*) return 0 ;;
  esac
  folder=$(printf '%s\n' "$about" | sed -n 's/.*--modules-path=\([^ ]*\).*/\1/p')
  [ -e "${folder:-/usr/lib/nginx/modules}/ngx_$1_module.so" ]
}

# Debian keeps each version of PostgreSQL in a folder of its own, outside the PATH.
has_postgres() {
  local program
  for program in /usr/lib/postgresql/*/bin/initdb; do
    if [ -x "$program" ] && [ -x "${program%/*}/postgres" ]; then return 0; fi
  done
  return 1
}

is_there() {
  case "$1" in
    libnginx-mod-rtmp) nginx_has rtmp ;;
    libnginx-mod-stream) nginx_has stream ;;
    chromium-driver) has chromedriver ;;
    postgresql) has_postgres ;;
    openssh-server) has sshd && [ -x /usr/lib/openssh/sftp-server ] ;;
    nodejs) has node ;;
    coturn) has turnserver && has turnutils_uclient ;;
    mariadb-server) has mariadbd && has mariadb-install-db ;;
    systemd) has systemd-analyze ;;
    procps) has pgrep && has pkill ;;
    *) has "$1" ;;
  esac
}

# Installs, and starts none of the servers: tests start their own, on other ports. Debian's packages ask the file policy-rc.d
# whether they may start; where there is one, it has said what it wants. A part of need.
install_without_starting() (
  policy=/usr/sbin/policy-rc.d
  if [ ! -e "$policy" ]; then
    trap '"${as_root[@]}" rm -f "$policy"' EXIT
    trap 'exit 130' HUP INT TERM
    # shellcheck disable=SC2016 # $1 is for the inner shell
    printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" sh -c 'cat >"$1" && chmod 755 "$1"' sh "$policy" || exit
  fi
  "${run[@]}" install -y --no-install-recommends "$@"
)

# Sees to it that these Debian packages, or the same programs from elsewhere, are there.
need() {
  local package missing=() run=() as_root=()
  for package in "$@"; do
    is_there "$package" || missing+=("$package")
  done
  if [ ${#missing[@]} -eq 0 ]; then return 0; fi

  if has apt-get; then
    if [ "$(id -u)" -eq 0 ]; then
      run=(env)
    elif has sudo && sudo -n true 2>/dev/null; then
      run=(sudo -n env)
    fi
  fi
  if [ ${#run[@]} -eq 0 ]; then
    die "Missing: ${missing[*]}. Install with:" \
      "  $(as_root_text)apt-get update && $(as_root_text)apt-get install -y --no-install-recommends ${missing[*]}" \
      "(Debian package names; other systems call them differently.)"
  fi

  say "Missing: ${missing[*]}. Installing with apt-get..."
  as_root=("${run[@]}")
  run+=(DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0)
  "${run[@]}" update || say "apt-get update failed; trying with the package lists at hand."
  install_without_starting "${missing[@]}" || die "apt-get could not install: ${missing[*]}."

  for package in "${missing[@]}"; do
    is_there "$package" || die "$package was installed, but what it should bring was not found."
  done
}

# --- building -----------------------------------------------------------------

is_built() { [ -e "$1/.built" ]; }

# Is the folder $1 newer than all that it is made of?
is_fresh() {
  is_built "$1" && [ -z "$(find "$ROOT" \( -name target -o -name .git \) -prune -o \
    \( -path '*/src/main' -o -path '*/src/main/*' -o -name pom.xml \) -newer "$1/.built" -print -quit)" ]
}

# Builds the module $1, whose program and all that it needs land in the folder $2, where that is missing or old. What it says goes to
# standard error: standard output is the program's. With "tests" as $3, what the modules' tests share is built as well.
build_fresh() {
  local module=$1 app=$2 started without=-Dmaven.test.skip=true
  if [ "${3:-}" = tests ]; then without=-DskipTests; fi
  if is_fresh "$app"; then return 0; fi
  need unzip >&2
  if is_built "$app"; then
    say "building (the sources have changed)…" >&2
  else
    say "building (first time: 1-3 minutes)…" >&2
  fi
  started=$(mktemp)
  # shellcheck disable=SC2064 # the name of now
  trap "rm -f '$started'" EXIT
  rm -rf "$app"
  (cd "$ROOT" && JAVA_HOME=$BUILD_JDK ./mvnw -B -q -ntp "$without" -Dspotless.check.skip=true \
    -pl "$module" -am package) >&2 || die "The build failed; the reason stands above."
  # A file saved during the build counts as newer.
  touch -r "$started" "$app/.built"
  rm -f "$started"
  trap - EXIT
}
