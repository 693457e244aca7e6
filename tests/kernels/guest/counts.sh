# SPDX-License-Identifier: Apache-2.0
# Two meters from ADD to DEL, one on the pod and one on the far side of all that it sends. Sourced.
# shellcheck shell=bash

expect_datagrams() { # POD FAR: containers
  local direction scope key back bytes packets
  sent_bytes=() sent_packets=() received=()
  start_receiver pod
  start_receiver far
  all_datagrams
  arp_frames
  wait_for has_size /run/far.datagrams "${received[egress]}"
  wait_for has_size /run/pod.datagrams "${received[ingress]}"
  stop_receivers
  expect "payload received, egress and ingress" "${received[egress]} ${received[ingress]}" \
    "$(stat -c %s /run/far.datagrams) $(stat -c %s /run/pod.datagrams)"
  read_meters
  for direction in egress ingress; do
    for scope in public private; do
      key="$direction $scope"
      expect "datagrams, $key" "${sent_bytes[$key]} ${sent_packets[$key]}" "${counts[$1 $key]:-}"
    done
    expect "ARP, $direction other" "28 1" "${counts[$1 $direction other]:-}"
    back=$([ $direction = egress ] && echo ingress || echo egress)
    bytes=$((${sent_bytes["$direction public"]} + ${sent_bytes["$direction private"]}))
    packets=$((${sent_packets["$direction public"]} + ${sent_packets["$direction private"]}))
    expect "datagrams, $direction, by far's meter" "$bytes $packets" "${counts[$2 $back public]:-}"
  done
}

# Keeps in `before` what both meters and both devices have, and in `since` what that is more than before. By METER or DEVICE
# and DIRECTION; the pod's sends are far's receipts.
declare -A since before
take_counts() { # POD FAR: containers
  local key
  local -A now
  read_meters
  now[pod egress]=${counts[$1 egress public]} now[pod ingress]=${counts[$1 ingress public]}
  now[far egress]=${counts[$2 egress public]} now[far ingress]=${counts[$2 ingress public]}
  now[wire tx]=$(device far tx) now[wire rx]=$(device far rx) now[skbs tx]=$(device pod tx)
  for key in "${!now[@]}"; do
    since[$key]=$(minus "${now[$key]}" "${before[$key]:-0 0}")
    before[$key]=${now[$key]}
  done
}

# TCP leaves the pod in super-packets. Each is cut into packets before it reaches the far side's device, which counts them.
expect_cut_streams() { # POD FAR: containers
  far_offloads off
  take_counts "$@"
  stream pod far 203.0.113.2 3000000
  stream pod far 2001:db8:2::2 5000000
  stream far pod 198.51.100.2 2000000
  stream far pod 2001:db8:1::2 1000000
  take_counts "$@"
  expect "TCP in super-packets, egress as on the wire" "${since[wire rx]}" "${since[pod egress]}"
  expect "TCP, ingress as on the wire" "${since[wire tx]}" "${since[pod ingress]}"
  expect "TCP, egress as far's meter has it" "${since[wire rx]}" "${since[far ingress]}"
  expect "TCP, ingress as far's meter has it" "${since[wire tx]}" "${since[far egress]}"
  expect_super_packets "out of the pod" "${since[skbs tx]#* }" "${since[wire rx]#* }"
}

# Super-packets all the way: what leaves one pod in them enters the other so.
expect_whole_streams() { # POD FAR: containers
  far_offloads on
  take_counts "$@"
  stream pod far 203.0.113.2 3000000
  stream far pod 2001:db8:1::2 5000000
  take_counts "$@"
  expect "TCP in super-packets, into far as out of the pod" "${since[pod egress]}" "${since[far ingress]}"
  expect "TCP in super-packets, into the pod as out of far" "${since[far egress]}" "${since[pod ingress]}"
  expect_super_packets "into far" "${since[wire rx]#* }" "${since[far ingress]#* }"
  expect_super_packets "out of far" "${since[wire tx]#* }" "${since[far egress]#* }"
}

expect_attached() { # POD FAR: containers, tcx|clsact
  local -A attached=([tcx]="4 0 0" [clsact]="0 2 2")
  read_meters
  expect "meters' way of attaching" "$3 $3" "${attach[$1]:-} ${attach[$2]:-}"
  expect "links, filters of the pod and of far" "${attached[$3]}" "$(attachments)"
}

count_from_add_to_del() { # ATTACH WAY [MORE_TRAFFIC]...
  local pod=pod-$1 far=far-$1 netns final traffic
  echo "--- \"attach\": \"$1\", which is $2 here"
  for netns in pod far; do
    call ADD "$netns-$1" "$netns" "$1" closed
    expect "ADD's result" "$(prev_result "$netns")" "$(</run/reply)"
  done
  expect_attached "$pod" "$far" "$2"
  for traffic in expect_datagrams "${@:3}"; do "$traffic" "$pod" "$far"; done
  for netns in pod far; do call CHECK "$netns-$1" "$netns" "$1" closed; done
  final=${counts[$pod egress public]}
  for netns in pod far; do call DEL "$netns-$1" "$netns" "$1" closed; done
  expect_nothing_attached "after DEL"
  read_meters
  expect "after DEL, what is still to be read of egress public" "$final" "${counts[$pod egress public]:-}"
}
