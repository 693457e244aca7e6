# SPDX-License-Identifier: Apache-2.0
# pod - node - far: two network namespaces behind the guest's own, which routes. Nothing is on the wire but what a test
# sends: no neighbour discovery, multicast reports or IPv6 autoconfiguration. The documentation's addresses are of the
# scope "public". Sourced.
# shellcheck shell=bash

POD=(198.51.100.2 2001:db8:1::2)
FAR=(203.0.113.2 2001:db8:2::2 10.2.0.2 fd00:2::2)
NODE_MAC=02:00:00:00:00:01 NETNS_MAC=02:00:00:00:00:02

gateway() { echo "${1%2}1"; } # ADDRESS: node's one beside it

# `ip`'s commands that bring a device up. Without a link-local address: in one command it would come up with one.
quiet_lines() { # DEVICE
  echo "link set $1 arp off multicast off addrgenmode none"
  echo "link set $1 up"
}

# `ip`'s commands that give a device an address, and its only neighbour a MAC address.
address_lines() { # DEVICE ADDRESS NEIGHBOUR NEIGHBOUR_MAC
  case $2 in
    *:*) echo "address add $2/64 dev $1 nodad" ;;
    *) echo "address add $2/24 dev $1" ;;
  esac
  echo "neigh replace $3 lladdr $4 dev $1 nud permanent"
}

connect() { # NETNS ADDRESS...: to node's device NETNS0
  local netns=$1 address
  shift
  ip netns add "$netns"
  {
    echo "link add ${netns}0 address $NODE_MAC type veth peer name eth0 address $NETNS_MAC netns $netns"
    quiet_lines "${netns}0"
    for address; do address_lines "${netns}0" "$(gateway "$address")" "$address" "$NETNS_MAC"; done
  } | ip -batch -
  {
    echo "link set lo up"
    quiet_lines eth0
    for address; do address_lines eth0 "$address" "$(gateway "$address")" "$NODE_MAC"; done
    echo "route add default via $(gateway "$1")"
    echo "route add default via $(gateway "$2")"
  } | ip -n "$netns" -batch -
}

make_network() {
  connect pod "${POD[@]}"
  connect far "${FAR[@]}"
  # A router joins groups, and reports it, on what is a multicast device when it becomes one.
  sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
}

# on|off: whether super-packets pass node's device to far, and far's own, or are cut into the packets of the wire before.
far_offloads() {
  ethtool -K far0 tso "$1" gso "$1" >/dev/null
  ip netns exec far ethtool -K eth0 tso "$1" gso "$1" gro "$1" >/dev/null
}

# Bytes from the IP header on and packets that a namespace's eth0 counted itself. Wire bytes where nothing is offloaded.
device() { # NETNS rx|tx
  local bytes packets
  { read -r bytes && read -r packets; } < <(ip netns exec "$1" \
    cat "/sys/class/net/eth0/statistics/$2_bytes" "/sys/class/net/eth0/statistics/$2_packets")
  echo "$((bytes - 14 * packets)) $packets"
}
