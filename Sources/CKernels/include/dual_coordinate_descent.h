// Dual coordinate descent for linear classification, the inner loop of training.

#ifndef CKERNELS_DUAL_COORDINATE_DESCENT_H
#define CKERNELS_DUAL_COORDINATE_DESCENT_H

#include <stddef.h>
#include <stdint.h>

/// Classifiers trained side by side: their weights of one feature fill a cache line.
enum { CK_LANES = 16 };

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

/// Which instances are positive, and what they cost.
typedef struct {
  /// Number of classifiers, 1 to CK_LANES.
  size_t count;
  /// A bit for each classifier, for each instance.
  const uint16_t *positive;
  /// The cost of every instance where `costs` is null.
  float cost;
  /// CK_LANES for each instance, all positive, aligned to 64 bytes; or null.
  const float *costs;
} ck_targets;

/// What a visit of an instance needs besides its row.
typedef struct {
  uint32_t start;
  uint32_t count;
  /// 1 / (|x|^2 + bias^2 + the loss' part of the diagonal), where all classifiers share it.
  float curvature;
  uint16_t positive;
  /// 1 when the last visit left every alpha where it was.
  uint16_t idle;
} ck_visit;

/// Lists of instances that wait for a later pass.
enum { CK_RESTING_LISTS = 4 };

/// Memory for one run; all of it is written.
typedef struct {
  /// CK_LANES for each local feature, aligned to 64 bytes; zero on entry, the solutions on return.
  float *weights;
  /// The dual variables, CK_LANES for each instance, aligned to 64 bytes.
  float *alphas;
  /// One for each instance.
  ck_visit *visits;
  /// The order of visits, one for each instance.
  uint32_t *order;
  /// CK_RESTING_LISTS for each instance.
  uint32_t *resting;
} ck_solver_memory;

enum { CK_SQUARED_HINGE = 0, CK_HINGE = 1, CK_LOGISTIC = 2 };

typedef struct {
  int32_t loss;
  int32_t max_iterations;
  float tolerance;
  uint64_t seed;
} ck_solver_options;

/// What a run ended with.
typedef struct {
  float bias_weights[CK_LANES];
  int32_t iterations;
  /// A bit for each classifier.
  uint32_t converged;
} ck_solution;

/// Minimises 1/2 (|w|^2 + b^2) + sum_i cost_i loss(y_i (w x_i + b bias)) for several classifiers on the same instances.
///
/// C.-J. Hsieh, K.-W. Chang, C.-J. Lin, S. S. Keerthi, S. Sundararajan: "A Dual Coordinate Descent Method for
/// Large-scale Linear SVM", ICML 2008, algorithm 3 (with shrinking), its steps over-relaxed as in O. L. Mangasarian,
/// D. R. Musicant: "Successive Overrelaxation for Support Vector Machines", IEEE Transactions on Neural Networks 10,
/// 1999. Logistic loss: H.-F. Yu, F.-L. Huang, C.-J. Lin: "Dual coordinate descent methods for logistic regression and
/// maximum entropy models", Machine Learning 85, 2011, algorithm 5. Ours are the classifiers side by side, so that an
/// instance is fetched once for all of them, and the rest of instances that none of them needs.
ck_solution ck_solve(const ck_instances *instances, const ck_targets *targets, const ck_solver_options *options,
                     const ck_solver_memory *memory);

#endif
