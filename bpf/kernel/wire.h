/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* The bytes and packets that the wire carries for one sk_buff. Pure functions, also for the tests. */
#ifndef PODMETER_BPF_WIRE_H
#define PODMETER_BPF_WIRE_H

#include <linux/types.h>

#include "inline.h"

/*
 * An IP packet's length, in bytes from the IP header on, as are all parameters. It is `claimed`, the length in its
 * header, if that is possible: bytes behind it are link-layer padding. If more is claimed than `present`, the packet is
 * truncated, and `present` bytes are on the wire. `present` must be at least `header`.
 */
PM_INLINE __u32 pm_ip_length(__u32 header, __u32 claimed, __u32 present) {
  return claimed - header <= present - header ? claimed : present;
}

/*
 * The wire packets of a GSO or GRO super-packet of `length` bytes, IP header included. For packets from outside the
 * kernel (SKB_GSO_DODGY) gso_segs is 0; the result is then the number that skb_segment() would make. `headers` is the
 * length of the network and transport headers. gso_size must not be 0.
 */
PM_INLINE __u32 pm_segments(__u32 length, __u32 headers, __u32 gso_size, __u32 gso_segs) {
  if (gso_segs)
    return gso_segs;
  return length > headers ? (length - headers + gso_size - 1) / gso_size : 1;
}

#endif
