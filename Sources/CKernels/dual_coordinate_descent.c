#include "dual_coordinate_descent.h"
#include "sparse.h"

#include <math.h>
#include <string.h>

static inline uint64_t next_random(uint64_t *state) {
  uint64_t z = (*state += 0x9E3779B97F4A7C15u);
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
  return z ^ (z >> 31);
}

// Fisher-Yates, two positions from every 64 random bits (the bias of 2^-32 is of no matter here).
static inline void shuffle(uint32_t *order, size_t count, uint64_t *state) {
  uint64_t bits = 0;
  for (size_t i = 0; i + 1 < count; i++) {
    bits = i & 1 ? bits >> 32 : next_random(state);
    const size_t j = i + (size_t)(((bits & 0xffffffffu) * (uint64_t)(count - i)) >> 32);
    const uint32_t kept = order[i];
    order[i] = order[j];
    order[j] = kept;
  }
}

// A step goes beyond the minimum along its coordinate (over-relaxation), as the coordinates are strongly coupled by the
// constant feature. The few positives lag behind the many negatives, so they go further. The optimum stays where it is.
static const float RELAXED_POSITIVE = 1.6f, RELAXED_NEGATIVE = 1.4f;

// An instance that is idle twice running is not visited in the next passes but this many. Most visits of most instances
// find them satisfied; convergence is only declared after a pass over all.
enum { REST = CK_RESTING_LISTS - 1 };

// A visit's memory is asked for this many visits ahead: first the dual, then the row it points to. Instances with
// fewer entries than that stay in the cache by themselves.
enum { DUAL_AHEAD = 12, ROW_AHEAD = 6, PREFETCHED_ENTRIES = 1 << 15 };

static inline __attribute__((always_inline)) void prefetch_ahead(const ck_instances *x, const ck_dual *duals,
                                                                 const uint32_t *order, size_t s, size_t active) {
  if (s + DUAL_AHEAD < active) __builtin_prefetch(&duals[order[s + DUAL_AHEAD]]);
  if (s + ROW_AHEAD < active) {
    const ck_dual *next = &duals[order[s + ROW_AHEAD]];
    const char *features = (const char *)(x->features + next->start);
    const char *values = (const char *)(x->values + next->start);
    __builtin_prefetch(features);
    __builtin_prefetch(values);
    if (next->count > 8) {
      __builtin_prefetch(features + 64);
      __builtin_prefetch(values + 64);
    }
  }
}

// What one visit does with a dual variable that is at a bound and would leave the box.
typedef enum { MOVES, IDLE, DROPPED } visit;

static inline __attribute__((always_inline)) visit judge(double alpha, double gradient, double upper, double highest,
                                                         double lowest) {
  if (alpha == 0 && gradient > 0) return gradient > highest ? DROPPED : IDLE;
  if (alpha == upper && gradient < 0) return gradient < lowest ? DROPPED : IDLE;
  return MOVES;
}

// The hinge losses: at most one Newton step a visit, over-relaxed and projected to [0, upper].
static inline __attribute__((always_inline)) ck_solution hinge(const ck_instances *x, const int8_t *signs,
                                                               const float *costs, const ck_solver_options *options,
                                                               const ck_solver_memory *memory, int squared) {
  float *w = memory->weights;
  ck_dual *duals = memory->duals;
  uint32_t *order = memory->order;
  const double bias = x->bias > 0 ? x->bias : 0;
  double bias_weight = 0;
  uint64_t state = options->seed;
  for (size_t i = 0; i < x->count; i++) {
    order[i] = (uint32_t)i;
    const float bound = squared ? 0.5f / costs[i] : costs[i];
    const float step = signs[i] > 0 ? RELAXED_POSITIVE : RELAXED_NEGATIVE;
    duals[i] = (ck_dual){x->offsets[i], x->offsets[i + 1] - x->offsets[i], 0,
                         step / (x->squares[i] + (squared ? bound : 0)), bound, signs[i], 0};
  }
  size_t active = x->count;
  size_t resting[REST + 1] = {0};
  double highest_before = INFINITY, lowest_before = -INFINITY;
  int32_t iteration = 0, converged = x->count == 0;
  const int prefetches = x->offsets[x->count] > PREFETCHED_ENTRIES;
  while (iteration < options->max_iterations && !converged) {
    double highest = -INFINITY, lowest = INFINITY;
    const size_t visited = active;
    shuffle(order, active, &state);
    active = 0;
    // Idle instances wait in the list of this pass, which comes back REST passes later.
    const size_t list = (size_t)iteration % (REST + 1), due = (size_t)(iteration + 1) % (REST + 1);
    uint32_t *rests = memory->resting + list * x->count;
    for (size_t s = 0; s < visited; s++) {
      if (prefetches) prefetch_ahead(x, duals, order, s, visited);
      const uint32_t i = order[s];
      ck_dual *dual = &duals[i];
      const uint32_t *features = x->features + dual->start;
      const float *values = x->values + dual->start;
      const double old = dual->alpha, sign = dual->sign;
      const double upper = squared ? INFINITY : dual->bound, diagonal = squared ? dual->bound : 0;
      const double margin = sign * (ck_gather_dot_by_four(w, features, values, dual->count) + bias_weight * bias);
      const double gradient = margin - 1 + diagonal * old;
      const visit judged = judge(old, gradient, upper, highest_before, lowest_before);
      if (judged == DROPPED) continue;
      const double projected = judged == IDLE ? 0 : gradient;
      if (projected > highest) highest = projected;
      if (projected < lowest) lowest = projected;
      if (judged == IDLE) {
        if (dual->idle) rests[resting[list]++] = i;
        else order[active++] = i;
        dual->idle = 1;
        continue;
      }
      order[active++] = i;
      if (fabs(gradient) <= 1e-12) continue;
      double moved = old - gradient * dual->curvature;
      moved = moved < 0 ? 0 : moved > upper ? upper : moved;
      dual->alpha = moved;
      dual->idle = 0;
      const double step = (moved - old) * sign;
      ck_scatter_add_by_four(w, features, values, dual->count, (float)step);
      bias_weight += step * bias;
    }
    iteration++;
    memcpy(order + active, memory->resting + due * x->count, resting[due] * sizeof *order);
    active += resting[due];
    resting[due] = 0;
    if (visited == 0 || highest - lowest <= options->tolerance) {
      if (visited == x->count) {
        converged = 1;
      } else {
        for (size_t i = 0; i < x->count; i++) order[i] = (uint32_t)i;
        active = x->count;
        memset(resting, 0, sizeof resting);
        highest_before = INFINITY;
        lowest_before = -INFINITY;
      }
      continue;
    }
    highest_before = highest <= 0 ? INFINITY : highest;
    lowest_before = lowest >= 0 ? -INFINITY : lowest;
  }
  return (ck_solution){bias_weight, iteration, converged};
}

// Logistic loss: each visit solves the one-variable problem in z by a few Newton steps from whichever end is
// nearer, so that alpha and cost - alpha both stay positive.
static inline __attribute__((always_inline)) ck_solution logistic(const ck_instances *x, const int8_t *signs,
                                                                  const float *costs,
                                                                  const ck_solver_options *options,
                                                                  const ck_solver_memory *memory) {
  float *w = memory->weights;
  ck_dual *duals = memory->duals;
  uint32_t *order = memory->order;
  const double bias = x->bias > 0 ? x->bias : 0;
  double bias_weight = 0;
  uint64_t state = options->seed;
  for (size_t i = 0; i < x->count; i++) {
    order[i] = (uint32_t)i;
    const double start = fmin(1e-3 * costs[i], 1e-8);
    duals[i].alpha = start;
    const double step = signs[i] * start;
    ck_scatter_add_by_four(w, x->features + x->offsets[i], x->values + x->offsets[i], x->offsets[i + 1] - x->offsets[i],
                (float)step);
    bias_weight += step * bias;
  }
  int32_t iteration = 0, converged = x->count == 0;
  double inner = 1e-2;
  const double inner_least = fmin(1e-8, options->tolerance);
  while (iteration < options->max_iterations && !converged) {
    double worst = 0;
    int64_t newton_steps = 0;
    shuffle(order, x->count, &state);
    for (size_t s = 0; s < x->count; s++) {
      const uint32_t i = order[s];
      const uint32_t start = x->offsets[i], n = x->offsets[i + 1] - start;
      const double y = signs[i], cost = costs[i], a = x->squares[i];
      const double b = y * (ck_gather_dot_by_four(w, x->features + start, x->values + start, n) + bias_weight * bias);
      // Solve for alpha, or for cost - alpha when that is the one that gets small.
      const double alpha = duals[i].alpha;
      const double sign = 0.5 * a * (cost - 2 * alpha) + b < 0 ? -1 : 1;
      const double old = sign > 0 ? alpha : cost - alpha;
      double z = old;
      if (cost - z < 0.5 * cost) z *= 0.1;
      double slope = a * (z - old) + sign * b + log(z / (cost - z));
      worst = fmax(worst, fabs(slope));
      for (int k = 0; k < 100 && fabs(slope) >= inner; k++) {
        const double curvature = a + cost / (cost - z) / z;
        const double moved = z - slope / curvature;
        z = moved <= 0 ? z * 0.1 : moved;
        slope = a * (z - old) + sign * b + log(z / (cost - z));
        newton_steps++;
      }
      if (z != old) {
        duals[i].alpha = sign > 0 ? z : cost - z;
        const double step = sign * (z - old) * y;
        ck_scatter_add_by_four(w, x->features + start, x->values + start, n, (float)step);
        bias_weight += step * bias;
      }
    }
    iteration++;
    if (worst < options->tolerance) converged = 1;
    if (newton_steps <= (int64_t)(x->count / 10)) inner = fmax(inner_least, 0.1 * inner);
  }
  return (ck_solution){bias_weight, iteration, converged};
}

ck_solution ck_solve(const ck_instances *instances, const int8_t *signs, const float *costs,
                     const ck_solver_options *options, const ck_solver_memory *memory) {
  switch (options->loss) {
    case CK_HINGE: return hinge(instances, signs, costs, options, memory, 0);
    case CK_LOGISTIC: return logistic(instances, signs, costs, options, memory);
    default: return hinge(instances, signs, costs, options, memory, 1);
  }
}
