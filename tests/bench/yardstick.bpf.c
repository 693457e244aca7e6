// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/* The least costs of a meter: of a program that does nothing, and of the least that counts at all. */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/ip.h>
#include <linux/pkt_cls.h>

#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

char LICENSE[] SEC("license") = "Dual BSD/GPL";

struct total {
  __u64 bytes[2];
};

struct {
  __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
  __uint(max_entries, 1);
  __type(key, __u32);
  __type(value, struct total);
} totals SEC(".maps");

/* Passes the packet on. */
SEC("tc")
int empty(struct __sk_buff* skb) {
  (void)skb;
  return TC_ACT_UNSPEC;
}

static int is_private(__u32 address) {
  return address >> 24 == 10 || address >> 20 == 0xac1 || address >> 16 == 0xc0a8;
}

/* Plain IPv4 alone, bytes alone, RFC 1918 alone. */
SEC("tc")
int minimal(struct __sk_buff* skb) {
  const void *data = (void*)(long)skb->data, *end = (void*)(long)skb->data_end;
  const struct iphdr* ip = data + sizeof(struct ethhdr);
  __u32 key = 0;
  struct total* total = bpf_map_lookup_elem(&totals, &key);

  if (!total || (const void*)(ip + 1) > end)
    return TC_ACT_UNSPEC;
  total->bytes[is_private(bpf_ntohl(ip->daddr)) & 1] += skb->len - sizeof(struct ethhdr);
  return TC_ACT_UNSPEC;
}
