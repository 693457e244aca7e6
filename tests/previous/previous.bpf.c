// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * The meter: a classifier per direction that counts a packet and passes it on untouched. Each exists for links with an
 * Ethernet header and for links with none; user space loads the pair that fits the interface.
 */
#include <linux/bpf.h>
#include <linux/pkt_cls.h>

#include <bpf/bpf_helpers.h>

#include "abi.h"
#include "packet.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

/* Sizes in place of types: the kernel would keep the types' description (BTF) for every meter. */
struct {
  __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
  __uint(max_entries, 1);
  __uint(key_size, 4);
  __uint(value_size, sizeof(struct pm_counters));
} counters SEC(".maps");

/* Returns "next" on every path: TC_ACT_OK would end the chain for whoever comes after. */
PM_INLINE int meter(struct __sk_buff* skb, enum pm_direction direction, __u32 l2) {
  __u32 key = 0;
  struct pm_counters* all = bpf_map_lookup_elem(&counters, &key);
  struct pm_packet packet = {.packets = 1};
  struct pm_count* count;
  __u32 gso_size = skb->gso_size;

  if (!all)
    return TC_ACT_UNSPEC;
  if (!pm_read_plain(skb, gso_size, direction, l2, &packet))
    pm_read_any(skb, gso_size, direction, l2, &packet);
  count = &all->of[direction][pm_scope_of_packet(&packet)];
  count->bytes += packet.bytes;
  count->packets += packet.packets;
  return TC_ACT_UNSPEC;
}

SEC("tc")
int pm_egress_eth(struct __sk_buff* skb) {
  return meter(skb, PM_EGRESS, ETH_HLEN);
}

SEC("tc")
int pm_ingress_eth(struct __sk_buff* skb) {
  return meter(skb, PM_INGRESS, ETH_HLEN);
}

SEC("tc")
int pm_egress_ip(struct __sk_buff* skb) {
  return meter(skb, PM_EGRESS, 0);
}

SEC("tc")
int pm_ingress_ip(struct __sk_buff* skb) {
  return meter(skb, PM_INGRESS, 0);
}
