#include "substitution.h"
#include "target_clones.h"

void ck_substitution_push(const uint32_t *states, size_t count, ck_transitions transitions, double *mass) {
  for (size_t s = 0; s < count; s++) {
    const uint32_t state = states[s];
    const double moving = mass[state];
    // Rows have no diagonal, so nothing comes back within the row.
    mass[state] = 0;
    if (moving == 0) continue;
    const uint32_t end = transitions.offsets[state + 1];
    for (uint32_t k = transitions.offsets[state]; k < end; k++) {
      mass[transitions.columns[k]] += moving * transitions.values[k];
    }
  }
}

CK_TARGET_CLONES
void ck_substitution_push_dense(
    const uint32_t *states, size_t count, const double *values, size_t width, double *mass) {
  for (size_t s = 0; s < count; s++) {
    const double moving = mass[states[s]];
    mass[states[s]] = 0;
    if (moving == 0) continue;
    const double *restrict row = values + (size_t)states[s] * width;
    double *restrict target = mass;
    for (size_t j = 0; j < width; j++) target[j] += moving * row[j];
  }
}

void ck_substitution_expect(
    const uint32_t *states, size_t count, ck_transitions transitions, const double *least, double *value) {
  for (size_t s = 0; s < count; s++) {
    const uint32_t state = states[s];
    const uint32_t *const column = transitions.columns;
    const double *const weight = transitions.values;
    const uint32_t end = transitions.offsets[state + 1];
    uint32_t k = transitions.offsets[state];
    // Four sums, so that an addition does not wait for the one before.
    double a = 0, b = 0, c = 0, d = 0;
    for (; k + 4 <= end; k += 4) {
      a += weight[k] * value[column[k]];
      b += weight[k + 1] * value[column[k + 1]];
      c += weight[k + 2] * value[column[k + 2]];
      d += weight[k + 3] * value[column[k + 3]];
    }
    for (; k < end; k++) a += weight[k] * value[column[k]];
    const double sum = (a + b) + (c + d);
    value[state] = sum > least[state] ? sum : least[state];
  }
}

CK_TARGET_CLONES
void ck_substitution_expect_dense(
    const uint32_t *states, size_t count, const double *values, size_t width, const double *least, double *value) {
  for (size_t s = 0; s < count; s++) {
    const double *const row = values + (size_t)states[s] * width;
    double sums[8] = {0};
    size_t j = 0;
    for (; j + 8 <= width; j += 8) {
      for (size_t lane = 0; lane < 8; lane++) sums[lane] += row[j + lane] * value[j + lane];
    }
    double sum = 0;
    for (; j < width; j++) sum += row[j] * value[j];
    for (size_t lane = 0; lane < 8; lane++) sum += sums[lane];
    value[states[s]] = sum > least[states[s]] ? sum : least[states[s]];
  }
}
