// SPDX-License-Identifier: Apache-2.0
#include "tests/differential/native_meter.h"

#include <bpf/bpf_helpers.h>
#include <linux/bpf.h>
#include <string.h>

static const struct native_frame* being_read;

// As the kernel's: whole, or zeros.
static long load_bytes(const void* skb, __u32 offset, void* to, __u32 length) {
  (void)skb;
  memset(to, 0, length);
  if ((__u64)offset + length > being_read->length)
    return -1;
  memcpy(to, being_read->bytes + offset, length);
  return 0;
}

#define bpf_skb_load_bytes load_bytes
#include "bpf/kernel/packet.h"

// scope_lookup.h wants it; the scope is not looked up here.
PM_INLINE const struct pm_page* pm_page_of(void* context, __u32 slot) {
  (void)context, (void)slot;
  return 0;
}

// As in meter.bpf.c.
struct native_count native_read(const struct native_frame* frame, enum pm_direction direction, __u32 l2) {
  struct pm_packet packet = {.packets = 1};
  struct __sk_buff skb = {.len = frame->length, .gso_size = frame->gso_size, .gso_segs = frame->gso_segs};

  being_read = frame;
  skb.data = (__u32)(unsigned long)frame->bytes;
  skb.data_end = skb.data + frame->linear;
  pm_read(&skb, direction, l2, &packet);
  return (struct native_count){packet.version,
                               bpf_ntohl((__u32)packet.low),
                               bpf_be64_to_cpu(packet.high),
                               bpf_be64_to_cpu(packet.low),
                               packet.bytes,
                               packet.packets};
}
