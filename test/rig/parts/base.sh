# shellcheck shell=bash disable=SC2154
# Base images made of Debian's static busybox of each architecture.

up_base() {
  local state=$rig/state/$part name=127.0.0.1:$port/base
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
  # Whole seconds: an archive has no finer times, and rounds them, so that a layer that BuildKit made and the same layer
  # as others read it would differ by one.
  find "$state" -exec touch --no-dereference --date=@1700000000 {} +
  # shellcheck disable=SC2016  # the dollar is the Dockerfile's
  printf 'FROM scratch\nARG TARGETARCH\nCOPY $TARGETARCH /\nENV PATH=/bin\nCMD ["sh"]\n' >"$state/Dockerfile"
  push_image "$state" "$name:1" "$(join , "${platforms[@]}")"
  push_image "$state" "$name-amd64-only:1" linux/amd64
  member base "$(string "$name:1")"
  member basePlatforms "$(list "${platforms[@]}")"
  member baseAmd64Only "$(string "$name-amd64-only:1")"
}
