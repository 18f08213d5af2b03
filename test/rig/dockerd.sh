# shellcheck shell=bash disable=SC2154  # $rig and $part are set by the caller
# One Docker daemon that shares nothing with any other on this machine: its
# socket, folders, containerd and bridge are its own, and it leaves packet
# filter and forwarding alone. It lives in the host's network namespace,
# because a base image at 127.0.0.1 must be within its reach.

# dockerd NUMBER TREE STORE [CONFIGURATION]: STORE is containerd or classic.
dockerd() {
  local number=$1 tree=$rig/pkg/$2 store=$3 more=${4-} state=$rig/state/$part
  local bridge=${POLYARCH_RIG_BRIDGE:-polyrig}$number socket=$state/docker.sock snapshotter=false libraries
  unpack_runtime
  mkdir -p "$state"
  make_bridge "$bridge" "${POLYARCH_RIG_SUBNET:-198.18}.$((250 + number)).1/24"
  [ "$store" = classic ] || snapshotter=true
  cat >"$state/daemon.json" <<END
{
  "hosts": ["unix://$socket"],
  "data-root": "$state/data",
  "exec-root": "$state/exec",
  "pidfile": "$state/docker.pid",
  "init-path": "$rig/pkg/runtime/usr/bin/tini-static",
  "bridge": "$bridge",
  "iptables": false,
  "ip6tables": false,
  "ip-forward": false,
  "ip-masq": false,
  $more
  "features": {"containerd-snapshotter": $snapshotter}
}
END
  # Libraries that came with it, which the machine may lack: docker20 has one.
  libraries=("$tree"/lib/*-linux-gnu*)
  start "$part" PATH="$tree/usr/bin:$tree/usr/sbin:$runtime_path:$system_path" LD_LIBRARY_PATH="${libraries[*]-}" \
    dockerd --config-file "$state/daemon.json"
  wait_for "$part" 30 docker_at "unix://$socket" version
  describe_daemon "unix://$socket"
}

# The daemon says itself what it is: a version in sid may have moved on, and a
# store that was asked for may not be the one that runs.
describe_daemon() {
  local version driver store=classic
  version=$(docker_at "$1" version --format '{{.Server.Version}}')
  driver=$(docker_at "$1" info --format '{{json .DriverStatus}}')
  [[ $driver != *io.containerd.snapshotter* ]] || store=containerd
  # Debian adds +dfsg1 to the version: no comparison of versions wants that.
  member "$part" "$(object host "$1" version "${version%%+*}" store "$store")"
}

# runc and the init of containers, for every daemon: the runc of bookworm,
# because later ones need a newer C library than bookworm has.
unpack_runtime() {
  unpack runtime bookworm runc tini
}
runtime_path=$rig/pkg/runtime/usr/sbin:$rig/pkg/runtime/usr/bin

# The rig's own client, with a configuration folder of its own.
unpack_client() {
  unpack client sid docker-cli docker-buildx
  mkdir -p "$rig/client"
  ln -sfn "$client_plugins" "$rig/client/cli-plugins"
}
client_bin=$rig/pkg/client/usr/bin
client_plugins=$rig/pkg/client/usr/libexec/docker/cli-plugins

docker_at() {
  local host=$1
  shift
  env -u DOCKER_CONTEXT -u BUILDX_BUILDER DOCKER_HOST="$host" DOCKER_CONFIG="$rig/client" \
    BUILDX_CONFIG="$rig/client/buildx" "$client_bin/docker" "$@"
}
