// SPDX-License-Identifier: Apache-2.0
#include "tests/scopes/registry.hpp"

namespace podmeter::tests {

// iana.org/assignments/iana-ipv4-special-registry and iana-ipv6-special-registry, every row.
const std::vector<Row>& registry() {
  using enum Reachable;
  static const std::vector<Row> rows = {
      {"0.0.0.0/8", kFalse, "this network"},
      {"0.0.0.0/32", kFalse, "this host on this network"},
      {"10.0.0.0/8", kFalse, "private use"},
      {"100.64.0.0/10", kFalse, "shared address space"},
      {"127.0.0.0/8", kFalse, "loopback"},
      {"169.254.0.0/16", kFalse, "link local"},
      {"172.16.0.0/12", kFalse, "private use"},
      {"192.0.0.0/24", kFalse, "IETF protocol assignments"},
      {"192.0.0.0/29", kFalse, "IPv4 service continuity"},
      {"192.0.0.8/32", kFalse, "IPv4 dummy address"},
      {"192.0.0.9/32", kTrue, "Port Control Protocol anycast"},
      {"192.0.0.10/32", kTrue, "TURN anycast"},
      {"192.0.0.170/32", kFalse, "NAT64/DNS64 discovery"},
      {"192.0.0.171/32", kFalse, "NAT64/DNS64 discovery"},
      {"192.0.2.0/24", kDocumentation, "TEST-NET-1"},
      {"192.31.196.0/24", kTrue, "AS112-v4"},
      {"192.52.193.0/24", kTrue, "AMT"},
      {"192.88.99.0/24", kNotApplicable, "6to4 relay anycast, deprecated"},
      {"192.88.99.2/32", kFalse, "6a44 relay anycast"},
      {"192.168.0.0/16", kFalse, "private use"},
      {"192.175.48.0/24", kTrue, "direct delegation AS112"},
      {"198.18.0.0/15", kFalse, "benchmarking"},
      {"198.51.100.0/24", kDocumentation, "TEST-NET-2"},
      {"203.0.113.0/24", kDocumentation, "TEST-NET-3"},
      {"240.0.0.0/4", kFalse, "reserved"},
      {"255.255.255.255/32", kFalse, "limited broadcast"},
      {"224.0.0.0/4", kMulticast, "multicast"},

      {"::1/128", kFalse, "loopback"},
      {"::/128", kFalse, "unspecified"},
      {"::ffff:0:0/96", kFalse, "IPv4-mapped"},
      {"64:ff9b::/96", kTrue, "IPv4-IPv6 translation"},
      {"64:ff9b:1::/48", kFalse, "IPv4-IPv6 translation, local use"},
      {"100::/64", kFalse, "discard only"},
      {"100:0:0:1::/64", kFalse, "dummy prefix"},
      {"2001::/23", kFalse, "IETF protocol assignments"},
      {"2001::/32", kNotApplicable, "Teredo"},
      {"2001:1::1/128", kTrue, "Port Control Protocol anycast"},
      {"2001:1::2/128", kTrue, "TURN anycast"},
      {"2001:1::3/128", kTrue, "DNS-SD SRP anycast"},
      {"2001:2::/48", kFalse, "benchmarking"},
      {"2001:3::/32", kTrue, "AMT"},
      {"2001:4:112::/48", kTrue, "AS112-v6"},
      {"2001:10::/28", kNotApplicable, "ORCHID, deprecated"},
      {"2001:20::/28", kTrue, "ORCHIDv2"},
      {"2001:30::/28", kTrue, "drone remote IDs"},
      {"2001:db8::/32", kDocumentation, "documentation"},
      {"2002::/16", kNotApplicable, "6to4"},
      {"2620:4f:8000::/48", kTrue, "direct delegation AS112"},
      {"3fff::/20", kDocumentation, "documentation"},
      {"5f00::/16", kFalse, "segment routing SIDs"},
      {"fc00::/7", kFalse, "unique local"},
      {"fe80::/10", kFalse, "link local"},
      {"ff00::/8", kMulticast, "multicast"},
  };
  return rows;
}

}  // namespace podmeter::tests
