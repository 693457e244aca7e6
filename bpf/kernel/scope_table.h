/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * The scope table maps addresses to scopes. All meters of a node share one. It is compiled from the operator's prefixes
 * into disjoint ranges, so that any look-up is a load from an index and a short search. This file has the layout and
 * the reading of each part; scope_lookup.h has the look-up, and scope_table/table_image.hpp compiles a table.
 *
 * The table is an array of maps. Slot 0 holds the head page. All pages, the head too, are in consecutive slots from the
 * head's first_slot on. A look-up reads slot 0 once and reaches every page by that head, so writing another head to
 * slot 0 replaces the whole table atomically.
 *
 * A key is an IPv4 address or half an IPv6 address. A word has 32 bits. An entry is a word: below PM_SCOPES it is the
 * scope of a range of keys, else it points to a node or a run:
 *
 *   bits 8 to 31  the place: bits 24 to 31 are the slot, 0 for the entry's own page; bits 8 to 23 are the offset in
 *                 that page in units of 16 bytes
 *   bit 7         for a node, PM_LOW: from there on the key is the low half of the IPv6 address; for a run, PM_WIDE
 *   bit 6         PM_NODE: a node; else a run
 *   bits 0 to 5   for a run that is not wide: the number of low bits of a key that it ignores
 *
 *   index  at the start of the head: an entry for each value of the first 16 bits of an IPv4 address; then for each
 *          value of bits 3 to 18 of an IPv6 address in 2000::/3, which holds all global unicast addresses (IANA's IPv6
 *          address space); then for each value of the first 12 bits of any other IPv6 address
 *   node   an index for keys that many ranges share, in buckets of equal width
 *   run    up to 7 ranges: the starts of all but the first, 16 bits each (64 in a wide run), and a scope of 4 bits for
 *          each. The number of starts that are not above a key is the index of its range. Unused starts repeat the
 *          last one.
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
  PM_HEAD_WORD = PM_IPV4_INDEX + PM_GLOBAL_INDEX + PM_IPV6_INDEX, /* offset of pm_head */
  PM_HEAD_WORDS = 24
};
enum { PM_STARTS = 6 };
/* The longest chain of nodes, for half an address and for a whole one. Each level adds to the time that the verifier
 * takes when a pod starts. */
enum { PM_HALF_DEPTH = 5, PM_NODE_DEPTH = 2 * PM_HALF_DEPTH };
/* Slots of the array of maps: the head's, and two sets for pages, one in use and one for the next table. */
enum { PM_PAGES = 32, PM_TABLE_SLOTS = 1 + 2 * PM_PAGES };

/* For reading several words, or half a one, at once. */
typedef __u16 __attribute__((may_alias)) pm_half;
typedef __u64 __attribute__((may_alias)) pm_double;

/* The single value of a page's map. */
struct pm_page {
  __u32 word[PM_PAGE_WORDS];
} __attribute__((aligned(64)));
PM_STATIC_ASSERT(sizeof(struct pm_page) == 1 << 20, "pm_page is ABI");

/* Behind the index in the head page. For user space alone. */
struct pm_head {
  __u32 first_slot;
  __u32 pages;
  __u32 slots; /* bit mask of the counter slots that the table uses */
  __u32 unused;
  __u64 generation; /* 1 for the first table of the tree, 2 for the next, … */
  __u64 source[6];  /* the scope file, see scopes/scope_source.hpp; all 0 for the built-in scopes */
  __u64 text;       /* offset in words, over all pages in order, of the scopes as a scope file */
  __u64 text_bytes;
  __u64 reserved; /* pads to a multiple of PM_UNIT_WORDS */
} __attribute__((may_alias));
PM_STATIC_ASSERT(sizeof(struct pm_head) == 4 * PM_HEAD_WORDS, "pm_head is ABI");

/* Followed by `last` + 1 entries: bucket i is for keys with (key >> shift) - first = i; bucket 0 is also for all lower
 * keys, bucket `last` also for all higher ones. */
struct pm_node {
  __u64 first;
  __u32 shift;
  __u32 last;
} __attribute__((may_alias));
PM_STATIC_ASSERT(sizeof(struct pm_node) == 4 * PM_UNIT_WORDS, "pm_node is ABI");

/* An address to look up: its word in the index, and `now`, for IPv6 the high half until an entry has PM_LOW. */
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

/* IPv4-mapped (::ffff:0:0/96) and NAT64 (64:ff9b::/96) addresses are looked up as the IPv4 address in them. */
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

/* The offset that an entry points to, in words of its page. */
PM_INLINE __u32 pm_offset(__u32 entry) {
  return entry >> PM_UNIT_SHIFT << 2 & (PM_PAGE_WORDS - PM_UNIT_WORDS);
}

PM_INLINE __u32 pm_bucket(const struct pm_page* page, __u32 entry, __u64 key) {
  __u32 at = pm_offset(entry);
  const struct pm_node* node = (const struct pm_node*)(page->word + at);
  __s64 bucket = (__s64)((key >> (node->shift & 63)) - node->first);
  __s64 negative = bucket >> 63, beyond; /* all bits, or none, in `negative` */

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
  __u64 before = ~(key >> (entry & 63) & 0xffff), reached = 0; /* start - key - 1 is negative where start <= key */

  for (int i = 0; i < PM_STARTS; i++)
    reached += (starts[i] + before) >> 63;
  return run[PM_RUN_WORDS - 1] >> reached * 4 & (PM_SCOPES - 1);
}

/* Right only where key and starts differ by less than 2^63. */
PM_INLINE __u32 pm_wide_run(const struct pm_page* page, __u32 entry, __u64 key) {
  const __u32* run = page->word + (pm_offset(entry) & (PM_PAGE_WORDS - PM_WIDE_WORDS));
  const pm_double* starts = (const pm_double*)run;
  __u64 before = ~key, reached = 0;

  for (int i = 0; i < PM_STARTS; i++)
    reached += (starts[i] + before) >> 63;
  return run[2 * PM_STARTS] >> reached * 4 & (PM_SCOPES - 1);
}

#endif
