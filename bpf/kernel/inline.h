/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Compiler directives of the BPF program; they have no effect on its meaning. */
#ifndef PODMETER_BPF_INLINE_H
#define PODMETER_BPF_INLINE_H

/* A function that is not inlined becomes a BPF subprogram: a call, and one more page of memory. */
#define PM_INLINE static inline __attribute__((always_inline))

/* Before a loop that must not be unrolled, because that would take too many instructions. */
#ifdef __clang__
#define PM_ROLLED _Pragma("clang loop unroll(disable)")
#else
#define PM_ROLLED
#endif

/* Hides a value's known range from the compiler, which would turn branch-free arithmetic into branches. */
#define PM_OPAQUE(value) __asm__("" : "+r"(value) : : "memory")

/*
 * An index into an array of `size` entries, a power of two. Call it where the array is accessed: the verifier must see
 * the mask there. clang 19 drops a mask that it can prove; clang 14 tests one register and uses another, which Linux
 * 5.10 and 6.1 refuse. tests/kernels loads the meter on each.
 */
PM_INLINE unsigned int pm_below(unsigned int size, unsigned int index) {
  PM_OPAQUE(index);
  return index & (size - 1);
}

#endif
