/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* How many bytes and packets the wire carries for one sk_buff. Pure functions, the same for the kernel and the tests.
 */
#ifndef PODMETER_BPF_WIRE_H
#define PODMETER_BPF_WIRE_H

#include <linux/types.h>

#include "inline.h"

/*
 * An IP packet's length: what its header claims, unless that can't be. Less than `present` is link-layer padding, which
 * is not counted; more is a truncated packet, of which only what is present travels. All in bytes from the IP header
 * on; `present` is at least `header`.
 */
PM_INLINE __u32 pm_ip_length(__u32 header, __u32 claimed, __u32 present) {
  return claimed - header <= present - header ? claimed : present;
}

/*
 * The packets that a GSO or GRO super-packet of `length` bytes (IP header on) becomes or was. The kernel leaves
 * gso_segs at 0 for what came from outside it (SKB_GSO_DODGY); the segments are then counted as skb_segment() makes
 * them. `headers` is network plus transport header. gso_size is not 0.
 */
PM_INLINE __u32 pm_segments(__u32 length, __u32 headers, __u32 gso_size, __u32 gso_segs) {
  if (gso_segs)
    return gso_segs;
  return length > headers ? (length - headers + gso_size - 1) / gso_size : 1;
}

#endif
