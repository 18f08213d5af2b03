# shellcheck shell=bash disable=SC2154  # $rig and $part are set by the caller
# One registry of Debian's docker-registry package, on the loopback address.

# Used by the parts as well.
# shellcheck disable=SC2034
port=${POLYARCH_RIG_PORT:-5000}

# registryd NAME PORT [CONFIGURATION [HTTP CONFIGURATION]], both in YAML.
registryd() {
  local name=$1 at=$2 more=${3-} more_http=${4-} state=$rig/state/$part
  unpack registry sid docker-registry
  need_port "$at" "registry $name" POLYARCH_RIG_PORT
  mkdir -p "$state/$name"
  cat >"$state/$name.yml" <<END
version: 0.1
log: {level: info, accesslog: {disabled: false}}
storage:
  filesystem: {rootdirectory: $state/$name}
  delete: {enabled: true}
$more
http:
  addr: 127.0.0.1:$at
  secret: $(secret "$name-http")
$more_http
END
  start "$name" "$rig/pkg/registry/usr/bin/docker-registry" serve "$state/$name.yml"
  wait_for "$name" 15 answers "$at"
}

answers() {
  curl --silent --insecure --output /dev/null "http://127.0.0.1:$1/v2/"
}

# secret NAME: 24 random letters and digits, the same until `down --purge`.
secret() {
  local file=$rig/secrets/$1
  if [ ! -s "$file" ]; then
    mkdir -p "$rig/secrets"
    (umask 077 && openssl rand -hex 12 >"$file")
  fi
  cat "$file"
}
