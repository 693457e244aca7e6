#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# One kernel's test: boots Debian's kernel of a release in qemu without hardware's help (a CI machine has no KVM), which
# runs guest/test.sh. Passes only if that says so.
# Usage: run.sh RELEASE SERIES ATTACH PODMETER OBJECT...
#   SERIES  what the kernel's version must begin with
#   ATTACH  what `auto` must come to there: tcx or clsact
set -euo pipefail
here=$(dirname "$0") release=$1 series=$2 attach=$3
shift 3
cache=${XDG_CACHE_HOME:-$HOME/.cache}/podmeter/kernels
image=$(mktemp)
console=$(mktemp)
trap 'rm -f "$image" "$console"' EXIT

bash "$here/fetch.sh" "$release" "$cache/$release"
bash "$here/image.sh" "$cache/$release" "$@" >"$image"
# An emulated machine's RCU grace periods take up to a second, and podmeter has two for metering: hence expedited ones.
# The kernel hands `name=value` that it doesn't know to init, as an environment variable.
timeout 560 qemu-system-x86_64 -accel tcg -cpu max -smp 2 -m 512 -display none -nodefaults -no-reboot -net none -serial stdio \
  -kernel "$cache/$release/vmlinuz" -initrd "$image" \
  -append "console=ttyS0 quiet panic=-1 rcupdate.rcu_expedited=1 expected_series=$series expected_attach=$attach" </dev/null |
  tr -d '\r' | tee "$console"
grep -qx 'guest: all as expected' "$console" || { echo "FAILED: Linux $series ($release), see above" >&2; exit 1; }
