#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A real runtime: podman with CNI starts two containers, they exchange traffic, each meter equals what the other end of
# the container's interface pair says to the byte, then they are removed.
# Usage: podman.sh FOLDER_OF_BINARIES CNI_PLUGIN_FOLDER
# shellcheck source-path=SCRIPTDIR
BIN=$1 CNI_PLUGINS=$2
here=$(dirname "$0")
. "$here/own_namespaces.sh"

mkdir -p "$WORK"/{net.d,cni,rootfs/bin,tmp}
cp -s "$CNI_PLUGINS"/* "$BIN/podmeter" "$WORK/cni/"
cat >"$WORK/net.d/10-pods.conflist" <<'CONFLIST'
{"cniVersion": "0.4.0", "name": "pods", "plugins": [
  {"type": "bridge", "bridge": "pods0", "isGateway": true,
   "ipam": {"type": "host-local", "ranges": [[{"subnet": "10.89.0.0/24"}]], "routes": [{"dst": "0.0.0.0/0"}]}},
  {"type": "podmeter", "group": "65534"}]}
CONFLIST
cat >"$WORK/containers.conf" <<CONF
[containers]
log_driver = "k8s-file"
default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]
[network]
network_backend = "cni"
cni_plugin_dirs = ["$WORK/cni"]
network_config_dir = "$WORK/net.d"
default_network = "pods"
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
CONF
export CONTAINERS_CONF=$WORK/containers.conf XDG_RUNTIME_DIR=$WORK

podman() {
  command podman --root "$WORK/root" --runroot "$WORK/runroot" --tmpdir "$WORK/tmp" --storage-driver vfs "$@"
}

make_image() {
  cp "$(command -v busybox)" "$WORK/rootfs/bin/"
  for applet in sh sleep nc dd; do ln -s busybox "$WORK/rootfs/bin/$applet"; done
  tar -C "$WORK/rootfs" -c . | podman import - localhost/bb:1 >/dev/null
}

start() { # NAME: no IPv6, so that nothing is sent but what we send
  podman run -d --name "$1" --sysctl net.ipv6.conf.all.disable_ipv6=1 localhost/bb:1 sleep 1000 >/dev/null
}

# The container's host-side interface, found by the number of its peer.
host_side() { # NAME
  local peer
  peer=$(podman exec "$1" /bin/busybox cat /sys/class/net/eth0/iflink)
  ip -o link | awk -F'[:@] *' -v n="$peer" '$1 == n {print $2}'
}

# Bytes of IP and ARP that crossed an interface: what the device counted less 14 bytes of Ethernet header a frame. Exact
# where offloads are off. The host side receives what the container sends.
crossed() { # INTERFACE rx|tx
  ip -s -j link show "$1" | jq ".[0].stats64.$2 | .bytes - 14 * .packets"
}

metered() { # NAME DIRECTION: all scopes
  podmeter_json | jq --arg pod "$1" --arg d "$2" \
    '[.meters[] | select(.pod == $pod) | .counters[] | select(.direction == $d) | .bytes] | add'
}

# By how many bytes the device is ahead of the meter, egress and ingress. Read again where a packet came in between.
ahead() { # NAME
  local side seen again
  side=$(host_side "$1")
  again="$(crossed "$side" rx) $(crossed "$side" tx)"
  until [ "${seen:-}" = "$again" ]; do
    seen=$again
    set -- "$1" "$(metered "$1" egress)" "$(metered "$1" ingress)"
    again="$(crossed "$side" rx) $(crossed "$side" tx)"
  done
  echo "$((${seen% *} - $2)) $((${seen#* } - $3))"
}

podmeter_json() { "$BIN/podmeter" status --output json; }

# shellcheck disable=SC2317 # wait_for calls it
test_payload() { [ "$(metered two ingress)" -gt 5000000 ]; }

failed=0
expect() { # WHAT WANTED GOT
  if [ "$2" = "$3" ]; then echo "ok: $1: $3"; else echo "FAILED: $1: wanted $2, got $3" && failed=1; fi
}

sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1
make_image
start one
start two
for name in one two; do
  side=$(host_side $name)
  offloads_off - "$side"
  nsenter -t "$(podman inspect -f '{{.State.Pid}}' $name)" -n ethtool -K eth0 tso off gso off gro off >/dev/null
done
address=$(podman inspect -f '{{.NetworkSettings.IPAddress}}' two)
expect "live meters" 2 "$(podmeter_json | jq '[.meters[] | select(.state == "live")] | length')"
declare -A before
for name in one two; do # the bridge plugin has sent some ARP before podmeter's turn came
  before[$name]=$(ahead $name)
done
podman exec -d two sh -c 'sleep 100 | nc -l -p 7000 >/dev/null'
wait_for 5 nsenter -t "$(podman inspect -f '{{.State.Pid}}' two)" -n sh -c 'ss -ltn | grep -q :7000'
podman exec one sh -c "dd if=/dev/zero bs=1000 count=5000 2>/dev/null | nc $address 7000" &
talk=$!
wait_for 10 test_payload
kill $talk 2>/dev/null || true
sleep 0.5
for name in one two; do
  expect "$name: what the device counts more than the meter, egress and ingress" "${before[$name]}" "$(ahead $name)"
  echo "  $name: $(metered $name egress) bytes out, $(metered $name ingress) in"
done
podman rm -f -t 0 one two >/dev/null
expect "meters of removed containers that live" 0 "$(podmeter_json | jq '[.meters[] | select(.state == "live")] | length')"
expect "meters of removed containers that are readable" 2 "$(podmeter_json | jq '[.meters[] | select(.state == "ended")] | length')"
exit $failed
