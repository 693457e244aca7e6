/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * The built-in scope table: which scope an address is in. Pure functions, the same for the kernel and for the tests.
 *
 * `private` is what the longest matching row of the IANA IPv4 and IPv6 Special-Purpose Address Registries (RFC 6890 and
 * its updates, read 2025-10) marks "Globally Reachable: False", and multicast (RFC 5771, RFC 4291 section 2.7); the
 * documentation prefixes (RFC 5737, RFC 3849, RFC 9637) are left public. A row marked "N/A" (Teredo, ORCHID, 6to4 and
 * its relay anycast) is not "False", so it is public. All else is `public`.
 */
#ifndef PODMETER_BPF_SCOPE_H
#define PODMETER_BPF_SCOPE_H

#include "abi.h"

#define PM_INLINE static inline __attribute__((always_inline))

/* An IPv6 address as four 32-bit words in host order, the most significant first. */
struct pm_ipv6 {
  __u32 word[4];
};

PM_INLINE enum pm_scope pm_private_if(int is_private) {
  return is_private ? PM_SCOPE_PRIVATE : PM_SCOPE_PUBLIC;
}

/* `address` is in host order. */
PM_INLINE enum pm_scope pm_scope_of_ipv4(__u32 address) {
  __u32 first = address >> 24;

  if (first >= 224) /* 224.0.0.0/4 multicast, 240.0.0.0/4 reserved with limited broadcast */
    return PM_SCOPE_PRIVATE;
  switch (first) {
    case 0:   /* this network */
    case 10:  /* RFC 1918 */
    case 127: /* loopback */
      return PM_SCOPE_PRIVATE;
    case 100: /* 100.64.0.0/10 shared, RFC 6598 */
      return pm_private_if((address & 0xffc00000) == 0x64400000);
    case 169: /* 169.254.0.0/16 link local */
      return pm_private_if(address >> 16 == 0xa9fe);
    case 172: /* 172.16.0.0/12, RFC 1918 */
      return pm_private_if((address & 0xfff00000) == 0xac100000);
    case 192: /* 192.168.0.0/16, RFC 1918; 6a44 relay; 192.0.0.0/24 but for the two anycast addresses .9 and .10 */
      return pm_private_if(address >> 16 == 0xc0a8 || address == 0xc0586302 ||
                           (address >> 8 == 0xc00000 && address != 0xc0000009 && address != 0xc000000a));
    case 198: /* 198.18.0.0/15 benchmarking */
      return pm_private_if((address & 0xfffe0000) == 0xc6120000);
    default:
      return PM_SCOPE_PUBLIC;
  }
}

/* 2001::/23 is not globally reachable but for the more specific rows that say otherwise. `low` is 0 to 0x1ff. */
PM_INLINE enum pm_scope pm_scope_of_ietf_ipv6(struct pm_ipv6 a, __u32 low) {
  /* 2001::/32 Teredo (N/A), 2001:3::/32 AMT; 2001:10::/28 ORCHID (N/A), :20::/28 ORCHIDv2, :30::/28 drone IDs */
  if (low == 0 || low == 3 || low - 0x10 <= 0x3f - 0x10)
    return PM_SCOPE_PUBLIC;
  if (low == 1) /* 2001:1::1, ::2 and ::3 anycast */
    return pm_private_if((a.word[1] | a.word[2]) != 0 || a.word[3] - 1 > 2);
  return pm_private_if(low != 4 || a.word[1] >> 16 != 0x112); /* 2001:4:112::/48 AS112 */
}

/* Whether the address stands for the IPv4 address in its last word: ::ffff:0:0/96 (mapped) or 64:ff9b::/96 (NAT64). */
PM_INLINE int pm_holds_ipv4(struct pm_ipv6 a) {
  return (a.word[0] == 0 && a.word[1] == 0 && a.word[2] == 0xffff) ||
         (a.word[0] == 0x0064ff9b && a.word[1] == 0 && a.word[2] == 0);
}

/* For an address that does not hold an IPv4 address. */
PM_INLINE enum pm_scope pm_scope_of_native_ipv6(struct pm_ipv6 a) {
  __u32 top = a.word[0];

  if (top >> 25 == 0xfc >> 1 || top >> 22 == 0xfe80 >> 6 || top >> 24 == 0xff) /* unique local, link local, multicast */
    return PM_SCOPE_PRIVATE;
  if (top >> 9 == 0x20010000 >> 9)
    return pm_scope_of_ietf_ipv6(a, top & 0x1ff);
  if (top == 0) /* :: and ::1 */
    return pm_private_if((a.word[1] | a.word[2]) == 0 && a.word[3] <= 1);
  if (top == 0x0064ff9b) /* 64:ff9b:1::/48 local-use translation, RFC 8215 */
    return pm_private_if(a.word[1] >> 16 == 1);
  if (top == 0x01000000) /* 100::/64 discard, RFC 6666; 100:0:0:1::/64 dummy, RFC 9780 */
    return pm_private_if(a.word[1] <= 1);
  return pm_private_if(top >> 16 == 0x5f00); /* SRv6 segment identifiers, RFC 9602 */
}

PM_INLINE enum pm_scope pm_scope_of_ipv6(struct pm_ipv6 a) {
  return pm_holds_ipv4(a) ? pm_scope_of_ipv4(a.word[3]) : pm_scope_of_native_ipv6(a);
}

#endif
