// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * Sends each run of a packet to another destination, and on to the program that is measured. Beside it a meter whose
 * scopes are in the kernel's longest-prefix-match trie.
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

enum { DESTINATIONS = 16384, SCOPES = 16 };

struct destination {
  __u32 word[4]; /* in network order; an IPv4 address in word 0 */
};

struct {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(max_entries, DESTINATIONS);
  __type(key, __u32);
  __type(value, struct destination);
} destinations SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_PROG_ARRAY);
  __uint(max_entries, 1);
  __uint(key_size, 4);
  __uint(value_size, 4);
} measured SEC(".maps");

__u32 next;

SEC("tc")
int send(struct __sk_buff* skb) {
  void *data = (void*)(long)skb->data, *end = (void*)(long)skb->data_end;
  struct ipv6hdr* ip6 = data + sizeof(struct ethhdr);
  struct iphdr* ip = data + sizeof(struct ethhdr);
  __u32 i = next++ & (DESTINATIONS - 1);
  const struct destination* to = bpf_map_lookup_elem(&destinations, &i);

  if (!to || (void*)(ip6 + 1) > end)
    return TC_ACT_UNSPEC;
  if (ip->version == 4)
    ip->daddr = to->word[0];
  else
    __builtin_memcpy(&ip6->daddr, to, sizeof(*to));
  bpf_tail_call(skb, &measured, 0);
  return TC_ACT_SHOT; /* no program is there */
}

/* The program that is left out of account: what the sending itself costs. */
SEC("tc")
int passes(struct __sk_buff* skb) {
  (void)skb;
  return TC_ACT_UNSPEC;
}

struct counts {
  __u64 bytes[SCOPES], packets[SCOPES];
};

struct {
  __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
  __uint(max_entries, 1);
  __type(key, __u32);
  __type(value, struct counts);
} counts SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_LPM_TRIE);
  __uint(max_entries, 1 << 17);
  __uint(map_flags, BPF_F_NO_PREALLOC);
  __uint(key_size, 8);
  __uint(value_size, 4);
} trie4 SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_LPM_TRIE);
  __uint(max_entries, 1 << 17);
  __uint(map_flags, BPF_F_NO_PREALLOC);
  __uint(key_size, 20);
  __uint(value_size, 4);
} trie6 SEC(".maps");

INLINE int count(const struct __sk_buff* skb, const __u32* scope) {
  __u32 key = 0, at = scope ? *scope & (SCOPES - 1) : 1;
  struct counts* all = bpf_map_lookup_elem(&counts, &key);

  if (!all)
    return TC_ACT_UNSPEC;
  all->bytes[at] += skb->len - sizeof(struct ethhdr);
  all->packets[at]++;
  return TC_ACT_UNSPEC;
}

/* Plain packets alone. */
SEC("tc")
int trie(struct __sk_buff* skb) {
  const void *data = (void*)(long)skb->data, *end = (void*)(long)skb->data_end;
  const struct ipv6hdr* ip6 = data + sizeof(struct ethhdr);
  const struct iphdr* ip = data + sizeof(struct ethhdr);

  if ((const void*)(ip6 + 1) > end)
    return TC_ACT_UNSPEC;
  if (ip->version == 4) {
    __u32 key[2] = {32, ip->daddr};

    return count(skb, bpf_map_lookup_elem(&trie4, key));
  } else {
    const __u32* to = ip6->daddr.in6_u.u6_addr32;
    __u32 key[5] = {128, to[0], to[1], to[2], to[3]};

    return count(skb, bpf_map_lookup_elem(&trie6, key));
  }
}
