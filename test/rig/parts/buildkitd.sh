# shellcheck shell=bash disable=SC2154
# Two BuildKit daemons, to be two nodes of one remote builder.

up_buildkitd() {
  local first=${POLYARCH_RIG_BUILDKITD_PORT:-1231} number at state addresses=()
  unpack_runtime
  need_program buildkitd
  need_program buildctl
  for number in 1 2; do
    at=$((first + number - 1))
    state=$rig/state/$part/$number
    need_port "$at" "buildkitd $number" POLYARCH_RIG_BUILDKITD_PORT
    mkdir -p "$state"
    buildkit_configuration "$state" >"$state/buildkitd.toml"
    start "buildkitd$number" PATH="$runtime_path:$system_path" \
      "$rig/bin/buildkitd" --config "$state/buildkitd.toml" --addr "tcp://127.0.0.1:$at" --root "$state/root"
    addresses+=("tcp://127.0.0.1:$at")
  done
  for number in 1 2; do
    wait_for "buildkitd$number" 30 "$rig/bin/buildctl" --addr "${addresses[number - 1]}" debug workers
  done
  member buildkitd "$(list "${addresses[@]}")"
  member buildctl "$(string "$rig/bin/buildctl")"
}

# Host network, for RUN steps and because the registries are on 127.0.0.1. The
# default trace socket is one path for all daemons of a machine: not shared here.
# On 127.0.0.1 BuildKit takes plain HTTP for granted, hence `http = false`.
buildkit_configuration() {
  local number
  cat <<END
[worker.oci]
  enabled = true
  networkMode = "host"
[worker.containerd]
  enabled = false
[otel]
  socketPath = "$1/otel.sock"
[registry."127.0.0.1:$((port + 2))"]
  http = false
  ca = ["$rig/secrets/ca.crt"]
END
  for number in 0 1 3 4; do printf '[registry."127.0.0.1:%s"]\n  http = true\n' $((port + number)); done
}
