#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# podmeter's main job on real traffic: two pods and an "internet" host in namespaces of their own, wired by the reference
# plugins and podmeter as a runtime would, traffic of every kind, and what the far side saw beside what was counted.
# Usage: demo.sh FOLDER_OF_BINARIES CNI_PLUGIN_FOLDER. Exit status 1 where a count is off by a byte.
# shellcheck source-path=SCRIPTDIR
BIN=$1 CNI_PATH=$1:$2
here=$(dirname "$0")
. "$here/own_namespaces.sh"
. "$here/cni.sh"

PORT=9473
TCP4=4000000 TCP6=3000000 UDP_SIZE=1200 UDP_COUNT=500
INTERNET4=203.0.113.1 INTERNET6=2001:db8:113::1
conflist=$WORK/10-demo.conflist
declare -A result addr4 addr6 host_side

bold='' plain=''
if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then bold=$'\033[1m' plain=$'\033[0m'; fi
say() { printf '\n%s%s%s\n' "$bold" "$*" "$plain"; }

quiet() { # NETNS|-: no router solicitations, no duplicate address detection: nothing but what we send
  local in=()
  [ "$1" = - ] || in=(ip netns exec "$1")
  "${in[@]}" sysctl -qw net.ipv6.conf.{all,default}.{accept_ra,router_solicitations,accept_dad,dad_transmits}=0 \
    net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
}

make_internet() {
  ip netns add internet
  quiet internet
  ip link add uplink type veth peer name eth0 netns internet
  ip addr add 203.0.113.2/24 dev uplink
  ip addr add 2001:db8:113::2/64 dev uplink nodad
  ip link set uplink up
  ip -n internet addr add $INTERNET4/24 dev eth0
  ip -n internet addr add $INTERNET6/64 dev eth0 nodad
  ip -n internet link set lo up
  ip -n internet link set eth0 up
  ip -n internet route add default via 203.0.113.2
  ip -n internet route add default via 2001:db8:113::2
  offloads_off - uplink
  offloads_off internet eth0
}

make_pod() { # NAME
  ip netns add "$1"
  quiet "$1"
  result[$1]=$(cni_add "$conflist" "$1-0123456789abcdef" "/run/netns/$1" eth0 \
    "IgnoreUnknown=1;K8S_POD_NAMESPACE=demo;K8S_POD_NAME=$1;K8S_POD_UID=$(cat /proc/sys/kernel/random/uuid)")
  addr4[$1]=$(jq -r '.ips[].address | select(contains(".")) | sub("/.*"; "")' <<<"${result[$1]}")
  addr6[$1]=$(jq -r '.ips[].address | select(contains(":")) | sub("/.*"; "")' <<<"${result[$1]}")
  settle_neighbours "$1"
}

# Neighbour discovery is private traffic too: known neighbours leave the pod's own to be compared.
settle_neighbours() { # POD
  local host mac gateway
  host=$(jq -r '.interfaces[] | select(.sandbox == null or .sandbox == "") | .name' <<<"${result[$1]}")
  mac=$(ip netns exec "$1" cat /sys/class/net/eth0/address)
  ip neigh replace "${addr6[$1]}" lladdr "$mac" dev "$host" nud permanent
  gateway=$(ip -n "$1" -6 route show default | awk '{print $3}')
  ip -n "$1" neigh replace "$gateway" lladdr "$(ip -br link show "$host" | awk '{print $3}')" dev eth0 nud permanent
  host_side[$1]=$host
}

# The second opinion: packet filters, each behind a link without offloads, count what arrives there.
watch_arrivals() { # NETNS|- DEVICE saddr|daddr POD
  local in=() name="$2_$3_$4"
  [ "$1" = - ] || in=(ip netns exec "$1")
  "${in[@]}" nft -f - <<<"add table inet truth
    add chain inet truth arrivals { type filter hook prerouting priority raw; }
    add counter inet truth $name
    add rule inet truth arrivals iifname $2 ip $3 ${addr4[$4]} counter name $name
    add rule inet truth arrivals iifname $2 ip6 $3 ${addr6[$4]} counter name $name"
}

arrived() { # the same: bytes
  local in=()
  [ "$1" = - ] || in=(ip netns exec "$1")
  "${in[@]}" nft -j list counter inet truth "$2_$3_$4" | jq '[.nftables[].counter | select(.) | .bytes] | add'
}

serve() { # NETNS: sends TCP back, takes UDP
  ip netns exec "$1" socat TCP6-LISTEN:7000,fork,reuseaddr,ipv6only=0 EXEC:cat &
  ip netns exec "$1" socat -u UDP6-RECV:7001,ipv6only=0 OPEN:/dev/null &
  wait_for 5 ip netns exec "$1" sh -c 'ss -ltn | grep -q :7000 && ss -lun | grep -q :7001'
}

echo_tcp() { # NETNS BYTES ADDRESS: all of it there and back
  local echoed
  echoed=$(head -c "$2" /dev/zero | ip netns exec "$1" socat -t5 - "$3:7000" | wc -c)
  [ "$echoed" = "$2" ] || { echo "$1: sent $2 bytes to $3, got $echoed back" >&2; exit 1; }
}

send_udp() { # NETNS ADDRESS
  head -c $((UDP_SIZE * UDP_COUNT)) /dev/zero | ip netns exec "$1" socat -u -b$UDP_SIZE - "$2:7001"
}

talk() { # NETNS NETNS, then IPv4 IPv6 of the first and of the second: TCP there and back, UDP both ways
  echo_tcp "$1" $TCP4 "TCP4:$5"
  echo_tcp "$1" $TCP6 "TCP6:[$6]"
  send_udp "$1" "UDP4-SENDTO:$5"
  send_udp "$1" "UDP6-SENDTO:[$6]"
  send_udp "$2" "UDP4-SENDTO:$3"
  send_udp "$2" "UDP6-SENDTO:[$4]"
}

scrape() { curl -fsS "http://127.0.0.1:$PORT/metrics" >"$1"; }

counted() { # POD DIRECTION SCOPE: what the counter has grown by between the two scrapes
  local file values=()
  for file in before after; do
    values+=("$(awk -v p="pod=\"$1\"" -v d="direction=\"$2\"" -v s="scope=\"$3\"" \
      '/^podmeter_network_bytes_total/ && index($0, p) && index($0, d) && index($0, s) {print $NF}' "$WORK/$file")")
  done
  awk -v a="${values[0]}" -v b="${values[1]}" 'BEGIN {printf "%d", b - a}'
}

wrong=0
compare() { # POD DIRECTION SCOPE SEEN WHERE
  local got verdict=exact
  got=$(counted "$1" "$2" "$3")
  [ "$got" = "$4" ] || { verdict="OFF BY $((got - $4))"; wrong=1; }
  printf '%-7s %-8s %-8s %14s %14s  %-8s %s\n' "$1" "$2" "$3" "$4" "$got" "$verdict" "$5"
}

say "Two pods and an internet host, wired by ptp, host-local and podmeter"
quiet -
jq '.plugins[1].group = "65534"' "$here/../../conf/cni/10-ptp-podmeter.conflist" >"$conflist"
make_internet
for pod in pod-a pod-b; do
  make_pod $pod
  echo "$pod: ${addr4[$pod]} ${addr6[$pod]}"
done
offloads_off pod-b eth0
offloads_off - "${host_side[pod-b]}"
for pod in pod-a pod-b; do
  watch_arrivals internet eth0 saddr $pod
  watch_arrivals - uplink daddr $pod
done
watch_arrivals pod-b eth0 saddr pod-a
watch_arrivals - "${host_side[pod-b]}" daddr pod-a

say "The collector, as nobody and without a capability, on 127.0.0.1:$PORT"
start_collector $PORT
sleep 2 # the pods' multicast reports, sent once or twice after an address is added
scrape "$WORK/before"

say "Traffic: TCP $TCP4 + $TCP6 bytes each way, UDP 2 x $UDP_COUNT datagrams of $UDP_SIZE, over IPv4 and IPv6"
for host in internet pod-a pod-b; do serve $host; done
talk pod-a internet "${addr4[pod-a]}" "${addr6[pod-a]}" $INTERNET4 $INTERNET6
talk pod-b internet "${addr4[pod-b]}" "${addr6[pod-b]}" $INTERNET4 $INTERNET6
talk pod-a pod-b "${addr4[pod-a]}" "${addr6[pod-a]}" "${addr4[pod-b]}" "${addr6[pod-b]}"
sleep 0.5 # the last acknowledgements
scrape "$WORK/after"

say "Bytes on the wire, seen by the other side and counted by podmeter"
printf '%-7s %-8s %-8s %14s %14s  %-8s %s\n' POD DIRECTION SCOPE SEEN COUNTED "" "SEEN BY"
for pod in pod-a pod-b; do
  compare $pod egress public "$(arrived internet eth0 saddr $pod)" "the internet host"
  compare $pod ingress public "$(arrived - uplink daddr $pod)" "the node, on its uplink"
done
a_to_b=$(arrived pod-b eth0 saddr pod-a) b_to_a=$(arrived - "${host_side[pod-b]}" daddr pod-a)
compare pod-a egress private "$a_to_b" "pod-b"
compare pod-a ingress private "$b_to_a" "the node, from pod-b"
compare pod-b egress private "$b_to_a" "the node, from pod-b"
compare pod-b ingress private "$a_to_b" "pod-b"

say "podmeter status, after the pods are gone"
for pod in pod-a pod-b; do
  cni_del "$conflist" "${result[$pod]}" "$pod-0123456789abcdef" "/run/netns/$pod" eth0 ""
done
"$BIN/podmeter" status

say "What Prometheus scrapes"
scrape "$WORK/after" # pods that are gone are still shown
grep -E '^podmeter_(network_bytes_total|meters)' "$WORK/after" | head -14
if [ $wrong = 0 ]; then say "Every count is exact."; else say "A count is wrong."; fi
exit $wrong
