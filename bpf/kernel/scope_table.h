/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * The scope table: which scope an address is in. One for all meters of a node, compiled from the operator's prefixes
 * into disjoint ranges, so that a look-up is a load from an index and a short search, whatever the prefixes are. This
 * is the layout and how each part is read; scope_lookup.h goes through it, scope_table/table_image.hpp compiles it.
 *
 * The table is an array of maps: slot 0 holds the head page, and the slots from the head's first_slot on all of the
 * table's pages, the head among them. Whoever looks up takes the head from slot 0 once and finds all else by it: a new
 * head there is a new table, whole and at once.
 *
 * A key is an IPv4 address or half an IPv6 address. Words are 32 bits. An entry is a word. Below PM_SCOPES it is the
 * scope of a range of keys; else it says where that goes on:
 *
 *   bits 8 to 31  where, in units of 16 bytes; of these the upper 8 bits are the slot, 0 for the entry's own page
 *   bit 7         of a node, PM_LOW: from there on the key is the low half of the IPv6 address; of a run, PM_WIDE
 *   bit 6         PM_NODE: a node is there, else a run
 *   bits 0 to 5   of a run that is not wide: the lower bits of a key that don't matter in it
 *
 * Entries lead from the index at the head's begin to nodes and runs.
 *
 *   index  for each value of an IPv4 address's first 16 bits; then for each of bits 3 to 18 of an IPv6 address in
 *          2000::/3, which holds all global unicast addresses (IANA's IPv6 address space); then for each value of the
 *          first 12 bits of any other
 *   node   an index of its own, in buckets of equal width, for keys that many ranges share
 *   run    the starts of up to 7 ranges but the first, of 16 bits, or 64 where it is wide, and the ranges' scopes of 4
 *          bits: as many starts as a key has reached is the number of its range. Unused starts repeat the last one.
 */
#ifndef PODMETER_BPF_SCOPE_TABLE_H
#define PODMETER_BPF_SCOPE_TABLE_H

#include <linux/types.h>

#include "abi.h"
#include "inline.h"

enum { PM_PAGE_WORDS = 1 << 18, PM_UNIT_WORDS = 4, PM_RUN_WORDS = 4, PM_WIDE_WORDS = 16 };
enum { PM_NODE = 1 << 6, PM_LOW_SHIFT = 7, PM_LOW = 1 << PM_LOW_SHIFT, PM_WIDE = PM_LOW };
enum { PM_UNIT_SHIFT = 8, PM_SLOT_SHIFT = 24 };
enum {
  PM_IPV4_INDEX = 1 << 16,
  PM_IPV4_SHIFT = 32 - 16,
  PM_GLOBAL = 1, /* the first 3 bits of 2000::/3 */
  PM_GLOBAL_INDEX = 1 << 16,
  PM_GLOBAL_SHIFT = 64 - 3 - 16,
  PM_IPV6_INDEX = 1 << 12,
  PM_IPV6_SHIFT = 64 - 12,
  PM_HEAD_WORD = PM_IPV4_INDEX + PM_GLOBAL_INDEX + PM_IPV6_INDEX, /* where the head goes on */
  PM_HEAD_WORDS = 24
};
enum { PM_STARTS = 6 };
/* Of nodes that lead to nodes, for half an address each. The verifier goes through them all, and a pod waits for it. */
enum { PM_HALF_DEPTH = 5, PM_NODE_DEPTH = 2 * PM_HALF_DEPTH };
/* Of the array of maps: the head's, and two sets for a table's pages, one of which is free for the next table. */
enum { PM_PAGES = 32, PM_TABLE_SLOTS = 1 + 2 * PM_PAGES };

/* Words are read as what they make up. */
typedef __u16 __attribute__((may_alias)) pm_half;
typedef __u64 __attribute__((may_alias)) pm_double;

/* One map's one value. */
struct pm_page {
  __u32 word[PM_PAGE_WORDS];
} __attribute__((aligned(64)));
PM_STATIC_ASSERT(sizeof(struct pm_page) == 1 << 20, "pm_page is ABI");

/* What the head holds behind the index, for user space alone. */
struct pm_head {
  __u32 first_slot;
  __u32 pages;
  __u32 slots; /* of the counters that it counts by: bit 1 is slot 1's */
  __u32 unused;
  __u64 generation; /* 1, 2, … : which table this is since the tree was made */
  __u64 source[6];  /* the file that it was made from, see scopes/scope_source.hpp; all 0 for none */
  __u64 text;       /* where the prefixes stand, as a scope file: words from the first page's begin, page after page */
  __u64 text_bytes;
  __u64 reserved; /* what follows begins with a unit */
} __attribute__((may_alias));
PM_STATIC_ASSERT(sizeof(struct pm_head) == 4 * PM_HEAD_WORDS, "pm_head is ABI");

/* Followed by its entries: bucket i holds the keys of (key >> shift) - first = i, the first and the last bucket all
 * keys below and above. */
struct pm_node {
  __u64 first;
  __u32 shift;
  __u32 last;
} __attribute__((may_alias));
PM_STATIC_ASSERT(sizeof(struct pm_node) == 4 * PM_UNIT_WORDS, "pm_node is ABI");

/* What is looked up of an address: `now`, for IPv6 its high half, until an entry says that it is the low one. */
struct pm_key {
  __u64 now;
  __u64 low;
  __u32 index;
};

/* Addresses are in host order. */
PM_INLINE struct pm_key pm_ipv4_key(__u32 address) {
  struct pm_key key = {address, address, address >> PM_IPV4_SHIFT};

  return key;
}

/* IPv4-mapped (::ffff:0:0/96) and NAT64 (64:ff9b::/96) addresses are judged by the IPv4 address in them. */
PM_INLINE struct pm_key pm_ipv6_key(__u64 high, __u64 low) {
  struct pm_key key = {high, low, PM_IPV4_INDEX};
  __u64 middle = low >> 32;

  if (high >> 61 == PM_GLOBAL) {
    key.index += (__u32)(high >> PM_GLOBAL_SHIFT) & (PM_GLOBAL_INDEX - 1);
    return key;
  }
  PM_OPAQUE(middle);
  if (middle == 0xffff ? high == 0 : middle == 0 && high == 0x0064ff9b00000000)
    return pm_ipv4_key((__u32)low);
  key.index += PM_GLOBAL_INDEX + (__u32)(high >> PM_IPV6_SHIFT);
  return key;
}

/* Where an entry points to, in words of its page. */
PM_INLINE __u32 pm_offset(__u32 entry) {
  return entry >> PM_UNIT_SHIFT << 2 & (PM_PAGE_WORDS - PM_UNIT_WORDS);
}

PM_INLINE __u32 pm_bucket(const struct pm_page* page, __u32 entry, __u64 key) {
  __u32 at = pm_offset(entry);
  const struct pm_node* node = (const struct pm_node*)(page->word + at);
  __s64 bucket = (__s64)((key >> (node->shift & 63)) - node->first);
  __s64 negative = bucket >> 63, beyond; /* the first: all bits, or none */

  PM_OPAQUE(negative);
  bucket &= ~negative; /* at least 0 */
  beyond = bucket - node->last;
  negative = beyond >> 63;
  PM_OPAQUE(negative);
  bucket = node->last + (beyond & negative); /* at most last */
  return page->word[(at + PM_UNIT_WORDS + (__u32)bucket) & (PM_PAGE_WORDS - 1)];
}

PM_INLINE __u32 pm_narrow_run(const struct pm_page* page, __u32 entry, __u64 key) {
  const __u32* run = page->word + pm_offset(entry);
  const pm_half* starts = (const pm_half*)run;
  __u64 before = ~(key >> (entry & 63) & 0xffff), reached = 0; /* start - key - 1 is negative where reached */

  for (int i = 0; i < PM_STARTS; i++)
    reached += (starts[i] + before) >> 63;
  return run[PM_RUN_WORDS - 1] >> reached * 4 & (PM_SCOPES - 1);
}

/* For keys and starts less than 2^63 apart. */
PM_INLINE __u32 pm_wide_run(const struct pm_page* page, __u32 entry, __u64 key) {
  const __u32* run = page->word + (pm_offset(entry) & (PM_PAGE_WORDS - PM_WIDE_WORDS));
  const pm_double* starts = (const pm_double*)run;
  __u64 before = ~key, reached = 0;

  for (int i = 0; i < PM_STARTS; i++)
    reached += (starts[i] + before) >> 63;
  return run[2 * PM_STARTS] >> reached * 4 & (PM_SCOPES - 1);
}

#endif
