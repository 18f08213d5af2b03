# shellcheck shell=bash disable=SC2154
# A registry on a disk of 8 MB: a larger push gets the answer of a full disk.
# It stays full afterwards; `rig down full` and `rig up full` empty it.

up_full() {
  local at=$rig/state/$part/full
  mkdir -p "$at"
  mount_here -t tmpfs -o size=8m,mode=700 polyarch-rig "$at"
  registryd full $((port + 4))
  member full "$(object host "127.0.0.1:$((port + 4))")"
}
