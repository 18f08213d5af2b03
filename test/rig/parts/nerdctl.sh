# shellcheck shell=bash disable=SC2154
# nerdctl with a containerd and a buildkitd of its own, whose worker is that containerd. Compiling it takes minutes, so this
# part is started by name only.

up_nerdctl() {
  local state=$rig/state/$part
  unpack docker28 sid docker.io containerd
  unpack_runtime
  need_program nerdctl
  need_program buildkitd
  need_program buildctl
  mkdir -p "$state/bin"
  ln -sfn "$rig/bin/nerdctl" "$rig/bin/buildctl" "$state/bin/"
  containerd_configuration "$state" >"$state/containerd.toml"
  worker_configuration "$state" >"$state/buildkitd.toml"
  client_configuration "$state" >"$state/nerdctl.toml"
  start nerdctl-containerd PATH="$rig/pkg/docker28/usr/bin:$runtime_path:$system_path" \
    containerd --config "$state/containerd.toml"
  wait_for nerdctl-containerd 30 "$rig/pkg/docker28/usr/bin/ctr" --address "$state/containerd.sock" version
  start nerdctl-buildkitd PATH="$rig/pkg/docker28/usr/bin:$runtime_path:$system_path" \
    "$rig/bin/buildkitd" --config "$state/buildkitd.toml" --addr "unix://$state/buildkitd.sock" --root "$state/buildkit"
  wait_for nerdctl-buildkitd 30 "$rig/bin/buildctl" --addr "unix://$state/buildkitd.sock" debug workers
  member nerdctl "$(object bin "$state/bin" configuration "$state/nerdctl.toml" buildkit "unix://$state/buildkitd.sock")"
}

# Without the plugins of Kubernetes, which want a network.
containerd_configuration() {
  cat <<END
version = 3
root = "$1/containerd"
state = "$1/run"
disabled_plugins = ["io.containerd.grpc.v1.cri", "io.containerd.cri.v1.images", "io.containerd.cri.v1.runtime"]
[grpc]
address = "$1/containerd.sock"
[ttrpc]
address = "$1/containerd.sock.ttrpc"
END
}

worker_configuration() {
  cat <<END
[worker.oci]
  enabled = false
[worker.containerd]
  enabled = true
  address = "$1/containerd.sock"
  namespace = "default"
  networkMode = "host"
[otel]
  socketPath = "$1/otel.sock"
[registry."127.0.0.1:$((port + 2))"]
  http = false
  ca = ["$rig/secrets/ca.crt"]
[registry."127.0.0.1:$port"]
  http = true
END
}

# Its own directories: by default it writes to /var/lib and /etc.
client_configuration() {
  cat <<END
address = "$1/containerd.sock"
namespace = "default"
data_root = "$1/data"
cni_netconfpath = "$1/cni"
cgroup_manager = "cgroupfs"
END
}
