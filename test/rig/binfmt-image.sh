#!/bin/sh
# The program of the image `binfmt`; parts/binfmt.sh says what it stands for.
misc=/proc/sys/fs/binfmt_misc

names() {
  echo "$1" | tr , ' '
}

install() {
  for architecture in $(names "$1"); do
    conf=/usr/bin/qemu-$architecture.conf
    if [ ! -e "$conf" ]; then
      echo "installing: $architecture unsupported architecture: $architecture" >&2
    elif [ -e "$misc/qemu-$architecture" ]; then
      echo "installing: $architecture qemu-$architecture already registered" >&2
    elif cat "$conf" >"$misc/register"; then
      echo "installing: $architecture OK" >&2
    else
      echo "installing: $architecture cannot register" >&2
    fi
  done
}

uninstall() {
  for name in $(names "$1"); do
    if [ -e "$misc/$name" ]; then
      echo -1 >"$misc/$name"
      echo "uninstalling: $name OK" >&2
    else
      echo "uninstalling: $name not found" >&2
    fi
  done
}

if [ ! -e $misc/status ]; then busybox mount -t binfmt_misc binfmt_misc $misc; fi
while [ $# -gt 0 ]; do
  case $1 in
    --install) install "$2" ;;
    --uninstall) uninstall "$2" ;;
  esac
  shift 2
done

found=""
for file in "$misc"/*; do
  case $(basename "$file") in
    register | status) ;;
    *) [ "$(head -n 1 "$file")" != enabled ] || found="$found${found:+, }\"$(basename "$file")\"" ;;
  esac
done
printf '{"supported": [], "emulators": [%s]}\n' "$found"
