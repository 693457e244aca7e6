#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The collector before its real clients: as nobody, scraped by curl (plain and compressed), judged by promtool, and
# scraped and billed by a Prometheus server with the configuration that is shipped; a pod whose names hold any byte is
# among them.
# Usage: prometheus.sh FOLDER_OF_BINARIES CNI_PLUGIN_FOLDER
# shellcheck source-path=SCRIPTDIR
BIN=$1 CNI_PATH=$1:$2
here=$(dirname "$0")
. "$here/own_namespaces.sh"
. "$here/cni.sh"

PORT=9473 PROMETHEUS=127.0.0.1:9090
conflist=$WORK/10-pods.conflist
jq '.plugins[1].group = "65534"' "$here/../../conf/cni/10-ptp-podmeter.conflist" >"$conflist"

fail() { echo "FAILED: $*" >&2; exit 1; }

make_pod() { # NAME POD
  ip netns add "$1"
  cni_add "$conflist" "$1" "/run/netns/$1" eth0 "IgnoreUnknown=1;K8S_POD_NAMESPACE=shop;K8S_POD_NAME=$2;K8S_POD_UID=uid-$1" >/dev/null
}

query() { # PROMQL: the first value, empty where there is none
  curl -fsS "http://$PROMETHEUS/api/v1/query" --data-urlencode "query=$1" | jq -r '.data.result[0].value[1] // empty'
}

metric() { # DIRECTION SCOPE: what the collector says now
  curl -fsS "http://127.0.0.1:$PORT/metrics" |
    awk -v d="direction=\"$1\"" -v s="scope=\"$2\"" \
      '/^podmeter_network_bytes_total/ && /pod="web"/ && index($0, d) && index($0, s) {print $NF}'
}

make_pod web web
make_pod hostile $'a"b\\c\nd\xff\xfe\x01{}'
start_collector $PORT

before=$(metric egress public)
for _ in $(seq 100); do
  head -c 1000 /dev/zero | ip netns exec web socat -u - UDP4-SENDTO:203.0.113.9:9
done
[ $(($(metric egress public) - before)) = 102800 ] || fail "100 datagrams of 1028 bytes counted as $(metric egress public) - $before"
echo "ok: 100 datagrams are counted to the byte"

curl -fsS "http://127.0.0.1:$PORT/metrics" >"$WORK/plain"
curl -fsS -H 'Accept-Encoding: gzip' "http://127.0.0.1:$PORT/metrics" -D "$WORK/headers" | gunzip >"$WORK/unzipped"
grep -qi '^content-encoding: gzip' "$WORK/headers" || fail "no compression where the client takes it"
grep -q '^podmeter_network_bytes_total' "$WORK/unzipped" || fail "the compressed exposition holds no counters"
said=$(promtool check metrics <"$WORK/plain" 2>&1) || fail "promtool check metrics: $said"
[ -z "$said" ] || fail "promtool check metrics has something to say: $said"
echo "ok: promtool has nothing to say, with a pod of hostile names among them"

for path in /healthz /readyz /api/v1/pods /api/v1/counters /; do
  curl -fsS "http://127.0.0.1:$PORT$path" >/dev/null || fail "GET $path"
done
curl -fsS "http://127.0.0.1:$PORT/api/v1/counters" | jq -es 'length == 12' >/dev/null || fail "/api/v1/counters: 2 pods x 6 lines"
echo "ok: every page answers"

sed "s/15s/200ms/" "$here/../../conf/prometheus/podmeter.yml" >"$WORK/prometheus.yml"
sed "s/interval: 1h/interval: 2s/" "$here/../../conf/prometheus/billing.rules.yml" >"$WORK/billing.rules.yml"
promtool check config "$WORK/prometheus.yml" >/dev/null || fail "promtool check config"
prometheus --config.file="$WORK/prometheus.yml" --storage.tsdb.path="$WORK/tsdb" --web.listen-address=$PROMETHEUS \
  2>"$WORK/prometheus.log" &
wait_for 20 curl -fsS "http://$PROMETHEUS/-/ready"
counter='podmeter_network_bytes_total{namespace="shop",pod="web",uid="uid-web",interface="eth0",direction="egress",scope="public"}'
scraped() { [ "$(query "$counter")" = "$(metric egress public)" ]; }
wait_for 20 scraped
[ "$(query 'up{job="podmeter"}')" = 1 ] || fail "the target is down"
[ "$(query 'podmeter_meters{state="live"}')" = 2 ] || fail "two meters live"
echo "ok: Prometheus scrapes and holds the same value"

make_pod brief brief
head -c 1000 /dev/zero | ip netns exec brief socat -u - UDP4-SENDTO:203.0.113.9:9
cni_plugin DEL "$conflist" 1 null brief /run/netns/brief eth0 "" >/dev/null
billed() { query "sum(sum_over_time(pod:podmeter_network_bytes:billed{pod=\"$1\",direction=\"egress\",scope=\"public\"}[1h]))"; }
all_billed() { [ "$(billed web)" = "$(metric egress public)" ] && [ "$(billed brief)" = 1028 ]; }
wait_for 20 all_billed || fail "web is billed $(billed web) of $(metric egress public), a pod that is gone $(billed brief) of 1028"
sleep 4 # two evaluations more
all_billed || fail "web is billed $(billed web) of $(metric egress public), a pod that is gone $(billed brief) of 1028"
echo "ok: Prometheus bills pods to the byte, also one that is gone"
