/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The barrier's point, its step, and what both are made of; inside barrier*.c. */
#ifndef STRAIT_SOLVE_BARRIER_ROOM_H
#define STRAIT_SOLVE_BARRIER_ROOM_H

#include "solve/arrow.h"
#include "solve/barrier.h"

#define FREE_SLACK 1e20     /* weight of the slack of a row without bounds: it says nothing */
#define STEP 0.9995         /* of the way to the nearest bound */
#define FEASIBLE 1e-9       /* residual, relative: a plan, whatever it costs */

/* Complementary pairs v w = 0 of one kind, their step, and the step's correction. */
struct pairs { size_t n; double *v, *w, *dv, *dw, *cv, *cw, *fix; };

enum { COLS, ROWS, BOUNDS, KINDS };     /* x and z; slacks and their duals; distances to upper bounds and their duals */

struct barrier_work {
    const struct matrix *a;
    struct arrow *arrow;
    struct barrier *p;
    struct pairs pair[KINDS];
    size_t *bound, n_bound;     /* columns with an upper bound, in order */
    double *d, *e;              /* weights: n_col, n_row */
    double *rd, *g;             /* n_col */
    double *rp, *gs, *dy, *cy;  /* n_row */
    double size_b, size_c, mu;
    size_t n_pair;              /* complementary pairs */
};

static inline bool has_slack(const struct matrix *a, size_t i) { return a->sense[i] == 1 || a->sense[i] == -1; }

/* ---- barrier_step.c: one direction ---- */

/** Residuals rp, rd of the point. */
void barrier_residuals(struct barrier_work *k);
/** D and E of the point, and their factor.  False: it is lost. */
bool barrier_factor(struct barrier_work *k);
/** The correction c of the step that takes `share` of the residuals away and changes each product by its fix. */
void barrier_direction(struct barrier_work *k, double share);

/* ---- barrier_point.c: where it begins, and how it ends when stopped ---- */

/** The first point.  False: the factor is lost. */
bool barrier_first(struct barrier_work *k);
/** The nearest feasible point to one that was stopped on its way, distances measured by what each part has to 0. */
void barrier_mend(struct barrier_work *k);

/* ---- barrier.c ---- */

/** Residuals and gap into k->p, mu; back the largest of them, NaN where a number overflowed. */
double barrier_measure(struct barrier_work *k);
/** v + t (dv + omega cv) >= 0 on one side of all pairs: the weight of the correction that allows the longest t. */
double barrier_best_weight(const struct barrier_work *k, bool dual, double least, double *t);
/** v += t c. */
void barrier_add(double *v, const double *c, size_t n, double t);

#endif
