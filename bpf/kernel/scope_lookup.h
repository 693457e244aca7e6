/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* The look-up in the scope table, the same code for the kernel and user space. */
#ifndef PODMETER_BPF_SCOPE_LOOKUP_H
#define PODMETER_BPF_SCOPE_LOOKUP_H

#include "scope_table.h"

/* The page in that slot, or null. The file that includes this one defines it, and chooses `context`. */
PM_INLINE const struct pm_page* pm_page_of(void* context, __u32 slot);

/*
 * The scope of a key in the table with this head page. PM_SCOPE_OTHER where a page is missing.
 *
 * The loop has few branches, because the verifier follows each combination of them through several iterations.
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
