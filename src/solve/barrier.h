/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A start for the simplex: Mehrotra's predictor-corrector on the whole program.  It decides nothing: its point says which
 * columns matter and how much, the basis is made from that, GLPK ends the solve and the certificate judges it.
 */
#ifndef STRAIT_SOLVE_BARRIER_H
#define STRAIT_SOLVE_BARRIER_H

#include "solve/matrix.h"

struct barrier {
    double *x, *z;          /* n_col of the matrix: point and reduced costs */
    double *s, *y;          /* n_row: slack and dual */
    double primal, dual, gap;   /* relative, at the end */
    int iterations;
    bool close;             /* near enough to an optimum to choose a basis from */
    bool feasible;          /* x meets all rows */
    bool stopped;           /* by the user or the deadline */
};

/**
 * Run on a until near an optimum, no longer better, or stopped.  STRAIT_ENOMEM; else *out, close or not.
 * Stopped by the user or near the deadline, it mends the point it has, so that there may be a plan.
 * Source: S. Mehrotra, On the implementation of a primal-dual interior point method, SIAM J. Optim. 2 (1992).
 */
strait_status barrier_run(strait_ctx *cx, const struct matrix *a, double deadline, struct barrier **out) MUST_USE;
void barrier_free(struct barrier *b);

#endif
