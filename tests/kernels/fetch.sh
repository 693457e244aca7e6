#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Brings Debian's newest kernel of a release (the "cloud" flavour: small, and without drivers that a guest has no use for)
# into a folder: vmlinuz, and the modules of the network. From the mirrors of this machine's own apt sources, by an apt
# configuration of its own: nothing on the machine changes. Files that are there already are not fetched again.
# Usage: fetch.sh RELEASE FOLDER
set -euo pipefail
release=$1 folder=$2

# The machine's own Debian mirrors, for the other release. apt reads both formats of sources for us.
mirrors() {
  local own uri
  # shellcheck source=/dev/null
  own=$(. /etc/os-release && echo "$VERSION_CODENAME")
  # shellcheck disable=SC2016 # apt fills these in
  apt-get indextargets --format '$(REPO_URI) $(CODENAME)' 'Created-By: Packages' 'Origin: Debian' 'Component: main' |
    sort -u | while read -r uri codename; do
    case $codename in
      "$own") echo "deb $uri $release main" ;;
      "$own-security") echo "deb $uri $release-security main" ;;
    esac
  done
}

private_apt() { # COMMAND...: Debian gives a release that it no longer maintains no new date
  "$1" -qq -o Dir::Etc::SourceList="$work/sources.list" -o Dir::Etc::SourceParts=- -o Dir::Etc::Preferences=/dev/null \
    -o Dir::Etc::PreferencesParts=/dev/null -o Dir::State="$work/state" -o Dir::State::status=/dev/null -o Dir::Cache="$work/cache" \
    -o Acquire::Check-Valid-Until=false -o APT::Sandbox::User="$(id -un)" -o Acquire::Retries=3 -o Acquire::Languages=none "${@:2}"
}

# The package that the release's current kernel is in: what linux-image-cloud-amd64 depends on.
kernel_package() {
  private_apt apt-cache depends --no-recommends --no-suggests --no-conflicts --no-breaks --no-replaces --no-enhances \
    linux-image-cloud-amd64 | sed -n 's/^ *Depends: \(linux-image-[0-9].*\)/\1/p' | head -1
}

mkdir -p "$(dirname "$folder")"
exec 9>"$folder.lock"
flock 9 # another run may be fetching it
[ ! -e "$folder/vmlinuz" ] || exit 0
work=$(mktemp -d "$folder.XXXXXX")
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/state/lists/partial" "$work/cache/archives/partial" "$work/tree"
mirrors >"$work/sources.list"
[ -s "$work/sources.list" ] || { echo "apt's sources name no Debian mirror to fetch $release's kernel from" >&2; exit 1; }
private_apt apt-get update >&2 || echo "not all of $release could be read from these mirrors:" "$(<"$work/sources.list")" >&2
package=$(kernel_package)
[ -n "$package" ] || { echo "no kernel of $release on these mirrors:" "$(<"$work/sources.list")" >&2; exit 1; }
echo "fetching $package of $release" >&2
(cd "$work" && private_apt apt-get download "$package" >&2)
dpkg -x "$work"/linux-image-*.deb "$work/tree"
[ -e "$work/tree/lib/modules" ] || { mkdir -p "$work/tree/lib" && ln -s ../usr/lib/modules "$work/tree/lib/modules"; }
version=$(basename "$work"/tree/lib/modules/*)
depmod -b "$work/tree" "$version"
mv "$work/tree/boot/vmlinuz-$version" "$work/tree/vmlinuz"
rm -rf "$folder"
mv "$work/tree" "$folder"
