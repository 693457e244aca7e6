# SPDX-License-Identifier: Apache-2.0
# Runs a conflist as a container runtime does: each plugin with the network's name and version and the result of the one
# before it; DEL in reverse. Sourced. Needs jq. Plugins are found in $CNI_PATH.
# shellcheck shell=bash

: "${CNI_PATH:?}"

# cni_plugin COMMAND CONFLIST INDEX PREVRESULT CONTAINER_ID NETNS IFNAME ARGS: one plugin's call; prints its result.
cni_plugin() {
  local conf type dir
  conf=$(jq -c --argjson i "$3" --argjson prev "$4" \
    '(.plugins[$i] + {name, cniVersion}) + (if $prev then {prevResult: $prev} else {} end)' "$2")
  type=$(jq -r .type <<<"$conf")
  for dir in ${CNI_PATH//:/ }; do
    [ -x "$dir/$type" ] || continue
    CNI_COMMAND=$1 CNI_CONTAINERID=$5 CNI_NETNS=$6 CNI_IFNAME=$7 CNI_ARGS=$8 CNI_PATH=$CNI_PATH "$dir/$type" <<<"$conf"
    return
  done
  echo "cni: no plugin '$type' in $CNI_PATH" >&2
  return 1
}

# cni_add CONFLIST CONTAINER_ID NETNS IFNAME ARGS: prints the last plugin's result.
cni_add() {
  local result=null i
  for ((i = 0; i < $(jq '.plugins | length' "$1"); i++)); do
    result=$(cni_plugin ADD "$1" "$i" "$result" "$2" "$3" "$4" "$5") || { echo "$result" >&2; return 1; }
  done
  echo "$result"
}

# cni_del CONFLIST RESULT CONTAINER_ID NETNS IFNAME ARGS
cni_del() {
  local i
  for ((i = $(jq '.plugins | length' "$1") - 1; i >= 0; i--)); do
    cni_plugin DEL "$1" "$i" "$2" "$3" "$4" "$5" "$6"
  done
}
