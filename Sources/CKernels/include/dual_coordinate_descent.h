// Dual coordinate descent for linear classification, the inner loop of training.

#ifndef CKERNELS_DUAL_COORDINATE_DESCENT_H
#define CKERNELS_DUAL_COORDINATE_DESCENT_H

#include <stddef.h>
#include <stdint.h>

/// The instances that one tree node trains its children on, with features renumbered from 0.
typedef struct {
  /// Number of instances.
  size_t count;
  /// count + 1 offsets into `features` and `values`, multiples of 4.
  const uint32_t *offsets;
  /// Local feature numbers; an instance is filled up to a multiple of 4 entries with numbers that have the value 0.
  const uint32_t *features;
  /// Values, parallel to `features`.
  const float *values;
  /// |x|^2 + bias^2 of each instance.
  const float *squares;
  /// The constant feature's value; 0 or less: no bias.
  float bias;
} ck_instances;

/// What a visit of an instance needs, in one half of a cache line.
typedef struct {
  uint32_t start;
  uint32_t count;
  double alpha;
  /// Step for a gradient of 1.
  float curvature;
  /// What is added to the diagonal (squared hinge) or the largest alpha (hinge).
  float bound;
  float sign;
  /// 1 when the last visit left alpha at its bound.
  uint32_t idle;
} ck_dual;

/// Lists of instances that wait for a later pass.
enum { CK_RESTING_LISTS = 4 };

/// Memory for one run; all of it is written.
typedef struct {
  /// One weight for each local feature; zero on entry, the solution on return.
  float *weights;
  /// One for each instance.
  ck_dual *duals;
  /// The order of visits, one for each instance.
  uint32_t *order;
  /// CK_RESTING_LISTS for each instance.
  uint32_t *resting;
} ck_solver_memory;

enum { CK_SQUARED_HINGE = 0, CK_HINGE = 1, CK_LOGISTIC = 2 };

typedef struct {
  int32_t loss;
  int32_t max_iterations;
  double tolerance;
  uint64_t seed;
} ck_solver_options;

/// What a run ended with.
typedef struct {
  double bias_weight;
  int32_t iterations;
  int32_t converged;
} ck_solution;

/// Minimises 1/2 (|w|^2 + b^2) + sum_i cost_i loss(y_i (w x_i + b bias)).
///
/// signs: +1 or -1 for each instance. costs: positive cost of each instance.
///
/// C.-J. Hsieh, K.-W. Chang, C.-J. Lin, S. S. Keerthi, S. Sundararajan: "A Dual Coordinate Descent Method for
/// Large-scale Linear SVM", ICML 2008, algorithm 3 (with shrinking), its steps over-relaxed as in O. L. Mangasarian,
/// D. R. Musicant: "Successive Overrelaxation for Support Vector Machines", IEEE Transactions on Neural Networks 10,
/// 1999, and satisfied instances visited less often (our choice). Logistic loss: H.-F. Yu, F.-L. Huang,
/// C.-J. Lin: "Dual coordinate descent methods for logistic regression and maximum entropy models", Machine
/// Learning 85, 2011, algorithm 5.
ck_solution ck_solve(const ck_instances *instances, const int8_t *signs, const float *costs,
                     const ck_solver_options *options, const ck_solver_memory *memory);

#endif
