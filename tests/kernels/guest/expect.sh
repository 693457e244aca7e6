# SPDX-License-Identifier: Apache-2.0
# Says what was expected and what was there. Sourced.
# shellcheck shell=bash

# shellcheck disable=SC2034 # test.sh ends with it
failed=0
expect() { # WHAT WANTED GOT
  if [ "$2" = "$3" ]; then
    echo "ok: $1: $3"
  else
    echo "FAILED: $1: wanted $2, got $3"
    # shellcheck disable=SC2034
    failed=1
  fi
}

# The stream before was of super-packets, or it proved nothing of them.
expect_super_packets() { # WHERE SKBS PACKETS
  expect "$1: $2 skbs for $3 packets, which is fewer" 1 $(($2 < $3))
}

# Until it succeeds, for up to 10 seconds: what is expected next fails otherwise.
wait_for() { # COMMAND...
  local tries=100
  until "$@" >/dev/null 2>&1 || ((tries-- == 0)); do sleep 0.1; done
}
