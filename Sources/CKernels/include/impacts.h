#ifndef SHOPKEEPER_IMPACTS_H
#define SHOPKEEPER_IMPACTS_H

#include <stddef.h>
#include <stdint.h>

// A posting is a document's place inside a window of documents (high 16 bits) and its impact (low 16 bits).
// `mask` is the window's length - 1, a power of two minus one: it keeps altered files inside the accumulators.

/// accumulators[place] += weight * impact for every posting.
void shopkeeper_impacts_add(
    uint32_t *accumulators, uint32_t mask, const uint32_t *postings, size_t count, uint32_t weight);

/// Collects places and totals above `threshold` among the first `count` accumulators, ascending; sets all to 0.
size_t shopkeeper_impacts_sweep(
    uint32_t *accumulators, size_t count, uint32_t threshold, uint32_t *places, uint32_t *totals);

/// The same for the places of some postings only; places come in the postings' order, none twice.
size_t shopkeeper_impacts_harvest(
    uint32_t *accumulators, uint32_t mask, const uint32_t *postings, size_t count, uint32_t threshold,
    uint32_t *places, uint32_t *totals);

#endif
