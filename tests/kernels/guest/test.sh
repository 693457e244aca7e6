#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The test that each kernel must pass. $expected_series and $expected_attach are what run.sh says. Status 0: all passed.
# shellcheck source-path=SCRIPTDIR
set -euo pipefail
here=$(dirname "$0")
. "$here/expect.sh"
. "$here/loads.sh"
. "$here/network.sh"
. "$here/cni.sh"
. "$here/traffic.sh"
. "$here/counts.sh"
: "${expected_series:?}" "${expected_attach:?}"

# Without tcx: an error under `closed`, the pod's start under `open`, nothing attached either way.
expect_no_tcx() {
  local status=0
  echo '--- "attach": "tcx", which is not here'
  cni ADD refused pod tcx closed || status=$?
  expect "closed: exit status" 1 "$status"
  expect "closed: replies that are an error about tcx" 1 "$(grep -c '"code":[0-9].*tcx' /run/reply || true)"
  expect_nothing_attached "closed"
  call ADD refused pod tcx open
  expect "open: the result" "$(prev_result pod)" "$(</run/reply)"
  expect_nothing_attached "open"
  read_meters
  expect "meters that any of it made" 0 ${#counts[@]}
}

echo "Linux $(uname -r)"
expect "kernel series" "$expected_series" "$(uname -r | cut -d. -f1-2)"
load_objects
make_network
case $expected_attach in
  clsact) expect_no_tcx ;;
  tcx) count_from_add_to_del tcx tcx expect_cut_streams expect_whole_streams ;;
esac
count_from_add_to_del auto "$expected_attach"
count_from_add_to_del clsact clsact expect_cut_streams expect_whole_streams
exit "$failed"
