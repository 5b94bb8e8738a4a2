/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Inside the room: what a plan says one more of each thing is worth, where work could be, and the bound on every plan's
 * cost that follows from the two (weak duality).  Written from the definitions in models/README.md, not from the planner.
 */
#ifndef STRAIT_VERIFY_PRICE_H
#define STRAIT_VERIFY_PRICE_H

#include "verify/book.h"

/* Things that a plan may have a price for. */
enum thing {
    THING_DEMAND,      /* demand pair x segment: a request */
    THING_RUN,         /* workload: a unit of its work */
    THING_PARALLEL,    /* workload x segment: an accelerator-hour at once */
    THING_MEAN, THING_PEAK, THING_LEASE,    /* offer x segment: an accelerator-hour of capacity, of the lease's maximum */
    THING_POWER, THING_INSTALLED,           /* site x segment: a kWh; a kW that is there all the time */
    THING_AT_MOST, THING_AT_LEAST,          /* rule x period, month or horizon: one of what is limited */
    THING_CLASS,       /* priority class: a unit of its penalties */
    N_THING
};

struct prices {
    struct book *b;
    size_t first[N_THING + 1], n[N_THING], width[N_THING];
    double *value;     /* 0: not told */
    bool *told;
};

struct ways {
    bool *open;        /* offer x segment: something is there or may be signed */
    bool *may;         /* (workload x offer) x segment: barred by nothing */
    size_t *barred;    /* rule: how often it says no to what could be, signings included */
    struct hold *start;
    size_t n_start;    /* one accelerator each: leases and purchases that may be signed */
};

/* ---- ways.c ---- */
strait_status ways_open(struct book *b, struct ways *y) MUST_USE;
bool ways_may(const struct book *b, const struct ways *y, int w, int o, int t);
int ways_route(const struct verifier *v, int pair, int o, int o2, enum phase p[2]);

/* ---- lease.c ---- */
strait_status holds_startable(struct book *b, struct ways *y) MUST_USE;   /* y->start; counts barred signings */

/* ---- price.c ---- */
strait_status prices_read(struct book *b, const struct plan_duals *d, bool proof, struct prices *p) MUST_USE;
static inline size_t price_at(const struct prices *p, enum thing k, int i, int t)
{
    return p->first[k] + (size_t)i * p->width[k] + (size_t)t;
}
static inline double price_of(const struct prices *p, enum thing k, int i, int t) { return p->value[price_at(p, k, i, t)]; }

/* ---- right.c ---- */
double price_right(const struct prices *p, enum thing k, int i, int t);

/* ---- worth.c ---- */
/* One side of a limit that has a price somewhere, and whom it counts. */
struct side { size_t rule; enum thing k; bool *counts, *base; };

struct worth {
    struct book *b;
    const struct prices *p;
    bool costs;              /* false: they are left out */
    struct side *side;
    size_t n_side;
};

strait_status worth_open(struct worth *q, struct book *b, const struct prices *p, bool costs) MUST_USE;
double worth_act(const struct worth *q, const struct act *a);        /* the worth of its work apart */
double worth_leg(const struct worth *q, int pair, int o, enum phase p, int t, double *hours);
double worth_hold(const struct worth *q, const struct hold *h, double *size);

/* ---- offer.c ---- */
strait_status verify_offers(struct book *b, const struct ways *y, const struct worth *w) MUST_USE;   /* w NULL: no prices are told */

/* ---- waiting.c ---- */
void verify_waiting(const struct book *b, const struct ways *y, const struct worth *w);   /* w NULL: no prices are told */

/* ---- bound.c ---- */
strait_status verify_bound(struct book *b, const struct ways *y, const struct worth *w, const struct ledger_sums *s) MUST_USE;
strait_status verify_proof(struct book *b, const struct ways *y, const struct prices *p) MUST_USE;

/* ---- rule.c ---- */
strait_status verify_rule_table(struct book *b, const struct ways *y, const struct prices *p) MUST_USE;   /* p NULL: no prices are told */

#endif
