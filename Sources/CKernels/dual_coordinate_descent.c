#include "dual_coordinate_descent.h"
#include "target_clones.h"

#include <float.h>
#include <math.h>
#include <string.h>

// Sums are rounded alike on every processor.
#pragma STDC FP_CONTRACT OFF

// One number for each classifier, and one truth (-1 or 0).
typedef float lanes __attribute__((vector_size(4 * CK_LANES)));
typedef int32_t marks __attribute__((vector_size(4 * CK_LANES)));

// Vectors are passed to inlined functions only, so how a call would pass them does not matter.
#pragma clang diagnostic ignored "-Wpsabi"
#define INLINE static inline __attribute__((always_inline))

// Steps go beyond the minimum along their coordinate (over-relaxation), as all coordinates are coupled by the constant
// feature. The few positives lag behind the many negatives, so they go further. The optimum stays where it is.
static const float RELAXED_POSITIVE = 1.6f, RELAXED_NEGATIVE = 1.4f;

// An instance that is idle twice running is not visited in the next REST passes. Most visits of most instances find them
// satisfied; convergence is only declared after a pass over all.
enum { REST = CK_RESTING_LISTS - 1 };

// A visit's memory is asked for this many visits ahead: first what describes it, then its row. Instances with fewer
// entries than that stay in the cache by themselves.
enum { VISIT_AHEAD = 12, ROW_AHEAD = 6, WEIGHTS_AHEAD = 2, PREFETCHED_ENTRIES = 1 << 15 };

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

INLINE void prefetch_ahead(const ck_instances *x, const ck_solver_memory *memory, size_t s, size_t visited) {
  if (s + VISIT_AHEAD < visited) __builtin_prefetch(&memory->visits[memory->order[s + VISIT_AHEAD]]);
  if (s + ROW_AHEAD < visited) {
    const uint32_t i = memory->order[s + ROW_AHEAD];
    const ck_visit *next = &memory->visits[i];
    const char *features = (const char *)(x->features + next->start);
    const char *values = (const char *)(x->values + next->start);
    __builtin_prefetch(memory->alphas + CK_LANES * (size_t)i);
    __builtin_prefetch(features);
    __builtin_prefetch(values);
    if (next->count > 8) {
      __builtin_prefetch(features + 64);
      __builtin_prefetch(values + 64);
    }
  }
  if (s + WEIGHTS_AHEAD < visited) {
    const ck_visit *next = &memory->visits[memory->order[s + WEIGHTS_AHEAD]];
    const uint32_t *features = x->features + next->start;
    for (uint32_t k = 0; k < next->count; k++) __builtin_prefetch(memory->weights + CK_LANES * (size_t)features[k]);
  }
}

INLINE lanes splat(float value) { return (lanes){0} + value; }

INLINE lanes choose(marks where, lanes yes, lanes no) {
  return (lanes)((where & (marks)yes) | (~where & (marks)no));
}

INLINE marks bits_of(uint32_t bits) {
  const marks each = {1 << 0, 1 << 1, 1 << 2,  1 << 3,  1 << 4,  1 << 5,  1 << 6,  1 << 7,
                      1 << 8, 1 << 9, 1 << 10, 1 << 11, 1 << 12, 1 << 13, 1 << 14, 1 << 15};
  return (((marks){0} + (int32_t)bits) & each) != 0;
}

INLINE int any(marks m) { return __builtin_reduce_or(m) != 0; }

// w x + b bias for every classifier.
INLINE lanes products(const ck_instances *x, const ck_visit *visit, const float *weights, lanes start) {
  const uint32_t *features = x->features + visit->start;
  const float *values = x->values + visit->start;
  const lanes *w = (const lanes *)weights;
  lanes a = start, b = {0}, c = {0}, d = {0};
  for (uint32_t k = 0; k < visit->count; k += 4) {
    a += w[features[k]] * values[k];
    b += w[features[k + 1]] * values[k + 1];
    c += w[features[k + 2]] * values[k + 2];
    d += w[features[k + 3]] * values[k + 3];
  }
  return (a + b) + (c + d);
}

INLINE void add(const ck_instances *x, const ck_visit *visit, float *weights, lanes steps) {
  const uint32_t *features = x->features + visit->start;
  const float *values = x->values + visit->start;
  lanes *w = (lanes *)weights;
  for (uint32_t k = 0; k < visit->count; k += 4) {
    w[features[k]] += steps * values[k];
    w[features[k + 1]] += steps * values[k + 1];
    w[features[k + 2]] += steps * values[k + 2];
    w[features[k + 3]] += steps * values[k + 3];
  }
}

INLINE ck_solution solution(const lanes *bias_weights, int32_t iterations, uint32_t converged) {
  ck_solution result = {.iterations = iterations, .converged = converged};
  memcpy(result.bias_weights, bias_weights, sizeof result.bias_weights);
  return result;
}

INLINE uint32_t bits(marks m) {
  uint32_t result = 0;
  for (int lane = 0; lane < CK_LANES; lane++) result |= m[lane] ? 1u << lane : 0;
  return result;
}

// The hinge losses: at most one Newton step a visit, over-relaxed and projected to [0, upper].
INLINE ck_solution hinge(const ck_instances *x, const ck_targets *targets, const ck_solver_options *options,
                         const ck_solver_memory *memory, int squared) {
  ck_visit *visits = memory->visits;
  uint32_t *order = memory->order;
  lanes *alphas = (lanes *)memory->alphas;
  const lanes *costs = (const lanes *)targets->costs;
  const lanes zero = {0}, one = splat(1), bias = splat(x->bias > 0 ? x->bias : 0), infinity = splat(INFINITY);
  const lanes tolerance = splat(options->tolerance);
  const lanes relaxed_positive = splat(RELAXED_POSITIVE), relaxed_negative = splat(RELAXED_NEGATIVE);
  lanes upper = squared ? infinity : splat(targets->cost), diagonal = squared ? splat(0.5f / targets->cost) : zero;
  lanes bias_weights = zero;
  uint64_t state = options->seed;
  for (size_t i = 0; i < x->count; i++) {
    order[i] = (uint32_t)i;
    alphas[i] = zero;
    visits[i] = (ck_visit){x->offsets[i], x->offsets[i + 1] - x->offsets[i], 1 / (x->squares[i] + diagonal[0]),
                           targets->positive[i], 0};
  }
  marks running = bits_of((1u << targets->count) - 1);
  size_t active = x->count;
  size_t resting[REST + 1] = {0};
  lanes highest_before = infinity, lowest_before = -infinity;
  int32_t iteration = 0;
  if (active == 0) running = (marks){0};
  const int prefetches = x->offsets[x->count] > PREFETCHED_ENTRIES;
  while (iteration < options->max_iterations && any(running)) {
    lanes highest = -infinity, lowest = infinity;
    const size_t visited = active;
    shuffle(order, active, &state);
    active = 0;
    // Idle instances wait in the list of this pass, which comes back REST passes later.
    const size_t list = (size_t)iteration % (REST + 1), due = (size_t)(iteration + 1) % (REST + 1);
    uint32_t *rests = memory->resting + list * x->count;
    for (size_t s = 0; s < visited; s++) {
      if (prefetches) prefetch_ahead(x, memory, s, visited);
      const uint32_t i = order[s];
      ck_visit *visit = &visits[i];
      const marks positive = bits_of(visit->positive);
      const lanes old = alphas[i];
      lanes curvature = splat(visit->curvature);
      if (costs) {
        upper = squared ? infinity : costs[i];
        diagonal = squared ? 0.5f / costs[i] : zero;
        curvature = 1 / (x->squares[i] + diagonal);
      }
      const lanes product = products(x, visit, memory->weights, bias_weights * bias);
      const lanes gradient = choose(positive, product, -product) - one + diagonal * old;
      const marks low = (old == zero) & (gradient > zero), high = (old == upper) & (gradient < zero);
      const marks moves = running & ~low & ~high;
      const lanes projected = choose(moves, gradient, zero);
      highest = choose(projected > highest, projected, highest);
      lowest = choose(projected < lowest, projected, lowest);
      if (!any(moves)) {
        // Shrinking: what is far inside for every classifier drops out until the next pass over all.
        const marks near = running & ~(low & (gradient > highest_before)) & ~(high & (gradient < lowest_before));
        if (!any(near)) continue;
        if (visit->idle) rests[resting[list]++] = i;
        else order[active++] = i;
        visit->idle = 1;
        continue;
      }
      order[active++] = i;
      visit->idle = 0;
      lanes moved = old - projected * curvature * choose(positive, relaxed_positive, relaxed_negative);
      moved = choose(moved < zero, zero, choose(moved > upper, upper, moved));
      alphas[i] = moved;
      const lanes step = moved - old, steps = choose(positive, step, -step);
      add(x, visit, memory->weights, steps);
      bias_weights += steps * bias;
    }
    iteration++;
    memcpy(order + active, memory->resting + due * x->count, resting[due] * sizeof *order);
    active += resting[due];
    resting[due] = 0;
    const marks satisfied = highest - lowest <= tolerance;
    if (visited == x->count) running &= ~satisfied;
    if (!any(running & ~satisfied)) {
      for (size_t i = 0; i < x->count; i++) order[i] = (uint32_t)i;
      active = x->count;
      memset(resting, 0, sizeof resting);
      highest_before = infinity;
      lowest_before = -infinity;
      continue;
    }
    highest_before = choose(highest <= zero, infinity, highest);
    lowest_before = choose(lowest >= zero, -infinity, lowest);
  }
  return solution(&bias_weights, iteration, bits(~running));
}

// Logistic loss: each visit solves the one-variable problem in z by a few Newton steps from whichever end is nearer, so
// that alpha and cost - alpha both stay positive. The new alpha.
INLINE double logistic_step(double alpha, double cost, double a, double b, double tolerance, double *worst,
                            int64_t *newton_steps) {
  const double sign = 0.5 * a * (cost - 2 * alpha) + b < 0 ? -1 : 1;
  const double old = sign > 0 ? alpha : cost - alpha;
  double z = old;
  if (cost - z < 0.5 * cost) z *= 0.1;
  double slope = a * (z - old) + sign * b + log(z / (cost - z));
  *worst = fmax(*worst, fabs(slope));
  for (int k = 0; k < 100 && fabs(slope) >= tolerance; k++) {
    const double curvature = a + cost / (cost - z) / z;
    const double moved = z - slope / curvature;
    z = moved <= 0 ? z * 0.1 : moved;
    slope = a * (z - old) + sign * b + log(z / (cost - z));
    ++*newton_steps;
  }
  return sign > 0 ? z : cost - z;
}

INLINE ck_solution logistic(const ck_instances *x, const ck_targets *targets, const ck_solver_options *options,
                            const ck_solver_memory *memory) {
  uint32_t *order = memory->order;
  lanes *alphas = (lanes *)memory->alphas;
  const float bias = x->bias > 0 ? x->bias : 0;
  lanes bias_weights = {0};
  uint64_t state = options->seed;
  for (size_t i = 0; i < x->count; i++) {
    order[i] = (uint32_t)i;
    ck_visit *visit = &memory->visits[i];
    *visit = (ck_visit){x->offsets[i], x->offsets[i + 1] - x->offsets[i], 0, targets->positive[i], 0};
    lanes steps = {0};
    for (size_t lane = 0; lane < targets->count; lane++) {
      const float cost = targets->costs ? targets->costs[CK_LANES * i + lane] : targets->cost;
      const float start = fminf(1e-3f * cost, 1e-8f);
      alphas[i][lane] = start;
      steps[lane] = visit->positive >> lane & 1 ? start : -start;
    }
    add(x, visit, memory->weights, steps);
    bias_weights += steps * bias;
  }
  uint32_t running = x->count == 0 ? 0 : (1u << targets->count) - 1;
  int32_t iteration = 0;
  double inner = 1e-2;
  const double inner_least = fmin(1e-8, options->tolerance);
  while (iteration < options->max_iterations && running) {
    double worst[CK_LANES] = {0};
    int64_t newton_steps = 0;
    shuffle(order, x->count, &state);
    for (size_t s = 0; s < x->count; s++) {
      const uint32_t i = order[s];
      const ck_visit *visit = &memory->visits[i];
      const lanes product = products(x, visit, memory->weights, bias_weights * bias);
      lanes steps = {0};
      for (size_t lane = 0; lane < targets->count; lane++) {
        if (!(running >> lane & 1)) continue;
        const float cost = targets->costs ? targets->costs[CK_LANES * (size_t)i + lane] : targets->cost;
        const double y = visit->positive >> lane & 1 ? 1 : -1, old = alphas[i][lane];
        const float best = (float)logistic_step(old, cost, x->squares[i], y * product[lane], inner, &worst[lane],
                                                &newton_steps);
        const float moved = fminf(fmaxf(best, FLT_MIN), nextafterf(cost, 0));
        alphas[i][lane] = moved;
        steps[lane] = (float)(y * (moved - old));
      }
      add(x, visit, memory->weights, steps);
      bias_weights += steps * bias;
    }
    iteration++;
    for (size_t lane = 0; lane < targets->count; lane++)
      if (worst[lane] < options->tolerance) running &= ~(1u << lane);
    if (newton_steps <= (int64_t)(x->count * targets->count / 10)) inner = fmax(inner_least, 0.1 * inner);
  }
  return solution(&bias_weights, iteration, ~running);
}

CK_TARGET_CLONES
ck_solution ck_solve(const ck_instances *instances, const ck_targets *targets, const ck_solver_options *options,
                     const ck_solver_memory *memory) {
  switch (options->loss) {
    case CK_HINGE: return hinge(instances, targets, options, memory, 0);
    case CK_LOGISTIC: return logistic(instances, targets, options, memory);
    default: return hinge(instances, targets, options, memory, 1);
  }
}
