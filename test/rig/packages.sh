# shellcheck shell=bash disable=SC2154  # $rig is set by the caller
# Debian packages, fetched with package lists of the rig's own and unpacked
# into $rig/pkg/TREE. Nothing is installed: the host's package database, its
# sources and its services stay as they are.

native=$(dpkg --print-architecture)
keyring=/usr/share/keyrings/debian-archive-keyring.gpg

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
  fail "Cannot fetch packages: '$*' failed four times; check the mirror in $rig/apt/sources.list, or set POLYARCH_RIG_MIRROR"
}

# Fetches the package lists, once a day at most. Only trixie's are read for
# foreign architectures: busybox comes from there, and nothing else.
update_lists() {
  if [ -n "$(find "$rig/apt/updated" -mtime -1 2>/dev/null)" ]; then return; fi
  [ -e "$keyring" ] || install_on_host debian-archive-keyring
  local mirrors
  mapfile -t mirrors < <(debian_mirrors)
  [ ${#mirrors[@]} -gt 0 ] ||
    fail "Cannot find a Debian mirror in this machine's package sources: set POLYARCH_RIG_MIRROR to one that has bookworm, trixie and sid"
  mkdir -p "$rig/apt/lists/partial" "$rig/apt/cache/archives/partial"
  : >"$rig/apt/status"
  retry update_from_any "${mirrors[@]}"
  touch "$rig/apt/updated"
}

# update_from_any MIRROR…: takes the first that has all suites, signed by Debian.
update_from_any() {
  local mirror
  for mirror; do
    say "fetching package lists from $mirror"
    write_sources "$mirror"
    if apt_get update; then return; fi
  done
  return 1
}

write_sources() {
  local mirror=$1 from="signed-by=$keyring target=Packages"
  cat >"$rig/apt/sources.list" <<END
deb [$from arch=$native] $mirror bookworm main
deb [$from arch=$(IFS=,; echo "${architectures[*]}")] $mirror trixie main
deb [$from arch=$native] $mirror sid main
END
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

# unpack_whole TREE SUITE PACKAGE…: with everything that the packages depend on, the C library included, below TREE/usr.
unpack_whole() {
  local tree=$rig/pkg/$1 suite=$2 package packages name
  shift 2
  if [ -d "$tree" ]; then return; fi
  update_lists
  say "fetching $* of $suite with their dependencies"
  rm -rf "$tree.part"
  mkdir -p "$tree.part/debs" "$tree.part/usr"
  # The machine's package database is not asked: everything is needed.
  mapfile -t packages < <(apt_get -q0 -o "APT::Default-Release=$suite" --no-install-recommends --simulate --yes install "$@" |
    sed -n 's/^Inst \(\S*\) \(\[\S*\] \)\?(\(\S*\) .*/\1=\3/p')
  (cd "$tree.part/debs" && retry apt_get download "${packages[@]}")
  # All releases since have /bin, /lib and /sbin in /usr; of packages that have not, the files go there.
  for name in bin sbin lib lib64; do
    mkdir -p "$tree.part/usr/$name"
    ln -s "usr/$name" "$tree.part/$name"
  done
  for package in "$tree.part"/debs/*.deb; do dpkg --fsys-tarfile "$package" | tar -x -C "$tree.part" --keep-directory-symlink; done
  rm -r "$tree.part/debs"
  mv "$tree.part" "$tree"
}
