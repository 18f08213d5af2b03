# shellcheck shell=bash disable=SC2154
# The image of a docker-container builder: busybox, BuildKit, and runc with the
# libraries it is linked to.

up_builder() {
  local state=$rig/state/$part name=127.0.0.1:$port/buildkit:rig
  local root=$state/$native file
  unpack "busybox-$native" trixie "busybox-static:$native"
  unpack_runtime
  need_program buildkitd
  need_program buildctl
  make_root "$root"
  install -m 755 "$rig/pkg/busybox-$native/usr/bin/busybox" "$root/bin/"
  install -D -m 755 --target-directory="$root/usr/bin" "$rig/bin/buildkitd" "$rig/bin/buildctl"
  install -m 755 "$rig/pkg/runtime/usr/sbin/runc" "$root/usr/bin/buildkit-runc"
  while read -r file; do
    install -D -m 755 "$file" "$root$file"
  done < <(ldd "$rig/pkg/runtime/usr/sbin/runc" | grep -o '/[^ ]*')
  # shellcheck disable=SC2016  # the dollar is the Dockerfile's
  printf 'FROM scratch\nARG TARGETARCH\nCOPY $TARGETARCH /\nENV PATH=/usr/bin:/bin\nVOLUME /var/lib/buildkit\nENTRYPOINT ["buildkitd"]\n' \
    >"$state/Dockerfile"
  push_image "$state" "$name" "$(platform_of "$native")"
  member builderImage "$(string "$name")"
}
