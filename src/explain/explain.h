/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inside the room: from a solution to the plan's tables, one file a topic. */
#ifndef STRAIT_EXPLAIN_EXPLAIN_H
#define STRAIT_EXPLAIN_EXPLAIN_H

#include "explain/plan.h"
#include "solve/round.h"

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
    double *usable;         /* offer x segment: accelerators there at least, without the spare share */
    double *steady;         /* offer x segment: of these, taken all the time: services' peaks, runs with their whole gang */
    struct arena *arena;
};

strait_status ledger_make(strait_ctx *cx, const struct lp *m, const double *x, struct ledger **out) MUST_USE;
void ledger_free(struct ledger *g);
double ledger_total(const struct ledger *g);
/** Cost of what one column does on one of its offers, with its share of what is held there. */
double ledger_placement(const struct ledger *g, const struct lp_strip *s, int t, int which, double x);

/** Add the hours and cost of what is held of an offer in a segment and not used. */
void ledger_idle(const struct ledger *g, int o, int t, double *hours, double *cost);

/** The plan of an answer that is there, s of m; both borrowed.  src/explain/make.c.  Test: tests/cli/roll.py */
strait_status plan_of(strait_ctx *cx, struct lp *m, struct solution *s, strait_plan **out) MUST_USE;

/* Tables of the plan, or of the rounded plan; filling: cost of whole replicas beyond what the columns say. */
strait_status explain_cost(const struct ledger *g, double filling, strait_table *out) MUST_USE;
strait_status explain_cost_by(const struct ledger *g, strait_plan *p) MUST_USE;
strait_status explain_placements(const struct ledger *g, strait_table *out) MUST_USE;
strait_status explain_split(const struct ledger *g, double filling, strait_table *split, strait_table *idle) MUST_USE;
strait_status explain_leases(strait_ctx *cx, const struct lp *m, const struct solution *s, const double *x, strait_table *out) MUST_USE;
/** What a hold costs in the plan, per accelerator: rent or annuity and duties inside the horizon, and what is counted beyond it. */
double explain_hold_cost(const struct lp *m, const struct lp_hold *h);
/** Cost of waiting for the next start, per accelerator, of every hold; waiting.c. */
strait_status explain_waiting(strait_ctx *cx, const struct lp *m, const struct solution *s, double *out) MUST_USE;
/* Fewer accelerators held are not told. */
#define LEAST_HELD 1e-6
strait_status explain_unmet(const struct lp *m, const double *x, strait_table *out) MUST_USE;
/* What an offer does, and how much dearer it is per accelerator-hour at least (INFINITY: has no such columns). */
struct standing {
    double hours;               /* accelerator-hours in use */
    double work, hold;          /* by its work columns; by its starts */
    double price;               /* of an accelerator-hour: rent, or annuity of what is bought */
    size_t n_strip, n_hold;
};
/** Standing of every offer into out (n_offer); dearer.c. */
strait_status explain_standing(strait_ctx *cx, const struct ledger *g, const struct solution *s, struct standing *out) MUST_USE;
/** Why each offer does no work; offer.c. */
strait_status explain_offers(strait_ctx *cx, const struct ledger *g, const struct solution *s, strait_table *out) MUST_USE;
/** rounded and the tables that belong to it, with warnings where whole units cost much; rounded.c. */
strait_status explain_rounded(strait_ctx *cx, const struct lp *m, const struct solution *s, const struct rounding *r, strait_plan *p) MUST_USE;
/** Prices mean something: the plan is proven. */
static inline bool explain_proven(const struct solution *s) { return s->outcome == STRAIT_OPTIMAL || s->outcome == STRAIT_WITHIN_GAP; }
/* A row in a reader's words; its value (0 without a price), and where its right-hand side may lie. */
struct told { const char *family, *per; char name[160], period[24], from[24]; double value, low, now, high; };
void explain_row(const struct lp *m, size_t i, const struct solution *s, struct told *q);
/** What a table holds for a text of struct told: NULL where there is none. */
static inline const char *told_text(const char *text) { return text[0] ? text : NULL; }
/** No rows unless the plan is proven. */
strait_status explain_duals(const struct lp *m, const struct solution *s, strait_plan *p) MUST_USE;
strait_status explain_rules(strait_ctx *cx, const struct lp *m, const struct solution *s, strait_plan *p) MUST_USE;
/* effect.c */
const char *effect_status(const struct lp *m, size_t i, const char **why);
strait_status explain_input(strait_ctx *cx, const strait_case *c, strait_plan *p) MUST_USE;

/** A file's path as outputs name it: from the case file's folder, so that no path of the machine appears. */
const char *explain_path(const strait_case *c, const char *path);
/** A warning of the plan: to the context's faults and to the table of warnings. */
strait_status explain_warn(strait_ctx *cx, const strait_case *c, struct origin at, const char *key, const char *text, strait_plan *p) MUST_USE;
/** Firm work that no offer can serve, each with why: lines of `out` and warnings of cx.  unserved.c. */
strait_status explain_unserved(strait_ctx *cx, const struct lp *m, strait_table *out) MUST_USE;
/** Weight of every row that has one, small ones too, as without them they prove less: a ray, or what bounds a stopped solve. */
strait_status explain_weights(const struct lp *m, const struct solution *s, strait_table *out) MUST_USE;
/** Infeasible: the ray as table proof, and the rows on which it rests most, the heaviest first, in warnings. */
strait_status explain_proof(strait_ctx *cx, const struct lp *m, const struct solution *s, strait_plan *p) MUST_USE;

/** Fill usable and steady, which tell whether a gang finds room for part of the time; flag.c. */
void ledger_room(struct ledger *g);
/** Too little to tell: x units of a column of work, that use so many accelerator-hours. */
bool placement_is_noise(const struct lp *m, const struct lp_strip *s, int t, double x, double hours);
/** NULL, "below_gang" or "below_replica": see flag.c. */
const char *placement_flag(const struct ledger *g, const struct lp_strip *s, int t, int which, double x);

#endif
