#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The billing rules by promtool: each hour to the byte, and all hours together whenever the rules are evaluated. The
# queries that people bill with instead must fail these tests, or they prove nothing.
set -euo pipefail
here=$(dirname "$0")
conf=$here/../../conf/prometheus rules=$here/../rules
work=$(mktemp -d)
trap 'rm -r "$work"' EXIT
mkdir -p "$work/conf/prometheus" "$work/tests/rules"

fail() { echo "FAILED: $*" >&2; exit 1; }

# billed_by PROMQL: the rules, with pods billed by another expression.
billed_by() {
  PROMQL=$1 awk '/record: pod:podmeter_network_bytes:billed/ {print; print "        expr: " ENVIRON["PROMQL"]; skip = 1}
    /^$/ {skip = 0} !skip' "$conf/billing.rules.yml" >"$work/conf/prometheus/billing.rules.yml"
}

promtool test rules "$rules"/*_test.yml
echo "ok: every hour has what was counted in it"

cp "$conf/billing.rules.yml" "$work/conf/prometheus/"
for interval in 5m 7h 25h59m; do
  sed "s/^evaluation_interval: .*/evaluation_interval: $interval/" "$rules/billing_totals_test.yml" \
    >"$work/tests/rules/billing_totals_test.yml"
  promtool test rules "$work/tests/rules/billing_totals_test.yml" >"$work/said" 2>&1 || fail "every $interval: $(<"$work/said")"
done
echo "ok: all hours have what was counted, also where evaluations are more often or fail to take place for a day"

cp "$rules/billing_test.yml" "$work/tests/rules/"
x=podmeter_network_bytes_total
for promql in "increase(${x}[1h])" "increase(${x}[26h])" "delta(${x}[1h])" "$x - $x offset 1h" \
  "max_over_time(${x}[1h]) - min_over_time(${x}[1h])" \
  "last_over_time(${x}[1h]) - (last_over_time(${x}[26h] offset 1h) or last_over_time(${x}[1h]) * 0)"; do
  billed_by "sum without (interface, meter, instance, job) ($promql) > 0"
  promtool check rules "$work/conf/prometheus/billing.rules.yml" >/dev/null || fail "no rules: $promql"
  promtool test rules "$work/tests/rules/billing_test.yml" >"$work/said" 2>&1 && fail "the tests take $promql for exact"
  echo "ok: $(grep -c 'exp:' "$work/said") of the tests refute $promql"
done
