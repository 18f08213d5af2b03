# shellcheck shell=bash disable=SC2154
# A registry that wants bearer tokens, and the small server that gives them.

up_token() {
  local at=$rig/secrets realm=http://127.0.0.1:$((port + 5))/token password
  command -v node >/dev/null || fail "Cannot start the token registry: its token server is a Node program and there is no node on PATH; install Node 18 or newer"
  need_port $((port + 5)) "the token server" POLYARCH_RIG_PORT
  password=$(secret token)
  if [ ! -e "$at/token.crt" ]; then
    (umask 077 && openssl req -x509 -newkey rsa:2048 -nodes -days 3650 -subj "/CN=Polyarch rig tokens" \
      -keyout "$at/token.key" -out "$at/token.crt") 2>"$rig/log/openssl.log" ||
      fail "Cannot make the key of the token server: openssl failed, see $rig/log/openssl.log"
  fi
  start token-server PORT=$((port + 5)) KEY="$at/token.key" CERTIFICATE="$at/token.crt" \
    ACCOUNT=rig PASSWORD="$password" SECONDS_VALID="${POLYARCH_RIG_TOKEN_SECONDS:-60}" \
    "$(command -v node)" "$here/token-server.mjs"
  wait_for token-server 15 answers $((port + 5))
  registryd token $((port + 3)) \
    "auth: {token: {realm: $realm, service: polyarch-rig, issuer: polyarch-rig, rootcertbundle: $at/token.crt}}"
  member token "$(object host "127.0.0.1:$((port + 3))" username rig password "$password" brief rig-brief realm "$realm")"
}
