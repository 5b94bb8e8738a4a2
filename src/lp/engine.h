/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The small contract with the LP solver.  An engine holds all rows of an lp and some of its columns; GLPK is its only
 * real implementation.  One engine lives in one thread.  Failures of the solver end as ENGINE_FAILED with a message,
 * never as an abort.
 */
#ifndef STRAIT_LP_ENGINE_H
#define STRAIT_LP_ENGINE_H

#include "lp/lp.h"

typedef struct engine engine;

enum engine_outcome { ENGINE_OPTIMAL, ENGINE_INFEASIBLE, ENGINE_LIMIT, ENGINE_FAILED, ENGINE_ABOVE };
enum engine_method { ENGINE_PRIMAL, ENGINE_DUAL };

/** A new engine with the rows of m and no columns. STRAIT_ENOMEM, STRAIT_EBUG (solver refused). */
strait_status engine_new(strait_ctx *cx, const struct lp *m, engine **out) MUST_USE;
void engine_free(engine *e);
/** Add columns of the lp by index; those already there are skipped. */
strait_status engine_add(strait_ctx *cx, engine *e, const size_t *col, size_t n) MUST_USE;
bool engine_has(const engine *e, size_t col);
size_t engine_cols(const engine *e);

/**
 * Minimise.  elastic = true: phase-1 objective, every row with one artificial column per side at cost 1, all others free of cost.
 * Runs in slices of a fixed number of pivots (so that results do not depend on time); between slices it ticks progress
 * and stops at `deadline` (cx_now() seconds, 0 none) or on cancel: ENGINE_LIMIT.
 */
strait_status engine_solve(strait_ctx *cx, engine *e, enum engine_method how, bool elastic, double deadline,
                           enum engine_outcome *out) MUST_USE;
/** After a solve: values of all columns of the lp (0 for those not in), duals of all rows; objective; primal feasible? */
void engine_solution(const engine *e, double *x, double *y, double *objective, bool *feasible);
/**
 * Start from this basis: n_col columns of the lp, all in, and the slacks of rows where row[i]; at_most: columns (n_col of the
 * lp) that rest at their upper bound.  *ok = false: the solver cannot factor it, and the basis is as it was before any solve.
 */
strait_status engine_set_basis(strait_ctx *cx, engine *e, const size_t *col, size_t n_col, const bool *row, const bool *at_most,
                               bool *ok) MUST_USE;
/** Where a column is after a solve: not in, resting at its lower or its upper bound, in the basis. */
enum engine_place { ENGINE_OUT, ENGINE_LOW, ENGINE_HIGH, ENGINE_IN };
/**
 * The basis after a solve, for engine_set_basis of another engine: col[j] for all columns of the lp, row[i] where the slack
 * is basic.  A basic artificial column counts as its row's slack, which spans the same.  False: there is none.
 */
bool engine_basis(const engine *e, enum engine_place *col, bool *row);
/**
 * How far the basis is from an optimum of the columns that are in: basic ones outside of their bounds and others that would
 * improve.  SIZE_MAX: it cannot be told.
 */
size_t engine_distance(engine *e);
/** From now on a solve ends as ENGINE_LIMIT once so many pivots were made in all; 0: no limit. */
void engine_limit(engine *e, long pivots);
bool engine_at_limit(const engine *e);
/** From now on reduced costs are held to GLPK's finest tolerance. */
void engine_tighten(engine *e);
/**
 * From now on a solve is a mere try: it ends with ENGINE_ABOVE once the dual simplex knows that the optimum costs at least
 * this, or after a slice of pivots.  INFINITY: never.
 */
void engine_stop_above(engine *e, double objective);
/** Bring bounds and costs of the lp's columns and rows over again after they changed. */
strait_status engine_refresh(strait_ctx *cx, engine *e) MUST_USE;
/** Solve for the sides of these rows, as many as the lp has, instead of the lp's own; until engine_refresh.  Borrowed for the call. */
strait_status engine_set_rows(strait_ctx *cx, engine *e, const struct lp_row *row) MUST_USE;
/** Pivots since engine_new. */
long engine_pivots(const engine *e);

/**
 * Where a row's dual holds: the interval of its active right-hand side in which the basis stays optimal.
 * False when the row is not active (dual 0) or the solver cannot tell.
 */
bool engine_range(engine *e, size_t row, double *low, double *high);
/** Column statuses, for ties: true when the column is basic. Columns not in: false. */
bool engine_basic(const engine *e, size_t col);

#endif
