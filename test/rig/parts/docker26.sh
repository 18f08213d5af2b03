# shellcheck shell=bash disable=SC2154
# Docker 26.1, classic store: a server older than what the tests' client is.

up_docker26() {
  unpack_client
  unpack docker26 trixie docker.io containerd
  dockerd 2 docker26 classic
}
