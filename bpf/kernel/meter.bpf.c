// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * The meter: a tc classifier for each direction, which counts a packet and passes it on unchanged. There is one pair
 * for links with an Ethernet header and one for links without; user space loads the pair that fits the interface.
 */
#include <linux/bpf.h>
#include <linux/pkt_cls.h>

#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#include "abi.h"
#include "packet.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

/* Sizes, not types: with types the kernel would keep their BTF in memory for each meter. */
struct {
  __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
  __uint(max_entries, 1);
  __uint(key_size, 4);
  __uint(value_size, sizeof(struct pm_counters));
} counters SEC(".maps");

/* The scope table, shared by all meters. User space creates, fills and replaces it. */
struct pm_page_map {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(max_entries, 1);
  __uint(key_size, 4);
  __uint(value_size, sizeof(struct pm_page));
  __uint(map_flags, BPF_F_MMAPABLE | BPF_F_RDONLY_PROG);
};
struct {
  __uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
  __uint(max_entries, PM_TABLE_SLOTS);
  __uint(key_size, 4);
  __array(values, struct pm_page_map);
} scopes SEC(".maps");

PM_INLINE const struct pm_page* pm_page_of(void* context, __u32 slot) {
  __u32 key = 0;
  void* map = bpf_map_lookup_elem(&scopes, &slot);

  (void)context;
  return map ? bpf_map_lookup_elem(map, &key) : 0;
}

/* PM_SCOPE_OTHER for a packet that is not IP, and for every packet while there is no table. */
PM_INLINE __u32 pm_scope_of_packet(const struct pm_packet* packet) {
  const struct pm_page* head = packet->version ? pm_page_of(0, 0) : 0;

  if (!head)
    return PM_SCOPE_OTHER;
  return pm_scope_of(0, head,
                     packet->version == 4 ? pm_ipv4_key(bpf_ntohl((__u32)packet->low))
                                          : pm_ipv6_key(bpf_be64_to_cpu(packet->high), bpf_be64_to_cpu(packet->low)));
}

/* Returns "next" (TC_ACT_UNSPEC) on every path: after TC_ACT_OK the programs behind it would not run. */
PM_INLINE int meter(struct __sk_buff* skb, enum pm_direction direction, __u32 l2) {
  struct pm_packet packet = {.packets = 1};
  struct pm_counters* all;
  struct pm_count* count;
  __u32 key = 0, scope;

  pm_read(skb, direction, l2, &packet);
  scope = pm_scope_of_packet(&packet);
  /* Look the counters up last: earlier, the CPU speculates on the slot and mispredicts (bench: packet). */
  all = bpf_map_lookup_elem(&counters, &key);
  if (!all)
    return TC_ACT_UNSPEC;
  count = &all->of[direction][pm_below(PM_SCOPES, scope)];
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
