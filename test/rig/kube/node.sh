#!/usr/bin/env bash
# A second node of the cluster that up.sh started in FOLDER: a kubelet and a containerd of its own, beside the first node's. It lives as long as standard input is
# open, and leaves nothing. Prints `ready` when it takes pods.
#
#   node.sh FOLDER NAME ARCHITECTURE PORT
#
# Its label `kubernetes.io/arch` is ARCHITECTURE; programs of another one than this machine's run through the emulators that the kernel has. Its taint NAME:NoSchedule
# keeps away all pods but those that tolerate it. PORT and the next one are the kubelet's.
set -euo pipefail
shopt -s nullglob

root=$(realpath "${1:?Usage: node.sh FOLDER NAME ARCHITECTURE PORT}")
name=$2
architecture=$3
port=$4
state=$root/state
here=$(realpath "$0")
. "$(dirname "$here")/remove-cgroups.sh"
own=$state/nodes/$name
cgroup=polykube-$name

if [ "${5-}" != --inside ]; then
  read -r launcher _ <"$state/pid"
  read -r holder _ <"/proc/$launcher/task/$launcher/children" || [ -n "${holder-}" ]
  PATH=$root/bin:$(tr '\0' '\n' <"/proc/$holder/environ" | sed -n 's/^PATH=//p')
  export PATH
  mkdir -p "$own"/{kubelet,log,podlogs}
  for dir in /sys/fs/cgroup/*/; do
    [ ! -e "$dir/cgroup.procs" ] || [ -e /sys/fs/cgroup/cgroup.controllers ] || mkdir -p "$dir$cgroup"
  done
  [ ! -e /sys/fs/cgroup/cgroup.controllers ] || mkdir -p "/sys/fs/cgroup/$cgroup"
  finish() {
    kubectl --kubeconfig "$root/kubeconfig" delete node "$name" --ignore-not-found --wait=false >/dev/null 2>&1 || true
    remove_cgroups "$cgroup" 50
    rm -rf --one-file-system "$own"
  }
  trap finish EXIT
  trap 'exit 1' INT TERM
  # Standard input is the parent's: the inner half ends with it, and with that all of its namespace.
  nsenter --target "$holder" --mount --net --pid --wd=/ unshare --mount --pid --fork --kill-child --mount-proc \
    bash "$here" "$root" "$name" "$architecture" "$port" --inside || true
  exit 0
fi

mount -t tmpfs tmpfs /run
mkdir -p /run/netns /run/lock
mount --bind "$own/kubelet" /var/lib/kubelet
mount --make-rshared /var/lib/kubelet
mount --bind "$own/podlogs" /var/log
sed "s|^root = .*|root = '$own/containerd'|" "$state/containerd.toml" >"$own/containerd.toml"
sed "s|^cgroupRoot: .*|cgroupRoot: /$cgroup|" "$state/kubelet.yaml" >"$own/kubelet.yaml"
# The kubelet writes its own architecture into the label with each status; its lease alone says that it is alive.
printf 'port: %s\nhealthzPort: 0\nnodeStatusUpdateFrequency: 1h\nregisterWithTaints: [{key: %s, effect: NoSchedule}]\n' "$port" "$name" >>"$own/kubelet.yaml"
containerd --config "$own/containerd.toml" >"$own/log/containerd.log" 2>&1 </dev/null &
until ctr -n k8s.io images import "$state/pause.tar" >"$own/log/wait.log" 2>&1; do kill -0 $! || exit 1; sleep 0.1; done
kubelet --config "$own/kubelet.yaml" --kubeconfig "$state/secrets/kubeconfig" --hostname-override "$name" --node-ip "$(ip -4 -o address show eth0 | awk '{sub("/.*", "", $4); print $4}')" \
  >"$own/log/kubelet.log" 2>&1 </dev/null &
as_admin() { kubectl --kubeconfig "$state/secrets/kubeconfig" "$@"; }
until as_admin wait --for=condition=Ready --timeout=5s "node/$name" >"$own/log/wait.log" 2>&1; do kill -0 $! || exit 1; sleep 0.1; done
as_admin label node "$name" --overwrite "kubernetes.io/arch=$architecture" >"$own/log/wait.log" 2>&1
echo ready
read -r _ || true
