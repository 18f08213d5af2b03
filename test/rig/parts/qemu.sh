# shellcheck shell=bash disable=SC2154
# QEMU handlers for foreign programs. Flag F in Debian's own registration lines
# makes the kernel open the emulator now, so containers need not have it.

up_qemu() {
  local misc=/proc/sys/fs/binfmt_misc architecture name line emulated=()
  unpack qemu trixie qemu-user
  if [ ! -e $misc/register ]; then mount_here -t binfmt_misc binfmt_misc $misc; fi
  for architecture in "${architectures[@]}"; do
    if [ "$architecture" = "$native" ]; then continue; fi
    name=qemu-$(emulator_of "$architecture")
    # A handler that the machine has already is left as it is.
    if [ ! -e "$misc/$name" ]; then
      line=$(<"$rig/pkg/qemu/usr/share/qemu/binfmt.d/$name.conf")
      note handlers "$name"
      # The masks are full of backslashes that the kernel must see: no echo -e.
      printf '%s' "${line/\/usr\/libexec/$rig/pkg/qemu/usr/libexec}" >$misc/register
    fi
    emulated+=("$(platform_of "$architecture")")
  done
  member emulated "$(list "${emulated[@]}")"
  member emulators "$(string "$rig/pkg/qemu/usr/bin")"
}

emulator_of() {
  case $1 in
    amd64) echo x86_64 ;;
    arm64) echo aarch64 ;;
    armhf) echo arm ;;
    *) echo "$1" ;;
  esac
}
