# SPDX-License-Identifier: Apache-2.0
# Re-runs the script that sources this in network, mount and process namespaces of its own, with an own bpffs, /run and
# scratch folder ($WORK). All of it ends with the script, also on Ctrl-C or SIGKILL. Without root: exit status 77.
# shellcheck shell=bash

if [ "${PODMETER_OWN_NAMESPACES:-}" != yes ]; then
  [ "$(id -u)" -eq 0 ] || { echo "needs root: skipped" >&2; exit 77; }
  export PODMETER_OWN_NAMESPACES=yes
  exec unshare --net --mount --ipc --pid --fork --kill-child --mount-proc -- bash "$0" "$@"
fi
set -euo pipefail
trap "exit 130" INT TERM # the first process of a namespace ignores what it does not catch
mount --make-rprivate /
mount -t bpf bpf /sys/fs/bpf -o mode=0755
mount -t tmpfs -o mode=0755 tmpfs /run
mkdir -p /run/netns /run/lock /run/work /var/lib/cni
mount -t tmpfs -o mode=0755 tmpfs /var/lib/cni
WORK=/run/work
ip link set lo up

# wait_for SECONDS COMMAND...: until it succeeds.
wait_for() {
  local tries=$(($1 * 20))
  shift
  until "$@" >/dev/null 2>&1; do
    ((tries-- > 0)) || { echo "gave up waiting for: $*" >&2; return 1; }
    sleep 0.05
  done
}

# start_collector PORT: the collector as nobody, without any capability.
start_collector() {
  setpriv --reuid=65534 --regid=65534 --clear-groups --bounding-set=-all --no-new-privs \
    "$BIN/podmeter-collector" --web.listen-address="127.0.0.1:$1" 2>"$WORK/collector.log" &
  wait_for 10 curl -fsS "http://127.0.0.1:$1/readyz"
}

# offloads_off NETNS|- DEVICE: every skb on the device is one packet of the wire.
offloads_off() {
  local in=()
  [ "$1" = - ] || in=(ip netns exec "$1")
  "${in[@]}" ethtool -K "$2" tso off gso off gro off tx-udp-segmentation off >/dev/null
}
export WORK
