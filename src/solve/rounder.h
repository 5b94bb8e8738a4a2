/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inside the room: what the steps of a rounding share. */
#ifndef STRAIT_SOLVE_ROUNDER_H
#define STRAIT_SOLVE_ROUNDER_H

#include "solve/round.h"
#include "solve/rounds.h"

/* Whole is not worth more than this times what the work costs at the margin in the plan in fractions. */
#define ROUND_DEAR 2.0
/* Where this share of the cost or more hangs on it. */
#define ROUND_AT_STAKE 1e-5
/* Nor more than this share of the cheapest plan in all. */
#define ROUND_WORTH 0.03

struct rounder {
    struct lp *m;
    const struct solution *s;   /* the plan in fractions */
    struct rounds *rounds;
    struct rounding *out;       /* the best so far */
    double *lo, *up, *cost;     /* n_col: as m had them */
    double *x, *y;              /* the last answer that was accepted, and its duals */
    double *scratch;            /* n_col */
    double *held;               /* n_col: lower bounds before this pass over placements */
    double cheapest;            /* plan with its leases in whole blocks so far */
    double value;               /* of x at the costs that m has now */
    double *usable, *steady;    /* offer x segment */
    double *taken;              /* offer x segment: by placements that were raised to a whole one */
    double *raised;             /* n_row: of a demand, what was raised */
    bool *open;                 /* n_row: a demand that whole gangs or replicas cannot meet: nothing of it is barred */
    bool *can;                  /* n_row: one of a demand's columns can be whole */
    int *row;                   /* max_nnz: scratch */
    double *val;                /* max_nnz: scratch */
    bool *mark;                 /* n_row: scratch */
    bool saved;                 /* m's bounds and costs are to be brought back */
    long before, budget;        /* pivots: when it began, and that it may take for what is not needed but may save */
    long asking;                /* pivots for leases one by one; what is in parts then goes up at once */
    bool stopped;               /* a limit: the best so far stands */
};

/* ---- round.c ---- */

/** Row of a work column's demand. */
int rounder_row(const struct lp *m, const struct lp_strip *s, int t);
/**
 * Solve with m's bounds as they are, from the basis that there is.
 *
 * @param wide   price all columns, too
 * @param above  no answer of at least this is of use; INFINITY
 * @param ok     an answer, in rounds->x: rounder_accept takes it
 */
strait_status rounder_solve(strait_ctx *cx, struct rounder *q, bool wide, double above, bool *ok) MUST_USE;
void rounder_accept(struct rounder *q);
/** The same, priced only where the columns there are leave no answer; taken at once. */
strait_status rounder_follow(strait_ctx *cx, struct rounder *q, bool *ok) MUST_USE;
/** Let all columns of the demands with a mark in `row` be as they were; nothing bars them any more. Their number. */
size_t rounder_release(struct rounder *q, const bool *row);
/** After "no answer": release the demands that prove it. */
size_t rounder_release_ray(struct rounder *q);
/** Release demands of which more is unmet than in the plan in fractions, or of which one more costs much more than there. */
size_t rounder_release_dear(struct rounder *q);
/** Reduced cost of column j at q->y. */
double rounder_reduced(struct rounder *q, size_t j);
bool rounder_may_spend(const struct rounder *q);
/** After a stop: as many pivots again, unless the time is over, too. */
void rounder_again(struct rounder *q);

/* ---- round_coarse.c ---- */

/** Where the dive has ended without a plan: all leases fixed at once, from the plan in fractions.  *ok = false: none again. */
strait_status round_coarsely(strait_ctx *cx, struct rounder *q, bool *ok) MUST_USE;

/* ---- round_hold.c ---- */

/** The least whole count that is v and the minimum or more, the maximum if that is less. */
double round_count_up(const struct rounder *q, const struct lp_hold *h, double v);
/** The most whole count that is v or less; nothing where that is below the minimum. */
double round_count_down(const struct rounder *q, const struct lp_hold *h, double v);

/** Leases and purchases to whole blocks.  *ok = false: no plan was found so. */
strait_status round_holds(strait_ctx *cx, struct rounder *q, bool *ok) MUST_USE;
/** Bar runs where the accelerators that are or may come to be there are fewer than the gang. */
void round_bar_gangs(struct rounder *q);

/* ---- round_work.c ---- */

/** Placements of x below a gang or replica. */
size_t round_count(struct rounder *q, const double *x);
/** Raise or bar placements in parts, keeping the best plan on the way. */
strait_status round_work(strait_ctx *cx, struct rounder *q) MUST_USE;

/* ---- round_fill.c ---- */

/** Cost of filling whole replicas of rented accelerators. */
double round_filling(const struct lp *m, const double *x);
/** Costs of m such that rented replicas cost, in proportion to what is used of x, what whole ones do. */
void round_slopes(struct rounder *q);
/**
 * Take q->x as the plan if it is better than the one there is: fewer placements in parts, unless it costs ROUND_WORTH more
 * than the cheapest, then cheaper.
 */
strait_status round_keep(strait_ctx *cx, struct rounder *q, bool *better) MUST_USE;

#endif
