/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Solve an lp to a certified answer: stages by priority, restricted columns, certificate. */
#ifndef STRAIT_SOLVE_SOLVE_H
#define STRAIT_SOLVE_SOLVE_H

#include "lp/engine.h"

/* What certify.c found, apart from the solver, over all columns of the lp. */
struct certificate {
    bool ok;
    double primal_residual;     /* largest violation of a row or bound, relative to 1 + |bound|; of a demand, to itself */
    double dual_residual;       /* most attractive column, relative to lp.money + |cost| (0: none) */
    double primal_objective, dual_objective;    /* dual: a true lower bound, see certify.c */
    double gap;                 /* (primal - dual, 0 if that is rounding) / |primal without constants and penalties|, if that is 0 / |primal| */
    bool farkas;                /* infeasibility: the ray proves it */
    double bound, bound_size;   /* what the duals alone prove, whatever the plan, and the sum of its absolute terms */
};

struct rounds;

/* What the solve took; the parts of it in user CPU seconds. */
struct solve_stats {
    long pivots, pivots_ties;
    size_t rounds, columns_kept, iterations;    /* iterations: of the barrier */
    double solve_s, barrier_cpu, crash_cpu, simplex_cpu, ranges_cpu, ties_cpu;
    int stages;
};

struct solution {
    strait_outcome outcome;
    double *x, *y;              /* n_col, n_row; y: row duals, or the Farkas ray when infeasible */
    double *low, *high;         /* n_row: interval of the row's right-hand side in which y holds; NaN where unknown */
    struct certificate cert;
    bool stopped;               /* a limit or the user ended the solve */
    bool alternatives;          /* other optimal plans exist */
    bool *moved;                /* workload: has another optimal placement */
    struct solve_stats stats;
    double deadline;            /* cx_now() seconds for all that follows, too; 0: none */
    struct rounds *warm;        /* where the solve ended, to go on from with other bounds; owned */
};

/**
 * Solve m.  Closes priority rows in m as its stages go.  An outcome is data in *out; STRAIT_EBUG only when GLPK and its
 * fallback both failed.  `ranges`: also fill low and high.
 */
strait_status solve_lp(strait_ctx *cx, struct lp *m, bool ranges, struct solution **out) MUST_USE;
void solution_free(struct solution *s);
/** Give up the engine in which s ended, which must not leave its thread; the answer stays. */
void solution_settle(struct solution *s);

/* ---- warm.c: many programs of one shape, each from the basis of one of them ---- */

struct warm;

/** The basis in which s ended, to start other programs from; copies what it needs.  *out NULL: there is none to keep. */
strait_status warm_new(strait_ctx *cx, const struct lp *m, const struct solution *s, struct warm **out) MUST_USE;
void warm_free(struct warm *w);
/** Has m the rows and columns of the program that w comes from?  Their numbers may differ. */
bool warm_fits(const struct warm *w, const struct lp *m);
/**
 * solve_lp from the basis `from` (NULL, or of another shape: cold); cold again where that does not end in a certificate.
 * *warm says whether the answer came from the basis.  The answer depends on m and from alone.
 */
strait_status solve_lp_from(strait_ctx *cx, struct lp *m, const struct warm *from, struct solution **out, bool *warm) MUST_USE;

/** Close the priority rows of m where the cost optimum does not already meet them (for export). */
strait_status solve_priorities(strait_ctx *cx, struct lp *m) MUST_USE;

/* ---- certify.c: from the column source alone ---- */

/** Check x and y against m. Nothing of the solver is used. */
strait_status certify_optimal(strait_ctx *cx, const struct lp *m, const double *x, const double *y, double gap,
                              struct certificate *out) MUST_USE;
/** Check another x with the duals that `of` was made with: their bound stands, and two thirds of the work. */
strait_status certify_again(strait_ctx *cx, const struct lp *m, const double *x, double gap, const struct certificate *of,
                            struct certificate *out) MUST_USE;
/** Does y prove that m has no solution?  out->farkas and out->ok; y becomes the ray whose signs hold exactly. */
strait_status certify_infeasible(strait_ctx *cx, const struct lp *m, double *y, struct certificate *out) MUST_USE;

/* ---- tidy.c ---- */

/** The same; columns that are outside of their bounds by the solver's tolerance are put inside if the answer stands so. */
strait_status certify_tidy(strait_ctx *cx, const struct lp *m, double *x, const double *y, double gap, struct certificate *out) MUST_USE;
/** The same with the duals that `of` was made with. */
strait_status certify_tidy_again(strait_ctx *cx, const struct lp *m, double *x, double gap, const struct certificate *of,
                                 struct certificate *out) MUST_USE;

/* ---- price.c: the whole instance against duals ---- */

/** A fixed irregular number in [0, 1) for a column. */
double solve_irregular(size_t j);

/** Reduced costs d = cost - A'y of all columns (cost 0 when elastic), into d (n_col). */
strait_status price_all(strait_ctx *cx, const struct lp *m, const double *y, bool elastic, double *d) MUST_USE;

/* ---- ranges.c ---- */

/** Fill s->low and s->high from the basis in which e ended with s->x and s->y. */
strait_status solve_ranges(strait_ctx *cx, const struct lp *m, engine *e, struct solution *s) MUST_USE;

/* ---- ties.c ---- */

/** Are there other optimal plans?  Decides among ties: see the file. May move sol->x along the optimal face. */
strait_status solve_ties(strait_ctx *cx, struct lp *m, engine *e, struct solution *sol) MUST_USE;

#endif
