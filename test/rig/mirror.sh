# shellcheck shell=bash disable=SC2016  # the dollars are apt's
# Finds Debian mirrors in this machine's own package sources. A mirror is what
# stands between `deb` and the suite: a URI of any kind that apt reads.

# debian_mirrors: candidates in the order of the sources, one a line.
# POLYARCH_RIG_MIRROR wins. `apt_get update` finds out which of them is Debian's:
# only Debian's own keys are trusted there.
debian_mirrors() {
  if [ -n "${POLYARCH_RIG_MIRROR-}" ]; then
    echo "$POLYARCH_RIG_MIRROR"
  else
    { mirrors_of_sources; mirrors_of_sources --no-release-info; mirrors_of_templates; } | awk '!seen[$0]++'
  fi
}

# apt reads its own files: one-line and deb822 ones, several URIs, `Enabled: no`, mirror+file:. Options are apt's.
# Archives of others, security updates and backports have other suites or another origin; the origin is known only
# after an `apt-get update` of this machine, and --no-release-info does without.
mirrors_of_sources() {
  local uri suite component origin
  apt-get "$@" indextargets --format '$(REPO_URI)|$(RELEASE)|$(COMPONENT)|$(ORIGIN)' 'Created-By: Packages' 2>/dev/null |
    while IFS='|' read -r uri suite component origin; do
      case $suite:$component:$origin in
        *[-/]*:*:*) ;;
        bullseye:main:* | bookworm:main:* | trixie:main:* | forky:main:* | sid:main:* | *stable:main:* | testing:main:*)
          # apt leaves the word as it is where it does not know the origin.
          case $uri:$origin in
            cdrom:*) ;;
            *: | *:Debian | *:'$(ORIGIN)') echo "${uri%/}" ;;
          esac
          ;;
      esac
    done || true
}

# Ubuntu has none in its sources, but python-apt's description of Debian names one.
mirrors_of_templates() {
  local file=/usr/share/python-apt/templates/Debian.info
  [ ! -e "$file" ] || awk '$1 == "BaseURI:" && $2 !~ /security/ {sub("/+$", "", $2); print $2; exit}' "$file"
}
