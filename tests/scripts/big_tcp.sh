#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# BIG TCP: a pod sends IPv6 super-packets of more than 64 KiB, each with a jumbo header of 8 bytes that never reaches the
# wire. The counts of the kernel's own TCP and of a packet filter above the meter say what the wire would carry.
# Usage: big_tcp.sh FOLDER_OF_BINARIES
# shellcheck source-path=SCRIPTDIR
BIN=$1
here=$(dirname "$0")
. "$here/own_namespaces.sh"

HEADERS=72 JUMBO=8 # IPv6 and TCP with timestamps: what each further segment of a super-packet repeats
conf='{"cniVersion":"1.0.0","name":"n","type":"podmeter","prevResult":{"cniVersion":"1.0.0"}}'

for netns in pod far; do ip netns add $netns; done
ip link add eth0 netns pod type veth peer name eth0 netns far
for netns in pod far; do ip -n $netns link set eth0 gso_max_size 180000 gro_max_size 180000; done
ip -n pod addr add 2001:db8:1::1/64 dev eth0 nodad
ip -n far addr add 2001:db8:1::2/64 dev eth0 nodad
for netns in pod far; do ip -n $netns link set eth0 up && ip -n $netns link set lo up; done

ip netns exec pod nft -f - <<'RULES'
add table inet truth
add chain inet truth out { type filter hook postrouting priority 300; }
add counter inet truth every
add counter inet truth jumbo
add rule inet truth out ip6 daddr 2001:db8:1::2 meta l4proto tcp counter name every
add rule inet truth out ip6 daddr 2001:db8:1::2 ip6 nexthdr hopopt counter name jumbo
RULES
seen() { # COUNTER bytes|packets
  ip netns exec pod nft -j list counter inet truth "$1" | jq "[.nftables[].counter | select(.) | .$2] | add"
}
segments() { ip netns exec pod nstat -azj TcpOutSegs TcpRetransSegs | jq '[.kernel[]] | add'; }
counted() { # bytes|packets: TCP is all that is public: neighbours are asked for and found at link-local addresses
  "$BIN/podmeter" status --output json |
    jq ".meters[0].counters[] | select(.direction == \"egress\" and .scope == \"public\") | .$1"
}

CNI_COMMAND=ADD CNI_CONTAINERID=c1 CNI_NETNS=/run/netns/pod CNI_IFNAME=eth0 "$BIN/podmeter" <<<"$conf" >/dev/null
know() { # NETNS ADDRESS NETNS: a known neighbour; its discovery would be public traffic too
  ip -n "$1" neigh replace "$2" dev eth0 nud permanent lladdr "$(ip -n "$3" -j link show eth0 | jq -r '.[0].address')"
}
know pod 2001:db8:1::2 far
know far 2001:db8:1::1 pod
ip netns exec far iperf3 -6 -s -1 >/dev/null &
wait_for 5 ip netns exec far sh -c 'ss -ltn | grep -q :5201'
ip netns exec pod iperf3 -6 -c 2001:db8:1::2 -n 100M -l 1M >/dev/null
sleep 0.5

jumbo=$(seen jumbo packets) packets=$(segments)
bytes=$(($(seen every bytes) - JUMBO * jumbo + HEADERS * (packets - $(seen every packets))))
echo "super-packets of more than 64 KiB: $jumbo"
echo "packets: $packets on the wire, counted $(counted packets)"
echo "bytes: $bytes on the wire, counted $(counted bytes)"
[ "$jumbo" -gt 0 ] || { echo "none was sent: nothing is shown" >&2; exit 1; }
[ "$packets $bytes" = "$(counted packets) $(counted bytes)" ]
