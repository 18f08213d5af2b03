# shellcheck shell=bash disable=SC2154  # $rig is set by the caller
# Images that the rig makes itself: no public registry is needed.

# make_root FOLDER: all of a small system but busybox itself. The applets are
# links that this machine makes: no foreign program has to run for it.
make_root() {
  local applet
  install -d -m 755 "$1" "$1/bin" "$1/etc" "$1/root"
  install -d -m 1777 "$1/tmp"
  for applet in sh ash awk base64 cat chmod chown cp cut date dd df dirname du echo env expr false find grep gunzip gzip \
    head hostname id install ln ls md5sum mkdir mktemp mv nc printenv printf ps pwd readlink realpath rm rmdir sed seq \
    sha256sum sleep sort stat sync tail tar tee test touch tr true uname uniq unzip vi wc wget which whoami xargs yes; do
    ln -sfn busybox "$1/bin/$applet"
  done
  echo root:x:0:0:root:/root:/bin/sh >"$1/etc/passwd"
  echo root:x:0: >"$1/etc/group"
}

# push_image FOLDER NAME PLATFORMS: builds the folder with the rig's Docker.
# Without cache, which knows files by content and not by time.
push_image() {
  docker_at "unix://$rig/state/docker/docker.sock" buildx build --quiet --no-cache --builder default --platform "$3" \
    --provenance=false --push --tag "$2" "$1" >/dev/null ||
    fail "Cannot make the image $2: the build above failed"
}
