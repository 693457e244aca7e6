#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# One fuzz target for some seconds, from its seeds and from what earlier runs found, which stays beside the build.
# Usage: run.sh BUILD SECONDS TARGET
set -euo pipefail
build=$1 seconds=$2 target=$3
here=$(dirname "$0") program=$build/bin/fuzz_$target found=$build/fuzz/$target
dictionary=()
[ ! -e "$here/$target.dict" ] || dictionary=(-dict="$here/$target.dict")
mkdir -p "$found"

if "$program" -max_total_time="$seconds" -timeout=10 -print_final_stats=1 "${dictionary[@]}" \
  -artifact_prefix="$found-" "$found" "$here/corpus/$target" >"$found.log" 2>&1; then
  sed -n "s/^#\([0-9]*\)\tDONE *cov: \([0-9]*\).*/$target: \1 inputs, \2 branches, nothing wrong/p" "$found.log"
  exit
fi
tail -n 60 "$found.log" >&2
echo "FAILED: $program $(sed -n 's/.*Test unit written to //p' "$found.log")" >&2
exit 1
