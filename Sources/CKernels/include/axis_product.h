#ifndef CKERNELS_AXIS_PRODUCT_H
#define CKERNELS_AXIS_PRODUCT_H

#include <stddef.h>
#include <stdint.h>

// y[o, i, k] = sum over j of chain[i, j] x[o, j, k]: multiplies the middle axis of an outer x levels x inner array by a
// levels x levels matrix, row by row. x and y do not overlap.
void ck_axis_product(const double *chain, int32_t levels, const double *x, double *y, size_t outer, size_t inner);

// y[i] -= a[i] * b[i] for i below count.
void ck_subtract_products(const double *a, const double *b, double *y, size_t count);

// The sum of a[i] * b[i] for i below count, as sixteen partial sums.
double ck_dot_double(const double *a, const double *b, size_t count);

#endif
