# shellcheck shell=bash disable=SC2154  # $rig and $part are set by the caller
# rig.json: what is up, for the tests to read. Each part leaves its members,
# one a line, in $rig/facts/PART; write_json puts them together.

# member NAME JSON
member() {
  mkdir -p "$rig/facts"
  echo "\"$1\": $2" >>"$rig/facts/$part"
}

# object KEY VALUE…: {"KEY": "VALUE", …}
object() {
  local text="" separator=""
  while [ $# -gt 0 ]; do
    text+="$separator\"$1\": $(string "$2")"
    separator=", "
    shift 2
  done
  echo "{$text}"
}

# list ITEM…: ["ITEM", …]
list() {
  local text="" separator="" item
  for item; do
    text+="$separator$(string "$item")"
    separator=", "
  done
  echo "[$text]"
}

string() {
  local text=${1//\\/\\\\}
  echo "\"${text//\"/\\\"}\""
}

write_json() {
  local name record pid pids=() all=()
  for name in "${parts[@]}"; do
    [ ! -e "$rig/facts/$name" ] || mapfile -t -O ${#all[@]} all <"$rig/facts/$name"
    for record in "$rig/run/$name"/*.pid; do
      if pid=$(alive "$record"); then pids+=("\"$(basename "$record" .pid)\": $pid"); fi
    done
  done
  all+=("\"pids\": {$(join ', ' "${pids[@]}")}")
  (umask 077 && printf '{\n  %s\n}\n' "$(join $',\n  ' "${all[@]}")" >"$rig/rig.json.part")
  mv "$rig/rig.json.part" "$rig/rig.json"
}

join() {
  local separator=$1 text=${2-} item
  shift
  for item in "${@:2}"; do text+=$separator$item; done
  echo "$text"
}
