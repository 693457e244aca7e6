/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
#ifndef PODMETER_BPF_INLINE_H
#define PODMETER_BPF_INLINE_H

/* A BPF subprogram would be called, and take a page of its own. */
#define PM_INLINE static inline __attribute__((always_inline))

/* Before a loop that must stay one: unrolled it would take too many instructions. */
#ifdef __clang__
#define PM_ROLLED _Pragma("clang loop unroll(disable)")
#else
#define PM_ROLLED
#endif

/* Hides from the compiler what is known of a value: it would make a branch of an arithmetic minimum. */
#define PM_OPAQUE(value) __asm__("" : "+r"(value) : : "memory")

#endif
