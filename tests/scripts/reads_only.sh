#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Fails where the collector's binary could write to the tree: it must hold none of our writers, and call nothing that
# makes, changes or removes a file, a pin or a map. Usage: reads_only.sh BINARY
set -euo pipefail
calls=$(nm --dynamic --undefined-only "$1" | awk '{ sub(/@.*/, "", $2); print $2 }')
for needed in readlink bpf_obj_get_opts; do # else this looks at the wrong thing
  grep -qx "$needed" <<<"$calls" || { echo "$1 doesn't call $needed" >&2; exit 1; }
done
writers='(sym)?link(at)?|unlink(at)?|rename(at2?)?|mkdir(at)?|rmdir|f?l?chmod|f?l?chown|flock|setns|truncate'
writers+='|bpf_obj_pin.*|bpf_map_(create|update|delete|lookup_and_delete).*|bpf_(link|prog)_.*|bpf_object_.*'
if found=$(grep -xE "$writers" <<<"$calls"); then
  printf 'the collector calls what writes:\n%s\n' "$found" >&2
  exit 1
fi
ours='write_(symlink|identity|scope_names|audit)|replace_symlink|record_(failure|repair|evicted|reconcile)|DirectoryLock|Staging'
if found=$(nm --demangle "$1" | grep -E " podmeter::.*($ours)"); then
  printf 'the collector holds what writes:\n%s\n' "$found" >&2
  exit 1
fi
