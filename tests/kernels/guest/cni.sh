# SPDX-License-Identifier: Apache-2.0
# Calls podmeter as a runtime does, and reads its meters. Sourced. Without jq, which takes half a second here to start.
# shellcheck shell=bash
# shellcheck disable=SC2034 # counts.sh uses what is kept here

declare -A counts attach
prev_result() { # NETNS: with its fields in the order that podmeter prints them
  printf '{"cniVersion":"1.1.0","dns":{},"interfaces":[{"name":"eth0","sandbox":"/run/netns/%s"}],"ips":[]}' "$1"
}

# The reply is in /run/reply, without white space, and what it logged in /run/log. Returns its exit status.
cni() { # VERB CONTAINER NETNS ATTACH open|closed
  local status=0
  printf '{"cniVersion":"1.1.0","name":"pods","type":"podmeter","attach":"%s","failurePolicy":"%s","group":"65534",
    "prevResult":%s}' "$4" "$5" "$(prev_result "$3")" >/run/network
  CNI_COMMAND=$1 CNI_CONTAINERID=$2 CNI_NETNS=/run/netns/$3 CNI_IFNAME=eth0 CNI_PATH=/bin \
    CNI_ARGS="K8S_POD_NAMESPACE=shop;K8S_POD_NAME=$2;K8S_POD_UID=$2-uid" \
    podmeter </run/network 2>/run/log >/run/reply.text || status=$?
  tr -d ' \n' </run/reply.text >/run/reply
  return $status
}

call() { # as cni: expects that it succeeds
  local status=0
  cni "$@" || status=$?
  expect "$1 of $2 by $4, exit status" 0 "$status"
  [ "$status" -eq 0 ] || cat /run/reply.text /run/log
}

# Reads all meters: counts by CONTAINER DIRECTION SCOPE, each bytes and packets, and attach by CONTAINER of live ones.
read_meters() {
  local kind key value
  counts=() attach=()
  podmeter status --output json >/run/status
  while read -r kind key value; do
    case $kind in
      attach) attach[$key]=$value ;;
      count) counts[${key//,/ }]=$value ;;
    esac
  done < <(tr -d '",' </run/status | awk '{ now[$1] = $2 } # a field a line
      $1 == "attach:" && now["state:"] == "live" { print "attach", now["container_id:"], $2 }
      $1 == "packets:" { print "count", now["container_id:"] "," now["direction:"] "," now["scope:"], now["bytes:"], $2 }')
}

# The kernel's word for what is attached, not podmeter's.
meter_programs() { bpftool prog show | grep -c ' name pm_' || true; }
no_meter_program() { [ "$(meter_programs)" = 0 ]; }
links() { bpftool link show | grep -c '^[0-9]*:' || true; }
filters() { # NETNS
  { tc -n "$1" filter show dev eth0 ingress; tc -n "$1" filter show dev eth0 egress; } 2>/dev/null | grep -c pm_ || true
}
attachments() { echo "$(links) $(filters pod) $(filters far)"; }

expect_nothing_attached() { # WHEN
  wait_for no_meter_program
  expect "$1: programs" 0 "$(meter_programs)"
  expect "$1: links, filters of the pod and of far" "0 0 0" "$(attachments)"
  expect "$1: pins of live meters" "" "$(find /sys/fs/bpf/podmeter/v1/meters -mindepth 1 2>/dev/null)"
}
