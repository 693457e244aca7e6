/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* The way through the scope table, the same for the kernel and for user space. */
#ifndef PODMETER_BPF_SCOPE_LOOKUP_H
#define PODMETER_BPF_SCOPE_LOOKUP_H

#include "scope_table.h"

/* The page in that slot, or null. For the includer to define; `context` is its own. */
PM_INLINE const struct pm_page* pm_page_of(void* context, __u32 slot);

/*
 * The scope of a key, by the table whose head this is. A table that is not whole gives PM_SCOPE_OTHER.
 *
 * The loop forks as little as it can: the verifier follows each combination of branches through several of its rounds.
 */
PM_INLINE __u32 pm_scope_of(void* context, const struct pm_page* head, struct pm_key key) {
  const struct pm_page* page = head;
  __u32 entry = head->word[pm_below(PM_PAGE_WORDS, key.index)];

  PM_ROLLED
  for (int depth = 0; depth <= PM_NODE_DEPTH; depth++) {
    if (entry >> PM_SLOT_SHIFT && !(page = pm_page_of(context, entry >> PM_SLOT_SHIFT)))
      return PM_SCOPE_OTHER;
    if (!(entry & PM_NODE))
      break;
    key.now ^= (key.now ^ key.low) & -(__u64)(entry >> PM_LOW_SHIFT & 1);
    entry = pm_bucket(page, entry, key.now);
  }
  if (entry < PM_SCOPES)
    return entry;
  return entry & PM_WIDE ? pm_wide_run(page, entry, key.now) : pm_narrow_run(page, entry, key.now);
}

#endif
