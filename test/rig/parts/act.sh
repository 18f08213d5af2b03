# shellcheck shell=bash disable=SC2154
# act, which runs workflows, and the newest buildx beside Debian's.

up_act() {
  need_program act
  need_program new/docker-buildx
  member act "$(string "$rig/bin/act")"
  member pluginsNew "$(string "$rig/bin/new")"
}
