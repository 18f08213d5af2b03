# shellcheck shell=bash disable=SC2154
# Chromium without windows, which shows the job summary as a person sees it.

# Its libraries and fonts, but for those of the C library. Nothing resolves the
# dependencies of packages that are only unpacked.
browser_packages=(
  chromium-headless-shell chromium-common fonts-liberation fontconfig-config
  libasound2 libasyncns0 libatk1.0-0 libatspi2.0-0 libblkid1 libbrotli1 libbsd0 libcap2 libdav1d6 libdbus-1-3
  libdouble-conversion3 libdrm2 libexpat1 libffi8 libflac12 libfontconfig1 libfreetype6 libgbm1 libgcc-s1
  libgcrypt20 libglib2.0-0 libgpg-error0 libgraphite2-3 libharfbuzz-subset0 libharfbuzz0b libjpeg62-turbo
  liblz4-1 liblzma5 libmd0 libminizip1 libmount1 libmp3lame0 libmpg123-0 libnspr4 libnss3 libogg0 libopenh264-7
  libopus0 libpcre2-8-0 libpng16-16 libpulse0 libselinux1 libsndfile1 libsqlite3-0 libstdc++6 libsystemd0 libudev1
  libvorbis0a libvorbisenc2 libwayland-server0 libx11-6 libx11-xcb1 libxau6 libxcb1 libxcomposite1 libxdamage1
  libxdmcp6 libxext6 libxfixes3 libxi6 libxkbcommon0 libxnvctrl0 libxrandr2 libxrender1 libzstd1 zlib1g
)

up_browser() {
  local tree=$rig/pkg/browser program=$rig/state/browser/chromium folder libraries=""
  unpack browser bookworm "${browser_packages[@]}"
  mkdir -p "$rig/state/browser/fonts"
  cat >"$rig/state/browser/fonts.conf" <<END
<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>$tree/usr/share/fonts</dir>
  <cachedir>$rig/state/browser/fonts</cachedir>
  <alias><family>sans-serif</family><prefer><family>Liberation Sans</family></prefer></alias>
  <alias><family>monospace</family><prefer><family>Liberation Mono</family></prefer></alias>
</fontconfig>
END
  for folder in "$tree"/{usr/,}lib/*-linux-gnu{,/pulseaudio}; do libraries+=${libraries:+:}$folder; done
  cat >"$program" <<END
#!/bin/sh
export LD_LIBRARY_PATH='$libraries' FONTCONFIG_FILE='$rig/state/browser/fonts.conf'
exec '$tree/usr/lib/chromium/chromium-headless-shell' --no-sandbox --disable-gpu "\$@"
END
  chmod +x "$program"
  member browser "$(string "$program")"
}
