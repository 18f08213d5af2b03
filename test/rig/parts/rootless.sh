# shellcheck shell=bash disable=SC2154
# The image of a rootless builder: BuildKit, RootlessKit, and runc with all that they need of Debian, for a user without
# privileges. https://github.com/moby/buildkit/blob/master/docs/rootless.md

up_rootless() {
  local state=$rig/state/$part name=127.0.0.1:$port/buildkit:rig-rootless
  local root=$state/root
  unpack_whole rootless bookworm rootlesskit uidmap runc libcap2-bin
  need_program buildkitd
  need_program buildctl
  mkdir -p "$root"
  cp -a "$rig/pkg/rootless/." "$root/"
  rm -rf "$root/usr/share" "$root/usr/lib/"*/gconv
  install -m 755 --target-directory="$root/usr/bin" "$rig/bin/buildkitd" "$rig/bin/buildctl"
  ln -s ../sbin/runc "$root/usr/bin/buildkit-runc"
  mkdir -p "$root/etc" "$root/run/user/1000" "$root/home/user/.local"/{share/buildkit,tmp}
  install -d -m 1777 "$root/tmp"
  printf 'root:x:0:0:root:/root:/bin/sh\nuser:x:1000:1000::/home/user:/bin/sh\n' >"$root/etc/passwd"
  printf 'root:x:0:\nuser:x:1000:\n' >"$root/etc/group"
  echo user:100000:65536 | tee "$root/etc/subuid" >"$root/etc/subgid"
  chown -R 1000:1000 "$root/run/user/1000" "$root/home/user"
  # As root, Debian's newuidmap needs CAP_SYS_ADMIN, which no pod has: the kernel asks it of everyone but the owner of the namespace.
  # https://man7.org/linux/man-pages/man7/user_namespaces.7.html
  chmod u-s "$root/usr/bin/newuidmap" "$root/usr/bin/newgidmap"
  chroot "$root" /usr/sbin/setcap cap_setuid+ep /usr/bin/newuidmap cap_setgid+ep /usr/bin/newgidmap
  # As an archive, which keeps owners and capabilities; COPY does not.
  tar --numeric-owner --xattrs --xattrs-include='*' -C "$root" -cf "$state/root.tar" .
  rm -r "$root"
  cat >"$state/Dockerfile" <<'END'
FROM scratch
ADD root.tar /
ENV PATH=/usr/bin:/usr/sbin HOME=/home/user USER=user XDG_RUNTIME_DIR=/run/user/1000 TMPDIR=/home/user/.local/tmp
ENV BUILDKIT_HOST=unix:///run/user/1000/buildkit/buildkitd.sock
VOLUME /home/user/.local/share/buildkit
USER 1000:1000
ENTRYPOINT ["rootlesskit", "buildkitd"]
END
  push_image "$state" "$name" "$(platform_of "$native")"
  rm "$state/root.tar"
  member rootlessImage "$(string "$name")"
}
