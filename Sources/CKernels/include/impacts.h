#ifndef CKERNELS_IMPACTS_H
#define CKERNELS_IMPACTS_H

#include <stddef.h>
#include <stdint.h>

// Impacts of one term in one window of documents, either sparse: postings that hold a document's place in the
// window (high 16 bits) and its impact (low 16 bits), places ascending; or dense: one impact for every place.
// `mask` is the window's length - 1, a power of two minus one: it keeps altered files inside the accumulators.

/// accumulators[place] += weight * impact for every posting.
void ck_impacts_add(
    uint32_t *accumulators, uint32_t mask, const uint32_t *postings, size_t count, uint32_t weight);

/// accumulators[place] += weight * impacts[place] for the first `count` places.
void ck_impacts_add_dense(uint32_t *accumulators, const uint16_t *impacts, size_t count, uint32_t weight);

/// Collects places and totals above `threshold` among the first `count` accumulators, ascending; sets all to 0.
/// `count` is a multiple of 16; places and totals have room for 16 more than are found.
size_t ck_impacts_sweep(
    uint32_t *accumulators, size_t count, uint32_t threshold, uint32_t *places, uint32_t *totals);

/// The same for the places of some postings only; places come in the postings' order, none twice.
size_t ck_impacts_harvest(
    uint32_t *accumulators, uint32_t mask, const uint32_t *postings, size_t count, uint32_t threshold,
    uint32_t *places, uint32_t *totals);

/// Adds a term's impact to each of `found` totals and keeps those that are above `threshold` together with
/// `bound`; returns how many.
size_t ck_impacts_look_up(
    const uint32_t *postings, size_t count, uint32_t weight, uint32_t bound, uint32_t threshold, uint32_t *places,
    uint32_t *totals, size_t found);

/// The same with dense impacts; places are below the window's length.
size_t ck_impacts_look_up_dense(
    const uint16_t *impacts, uint32_t weight, uint32_t bound, uint32_t threshold, uint32_t *places,
    uint32_t *totals, size_t found);

/// A number that at least `wanted` of the totals are above, close to the largest such number; 0 when there are
/// fewer totals.
uint32_t ck_impacts_threshold(const uint32_t *totals, size_t found, size_t wanted);

#endif
