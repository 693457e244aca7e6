/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The classifier's own source (bpf/kernel/packet.h) compiled for this machine, for what BPF_PROG_TEST_RUN doesn't take:
 * packets longer than a page, and those whose headers lie outside the linear part.
 */
#ifndef PODMETER_TESTS_NATIVE_METER_H
#define PODMETER_TESTS_NATIVE_METER_H

#include <linux/types.h>

#include "bpf/kernel/abi.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The first `linear` of a frame's `length` bytes can be read in place. It lies below 4 GiB: skb->data has 32 bits. */
struct native_frame {
  const __u8* bytes;
  __u32 length;
  __u32 linear;
  __u32 gso_size;
  __u32 gso_segs;
};

/* The fields of pm_packet, the addresses in host order. */
struct native_count {
  __u32 version;
  __u32 ipv4;
  __u64 ipv6_high, ipv6_low;
  __u64 bytes;
  __u64 packets;
};

/* `l2` is the link-layer header's length: 14 or 0. */
struct native_count native_read(const struct native_frame* frame, enum pm_direction direction, __u32 l2);

#ifdef __cplusplus
}
#endif

#endif
