# shellcheck shell=bash
# Sourced by down.sh and node.sh.

# Removes the cgroups NAME of all controllers, which is possible when they are empty; waits for at most TENTHS of a second.
remove_cgroups() {
  local name=$1 tenths=$2 _ top left
  for _ in $(seq "$tenths"); do
    left=0
    for top in /sys/fs/cgroup/*/"$name" /sys/fs/cgroup/"$name"; do
      [ ! -d "$top" ] || find "$top" -depth -type d -exec rmdir {} + 2>/dev/null || left=1
    done
    [ $left = 1 ] || break
    sleep 0.1
  done
}
