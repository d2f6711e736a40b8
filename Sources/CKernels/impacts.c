#include "impacts.h"

#if defined(__x86_64__)
#define VECTOR_CLONES __attribute__((target_clones("default", "arch=x86-64-v3", "arch=x86-64-v4")))
#else
#define VECTOR_CLONES
#endif

void shopkeeper_impacts_add(
    uint32_t *restrict accumulators, uint32_t mask, const uint32_t *restrict postings, size_t count,
    uint32_t weight) {
  // Weight 1 is every word of a query without repetition.
  if (weight == 1) {
    for (size_t i = 0; i < count; i++) accumulators[(postings[i] >> 16) & mask] += postings[i] & 0xFFFF;
  } else {
    for (size_t i = 0; i < count; i++) accumulators[(postings[i] >> 16) & mask] += weight * (postings[i] & 0xFFFF);
  }
}

enum { stripe = 64 };

VECTOR_CLONES
size_t shopkeeper_impacts_sweep(
    uint32_t *restrict accumulators, size_t count, uint32_t threshold, uint32_t *restrict places,
    uint32_t *restrict totals) {
  size_t found = 0;
  for (size_t start = 0; start < count; start += stripe) {
    const size_t length = count - start < stripe ? count - start : stripe;
    uint32_t *const part = accumulators + start;
    uint32_t largest = 0;
    if (length == stripe) {
      for (size_t i = 0; i < stripe; i++) largest = part[i] > largest ? part[i] : largest;
    } else {
      for (size_t i = 0; i < length; i++) largest = part[i] > largest ? part[i] : largest;
    }
    if (largest == 0) continue;
    if (largest > threshold) {
      for (size_t i = 0; i < length; i++) {
        places[found] = (uint32_t)(start + i);
        totals[found] = part[i];
        found += part[i] > threshold;
      }
    }
    for (size_t i = 0; i < length; i++) part[i] = 0;
  }
  return found;
}

size_t shopkeeper_impacts_harvest(
    uint32_t *restrict accumulators, uint32_t mask, const uint32_t *restrict postings, size_t count,
    uint32_t threshold, uint32_t *restrict places, uint32_t *restrict totals) {
  size_t found = 0;
  for (size_t i = 0; i < count; i++) {
    const uint32_t place = (postings[i] >> 16) & mask;
    const uint32_t total = accumulators[place];
    accumulators[place] = 0;
    if (total > threshold) {
      places[found] = place;
      totals[found] = total;
      found += 1;
    }
  }
  return found;
}
