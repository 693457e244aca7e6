# SPDX-License-Identifier: Apache-2.0
# The meter's object, as each compiler made it, before this kernel's verifier. Sourced.
# shellcheck shell=bash

load_objects() {
  local object name
  for object in /objects/*; do
    name=$(basename "$object")
    bpftool prog loadall "$object" /sys/fs/bpf/loaded >/dev/null 2>&1 ||
      { bpftool -d prog loadall "$object" /sys/fs/bpf/loaded 2>&1 || true; } | tail -20 # as the verifier says it
    expect "$name: programs that this kernel takes" 4 "$(find /sys/fs/bpf/loaded -type f 2>/dev/null | wc -l)"
    expect "$name: programs that take one page" 4 "$(bpftool prog show | grep -A2 ' name pm_' | grep -c ' memlock 4096B ' || true)"
    rm -rf /sys/fs/bpf/loaded
    wait_for no_meter_program
  done
}
