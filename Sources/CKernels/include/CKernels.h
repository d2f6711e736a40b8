// Kernels in C: the loops that the Swift compiler does not vectorise or that need unchecked memory access.
//
// Every function is pure computation on memory that the caller owns: no allocation, no globals, no callbacks.

#ifndef CKERNELS_H
#define CKERNELS_H

#include "axis_product.h"
#include "chunk.h"
#include "dual_coordinate_descent.h"
#include "impacts.h"
#include "preference_bank.h"
#include "rank_keys.h"
#include "sparse.h"
#include "substitution.h"
#include "tree_scores.h"

#endif
