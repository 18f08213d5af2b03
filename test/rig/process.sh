# shellcheck shell=bash disable=SC2154  # $rig and $part are set by the caller
# Starting, finding and stopping processes. Each one has a record
# $rig/run/PART/NAME.pid of three words: process id, start time, boot id.
# A process id alone is not enough: the kernel hands it out again.

system_path=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin

boot_id() {
  cat /proc/sys/kernel/random/boot_id
}

# The start time of a process in clock ticks since boot: field 22 of stat. The
# second field is the program's name in brackets and may hold spaces. A zombie,
# which nobody has waited for yet, counts as ended.
start_time() {
  local stat
  { stat=$(<"/proc/$1/stat"); } 2>/dev/null || return 1
  read -ra stat <<<"${stat##*) }"
  [ "${stat[0]}" != Z ] || return 1
  echo "${stat[19]}"
}

# Prints the process id if the process of this record runs still.
alive() {
  local record=$1 pid started boot
  read -r pid started boot 2>/dev/null <"$record" || return 1
  [ "$boot" = "$(boot_id)" ] && [ "$(start_time "$pid")" = "$started" ] || return 1
  echo "$pid"
}

# start NAME [VARIABLE=VALUE…] COMMAND…: runs it in a session of its own with
# an empty environment, so that neither a closed terminal nor a proxy setting
# of the caller reaches it; in /, because Git fails in a working directory that is
# deleted later. File descriptor 9 is the rig's lock: not for it.
start() {
  local name=$1 pid
  shift
  mkdir -p "$rig/run/$part" "$rig/log"
  setsid env -i --chdir=/ PATH="$system_path" HOME="$rig/state/$part" "$@" \
    >"$rig/log/$name.log" 2>&1 </dev/null 9>&- &
  pid=$!
  echo "$pid $(start_time "$pid") $(boot_id)" >"$rig/run/$part/$name.pid"
}

# wait_for NAME SECONDS COMMAND…: until the command succeeds.
wait_for() {
  local name=$1 seconds=$2 deadline
  shift 2
  deadline=$((SECONDS + seconds))
  until "$@" >/dev/null 2>&1; do
    if ! alive "$rig/run/$part/$name.pid" >/dev/null; then
      tail -n 15 "$rig/log/$name.log" >&2
      fail "Cannot start $name: it ended at once; its last words are above, all of them in $rig/log/$name.log"
    fi
    if [ "$SECONDS" -ge "$deadline" ]; then
      tail -n 15 "$rig/log/$name.log" >&2
      fail "Cannot start $name: it runs but did not answer within $seconds s ($*); see $rig/log/$name.log"
    fi
    sleep 0.1
  done
}

# ask_to_stop PART: only asks, so that several parts can end side by side.
ask_to_stop() {
  local record pid
  for record in "$rig/run/$1"/*.pid; do
    if pid=$(alive "$record"); then kill -TERM "$pid" || true; fi
  done
}

# wait_stopped PART: a daemon gets 20 s to put its containers away.
wait_stopped() {
  local record pid deadline
  for record in "$rig/run/$1"/*.pid; do
    [ -e "$record" ] || continue
    deadline=$((SECONDS + 20))
    while pid=$(alive "$record") && [ "$SECONDS" -lt "$deadline" ]; do sleep 0.05; done
    if pid=$(alive "$record"); then
      say "$(basename "$record" .pid) (process $pid) did not stop in 20 s: killing it"
      kill -KILL "$pid" || true
      while alive "$record" >/dev/null; do sleep 0.05; done
    fi
    rm -f "$record"
  done
}

# end_containers PART: what a Docker daemon leaves running when it did not end
# by itself. containerd's files name each container's process; the process
# counts only if its parent is a shim of this very daemon.
end_containers() {
  local file pid shim
  for file in "$rig/state/$1"/exec/containerd/daemon/io.containerd.runtime.v2.task/moby/*/init.pid; do
    pid=$(<"$file")
    shim=$(sed -n 's/^PPid:\t//p' "/proc/$pid/status" 2>/dev/null) || continue
    if grep --quiet --text --fixed-strings "$rig/state/$1/" "/proc/$shim/cmdline"; then kill -KILL "$pid" "$shim" || true; fi
  done
}

# A port that something else holds would make our server die with a message
# that names neither the rig nor the way out.
need_port() {
  local port=$1 what=$2 variable=$3
  if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
    fail "Cannot start $what: 127.0.0.1:$port is taken by another program. End that program (ss -ltnp names it), or choose other ports with $variable"
  fi
}
