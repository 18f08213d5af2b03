# shellcheck shell=bash disable=SC2154
# An image that sets up emulators, with the command line, the output and the
# habits of tonistiigi/binfmt: exit status 0 whatever comes of it, and the list
# of what the kernel has in the end. Only for ppc64le, which `qemu` leaves out,
# so that a test may install and remove it while others build.

up_binfmt() {
  local state=$rig/state/$part name=127.0.0.1:$port/binfmt:rig root line
  root=$state/$native
  unpack "busybox-$native" trixie "busybox-static:$native"
  unpack qemu trixie qemu-user
  make_root "$root"
  install -m 755 "$rig/pkg/busybox-$native/usr/bin/busybox" "$root/bin/"
  # Linked statically: nothing else has to be in the image.
  install -D -m 755 "$rig/pkg/qemu/usr/bin/qemu-ppc64le" "$root/usr/bin/qemu-ppc64le"
  line=$(<"$rig/pkg/qemu/usr/share/qemu/binfmt.d/qemu-ppc64le.conf")
  # Name, magic and mask are Debian's; F makes the kernel keep the program when the container is gone.
  printf '%s' "${line%:/*}:/usr/bin/qemu-ppc64le:CF" >"$root/usr/bin/qemu-ppc64le.conf"
  install -m 755 "$here/binfmt-image.sh" "$root/usr/bin/binfmt"
  # shellcheck disable=SC2016  # the dollar is the Dockerfile's
  printf 'FROM scratch\nARG TARGETARCH\nCOPY $TARGETARCH /\nENV PATH=/usr/bin:/bin\nENTRYPOINT ["binfmt"]\n' >"$state/Dockerfile"
  push_image "$state" "$name" "$(platform_of "$native")"
  member emulatorImage "$(string "$name")"
}
