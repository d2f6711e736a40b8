// A sparse vector against a dense one, inlined into the caller.

#ifndef CKERNELS_SPARSE_H
#define CKERNELS_SPARSE_H

#include <stddef.h>
#include <stdint.h>

// Keeps four numbers in registers of their own: packed into one, as the compiler would, loading them one by one into
// place costs more than the arithmetic saves.
#if defined(__x86_64__)
#define CK_KEEP_APART(a, b, c, d) __asm__("" : "+x"(a), "+x"(b), "+x"(c), "+x"(d))
#elif defined(__aarch64__)
#define CK_KEEP_APART(a, b, c, d) __asm__("" : "+w"(a), "+w"(b), "+w"(c), "+w"(d))
#else
#define CK_KEEP_APART(a, b, c, d) ((void)0)
#endif

/// Sum of dense[index[k]] * value[k] over k < n, in four independent chains.
static inline __attribute__((always_inline)) float ck_gather_dot(const float *dense, const uint32_t *index,
                                                                 const float *value, size_t n) {
  float a = 0, b = 0, c = 0, d = 0;
  size_t k = 0;
  for (; k + 4 <= n; k += 4) {
    a += dense[index[k]] * value[k];
    b += dense[index[k + 1]] * value[k + 1];
    c += dense[index[k + 2]] * value[k + 2];
    d += dense[index[k + 3]] * value[k + 3];
    CK_KEEP_APART(a, b, c, d);
  }
  for (; k < n; k++) a += dense[index[k]] * value[k];
  return (a + b) + (c + d);
}

/// dense[index[k]] += factor * value[k] for k < n; indices are distinct.
static inline __attribute__((always_inline)) void ck_scatter_add(float *dense, const uint32_t *index,
                                                                 const float *value, size_t n, float factor) {
  for (size_t k = 0; k < n; k++) dense[index[k]] += factor * value[k];
}

#endif
