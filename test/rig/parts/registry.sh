# shellcheck shell=bash disable=SC2154
# Three registries: open, behind basic authentication, and behind TLS.

up_registry() {
  local state=$rig/state/$part password
  mkdir -p "$state"

  registryd plain "$port"
  member registry "$(object host "127.0.0.1:$port")"

  password=$(secret basic)
  bcrypt_line rig "$password" >"$state/htpasswd"
  registryd basic $((port + 1)) "auth: {htpasswd: {realm: rig, path: $state/htpasswd}}"
  member basic "$(object host "127.0.0.1:$((port + 1))" username rig password "$password")"

  make_certificates
  registryd tls $((port + 2)) "" "  tls: {certificate: $rig/secrets/tls.crt, key: $rig/secrets/tls.key}"
  member tls "$(object host "127.0.0.1:$((port + 2))" ca "$rig/secrets/ca.crt")"
}

# The registry takes bcrypt only. perl's crypt() has it through the C library,
# and perl is part of every Debian and Ubuntu; htpasswd is not.
bcrypt_line() {
  # shellcheck disable=SC2016  # the dollars are perl's
  USER_NAME=$1 PASSWORD=$2 SALT=$(openssl rand -hex 11) \
    perl -e 'print "$ENV{USER_NAME}:", crypt($ENV{PASSWORD}, "\$2b\$05\$$ENV{SALT}"), "\n"'
}

make_certificates() {
  local at=$rig/secrets
  if [ -e "$at/tls.crt" ]; then return; fi
  mkdir -p "$at"
  (
    umask 077
    openssl req -x509 -newkey rsa:2048 -nodes -days 3650 -subj "/CN=Polyarch rig CA" \
      -keyout "$at/ca.key" -out "$at/ca.crt"
    openssl req -newkey rsa:2048 -nodes -subj "/CN=localhost" -keyout "$at/tls.key" -out "$at/tls.csr"
    openssl x509 -req -in "$at/tls.csr" -CA "$at/ca.crt" -CAkey "$at/ca.key" -CAcreateserial -days 3650 \
      -extfile <(echo "subjectAltName=IP:127.0.0.1,DNS:localhost") -out "$at/tls.crt"
  ) 2>"$rig/log/openssl.log" || fail "Cannot make the rig's certificates: openssl failed, see $rig/log/openssl.log"
}
