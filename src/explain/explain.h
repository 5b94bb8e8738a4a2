/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inside the room: from a solution to the plan's tables, one file a topic. */
#ifndef STRAIT_EXPLAIN_EXPLAIN_H
#define STRAIT_EXPLAIN_EXPLAIN_H

#include "explain/plan.h"
#include "solve/solve.h"

/* The parts of plan.json's cost, in its order. */
enum { LEDGER_COMPUTE, LEDGER_IDLE, LEDGER_ENERGY, LEDGER_MOVEMENT, LEDGER_DUTY, LEDGER_PENALTY, LEDGER_CARBON, N_LEDGER };

/*
 * The ledger: every amount of money of a solution, posted once, with all its attributes.  Rent and idle energy of what is
 * held are shared out to its users by hours; the rest is idle.
 */
struct ledger {
    const struct lp *m;
    const double *x;
    double part[N_LEDGER], assumed;
    double *by_workload;    /* n_workload, then idle */
    double *by_site;        /* n_site, then unmet */
    double *by_vendor;      /* by accelerator type (summed by vendor when written), then unmet */
    double by_shore[3];     /* onshore, offshore, unmet */
    double *by_period;      /* n_period, then beyond the horizon, then whole horizon (unmet runs) */
    double *used;           /* offer x segment: accelerator-hours used */
    double *held;           /* offer x segment: accelerator-hours held */
    double *hold_money;     /* (offer x segment) x N_PART: cost of what is held */
    struct arena *arena;
};

strait_status ledger_make(strait_ctx *cx, const struct lp *m, const double *x, struct ledger **out) MUST_USE;
void ledger_free(struct ledger *g);
double ledger_total(const struct ledger *g);
/** Cost of what one column does on one of its offers, with its share of what is held there. */
double ledger_placement(const struct ledger *g, const struct lp_strip *s, int t, int which, double x);

strait_status explain_cost(const struct ledger *g, strait_plan *p) MUST_USE;
/** split, placements or rounded_placements (with the extra of whole replicas; NULL: none), and unmet. */
strait_status explain_placements(const struct ledger *g, strait_table *out) MUST_USE;
strait_status explain_split(const struct ledger *g, strait_plan *p) MUST_USE;
strait_status explain_leases(const struct lp *m, const double *x, strait_table *out) MUST_USE;
strait_status explain_unmet(const struct lp *m, const double *x, strait_plan *p) MUST_USE;
strait_status explain_duals(const struct lp *m, const struct solution *s, strait_plan *p) MUST_USE;
strait_status explain_rules(strait_ctx *cx, const struct lp *m, const struct solution *s, strait_plan *p) MUST_USE;
strait_status explain_input(strait_ctx *cx, const strait_case *c, strait_plan *p) MUST_USE;

/** A file's path as outputs name it: from the case file's folder, so that no path of the machine appears. */
const char *explain_path(const strait_case *c, const char *path);
/** Infeasible: name the rows on which the proof rests, the heaviest first, in warnings. */
strait_status explain_proof(strait_ctx *cx, const struct lp *m, const struct solution *s, strait_plan *p) MUST_USE;

/** Accelerators in use on average; smallest gang or replica there; NULL, "below_gang" or "below_replica". */
const char *placement_flag(const struct lp *m, const struct lp_strip *s, int t, int which, double x);

#endif
