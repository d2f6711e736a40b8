#include "impacts.h"
#include "target_clones.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

void ck_impacts_add(
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
void ck_impacts_add_dense(
    uint32_t *restrict accumulators, const uint16_t *restrict impacts, size_t count, uint32_t weight) {
  if (weight == 1) {
    for (size_t i = 0; i < count; i++) accumulators[i] += impacts[i];
  } else {
    for (size_t i = 0; i < count; i++) accumulators[i] += weight * impacts[i];
  }
}

enum { STRIPE = 16 };

static size_t sweep_portably(
    uint32_t *restrict accumulators, size_t count, uint32_t threshold, uint32_t *restrict places,
    uint32_t *restrict totals) {
  size_t found = 0;
  for (size_t start = 0; start < count; start += STRIPE) {
    uint32_t *const part = accumulators + start;
    uint32_t largest = 0;
    for (size_t i = 0; i < STRIPE; i++) largest = part[i] > largest ? part[i] : largest;
    if (largest == 0) continue;
    if (largest > threshold) {
      for (size_t i = 0; i < STRIPE; i++) {
        places[found] = (uint32_t)(start + i);
        totals[found] = part[i];
        found += part[i] > threshold;
      }
    }
    for (size_t i = 0; i < STRIPE; i++) part[i] = 0;
  }
  return found;
}

#if defined(__x86_64__)
__attribute__((target("avx512f"))) static size_t sweep_with_compression(
    uint32_t *restrict accumulators, size_t count, uint32_t threshold, uint32_t *restrict places,
    uint32_t *restrict totals) {
  size_t found = 0;
  const __m512i limit = _mm512_set1_epi32((int)threshold);
  __m512i place = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
  for (size_t start = 0; start < count; start += STRIPE) {
    const __m512i total = _mm512_loadu_si512(accumulators + start);
    _mm512_storeu_si512(accumulators + start, _mm512_setzero_si512());
    const __mmask16 above = _mm512_cmpgt_epu32_mask(total, limit);
    if (above) {
      _mm512_storeu_si512(places + found, _mm512_maskz_compress_epi32(above, place));
      _mm512_storeu_si512(totals + found, _mm512_maskz_compress_epi32(above, total));
      found += (size_t)__builtin_popcount(above);
    }
    place = _mm512_add_epi32(place, _mm512_set1_epi32(STRIPE));
  }
  return found;
}
#endif

size_t ck_impacts_sweep(
    uint32_t *accumulators, size_t count, uint32_t threshold, uint32_t *places, uint32_t *totals) {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f")) {
    return sweep_with_compression(accumulators, count, threshold, places, totals);
  }
#endif
  return sweep_portably(accumulators, count, threshold, places, totals);
}

size_t ck_impacts_harvest(
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

size_t ck_impacts_look_up(
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

size_t ck_impacts_look_up_dense(
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

CK_TARGET_CLONES
uint32_t ck_impacts_threshold(const uint32_t *totals, size_t found, size_t wanted) {
  enum { BUCKETS = 512 };
  uint32_t largest = 0;
  for (size_t i = 0; i < found; i++) largest = totals[i] > largest ? totals[i] : largest;
  unsigned shift = 0;
  while (largest >> shift >= BUCKETS) shift++;
  uint32_t counts[BUCKETS] = {0};
  for (size_t i = 0; i < found; i++) counts[totals[i] >> shift]++;
  size_t above = 0;
  for (uint32_t bucket = largest >> shift; bucket > 0; bucket--) {
    above += counts[bucket];
    if (above >= wanted) return (bucket << shift) - 1;
  }
  return 0;
}
