# shellcheck shell=bash disable=SC2154
# A Kubernetes of one node in namespaces of its own: kube/up.sh says how. Its program is compiled once, which takes
# minutes of both cores, so this part is started by name only; where the program is there, it starts in seconds.

up_kube() {
  unpack docker28 sid docker.io containerd
  unpack cni bookworm containernetworking-plugins
  unpack_runtime
  mkdir -p "$rig/kube"
  rm -rf "$rig/kube/src"
  cp -r "$here/kube/src" "$rig/kube/src"
  [ -x "$rig/kube/bin/kube" ] || find_go
  env PATH="$rig/pkg/docker28/usr/bin:$runtime_path:${go:+$(dirname "$go"):}$PATH" KUBE_FORWARD="$port" KUBE_CNI="$rig/pkg/cni/usr/lib/cni" \
    bash "$here/kube/up.sh" "$rig/kube" >"$rig/log/kube.log" 2>&1 9>&- || { tail -n 15 "$rig/log/kube.log" >&2; fail "Cannot start Kubernetes; log: $rig/log/kube.log"; }
  mkdir -p "$rig/run/kube"
  echo "$(cat "$rig/kube/state/pid") $(boot_id)" >"$rig/run/kube/kube.pid"
  member kube "$(object kubeconfig "$rig/kube/kubeconfig" kubectl "$rig/kube/bin/kubectl" registry "198.18.246.1:$port")"
}

# Before its process is asked to end, which ends all of it.
down_kube() {
  [ ! -d "$rig/kube" ] || bash "$here/kube/down.sh" "$rig/kube"
}
