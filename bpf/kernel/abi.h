/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * The data layout that the BPF program and user space share. Compiles as C for the BPF target and as C++.
 * Any change of a size, an order or a meaning needs a new PM_ABI_VERSION, and so a new directory in bpffs.
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

/* From the pod's side: egress leaves the pod, ingress enters it. */
enum pm_direction { PM_EGRESS = 0, PM_INGRESS = 1, PM_DIRECTIONS = 2 };

/*
 * Slots of the counter map. Slot 0 counts packets that are not IP or lack a whole IP header. Slots 1 to 14 count named
 * scopes (see tree/scope_names.hpp); while no names are stored, slots 1 and 2 are the built-in table's. Slot 15 is
 * unused. A slot goes to another scope only when no meter holds counts in it.
 */
enum pm_scope { PM_SCOPE_OTHER = 0, PM_SCOPE_PRIVATE = 1, PM_SCOPE_PUBLIC = 2, PM_SCOPES = 16 };

/* Bytes of IP packets (link-layer header excluded) and packets, both as on the wire. Neither ever decreases. */
struct pm_count {
  __u64 bytes;
  __u64 packets;
};
PM_STATIC_ASSERT(sizeof(struct pm_count) == 16, "pm_count is ABI");

/* The single value (key 0) of a meter's per-CPU array. Readers sum it over all possible CPUs. */
struct pm_counters {
  struct pm_count of[PM_DIRECTIONS][PM_SCOPES];
};
PM_STATIC_ASSERT(sizeof(struct pm_counters) == 512, "pm_counters is ABI");

#endif
