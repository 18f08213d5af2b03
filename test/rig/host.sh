# shellcheck shell=bash disable=SC2154  # $rig and $part are set by the caller
# What the rig changes on the host: tools that are missing, bridges, mounts.
# Each is written down in $rig/run/PART before it is made, so that `down`
# undoes exactly these.

note() {
  mkdir -p "$rig/run/$part"
  echo "$2" >>"$rig/run/$part/$1"
}

noted() {
  if [ -e "$rig/run/$1/$2" ]; then cat "$rig/run/$1/$2"; fi
}

# The only thing that is installed for good: small tools every machine has,
# and the bare ones have not.
install_on_host() {
  say "installing on this machine: $*"
  apt-get -qq update || true
  DEBIAN_FRONTEND=noninteractive apt-get -qq install --yes --no-install-recommends "$@" >/dev/null ||
    fail "Cannot install $*: apt-get failed; install it by hand and try again"
}

need_tools() {
  local missing=() tool
  for tool in curl openssl mount ip:iproute2 git ssh-agent:openssh-client; do
    command -v "${tool%:*}" >/dev/null || missing+=("${tool#*:}")
  done
  # Go modules come over HTTPS.
  [ -e /etc/ssl/certs/ca-certificates.crt ] || missing+=(ca-certificates)
  [ ${#missing[@]} = 0 ] || install_on_host "${missing[@]}"
}

# A bridge for each daemon. Never dockerd's `--bridge none`: it deletes the
# docker0 of the daemon that the contributor runs.
make_bridge() {
  local name=$1 address=$2
  if ip link show "$name" >/dev/null 2>&1; then
    fail "Cannot make bridge $name: this machine has one already that is not the rig's; set POLYARCH_RIG_BRIDGE to another prefix"
  fi
  note bridges "$name"
  ip link add "$name" type bridge
  ip address add "$address" dev "$name"
  ip link set "$name" up
}

mount_here() {
  local target=${*: -1}
  note mounts "$target"
  mount "${@:1:$#-1}" "$target"
}

# undo PART: everything in this file, and the mounts that a daemon left behind.
undo() {
  local name
  for name in $(noted "$1" handlers); do
    if [ -e "/proc/sys/fs/binfmt_misc/$name" ]; then echo -1 >"/proc/sys/fs/binfmt_misc/$name"; fi
  done
  for name in $(noted "$1" bridges); do ip link delete "$name" 2>/dev/null || true; done
  while read -r name; do
    umount --lazy "$name" 2>/dev/null || true
  done < <(noted "$1" mounts; awk -v under="$rig/state/$1/" 'index($5, under) == 1 {print $5}' /proc/self/mountinfo | sort -r)
}
