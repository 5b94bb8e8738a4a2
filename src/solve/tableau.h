/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The ways out of the vertex in which an engine ended: what moves with a right-hand side or an entering column, and how far. */
#ifndef STRAIT_SOLVE_TABLEAU_H
#define STRAIT_SOLVE_TABLEAU_H

#include "base/arena.h"
#include "lp/engine.h"

struct linalg_lu;
struct between { double lo, now, up; };
struct moved { double by; size_t way; };

/* All in the engine's units (lp_scaled_column). */
struct tableau {
    const struct lp *m;
    arena *arena;
    size_t n;                   /* basic columns */
    enum engine_place *place;   /* n_col */
    bool *slack;                /* n_row: basic */
    size_t *col;                /* n: which columns of the lp are basic */
    double *unit;               /* n: their units */
    int *begin, *row;           /* n + 1: where their entries begin; over all rows */
    double *val;
    int *square;                /* row -> row of B, -1: its slack is basic */
    struct between *x, *act;    /* n; n_row */
    struct linalg_lu *lu;       /* NULL: the basis has no factors, and there are no ways */
    size_t way;                 /* ways asked for */
    size_t n_z;                 /* entries of z, the last way: basic column col[at[k]] moves by z[k] */
    int *at;
    double *z;
    int *met;                   /* scratch: rows that z meets, and what A z - r is there */
    struct moved *moves;
    int *ind, *side_row;        /* scratch of max_nnz + 1 */
    double *entry, *side;
};

/** The basis in which e ended, at x. STRAIT_ENOMEM. */
strait_status tableau_open(strait_ctx *cx, const struct lp *m, engine *e, const double *x, struct tableau *g) MUST_USE;
void tableau_close(struct tableau *g);
/**
 * The way on which right-hand sides move by the n entries val of rows row (not basic ones alone), and how many such steps it
 * can go down and up.  False: z is not accurate.
 */
bool tableau_way(struct tableau *g, size_t n, const int *row, const double *val, double *down, double *up);

#endif
