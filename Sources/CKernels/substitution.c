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
    const uint32_t *states, size_t count, ck_transitions transitions, const double *least,
    const double *value, double *result) {
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
    result[state] = sum > least[state] ? sum : least[state];
  }
}

CK_TARGET_CLONES
void ck_substitution_expect_dense(
    const uint32_t *states, size_t count, const double *values, size_t width, const double *least,
    const double *value, double *result) {
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
    result[states[s]] = sum > least[states[s]] ? sum : least[states[s]];
  }
}

// Rewards or masses of one state that are worked on together; eight fit a register of the widest kind.
enum { LANES = 32 };

CK_TARGET_CLONES
double ck_substitution_stop_batch(size_t count, ck_transitions transitions, size_t width, const double *reward,
                                  double *value) {
  double largest[LANES] = {0};
  for (size_t i = 0; i < count; i++) {
    for (size_t base = 0; base < width; base += LANES) {
      const size_t lanes = width - base < LANES ? width - base : LANES;
      double sums[LANES] = {0};
      for (uint32_t e = transitions.offsets[i]; e < transitions.offsets[i + 1]; e++) {
        const double weight = transitions.values[e];
        const double *const from = value + (size_t)transitions.columns[e] * width + base;
        for (size_t k = 0; k < lanes; k++) sums[k] += weight * from[k];
      }
      const double *const pay = reward + i * width + base;
      double *const to = value + i * width + base;
      for (size_t k = 0; k < lanes; k++) {
        const double next = sums[k] > pay[k] ? sums[k] : pay[k];
        const double change = next > to[k] ? next - to[k] : to[k] - next;
        largest[k] = change > largest[k] ? change : largest[k];
        to[k] = next;
      }
    }
  }
  double result = 0;
  for (size_t k = 0; k < LANES; k++) result = largest[k] > result ? largest[k] : result;
  return result;
}

CK_TARGET_CLONES
double ck_substitution_push_batch(size_t count, ck_transitions transitions, size_t width, const double *going,
                                  double *mass, double *kept) {
  double total[LANES] = {0};
  for (size_t i = 0; i < count; i++) {
    for (size_t base = 0; base < width; base += LANES) {
      const size_t lanes = width - base < LANES ? width - base : LANES;
      double moving[LANES];
      double *const here = mass + i * width + base;
      double *const stays = kept + i * width + base;
      const double *const go = going + i * width + base;
      double some = 0;
      for (size_t k = 0; k < lanes; k++) {
        moving[k] = here[k] * go[k];
        stays[k] += here[k] - moving[k];
        here[k] = 0;
        total[k] += moving[k];
        some += moving[k];
      }
      if (some == 0) continue;
      for (uint32_t e = transitions.offsets[i]; e < transitions.offsets[i + 1]; e++) {
        const double weight = transitions.values[e];
        double *const to = mass + (size_t)transitions.columns[e] * width + base;
        for (size_t k = 0; k < lanes; k++) to[k] += weight * moving[k];
      }
    }
  }
  double sum = 0;
  for (size_t k = 0; k < LANES; k++) sum += total[k];
  return sum;
}
