/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Inside the room: a plan's placements and leases with their names looked up, and sums over them.  A plan file has two
 * books: the plan, and the plan in whole blocks.
 */
#ifndef STRAIT_VERIFY_BOOK_H
#define STRAIT_VERIFY_BOOK_H

#include "base/tolerance.h"
#include "domain/domain.h"
#include "estimate/estimate.h"
#include "input/plan_file.h"
#include "verify/report.h"

/* A cent must show, in whatever amount: half of one is the most that two figures may differ. */
#define SLACK_MONEY (TOL_CENT / 2)
/* Rounding of a sum of n terms is at most n times this, relative to the sum of their sizes; money beyond 1e9 or so
   is held against it instead of half a cent. */
#define SLACK_TERM 2.3e-16
/* Tokens of a placement against its hours times rate times ramp: the product is exact to 1e-15; 1e-6 is what a plan
   written by other means may have rounded to. */
#define SLACK_TOKENS 1e-6
/* A plan does not tell placements of fewer accelerator-hours, nor leases of fewer accelerators. */
#define UNTOLD 1e-6
/* Nor work below TOL_ZERO of what is asked for; there may be about so many pieces of it. */
#define UNTOLD_PIECES 64.0

/* Priority classes go from 1 to this (fields.def). */
#define MOST_CLASS 100

struct verifier {
    strait_ctx *cx;
    const strait_case *c;
    const struct plan_file *plan;
    struct rates *rates;
    struct costs *costs;
    struct report report;
    arena *arena;            /* owns the arrays below and those of the books */
    double *rtt_ms;          /* site * n_region + region; NaN: no way */
    int *pair_of;            /* workload * n_region + region: demand pair, or -1 */
    int *fabric;             /* offer: first offer of its site and fabric */
    double *top_rate;        /* workload: most work per accelerator-hour anywhere, ramp included */
    char (*from)[24];        /* segment: its first moment as a plan writes it */
};

/* A placement whose names are known. */
struct act {
    const struct plan_placement *said;
    int w, o, pair, region, t;      /* pair, region: -1 for runs */
    enum phase p;
    double hours, work;             /* accelerator-hours as said; tokens (training) or requests that they do */
    double part[N_PART];            /* its cost, with its share of what is held */
};

/* Accelerators held whether used or not. */
struct hold {
    const struct plan_lease *said;  /* NULL: stock, or a signed lease that the plan leaves out */
    int o;
    bool fixed;                     /* stock or signed already: the case says so, not the plan */
    int64_t start, end;             /* active in [start, end) */
    int64_t rent_until;             /* when rent ends by the exit clause; INT64_MAX: with the lease */
    double count, price;            /* price of a signed lease, NaN: the offer's */
    double owed;                    /* present value of rent or annuity beyond the horizon, per accelerator */
};

enum book_kind { BOOK_PLAN, BOOK_ROUNDED, BOOK_EMPTY };   /* empty: only what the case holds anyway */

struct book {
    struct verifier *v;
    const char *tag;                /* "" or "rounded", first word of every place */
    const struct plan_unmet *unmet; /* as said */
    size_t n_unmet;
    double untold;                  /* penalties of work neither done nor told as unmet: too little, or rounding */
    size_t n_act, n_hold;
    struct act *act;
    struct hold *hold;
    double *used;                   /* offer x segment: accelerator-hours */
    double *held;                   /* offer x segment: accelerators */
    double *fresh;                  /* offer x segment: of these, signed by the plan */
    double *gone;                   /* offer x segment: signed before, but ended by the exit clause */
    double *hold_money;             /* (offer x segment) x N_PART */
};

static inline size_t book_at(const struct book *b, int o, int t) { return (size_t)o * b->v->c->n_segment + (size_t)t; }

/* ---- book.c ---- */
strait_status book_open(struct verifier *v, enum book_kind kind, struct book *b) MUST_USE;
int verify_segment(const struct verifier *v, const char *period, const char *from);   /* -1: none */
bool verify_rented(const strait_case *c, int o);
double verify_ramp(const strait_case *c, int w, int o, int t);
enum phase verify_run_phase(const strait_case *c, int w);
double verify_tokens_per_work(const strait_case *c, int w);
double verify_penalty(const strait_case *c, int w, int t);   /* present value per million tokens unmet; NaN: firm work */
struct place act_place(const struct book *b, const struct act *a);

/* ---- lease.c ---- */
strait_status holds_open(struct book *b, const struct plan_lease *l, size_t n) MUST_USE;   /* and checks dates and signing */
double hold_active(const struct book *b, const struct hold *h, int t);
double hold_cost(const struct book *b, const struct hold *h, int t, enum cost_part part);  /* of one accelerator */
double hold_terminal(const struct book *b, const struct hold *h);                          /* of one accelerator */
double lease_left(const struct book *b, int o, int t);                                     /* right.c */
void verify_signed(struct book *b);
void verify_lease_costs(struct book *b);
void verify_blocks(struct book *b);

/* ---- limit.c: a limit is a rule's; it has a bound per period, month or horizon ---- */
size_t limit_buckets(const strait_case *c);
size_t limit_bucket(const strait_case *c, size_t rule, size_t t);
int limit_bucket_named(const struct verifier *v, size_t rule, const char *name);
bool limit_in_force(const strait_case *c, size_t rule, size_t t);
bool limit_holds(const strait_case *c, size_t rule, int o);
double limit_use(const struct book *b, size_t rule, const struct act *a);
double limit_hold(const struct book *b, size_t rule, const struct hold *h, int t);
double limit_right(const struct book *b, size_t rule, bool at_least, size_t bucket);
strait_status limit_rows(const strait_case *c, size_t rule, size_t *n) MUST_USE;

/* ---- the promises ---- */
strait_status verify_placements(struct book *b) MUST_USE;        /* place.c */
strait_status verify_work(struct book *b) MUST_USE;              /* work.c: demand, prefill meets decode, max_parallel */
strait_status verify_capacity(struct book *b) MUST_USE;          /* capacity.c */
strait_status verify_power(struct book *b) MUST_USE;             /* capacity.c */
strait_status verify_limits(struct book *b) MUST_USE;            /* limit.c */
/* ---- money.c ---- */
enum money_part { MONEY_COMPUTE, MONEY_IDLE, MONEY_ENERGY, MONEY_MOVEMENT, MONEY_DUTY, MONEY_PENALTY, MONEY_CARBON, N_MONEY };

struct ledger_sums {
    double part[N_MONEY], total, size, assumed, fixed;   /* size: of the absolute terms; fixed: of stock and signed leases */
    double untold;       /* the book's */
    double *workload, *site, *accelerator, *shore, *period;   /* with the idle, unmet, beyond and horizon entries at the end */
    size_t n_term;
};

double act_cost(const struct book *b, const struct act *a, enum cost_part part);   /* of its own, without what is held */
strait_status money_sum(struct book *b, struct ledger_sums *out) MUST_USE;
double money_fixed(const struct book *b);            /* what stock and signed leases cost in any plan */
double act_peak_factor(const struct book *b, const struct act *a);   /* capacity.c */
double money_slack(const struct ledger_sums *s);

/* ---- told.c, rounded.c ---- */
strait_status verify_money(struct book *b, struct ledger_sums *s) MUST_USE;   /* parts, breakdowns, split, total, gap */
void verify_placement_costs(const struct book *b);
void verify_cost(const struct book *b, const struct plan_cost *q, const struct ledger_sums *s, double filling);
void verify_split(const struct book *b, const struct ledger_sums *s, const struct plan_split *q, size_t n);                  /* split.c */
void verify_idle(const struct book *b, const struct ledger_sums *s, const struct plan_idle *q, size_t n, double filling);
double verify_gap_base(const struct ledger_sums *s);                          /* what a gap is relative to */
void verify_rounded_told(struct verifier *v);
strait_status verify_rounded(struct book *b) MUST_USE;                        /* its money, and what it leaves */

const char *seen_from_case(const strait_case *c, size_t file);                /* rule.c */

#endif
