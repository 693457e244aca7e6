#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Fails where a room includes from one that is not below it. Rooms are folders; a line of `floors` is a floor, from the
# ground up, and rooms on one floor don't include from each other. plugin/ and collector/ both stand on bpf/.
set -euo pipefail
cd "$(dirname "$0")/../.."

floors='
bpf/base
bpf/kernel
bpf/tree
bpf/totals bpf/scopes bpf/events
bpf/reading bpf/scope_table
bpf/attach
plugin/host collector/read
plugin/protocol collector/views collector/metrics
plugin/verbs collector/http
plugin/diagnosis
plugin/reconcile
plugin/cli
plugin collector'

git ls-files 'bpf/*.[ch]' '*/*.[ch]pp' ':!tests' | xargs grep -H '^#include "[a-z_]*/' |
  awk -F '[:"]' -v floors="$floors" '
    BEGIN {
      count = split(floors, lines, "\n")
      for (i = 1; i <= count; i++) {
        rooms = split(lines[i], names, " ")
        for (j = 1; j <= rooms; j++) floor[names[j]] = i
      }
    }
    function room_of(path) { sub(/\/[^\/]*$/, "", path); return path }
    function program_of(room) { sub(/\/.*/, "", room); return room }
    {
      from = room_of($1); to = room_of($3)
      if (from == to) next
      if (!(from in floor)) { print $1 ": " from " is not a room"; bad = 1 }
      else if (!(to in floor)) { print $1 ": includes from " to ", which is not a room"; bad = 1 }
      else if (floor[to] >= floor[from]) { print $1 ": includes " $3 ", which is not below it"; bad = 1 }
      else if (program_of(to) != "bpf" && program_of(to) != program_of(from)) { print $1 ": includes " $3 ", another program'\''s"; bad = 1 }
    }
    END { exit bad }'
