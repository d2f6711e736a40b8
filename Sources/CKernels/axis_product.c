#include "axis_product.h"
#include "target_clones.h"

// The number of levels is known to the compiler in the common cases, so that a row of sums stays in registers.
static inline __attribute__((always_inline)) void product(
  const double *restrict chain, int levels, const double *restrict x, double *restrict y, size_t outer, size_t inner) {
  for (size_t o = 0; o < outer; o++, x += (size_t)levels * inner, y += (size_t)levels * inner)
    for (int i = 0; i < levels; i++) {
      const double *row = chain + i * levels;
      double *out = y + (size_t)i * inner;
      for (size_t k = 0; k < inner; k++) {
        double sum = 0;
        for (int j = 0; j < levels; j++) sum += row[j] * x[(size_t)j * inner + k];
        out[k] = sum;
      }
    }
}

// The innermost axis: its sums run over the rows of the result, which lie side by side.
static inline __attribute__((always_inline)) void innermost(
  const double *restrict chain, int levels, const double *restrict x, double *restrict y, size_t outer) {
  double transposed[16 * 16];
  for (int i = 0; i < levels; i++)
    for (int j = 0; j < levels; j++) transposed[j * levels + i] = chain[i * levels + j];
  for (size_t o = 0; o < outer; o++, x += levels, y += levels) {
    double sums[16] = {0};
    for (int j = 0; j < levels; j++)
      for (int i = 0; i < levels; i++) sums[i] += x[j] * transposed[j * levels + i];
    for (int i = 0; i < levels; i++) y[i] = sums[i];
  }
}

CK_TARGET_CLONES void ck_axis_product(
  const double *chain, int32_t levels, const double *x, double *y, size_t outer, size_t inner) {
  if (inner == 1 && levels <= 16) {
    if (levels == 6)
      innermost(chain, 6, x, y, outer);
    else if (levels == 9)
      innermost(chain, 9, x, y, outer);
    else
      innermost(chain, levels, x, y, outer);
  } else if (levels == 2) {
    product(chain, 2, x, y, outer, inner);
  } else if (levels == 3) {
    product(chain, 3, x, y, outer, inner);
  } else if (levels == 4) {
    product(chain, 4, x, y, outer, inner);
  } else {
    product(chain, levels, x, y, outer, inner);
  }
}

CK_TARGET_CLONES void ck_subtract_products(const double *a, const double *b, double *y, size_t count) {
  for (size_t i = 0; i < count; i++) y[i] -= a[i] * b[i];
}

CK_TARGET_CLONES double ck_dot_double(const double *a, const double *b, size_t count) {
  double sums[16] = {0};
  size_t i = 0;
  for (; i + 16 <= count; i += 16)
    for (int j = 0; j < 16; j++) sums[j] += a[i + j] * b[i + j];
  for (; i < count; i++) sums[0] += a[i] * b[i];
  for (int width = 8; width > 0; width /= 2)
    for (int j = 0; j < width; j++) sums[j] += sums[j + width];
  return sums[0];
}
