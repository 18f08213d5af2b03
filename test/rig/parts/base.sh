# shellcheck shell=bash disable=SC2154
# Base images made of Debian's static busybox of each architecture.

up_base() {
  local state=$rig/state/$part host=unix://$rig/state/docker/docker.sock name=127.0.0.1:$port/base
  local architecture root platforms=()
  mkdir -p "$state"
  for architecture in "${architectures[@]}"; do
    unpack "busybox-$architecture" trixie "busybox-static:$architecture"
    platforms+=("$(platform_of "$architecture")")
    # BuildKit calls armhf "arm".
    root=$state/${architecture/armhf/arm}
    make_root "$root"
    install -m 755 "$rig/pkg/busybox-$architecture/usr/bin/busybox" "$root/bin/busybox"
  done
  # shellcheck disable=SC2016  # the dollar is the Dockerfile's
  printf 'FROM scratch\nARG TARGETARCH\nCOPY $TARGETARCH /\nENV PATH=/bin\nCMD ["sh"]\n' >"$state/Dockerfile"
  push_base "$name:1" "$(join , "${platforms[@]}")"
  push_base "$name-amd64-only:1" linux/amd64
  member base "$(string "$name:1")"
  member basePlatforms "$(list "${platforms[@]}")"
  member baseAmd64Only "$(string "$name-amd64-only:1")"
}

# The applets are links that this machine makes: no foreign program has to run.
make_root() {
  local applet
  install -d -m 755 "$1" "$1/bin" "$1/etc" "$1/root"
  install -d -m 1777 "$1/tmp"
  for applet in sh ash awk base64 cat chmod chown cp cut date dd df dirname du echo env expr false find grep gunzip gzip \
    head hostname id install ln ls md5sum mkdir mktemp mv nc printenv printf ps pwd readlink realpath rm rmdir sed seq \
    sha256sum sleep sort stat sync tail tar tee test touch tr true uname uniq unzip vi wc wget which whoami xargs yes; do
    ln -sfn busybox "$1/bin/$applet"
  done
  echo root:x:0:0:root:/root:/bin/sh >"$1/etc/passwd"
  echo root:x:0: >"$1/etc/group"
}

push_base() {
  docker_at "$host" buildx build --quiet --builder default --platform "$2" --provenance=false --push --tag "$1" "$state" >/dev/null ||
    fail "Cannot make the base image $1: the build above failed"
}
