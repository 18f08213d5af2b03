# shellcheck shell=bash disable=SC2154
# Docker 28 with the classic image store: one platform a build.

up_classic() {
  unpack_client
  unpack docker28 sid docker.io containerd
  dockerd 1 docker28 classic
}
