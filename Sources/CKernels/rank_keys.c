#include "rank_keys.h"
#include "target_clones.h"

#include <string.h>

static uint64_t median(uint64_t a, uint64_t b, uint64_t c) {
  const uint64_t low = a < b ? a : b, high = a < b ? b : a;
  return c < low ? low : c > high ? high : c;
}

void ck_select_largest(uint64_t *keys, size_t count, size_t k, uint64_t *scratch) {
  size_t low = 0, high = count;
  while (high - low > 1) {
    const uint64_t pivot = median(keys[low], keys[low + (high - low) / 2], keys[high - 1]);
    // Larger keys close up in place, which never overtakes the reading; smaller ones go to the scratch.
    size_t larger = low, smaller = 0;
    for (size_t i = low; i < high; i++) {
      const uint64_t key = keys[i];
      keys[larger] = key;
      scratch[smaller] = key;
      larger += key > pivot;
      smaller += key < pivot;
    }
    const size_t behind = high - smaller;
    for (size_t i = larger; i < behind; i++) keys[i] = pivot;
    memcpy(keys + behind, scratch, smaller * sizeof *keys);
    if (k < larger) high = larger;
    else if (k > behind) low = behind;
    else return;
  }
}

CK_TARGET_CLONES
void ck_sort_descending(uint64_t *keys, size_t count) {
  uint64_t sorted[CK_SORTED_KEYS];
  for (size_t i = 0; i < count; i++) {
    const uint64_t key = keys[i];
    uint64_t before = 0;
    for (size_t j = 0; j < i; j++) before += keys[j] >= key;
    for (size_t j = i; j < count; j++) before += keys[j] > key;
    sorted[before] = key;
  }
  memcpy(keys, sorted, count * sizeof *keys);
}
