/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * What the kernel program and user space agree on. Compiles as C for the BPF target and as C++ for the processes.
 * A change of any size, order or meaning here is a new PM_ABI_VERSION, and with it a new directory in bpffs.
 */
#ifndef PODMETER_BPF_ABI_H
#define PODMETER_BPF_ABI_H

#include <linux/types.h>

#ifdef __cplusplus
#define PM_STATIC_ASSERT static_assert
#else
#define PM_STATIC_ASSERT _Static_assert
#endif

enum { PM_ABI_VERSION = 1 };

/* Always seen from the pod: egress leaves it, ingress enters it. */
enum pm_direction { PM_EGRESS = 0, PM_INGRESS = 1, PM_DIRECTIONS = 2 };

/*
 * Slots of the counter map. Slot 0 holds what is not IP or holds no whole IP header; slots 1 to 14 are named scopes,
 * and tree/scope_names.hpp tells which; slot 15 is kept free. Where there are no names yet, slots 1 and 2 are the
 * built-in table's. A slot is not given to another scope as long as any meter holds counts in it.
 */
enum pm_scope { PM_SCOPE_OTHER = 0, PM_SCOPE_PRIVATE = 1, PM_SCOPE_PUBLIC = 2, PM_SCOPES = 16 };

/* Bytes of IP packets (link-layer header excluded) and packets, both as on the wire. Each only ever grows. */
struct pm_count {
  __u64 bytes;
  __u64 packets;
};
PM_STATIC_ASSERT(sizeof(struct pm_count) == 16, "pm_count is ABI");

/* The one value, under key 0, of a meter's per-CPU array: a reader sums it over all possible CPUs. */
struct pm_counters {
  struct pm_count of[PM_DIRECTIONS][PM_SCOPES];
};
PM_STATIC_ASSERT(sizeof(struct pm_counters) == 512, "pm_counters is ABI");

#endif
