/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * Reads an sk_buff's remote address, bytes and packets. An untagged packet's IP header is read in place; any other one
 * (tagged, or outside the linear part) is copied first. skb->protocol is not used: the sender chooses it.
 *
 * A program must stay below 500 instructions: the kernel allocates programs in pages, and a larger one takes a second
 * page (`bpftool prog show`, memlock). Hence one classification for all paths, no unrolled loop and no subprogram.
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
#include "scope_lookup.h"
#include "wire.h"

/*
 * Above GRO_LEGACY_MAX_SIZE an IPv6 super-packet (BIG TCP) starts with an 8-byte hop-by-hop header that holds its
 * length: next header TCP, length 0, the jumbo option (include/net/ipv6.h, ipv6_has_hopopt_jumbo; Linux 5.19). The
 * kernel removes it when it segments the packet. Any other hop-by-hop header stays in each segment.
 */
enum { PM_LEGACY_MAX_SIZE = 65536, PM_JUMBO_HLEN = 8, PM_JUMBO_TCP = IPPROTO_TCP << 16 | 0xc2 };

/* Added to a protocol number from an IPv6 header: extension headers follow IPv6 headers alone. */
enum { PM_IN_IPV6 = 256 };
enum { PM_VLAN_HLEN = 4, PM_VLAN_TAGS = 2, PM_IPV6_EXTENSIONS = 6 };
enum { PM_UDP_HLEN = 8, PM_SCTP_HLEN = 12, PM_TCP_DATA_OFFSET = 12 };

/* The result for one sk_buff. `version` is 4, 6, or 0 without a whole IP header. */
struct pm_packet {
  __u32 version;
  __u64 high, low; /* the remote address in network order; an IPv4 address in low */
  __u64 bytes;
  __u32 packets;
};

/* A possible IP header: its EtherType, its offset in the frame, and the header, in the frame or copied. */
struct pm_place {
  __be16 type;
  __u32 offset;
  const void* header;
};

/* The EtherType by the IP version, for links without a link-layer header. */
PM_INLINE __be16 pm_version_type(__u8 first) {
  return first >> 4 == 4 ? bpf_htons(ETH_P_IP) : first >> 4 == 6 ? bpf_htons(ETH_P_IPV6) : 0;
}

/* The EtherType behind up to two VLAN tags; 0 where the frame is too short. */
PM_INLINE __be16 pm_ethertype(const struct __sk_buff* skb, __u32* offset) {
  __be16 type = 0;

  PM_ROLLED
  for (int tag = 0; tag <= PM_VLAN_TAGS; tag++) {
    if (bpf_skb_load_bytes(skb, *offset + (tag ? PM_VLAN_HLEN : 0) - sizeof(type), &type, sizeof(type)))
      return 0;
    *offset += tag ? PM_VLAN_HLEN : 0;
    if (type != bpf_htons(ETH_P_8021Q) && type != bpf_htons(ETH_P_8021AD))
      break;
  }
  return type;
}

/* Finds the header of an untagged packet in the linear part. Returns 0 for any other packet. */
PM_INLINE int pm_find_plain(const struct __sk_buff* skb, __u32 l2, struct pm_place* place) {
  const void *data = (void*)(long)skb->data, *end = (void*)(long)skb->data_end;

  if (data + l2 + sizeof(struct ipv6hdr) > end)
    return 0;
  place->header = data + l2;
  place->type = l2 ? *(const __be16*)(data + offsetof(struct ethhdr, h_proto)) : pm_version_type(*(const __u8*)data);
  return place->type == bpf_htons(ETH_P_IP) || place->type == bpf_htons(ETH_P_IPV6);
}

/* Finds and copies the header of any packet. */
PM_INLINE void pm_find_any(const struct __sk_buff* skb, __u32 l2, struct pm_place* place, struct ipv6hdr* copy) {
  __u8 first = 0;

  if (!l2)
    bpf_skb_load_bytes(skb, 0, &first, sizeof(first));
  place->type = l2 ? pm_ethertype(skb, &place->offset) : pm_version_type(first);
  place->header = copy;
  if (bpf_skb_load_bytes(skb, place->offset, copy,
                         place->type == bpf_htons(ETH_P_IPV6) ? sizeof(*copy) : sizeof(struct iphdr)))
    place->type = 0;
}

/* Reads an IPv4 header and sets `protocol` to the next one. Returns its length, or 0 if it is not whole. */
PM_INLINE __u32 pm_read_ipv4(const struct iphdr* ip, enum pm_direction direction, __u32 present,
                             struct pm_packet* packet, __u32* protocol) {
  /* Version 4 and 5 to 15 words; any other value is out of bounds below. */
  __u32 header = (*(const __u8*)ip - 0x40) * 4;

  if (header < sizeof(*ip) || header > 60 || header > present)
    return 0;
  packet->version = 4;
  packet->low = direction == PM_EGRESS ? ip->daddr : ip->saddr;
  packet->bytes = pm_ip_length(header, bpf_ntohs(ip->tot_len), present);
  *protocol = ip->protocol;
  return header;
}

PM_INLINE __u32 pm_read_ipv6(const struct ipv6hdr* ip, enum pm_direction direction, __u32 present,
                             struct pm_packet* packet, __u32* protocol) {
  const __u64* remote = (const __u64*)(direction == PM_EGRESS ? &ip->daddr : &ip->saddr);

  if (ip->version != 6)
    return 0;
  packet->version = 6;
  packet->high = remote[0];
  packet->low = remote[1];
  if (ip->payload_len) /* 0 in a jumbogram (RFC 2675): then all that is present counts */
    packet->bytes = pm_ip_length(sizeof(*ip), sizeof(*ip) + bpf_ntohs(ip->payload_len), present);
  *protocol = PM_IN_IPV6 | ip->nexthdr;
  return sizeof(*ip);
}

/* True for IPv6 extension headers that each segment repeats. */
PM_INLINE int pm_is_extension(__u32 protocol) {
  protocol -= PM_IN_IPV6;
  return protocol == IPPROTO_HOPOPTS || protocol == IPPROTO_ROUTING || protocol == IPPROTO_DSTOPTS;
}

/*
 * The length of the extension and transport headers at `offset`, which each segment repeats, as it does the IP header.
 * `dropped` is set to the length of headers that the kernel removes from segments.
 */
PM_INLINE __u32 pm_inner_headers(const struct __sk_buff* skb, __u32 offset, __u32 protocol, __u32* dropped) {
  __u32 length = 0;
  __u8 data_offset = 0;

  PM_ROLLED
  for (int i = 0; i < PM_IPV6_EXTENSIONS; i++) {
    __u32 start;

    if (!pm_is_extension(protocol))
      break;
    if (bpf_skb_load_bytes(skb, offset + length, &start, sizeof(start)))
      break;
    start = bpf_ntohl(start); /* next header, length, type and length of the first option */
    if (!length && protocol == (PM_IN_IPV6 | IPPROTO_HOPOPTS) && start >> 8 == PM_JUMBO_TCP &&
        skb->len > PM_LEGACY_MAX_SIZE)
      *dropped = PM_JUMBO_HLEN;
    length += ((start >> 16 & 0xff) + 1) * 8;
    protocol = PM_IN_IPV6 | start >> 24;
  }
  protocol &= 255;
  if (protocol == IPPROTO_UDP)
    return length + PM_UDP_HLEN;
  if (protocol == IPPROTO_SCTP)
    return length + PM_SCTP_HLEN;
  if (protocol == IPPROTO_TCP) /* stays 0 where the header is cut off */
    bpf_skb_load_bytes(skb, offset + length + PM_TCP_DATA_OFFSET, &data_offset, 1);
  return length + (data_offset >> 4) * 4;
}

/* Counts a super-packet as its segments: `present` bytes from the IP header on, which has `header` bytes. */
PM_INLINE void pm_cut(const struct __sk_buff* skb, __u32 offset, __u32 header, __u32 protocol, __u32 present,
                      struct pm_packet* packet) {
  __u32 dropped = 0, headers = header + pm_inner_headers(skb, offset + header, protocol, &dropped);

  packet->packets = pm_segments(present, headers, skb->gso_size, skb->gso_segs);
  /* If the headers are cut off, present - headers wraps around; the sum modulo 2^32 is right. */
  packet->bytes = (__u32)(present - headers + packet->packets * (headers - dropped));
}

/*
 * Fills in `packet`, which must come with 1 packet and the rest 0. A packet that is not IP, or lacks a whole IP header,
 * counts all bytes behind the link-layer header.
 */
PM_INLINE void pm_read(const struct __sk_buff* skb, enum pm_direction direction, __u32 l2, struct pm_packet* packet) {
  struct ipv6hdr copy __attribute__((aligned(8)));
  struct pm_place place = {.offset = l2};
  __u32 header = 0, present, protocol = 0;

  if (!pm_find_plain(skb, l2, &place))
    pm_find_any(skb, l2, &place, &copy);
  present = skb->len - place.offset;
  if (skb->len < l2)
    return;
  packet->bytes = present;
  if (place.type == bpf_htons(ETH_P_IP))
    header = pm_read_ipv4(place.header, direction, present, packet, &protocol);
  else if (place.type == bpf_htons(ETH_P_IPV6))
    header = pm_read_ipv6(place.header, direction, present, packet, &protocol);
  if (header && skb->gso_size)
    pm_cut(skb, place.offset, header, protocol, present, packet);
}

#endif
