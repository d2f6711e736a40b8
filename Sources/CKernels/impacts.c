#include "impacts.h"
#include "target_clones.h"

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

CK_TARGET_CLONES
void shopkeeper_impacts_add_dense(
    uint32_t *restrict accumulators, const uint16_t *restrict impacts, size_t count, uint32_t weight) {
  if (weight == 1) {
    for (size_t i = 0; i < count; i++) accumulators[i] += impacts[i];
  } else {
    for (size_t i = 0; i < count; i++) accumulators[i] += weight * impacts[i];
  }
}

enum { stripe = 64 };

CK_TARGET_CLONES
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

size_t shopkeeper_impacts_look_up(
    const uint32_t *restrict postings, size_t count, uint32_t weight, uint32_t bound, uint32_t threshold,
    uint32_t *restrict places, uint32_t *restrict totals, size_t found) {
  size_t kept = 0;
  for (size_t i = 0; i < found; i++) {
    const uint32_t place = places[i];
    uint32_t total = totals[i];
    // The last posting at or before the place, without a branch that depends on the comparison.
    const uint32_t wanted = place << 16 | 0xFFFF;
    size_t low = 0, length = count;
    while (length > 1) {
      const size_t half = length / 2;
      low = postings[low + half] <= wanted ? low + half : low;
      length -= half;
    }
    if (count > 0 && postings[low] >> 16 == place) total += weight * (postings[low] & 0xFFFF);
    places[kept] = place;
    totals[kept] = total;
    kept += total + bound > threshold;
  }
  return kept;
}

size_t shopkeeper_impacts_look_up_dense(
    const uint16_t *restrict impacts, uint32_t weight, uint32_t bound, uint32_t threshold,
    uint32_t *restrict places, uint32_t *restrict totals, size_t found) {
  size_t kept = 0;
  for (size_t i = 0; i < found; i++) {
    const uint32_t place = places[i];
    const uint32_t total = totals[i] + weight * impacts[place];
    places[kept] = place;
    totals[kept] = total;
    kept += total + bound > threshold;
  }
  return kept;
}
