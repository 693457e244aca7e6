/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * From an sk_buff to a remote address, bytes and packets. The plain packet is read in place; every other one (tagged,
 * with IP options, super-packets, headers outside the linear part) by copies. skb->protocol is not asked: a sender
 * picks it.
 *
 * The whole is kept below 500 instructions: a program is allocated in pages, and above that the kernel takes a second
 * one for each. Hence one classification for all paths, loops that are not unrolled, and no subprogram, which would
 * take a page of its own. (`bpftool prog show` tells it as memlock.)
 */
#ifndef PODMETER_BPF_PACKET_H
#define PODMETER_BPF_PACKET_H

#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>

#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#include "abi.h"
#include "scope.h"
#include "wire.h"

/*
 * Above GRO_LEGACY_MAX_SIZE an IPv6 super-packet (BIG TCP) carries a hop-by-hop header of 8 bytes with its length,
 * which is taken out when it is segmented (include/net/ipv6.h, ipv6_hopopt_jumbo_remove; Linux 5.19).
 */
enum { PM_LEGACY_MAX_SIZE = 65536, PM_JUMBO_HLEN = 8 };

enum { PM_VLAN_HLEN = 4, PM_VLAN_TAGS = 2, PM_IPV6_EXTENSIONS = 6, PM_UDP_HLEN = 8, PM_TCP_DATA_OFFSET = 12 };

/* What is counted of one sk_buff. `version` is 4, 6 or, where there is no whole IP header, 0. */
struct pm_packet {
  __u32 version;
  struct pm_ipv6 remote; /* in network order here; an IPv4 address in word 3 */
  __u64 bytes;
  __u32 packets;
};

/* The remote address: where egress goes, where ingress comes from. */
PM_INLINE void pm_set_ipv4(struct pm_packet* packet, const struct iphdr* ip, enum pm_direction direction) {
  packet->version = 4;
  packet->remote.word[3] = direction == PM_EGRESS ? ip->daddr : ip->saddr;
}

PM_INLINE void pm_set_ipv6(struct pm_packet* packet, const struct ipv6hdr* ip, enum pm_direction direction) {
  const struct in6_addr* remote = direction == PM_EGRESS ? &ip->daddr : &ip->saddr;

  packet->version = 6;
  for (int i = 0; i < 4; i++)
    packet->remote.word[i] = remote->in6_u.u6_addr32[i];
}

/* A payload length of 0 is a jumbogram's (RFC 2675): it claims nothing. */
PM_INLINE __u32 pm_ipv6_claims(const struct ipv6hdr* ip) {
  return ip->payload_len ? sizeof(*ip) + bpf_ntohs(ip->payload_len) : 0;
}

/* The plain packet: untagged, no IPv4 options, one packet on the wire, IP header in the linear part. 0 for any other.
 */
PM_INLINE int pm_read_plain(const struct __sk_buff* skb, __u32 gso_size, enum pm_direction direction, __u32 l2,
                            struct pm_packet* packet) {
  const void *data = (void*)(long)skb->data, *end = (void*)(long)skb->data_end;
  const struct iphdr* ip = data + l2;
  const struct ipv6hdr* ip6 = data + l2;
  __u32 present = skb->len - l2;
  __be16 type;

  if ((const void*)(ip + 1) > end || gso_size)
    return 0;
  type = l2 ? *(const __be16*)(data + offsetof(struct ethhdr, h_proto)) : 0;
  if ((!l2 || type == bpf_htons(ETH_P_IP)) && *(const __u8*)ip == 0x45) {
    pm_set_ipv4(packet, ip, direction);
    packet->bytes = pm_ip_length(sizeof(*ip), bpf_ntohs(ip->tot_len), present);
    return 1;
  }
  if ((const void*)(ip6 + 1) > end || (l2 && type != bpf_htons(ETH_P_IPV6)) || ip6->version != 6)
    return 0;
  pm_set_ipv6(packet, ip6, direction);
  packet->bytes = pm_ip_length(sizeof(*ip6), pm_ipv6_claims(ip6), present);
  return 1;
}

/* The EtherType behind up to two VLAN tags, and where its payload starts. 0 where the frame ends before. */
PM_INLINE __be16 pm_ethertype(const struct __sk_buff* skb, __u32* offset) {
  __be16 type = 0;

#pragma clang loop unroll(disable)
  for (int tag = 0; tag <= PM_VLAN_TAGS; tag++) {
    if (bpf_skb_load_bytes(skb, *offset + (tag ? PM_VLAN_HLEN : 0) - sizeof(type), &type, sizeof(type)))
      return 0;
    *offset += tag ? PM_VLAN_HLEN : 0;
    if (type != bpf_htons(ETH_P_8021Q) && type != bpf_htons(ETH_P_8021AD))
      break;
  }
  return type;
}

/* A link without a link-layer header says by the IP version what it carries. */
PM_INLINE __be16 pm_ip_version_type(const struct __sk_buff* skb) {
  __u8 first = 0;

  if (bpf_skb_load_bytes(skb, 0, &first, sizeof(first)))
    return 0;
  return first >> 4 == 4 ? bpf_htons(ETH_P_IP) : first >> 4 == 6 ? bpf_htons(ETH_P_IPV6) : 0;
}

/* Reads the IP header at `offset`. Its length, or 0 where there is no whole one; `protocol` is what follows it. */
PM_INLINE __u32 pm_read_ipv4(const struct __sk_buff* skb, enum pm_direction direction, __u32 offset,
                             struct pm_packet* packet, __u8* protocol) {
  struct iphdr ip;
  __u32 header, present = skb->len - offset;

  if (bpf_skb_load_bytes(skb, offset, &ip, sizeof(ip)))
    return 0;
  header = (*(const __u8*)&ip - 0x40) * 4; /* version 4 and 5 to 15 words: all else is out of bounds */
  if (header < sizeof(ip) || header > 60 || header > present)
    return 0;
  pm_set_ipv4(packet, &ip, direction);
  packet->bytes = pm_ip_length(header, bpf_ntohs(ip.tot_len), present);
  *protocol = ip.protocol;
  return header;
}

PM_INLINE __u32 pm_read_ipv6(const struct __sk_buff* skb, enum pm_direction direction, __u32 offset,
                             struct pm_packet* packet, __u8* protocol) {
  struct ipv6hdr ip;

  if (bpf_skb_load_bytes(skb, offset, &ip, sizeof(ip)) || ip.version != 6)
    return 0;
  pm_set_ipv6(packet, &ip, direction);
  packet->bytes = pm_ip_length(sizeof(ip), pm_ipv6_claims(&ip), skb->len - offset);
  *protocol = ip.nexthdr;
  return sizeof(ip);
}

/* Whether the header is one of IPv6 that another follows, and that segments repeat. */
PM_INLINE int pm_is_extension(__u8 protocol) {
  return protocol < 64 && (1ULL << IPPROTO_HOPOPTS | 1ULL << IPPROTO_ROUTING | 1ULL << IPPROTO_DSTOPTS) >> protocol & 1;
}

/* Length of the extension and transport headers at `offset`: with the IP header, what each segment repeats. */
PM_INLINE __u32 pm_inner_headers(const struct __sk_buff* skb, __u32 offset, __u8 protocol) {
  __u32 length = 0;
  __u8 data_offset = 0;

#pragma clang loop unroll(disable)
  for (int i = 0; i < PM_IPV6_EXTENSIONS; i++) {
    struct ipv6_opt_hdr extension;

    if (!pm_is_extension(protocol))
      break;
    if (bpf_skb_load_bytes(skb, offset + length, &extension, sizeof(extension)))
      break;
    protocol = extension.nexthdr;
    length += (extension.hdrlen + 1) * 8;
  }
  if (protocol == IPPROTO_UDP)
    return length + PM_UDP_HLEN;
  if (protocol == IPPROTO_TCP && !bpf_skb_load_bytes(skb, offset + length + PM_TCP_DATA_OFFSET, &data_offset, 1))
    length += (data_offset >> 4) * 4;
  return length;
}

/*
 * Any packet. What is not IP, or holds no whole IP header, counts with all that follows the link-layer header. `packet`
 * comes as one packet of nothing.
 */
PM_INLINE void pm_read_any(const struct __sk_buff* skb, __u32 gso_size, enum pm_direction direction, __u32 l2,
                           struct pm_packet* packet) {
  __u32 headers = 0, present, offset = l2;
  __be16 type;
  __u8 protocol = 0;

  if (skb->len < l2)
    return;
  type = l2 ? pm_ethertype(skb, &offset) : pm_ip_version_type(skb);
  present = skb->len - offset;
  packet->bytes = present;
  if (type == bpf_htons(ETH_P_IP))
    headers = pm_read_ipv4(skb, direction, offset, packet, &protocol);
  else if (type == bpf_htons(ETH_P_IPV6))
    headers = pm_read_ipv6(skb, direction, offset, packet, &protocol);
  if (!headers || !gso_size)
    return;
  headers += pm_inner_headers(skb, offset + headers, protocol);
  packet->packets = pm_segments(present, headers, gso_size, skb->gso_segs);
  present -= headers; /* the payload; modulo 2^32 where the headers are cut off */
  if (protocol == IPPROTO_HOPOPTS && skb->len > PM_LEGACY_MAX_SIZE)
    headers -= PM_JUMBO_HLEN;
  packet->bytes = present + packet->packets * headers;
}

PM_INLINE enum pm_scope pm_scope_of_packet(const struct pm_packet* packet) {
  if (packet->version == 6) {
    struct pm_ipv6 remote;

    for (int i = 0; i < 4; i++)
      remote.word[i] = bpf_ntohl(packet->remote.word[i]);
    if (!pm_holds_ipv4(remote))
      return pm_scope_of_native_ipv6(remote);
  } else if (!packet->version) {
    return PM_SCOPE_OTHER;
  }
  return pm_scope_of_ipv4(bpf_ntohl(packet->remote.word[3]));
}

#endif
