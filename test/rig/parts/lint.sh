# shellcheck shell=bash disable=SC2154
# actionlint and zizmor, which check the workflows of the repository and of the documentation.

up_lint() {
  install_zizmor
  need_program actionlint
  member actionlint "$(string "$rig/bin/actionlint")"
  member zizmor "$(string "$rig/pkg/zizmor/bin/zizmor")"
}

# A wheel that holds one program. pip checks its SHA-256, and `--target` leaves the machine's own packages alone.
install_zizmor() {
  local tree=$rig/pkg/zizmor
  if [ -x "$tree/bin/zizmor" ] && cmp --quiet "$here/zizmor.txt" "$tree/zizmor.txt"; then return; fi
  python3 -m pip --version >/dev/null 2>&1 || install_on_host python3-pip
  say "fetching $(sed -n 's/^\(zizmor==[0-9.]*\).*/\1/p' "$here/zizmor.txt")"
  rm -rf "$tree" "$tree.part"
  retry install_wheel "$here/zizmor.txt" "$tree.part"
  cp "$here/zizmor.txt" "$tree.part/zizmor.txt"
  mv "$tree.part" "$tree"
}

# install_wheel REQUIREMENTS FOLDER
install_wheel() {
  rm -rf "$2"
  PIP_ROOT_USER_ACTION=ignore timeout 180 python3 -m pip install --quiet --disable-pip-version-check \
    --require-hashes --only-binary :all: --no-deps --target "$2" --requirement "$1"
}
