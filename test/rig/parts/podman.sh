# shellcheck shell=bash disable=SC2154
# Podman and Buildah of three Debian releases, each with its own C library and
# storage, and the Docker-compatible API of the oldest and the newest.

podman_suites=(bookworm trixie sid)

# Two runtimes, because crun refuses hybrid cgroups; no shell: nothing here needs one.
podman_packages=(podman buildah conmon crun runc netavark aardvark-dns nftables containernetworking-plugins uidmap slirp4netns fuse-overlayfs catatonit ca-certificates git)

up_podman() {
  local suite tree state entries=()
  mkdir -p "$rig/bin"
  for suite in "${podman_suites[@]}"; do
    tree=$rig/pkg/podman-$suite
    state=$rig/state/podman/$suite
    unpack_whole "podman-$suite" "$suite" "${podman_packages[@]}"
    mkdir -p "$state"/{etc,bin,storage,run}
    podman_configuration "$state"
    podman_program "$state" "$tree" podman
    podman_program "$state" "$tree" buildah
    entries+=("$(podman_entry "$suite" "$state")")
  done
  member podman "[$(join ', ' "${entries[@]}")]"
}

# The API of the first and the last: what answers at a Docker socket.
podman_entry() {
  local suite=$1 state=$2 version socket=""
  version=$("$state/bin/podman" version --format '{{.Client.Version}}')
  if [ "$suite" != trixie ]; then
    socket=unix://$state/run/podman.sock
    start "podman-$suite" "$state/bin/podman" system service --time=0 "$socket"
    wait_for "podman-$suite" 30 curl -fs --unix-socket "$state/run/podman.sock" http://podman/_ping
  fi
  object version "$version" suite "$suite" bin "$state/bin" host "$socket"
}

podman_configuration() {
  local state=$1
  cat >"$state/etc/containers.conf" <<END
[containers]
# Without CAP_SYS_RESOURCE not even root may raise a limit.
default_ulimits = ["nofile=1024:20000", "nproc=4096:4096"]
netns = "host"
[engine]
cgroup_manager = "cgroupfs"
events_logger = "file"
runtime = "runc"
END
  cat >"$state/etc/storage.conf" <<END
[storage]
driver = "overlay"
graphroot = "$state/storage"
runroot = "$state/run/storage"
END
  cat >"$state/etc/registries.conf" <<END
unqualified-search-registries = ["docker.io"]
[[registry]]
location = "127.0.0.1:$port"
insecure = true
END
  echo '{"default": [{"type": "insecureAcceptAnything"}]}' >"$state/etc/policy.json"
}

# podman_program STATE TREE NAME: the program sees the /usr of its own release and, of /etc, its own configuration; all
# else is this machine's.
podman_program() {
  local state=$1 tree=$2 name=$3
  cat >"$state/bin/$name" <<END
#!/bin/sh
export CONTAINERS_CONF="\${CONTAINERS_CONF:-$state/etc/containers.conf}"
export CONTAINERS_STORAGE_CONF="\${CONTAINERS_STORAGE_CONF:-$state/etc/storage.conf}"
export CONTAINERS_REGISTRIES_CONF="\${CONTAINERS_REGISTRIES_CONF:-$state/etc/registries.conf}"
export PODMAN_IGNORE_CGROUPSV1_WARNING=1 PATH=/usr/bin:/usr/sbin
exec unshare --mount --propagation private /bin/sh -c '
mkdir -p /etc/containers
mount --bind "$state/etc" /etc/containers
mount --bind "$tree/usr" /usr
exec /usr/bin/$name "\$@"' $name "\$@"
END
  chmod +x "$state/bin/$name"
}
