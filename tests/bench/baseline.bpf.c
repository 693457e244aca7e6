// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * A meter of the usual shape, written for comparison: one LRU hash for all pods, looked up for each packet by a number
 * that a program's loader gives it, with counters that all CPUs share and add to atomically, and address ranges written
 * into the program. It believes skb->protocol and skb->len.
 */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/pkt_cls.h>

#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#define INLINE static inline __attribute__((always_inline))

char LICENSE[] SEC("license") = "Dual BSD/GPL";

const volatile __u32 pod = 1;

struct traffic {
  __u64 public_bytes, public_packets, private_bytes, private_packets;
};
_Static_assert(sizeof(struct traffic) == 32, "the usual value");

struct {
  __uint(type, BPF_MAP_TYPE_LRU_HASH);
  __uint(max_entries, 16384);
  __type(key, __u32);
  __type(value, struct traffic);
} pods SEC(".maps");

INLINE int is_private_ipv4(__u32 address) {
  return address >> 24 == 10 || address >> 20 == 0xac1 || address >> 16 == 0xc0a8 ||
         address >> 22 == 0x64400000 >> 22 || address >> 24 == 127 || address >> 16 == 0xa9fe;
}

INLINE int is_private_ipv6(const struct in6_addr* address) {
  __u8 first = address->in6_u.u6_addr8[0], second = address->in6_u.u6_addr8[1];

  return (first & 0xfe) == 0xfc || (first == 0xfe && (second & 0xc0) == 0x80);
}

/* 1 private, 0 public, -1 neither. */
INLINE int classify(const struct __sk_buff* skb, int egress) {
  const void *data = (void*)(long)skb->data, *end = (void*)(long)skb->data_end;
  const struct iphdr* ip = data + sizeof(struct ethhdr);
  const struct ipv6hdr* ip6 = data + sizeof(struct ethhdr);

  if (skb->protocol == bpf_htons(ETH_P_IP) && (const void*)(ip + 1) <= end)
    return is_private_ipv4(bpf_ntohl(egress ? ip->daddr : ip->saddr));
  if (skb->protocol == bpf_htons(ETH_P_IPV6) && (const void*)(ip6 + 1) <= end)
    return is_private_ipv6(egress ? &ip6->daddr : &ip6->saddr);
  return -1;
}

INLINE struct traffic* traffic_of(__u32 key) {
  struct traffic* traffic = bpf_map_lookup_elem(&pods, &key);
  struct traffic none = {};

  if (traffic)
    return traffic;
  bpf_map_update_elem(&pods, &key, &none, BPF_NOEXIST);
  return bpf_map_lookup_elem(&pods, &key);
}

INLINE int count(const struct __sk_buff* skb, int egress) {
  int is_private = classify(skb, egress);
  struct traffic* traffic;

  if (is_private < 0)
    return TC_ACT_UNSPEC;
  traffic = traffic_of(pod * 2 + (__u32)egress);
  if (!traffic)
    return TC_ACT_UNSPEC;
  __sync_fetch_and_add(is_private ? &traffic->private_bytes : &traffic->public_bytes, skb->len);
  __sync_fetch_and_add(is_private ? &traffic->private_packets : &traffic->public_packets, 1);
  return TC_ACT_UNSPEC;
}

SEC("tc")
int usual_egress(struct __sk_buff* skb) {
  return count(skb, 1);
}

SEC("tc")
int usual_ingress(struct __sk_buff* skb) {
  return count(skb, 0);
}
