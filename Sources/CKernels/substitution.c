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

static inline double expectation(ck_transitions transitions, uint32_t state, const double *value) {
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
  return (a + b) + (c + d);
}

void ck_substitution_expect(
    const uint32_t *states, size_t count, ck_transitions transitions, const double *least,
    const double *value, double *result) {
  for (size_t s = 0; s < count; s++) {
    const uint32_t state = states[s];
    const double sum = expectation(transitions, state, value);
    result[state] = sum > least[state] ? sum : least[state];
  }
}

// Takes the better of stopping and going on; returns whether the state stays on the list.
static inline size_t stop(double sum, double reward, double share, double slack, double *value, double *largest) {
  const double next = sum > reward ? sum : reward;
  const double change = next > *value ? next - *value : *value - next;
  *largest = change > *largest ? change : *largest;
  *value = next;
  const double size = reward > 0 ? reward : -reward;
  return sum > reward - slack - share * size;
}

double ck_substitution_stop(uint32_t *states, size_t count, ck_transitions transitions, const double *reward,
                            double share, double slack, double *value, size_t *kept) {
  double largest = 0;
  size_t left = 0;
  for (size_t s = 0; s < count; s++) {
    const uint32_t state = states[s];
    const double sum = expectation(transitions, state, value);
    // Written in any case, counted if kept: no branch that a processor could guess wrongly.
    states[left] = state;
    left += stop(sum, reward[state], share, slack, value + state, &largest);
  }
  *kept = left;
  return largest;
}

size_t ck_substitution_restrict(const uint32_t *states, size_t count, ck_transitions transitions,
                                const uint32_t *place, const double *fixed, uint32_t *offsets, uint32_t *columns,
                                double *values) {
  size_t entries = 0;
  for (size_t s = 0; s < count; s++) {
    const uint32_t end = transitions.offsets[states[s] + 1];
    double constant = 0;
    offsets[s] = (uint32_t)entries;
    for (uint32_t k = transitions.offsets[states[s]]; k < end; k++) {
      const uint32_t column = transitions.columns[k];
      const uint32_t number = place[column];
      columns[entries] = number;
      values[entries] = transitions.values[k];
      constant += transitions.values[k] * fixed[column];
      entries += number != UINT32_MAX;
    }
    columns[entries] = (uint32_t)count;
    values[entries] = constant;
    entries++;
  }
  offsets[count] = (uint32_t)entries;
  return entries;
}

static inline __attribute__((always_inline)) double product(const double *row, const double *value, size_t width) {
  double sums[8] = {0};
  size_t j = 0;
  for (; j + 8 <= width; j += 8) {
    for (size_t lane = 0; lane < 8; lane++) sums[lane] += row[j + lane] * value[j + lane];
  }
  double sum = 0;
  for (; j < width; j++) sum += row[j] * value[j];
  for (size_t lane = 0; lane < 8; lane++) sum += sums[lane];
  return sum;
}

CK_TARGET_CLONES
void ck_substitution_expect_dense(
    const uint32_t *states, size_t count, const double *values, size_t width, const double *least,
    const double *value, double *result) {
  for (size_t s = 0; s < count; s++) {
    const double sum = product(values + (size_t)states[s] * width, value, width);
    result[states[s]] = sum > least[states[s]] ? sum : least[states[s]];
  }
}

CK_TARGET_CLONES
double ck_substitution_stop_dense(uint32_t *states, size_t count, const double *values, size_t width,
                                  const double *reward, double share, double slack, double *value, size_t *kept) {
  double largest = 0;
  size_t left = 0;
  for (size_t s = 0; s < count; s++) {
    const uint32_t state = states[s];
    const double sum = product(values + (size_t)state * width, value, width);
    states[left] = state;
    left += stop(sum, reward[state], share, slack, value + state, &largest);
  }
  *kept = left;
  return largest;
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
