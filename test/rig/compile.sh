# shellcheck shell=bash disable=SC2154  # $rig is set by the caller
# Programs that no Debian suite has, compiled from their Go modules. It takes
# minutes, so it runs in the background while packages are fetched.

buildkit_version=v0.32.2
act_version=v0.2.87
buildx_version=v0.36.1
actionlint_version=v1.7.12
nerdctl_version=v2.2.1
needed_go=1.26.3

go=""
compiling=""

# start_compiling PROGRAM…: those that are not there yet.
start_compiling() {
  local program missing=()
  for program; do [ -x "$rig/bin/$program" ] || missing+=("$program"); done
  if [ ${#missing[@]} = 0 ]; then return; fi
  find_go
  say "compiling ${missing[*]} in the background; log: $rig/log/compile.log"
  # Job control gives it a process group of its own, to be ended as a whole
  # when this command fails or is interrupted.
  set -m
  compile_all "${missing[@]}" >"$rig/log/compile.log" 2>&1 9>&- &
  compiling=$!
  set +m
  trap 'kill -- "-$compiling" 2>/dev/null || true' EXIT
}

need_program() {
  while [ ! -x "$rig/bin/$1" ]; do
    if ! kill -0 "$compiling" 2>/dev/null && [ ! -x "$rig/bin/$1" ]; then
      tail -n 15 "$rig/log/compile.log" >&2
      fail "Cannot compile $1: its last words are above, all of them in $rig/log/compile.log"
    fi
    sleep 0.2
  done
}

# The programs of one module come in one go. The caches are not kept: they are
# ten times as large as what they are for.
compile_all() {
  local wanted=" $* "
  if [[ $wanted = *" buildkitd "* || $wanted = *" buildctl "* ]]; then
    compile github.com/moby/buildkit $buildkit_version \
      "-X github.com/moby/buildkit/version.Version=$buildkit_version" ./cmd/buildkitd ./cmd/buildctl
  fi
  if [[ $wanted = *" act "* ]]; then
    compile github.com/nektos/act $act_version "-X main.version=${act_version#v}" .
  fi
  if [[ $wanted = *" new/docker-buildx "* ]]; then
    compile github.com/docker/buildx $buildx_version \
      "-X github.com/docker/buildx/version.Version=$buildx_version" ./cmd/buildx
    mkdir -p "$rig/bin/new"
    mv "$rig/bin/buildx" "$rig/bin/new/docker-buildx"
  fi
  if [[ $wanted = *" actionlint "* ]]; then
    compile github.com/rhysd/actionlint $actionlint_version \
      "-X github.com/rhysd/actionlint.version=$actionlint_version" ./cmd/actionlint
  fi
  if [[ $wanted = *" nerdctl "* ]]; then
    compile github.com/containerd/nerdctl/v2 $nerdctl_version \
      "-X github.com/containerd/nerdctl/v2/pkg/version.Version=$nerdctl_version" ./cmd/nerdctl
  fi
  rm -rf "$rig/go"
}

# compile MODULE VERSION LINKER-FLAGS PACKAGE…: inside the module's own folder,
# because `go install MODULE@VERSION` refuses modules with exclude directives.
compile() {
  local module=$1 version=$2 flags=$3 output=$rig/go/output
  shift 3
  export GOPATH=$rig/go GOCACHE=$rig/go/cache GOMODCACHE=$rig/go/mod
  export GOFLAGS="-modcacherw -trimpath -buildvcs=false" GOTOOLCHAIN=local GOWORK=off CGO_ENABLED=0
  # A folder without a module of its own, wherever the rig was called from.
  "$go" -C "$rig" mod download "$module@$version"
  rm -rf "$output"
  if [[ $module = */nerdctl/* ]]; then without_test_module "$GOMODCACHE/$module@$version"; fi
  nice "$go" -C "$GOMODCACHE/$module@$version" build -ldflags "-s -w $flags" -o "$output/" "$@"
  mkdir -p "$rig/bin"
  mv "$output"/* "$rig/bin/"
}

# Two files for tests, in a package of the program, need a module that is in the repository only.
without_test_module() {
  mkdir -p "$1/mod/tigron"
  echo 'module github.com/containerd/nerdctl/mod/tigron' >"$1/mod/tigron/go.mod"
  rm -f "$1"/cmd/nerdctl/helpers/testing*.go
}

# The machine's own Go if it is new enough, else sid's, unpacked.
find_go() {
  local candidate version
  for candidate in "$(command -v go || true)" /usr/local/go/bin/go "$rig/pkg/go/usr/lib/go-1.26/bin/go"; do
    [ -x "$candidate" ] || continue
    version=$(GOTOOLCHAIN=local "$candidate" env GOVERSION)
    if printf '%s\n' $needed_go "${version#go}" | sort --check --version-sort 2>/dev/null; then
      go=$candidate
      return
    fi
  done
  unpack go sid golang-1.26-go golang-1.26-src
  go=$rig/pkg/go/usr/lib/go-1.26/bin/go
}
