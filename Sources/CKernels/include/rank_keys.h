// Selecting and sorting 64-bit keys without branches that depend on them: which key is larger cannot be predicted.

#ifndef CKERNELS_RANK_KEYS_H
#define CKERNELS_RANK_KEYS_H

#include <stddef.h>
#include <stdint.h>

/// Moves the k largest keys to the front, in no order; 0 < k <= count. scratch: room for count keys.
///
/// Quickselect (C. A. R. Hoare, Communications of the ACM 4, 1961) with a median of three.
void ck_select_largest(uint64_t *keys, size_t count, size_t k, uint64_t *scratch);

/// As many keys as ck_sort_descending takes.
enum { CK_SORTED_KEYS = 128 };

/// Sorts at most CK_SORTED_KEYS keys in descending order: each goes where the number of larger ones says.
void ck_sort_descending(uint64_t *keys, size_t count);

#endif
