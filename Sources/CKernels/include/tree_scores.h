#ifndef CKERNELS_TREE_SCORES_H
#define CKERNELS_TREE_SCORES_H

#include <stddef.h>
#include <stdint.h>

// scores[r] += the answer of each tree for row r, tree after tree. A tree is complete: nodes of a level lie side by side, the
// root first; inner node n goes to node 2 n + 2 where the row's value in column columns[n] is above thresholds[n], else to
// 2 n + 1. Of every tree there are 2^depth - 1 columns and thresholds, and 2^(depth + 1) - 1 values. Value (row, column) of
// the source is at column * stride + row. depth is 1 to 8.
void ck_add_tree_scores(const int32_t *columns, const float *thresholds, const float *values, size_t trees, int32_t depth,
                        const float *source, size_t stride, size_t count, float *scores);

#endif
