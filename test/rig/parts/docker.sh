# shellcheck shell=bash disable=SC2154
# Docker 28 with the containerd image store, and the client for all daemons.

up_docker() {
  unpack_client
  unpack docker28 sid docker.io containerd
  dockerd 0 docker28 containerd
  member cli "$(string "$client_bin")"
  member plugins "$(string "$client_plugins")"
}
