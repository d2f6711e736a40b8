// Sweeps over the rows of a substitution chain: the inner loops of choice probabilities and of optimal stopping.
//
// Sparse rows are compressed: row i has the entries offsets[i] ..< offsets[i + 1] of columns and values.

#ifndef CKERNELS_SUBSTITUTION_H
#define CKERNELS_SUBSTITUTION_H

#include <stddef.h>
#include <stdint.h>

/// The transitions between products in compressed rows.
typedef struct {
  const uint32_t *offsets;
  const uint32_t *columns;
  const double *values;
} ck_transitions;

/// Moves the mass of every listed state on to its successors, one state after the other, so that mass that arrives
/// at a state further down the list moves on in the same sweep.
void ck_substitution_push(const uint32_t *states, size_t count, ck_transitions transitions, double *mass);

/// The same with rows of `width` values each.
void ck_substitution_push_dense(
    const uint32_t *states, size_t count, const double *values, size_t width, double *mass);

/// Sets result[i] = max(least[i], sum of transitions(i, j) value[j]) for every listed state, one after the other.
///
/// result may be value, so that states further down the list see what was set before.
void ck_substitution_expect(
    const uint32_t *states, size_t count, ck_transitions transitions, const double *least,
    const double *value, double *result);

/// The same with rows of `width` values each.
void ck_substitution_expect_dense(
    const uint32_t *states, size_t count, const double *values, size_t width, const double *least,
    const double *value, double *result);

/// One Gauss-Seidel sweep of optimal stopping over listed states: value[i] = max(reward[i], sum of transitions(i, j) value[j]).
///
/// States whose reward exceeds the sum by more than `share` of the reward and `slack` leave the list, which keeps its
/// order; kept receives its new length. Returns the largest change of a value.
double ck_substitution_stop(uint32_t *states, size_t count, ck_transitions transitions, const double *reward,
                            double share, double slack, double *value, size_t *kept);

/// The same with rows of `width` values each.
double ck_substitution_stop_dense(uint32_t *states, size_t count, const double *values, size_t width,
                                  const double *reward, double share, double slack, double *value, size_t *kept);

/// The rows of listed states with only their columns, numbered by `place`, and one more: what the others are worth.
///
/// place: for every state its number in the list, or UINT32_MAX. fixed: values of the states that are not listed, 0 for
/// those that are; their expectation becomes the weight of column `count`, the last entry of each row. offsets: count + 1
/// numbers. columns, values: room for the entries of the listed rows and one more a row. Returns the number of entries.
size_t ck_substitution_restrict(const uint32_t *states, size_t count, ck_transitions transitions,
                                const uint32_t *place, const double *fixed, uint32_t *offsets, uint32_t *columns,
                                double *values);

/// One Gauss-Seidel sweep of optimal stopping for `width` rewards at once.
///
/// value[i * width + k] = max(reward[i * width + k], sum of transitions(i, j) value[j * width + k]) for every state below
/// count. Returns the largest change.
double ck_substitution_stop_batch(size_t count, ck_transitions transitions, size_t width, const double *reward,
                                  double *value);

/// One sweep that moves `width` masses on at once.
///
/// A state keeps what it has where going[i * width + k] is 0 - that is added to kept - and moves it on where it is 1.
/// Returns the mass that was moved.
double ck_substitution_push_batch(size_t count, ck_transitions transitions, size_t width, const double *going,
                                  double *mass, double *kept);

#endif
