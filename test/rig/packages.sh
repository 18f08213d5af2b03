# shellcheck shell=bash disable=SC2154  # $rig is set by the caller
# Debian packages, fetched with package lists of the rig's own and unpacked
# into $rig/pkg/TREE. Nothing is installed: the host's package database, its
# sources and its services stay as they are.

mirror=${POLYARCH_RIG_MIRROR:-http://deb.debian.org/debian}
native=$(dpkg --print-architecture)

# What the base images have, in Debian's names; platform_of maps them.
architectures=(amd64 arm64 armhf s390x riscv64)

platform_of() {
  case $1 in
    armhf) echo linux/arm/v7 ;;
    *) echo "linux/$1" ;;
  esac
}

# Check-Valid-Until: a mirror's sid may be a few days past its date. Signatures
# are checked all the same. Sandbox::User: apt's own user may not enter $rig.
apt_get() {
  local options=(
    -qq
    -o Dir::Etc::sourcelist="$rig/apt/sources.list" -o Dir::Etc::sourceparts=/dev/null
    -o Dir::Etc::preferences=/dev/null -o Dir::Etc::preferencesparts=/dev/null
    -o Dir::State::Lists="$rig/apt/lists" -o Dir::State::status="$rig/apt/status"
    -o Dir::Cache="$rig/apt/cache" -o Dir::Cache::pkgcache=packages.bin -o Dir::Cache::srcpkgcache=sources.bin
    -o Acquire::Check-Valid-Until=false -o Acquire::Languages=none
    -o APT::Sandbox::User=root -o APT::Update::Error-Mode=any
  )
  local architecture
  for architecture in "$native" "${architectures[@]}"; do
    options+=(-o "APT::Architectures::=$architecture")
  done
  # The compilation in the background may want packages at the same moment.
  flock "$rig/apt/lock" apt-get "${options[@]}" "$@"
}

retry() {
  local wait
  for wait in 2 5 10 0; do
    if "$@"; then return; fi
    [ "$wait" = 0 ] || sleep "$wait"
  done
  fail "Cannot fetch packages: '$*' failed four times; check that $mirror is reachable, or set POLYARCH_RIG_MIRROR"
}

# Fetches the package lists, once a day at most. Only trixie's are read for
# foreign architectures: busybox comes from there, and nothing else.
update_lists() {
  local keyring=/usr/share/keyrings/debian-archive-keyring.gpg from
  if [ -n "$(find "$rig/apt/updated" -mtime -1 2>/dev/null)" ]; then return; fi
  [ -e "$keyring" ] || install_on_host debian-archive-keyring
  say "fetching package lists from $mirror"
  mkdir -p "$rig/apt/lists/partial" "$rig/apt/cache/archives/partial"
  : >"$rig/apt/status"
  from="signed-by=$keyring target=Packages"
  cat >"$rig/apt/sources.list" <<END
deb [$from arch=$native] $mirror bookworm main
deb [$from arch=$(IFS=,; echo "${architectures[*]}")] $mirror trixie main
deb [$from arch=$native] $mirror sid main
END
  retry apt_get update
  touch "$rig/apt/updated"
}

# unpack TREE SUITE PACKAGE…: $rig/pkg/TREE exists only when it is whole.
unpack() {
  local tree=$rig/pkg/$1 suite=$2 package
  shift 2
  if [ -d "$tree" ]; then return; fi
  update_lists
  say "fetching $*"
  rm -rf "$tree.part"
  mkdir -p "$tree.part/debs"
  # apt-get download writes into the current folder.
  (cd "$tree.part/debs" && retry apt_get download "${@/%//$suite}")
  for package in "$tree.part"/debs/*.deb; do dpkg -x "$package" "$tree.part"; done
  rm -r "$tree.part/debs"
  mv "$tree.part" "$tree"
}
