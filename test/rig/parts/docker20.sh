# shellcheck shell=bash disable=SC2154
# Docker 20.10: the oldest there is a package of.

up_docker20() {
  unpack_client
  unpack docker20 bookworm docker.io containerd libdevmapper1.02.1
  # This version alone writes a key into /etc/docker unless told where else.
  dockerd 3 docker20 classic "\"deprecated-key-path\": \"$rig/state/$part/key.json\","
}
