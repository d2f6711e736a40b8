// Customers as lists of the products they would take, and what a plan earns from them.

#ifndef CKERNELS_PREFERENCE_BANK_H
#define CKERNELS_PREFERENCE_BANK_H

#include <stddef.h>
#include <stdint.h>

/// One column of an alias table: `here` when a 32-bit draw is below `cut`, else `other`.
typedef struct {
  uint32_t cut;
  uint32_t here;
  uint32_t other;
} ck_alias;

/// A substitution chain prepared for walking. State `products` is leaving.
typedef struct {
  /// Number of products.
  uint32_t products;
  /// products + 1 columns of the first wish.
  const ck_alias *first;
  /// Columns of the rows, row after row.
  const ck_alias *rows;
  /// products + 1 numbers: where each row begins.
  const uint32_t *offsets;
  /// Whether a product may be on a list, 0 or 1; products + 1 of them, the last one 0.
  const uint8_t *allowed;
} ck_walk;

/// Walks `count` customers until they leave, or have gone on 4,096 times, and lists the allowed products that each meets, some more than once.
///
/// Customer c of a path draws from a generator of its own, numbered key and c, so neither the order of the work nor what
/// other customers meet has an influence. lists: count rows of `room` numbers, 2 or more; lengths: count numbers.
/// Returns 0, or 1 when a list needs more room.
int32_t ck_walk_customers(ck_walk chain, uint64_t key, uint32_t first_customer, size_t count, size_t room,
                          uint32_t *lists, uint32_t *lengths);

/// Serves the customers of one path in turn, each with the first product of the list that is left.
///
/// items: the lists, one after the other, each ended by a product that never runs out. starts: where each list begins.
/// left: units left, changed. taken: NULL, or receives the position in items of what each customer took.
void ck_serve(const uint32_t *items, const uint32_t *starts, size_t customers, int32_t *left, uint32_t *taken);

/// What one more and one less unit of each product at the start would have changed, after ck_serve.
///
/// gain, loss: zeros, one a product and one for the end of lists; replaced by the revenue gained by one unit more and
/// lost by one unit less. left and taken are those of ck_serve; left returns to the units at the start. end: the product
/// that ends lists.
void ck_unit_margins(const uint32_t *items, const uint32_t *starts, size_t customers, uint32_t end,
                     const double *prices, int32_t *left, const uint32_t *taken, double *gain, double *loss);

/// Lets customers walk while they are served: sales[products] and the number of jumps are added to.
///
/// left: units left, changed; one more than there are products. key and customer numbers as in ck_walk_customers.
uint64_t ck_simulate(ck_walk chain, uint64_t key, size_t customers, int32_t *left);

/// The sum over customers of the most that a product of the list is worth, 0 at least.
///
/// worth: one a product and 0 for the end of lists. taken: added to, how often each product is the best one.
double ck_best_on_lists(const uint32_t *items, const uint32_t *starts, size_t customers, uint32_t end,
                        const double *worth, double *taken);

#endif
