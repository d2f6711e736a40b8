#include "tree_scores.h"
#include "target_clones.h"

#include <string.h>

#define INLINE static inline __attribute__((always_inline))

enum { LANES = 16, DEEPEST_FOLD = 5 };

typedef float lanes __attribute__((vector_size(4 * LANES)));
typedef int32_t masks __attribute__((vector_size(4 * LANES)));

INLINE lanes load(const float *from) {
  lanes x;
  memcpy(&x, from, sizeof x);
  return x;
}

// Where the value is above the threshold the answer of the right side, else that of the left one.
INLINE lanes side(lanes value, float threshold, lanes left, lanes right) {
  const masks above = (masks)(value > threshold);
  return (lanes)((above & (masks)right) | (~above & (masks)left));
}

// One tree for sixteen rows, folded from the leaves to the root: every node is computed, none is waited for, and nothing is
// gathered from memory.
INLINE lanes fold(const int32_t *columns, const float *thresholds, const float *values, int depth, const float *source,
                  size_t stride) {
  lanes answers[1 << (DEEPEST_FOLD - 1)];
  const float *leaves = values + (1 << depth) - 1;
  for (int level = depth - 1; level >= 0; level--)
    for (int place = 0; place < 1 << level; place++) {
      const int node = (1 << level) - 1 + place;
      const lanes value = load(source + (size_t)columns[node] * stride);
      if (level == depth - 1)
        answers[place] = side(value, thresholds[node], (lanes){0} + leaves[2 * place], (lanes){0} + leaves[2 * place + 1]);
      else
        answers[place] = side(value, thresholds[node], answers[2 * place], answers[2 * place + 1]);
    }
  return answers[0];
}

INLINE void fold_rows(const int32_t *columns, const float *thresholds, const float *values, size_t trees, int depth,
                      const float *source, size_t stride, size_t blocks, float *scores) {
  const size_t inner = ((size_t)1 << depth) - 1;
  for (size_t b = 0; b < blocks; b++) {
    lanes sum = load(scores + LANES * b);
    for (size_t t = 0; t < trees; t++)
      sum += fold(columns + t * inner, thresholds + t * inner, values + t * (2 * inner + 1), depth, source + LANES * b, stride);
    memcpy(scores + LANES * b, &sum, sizeof sum);
  }
}

INLINE void walk_rows(const int32_t *columns, const float *thresholds, const float *values, size_t trees, int depth,
                      const float *source, size_t stride, size_t from, size_t count, float *scores) {
  const size_t inner = ((size_t)1 << depth) - 1;
  for (size_t t = 0; t < trees; t++, columns += inner, thresholds += inner, values += 2 * inner + 1)
    for (size_t row = from; row < count; row++) {
      size_t node = 0;
      for (int level = 0; level < depth; level++)
        node = 2 * node + (source[(size_t)columns[node] * stride + row] > thresholds[node] ? 2 : 1);
      scores[row] += values[node];
    }
}

CK_TARGET_CLONES
void ck_add_tree_scores(const int32_t *columns, const float *thresholds, const float *values, size_t trees, int32_t depth,
                        const float *source, size_t stride, size_t count, float *scores) {
  const size_t blocks = depth <= DEEPEST_FOLD ? count / LANES : 0;
#define FOLD(d) fold_rows(columns, thresholds, values, trees, d, source, stride, blocks, scores)
  // The depth is known to the compiler, so that a tree's answers stay in registers.
  switch (depth) {
    case 1: FOLD(1); break;
    case 2: FOLD(2); break;
    case 3: FOLD(3); break;
    case 4: FOLD(4); break;
    case 5: FOLD(5); break;
  }
#undef FOLD
  walk_rows(columns, thresholds, values, trees, depth, source, stride, LANES * blocks, count, scores);
}
