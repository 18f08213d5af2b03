# shellcheck shell=bash disable=SC2154
# crane, which the benchmarks hold the embedded engine against. No test needs it.

up_crane() {
  unpack crane sid crane
  member crane "$(string "$rig/pkg/crane/usr/bin/crane")"
}
