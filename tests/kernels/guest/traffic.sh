# SPDX-License-Identifier: Apache-2.0
# Traffic of which each byte is known. Sourced.
# shellcheck shell=bash

declare -A sent_bytes sent_packets received
receivers=()
truncate -s 8M /run/zeros

in_brackets() { case $1 in *:*) echo "[$1]" ;; *) echo "$1" ;; esac; }
version() { case $1 in *:*) echo 6 ;; *) echo 4 ;; esac; }
minus() { # "BYTES PACKETS" "BYTES PACKETS"
  echo "$((${1% *} - ${2% *})) $((${1#* } - ${2#* }))"
}

# Keeps in sent_… what a meter must have of it, by DIRECTION SCOPE; in received the payload, by DIRECTION.
datagrams() { # NETNS FROM TO COUNT SIZE DIRECTION SCOPE
  local version headers
  version=$(version "$3")
  headers=$((version == 6 ? 48 : 28))
  ip netns exec "$1" socat -u -b "$5" "OPEN:/run/zeros,readbytes=$(($4 * $5))" \
    "UDP$version-SENDTO:$(in_brackets "$3"):9000,bind=$(in_brackets "$2")"
  ((sent_bytes["$6 $7"] += $4 * ($5 + headers), sent_packets["$6 $7"] += $4, received[$6] += $4 * $5)) || true
}

# Numbers and sizes differ, so that no count can stand for another. The last sizes fill a packet of 1500 bytes.
all_datagrams() {
  datagrams pod 198.51.100.2 203.0.113.2 3 100 egress public
  datagrams pod 2001:db8:1::2 2001:db8:2::2 5 1452 egress public
  datagrams pod 198.51.100.2 10.2.0.2 7 1 egress private
  datagrams pod 2001:db8:1::2 fd00:2::2 11 900 egress private
  datagrams far 203.0.113.2 198.51.100.2 13 1472 ingress public
  datagrams far 2001:db8:2::2 2001:db8:1::2 17 64 ingress public
  datagrams far 10.2.0.2 198.51.100.2 19 700 ingress private
  datagrams far fd00:2::2 2001:db8:1::2 23 3 ingress private
}

# An ARP frame between node and pod, which nobody answers: 28 bytes that are not IP.
arp_frames() {
  { printf '\xff\xff\xff\xff\xff\xff\x02\x00\x00\x00\x00\x03\x08\x06' && head -c 28 /dev/zero; } >/run/arp
  ip netns exec pod socat -u OPEN:/run/arp INTERFACE:eth0
  socat -u OPEN:/run/arp INTERFACE:pod0
}

start_receiver() { # NETNS: of datagrams, into /run/NETNS.datagrams
  ip netns exec "$1" socat -u UDP6-RECV:9000,ipv6only=0 "OPEN:/run/$1.datagrams,creat,trunc" &
  receivers+=($!)
  wait_for ip netns exec "$1" grep -q ':2328 ' /proc/net/udp6
}

stop_receivers() {
  kill "${receivers[@]}"
  wait "${receivers[@]}" || true # as killed
  receivers=()
}

has_size() { [ "$(stat -c %s "$1")" = "$2" ]; } # FILE BYTES

stream() { # FROM_NETNS TO_NETNS ADDRESS BYTES
  local receiver
  ip netns exec "$2" socat -u TCP6-LISTEN:9001,ipv6only=0,reuseaddr OPEN:/run/stream,creat,trunc &
  receiver=$!
  wait_for ip netns exec "$2" grep -q ':2329 .* 0A ' /proc/net/tcp6
  ip netns exec "$1" socat -u "OPEN:/run/zeros,readbytes=$4" "TCP$(version "$3"):$(in_brackets "$3"):9001"
  wait "$receiver"
  expect "TCP from $1 to $3: bytes received" "$4" "$(stat -c %s /run/stream)"
}
