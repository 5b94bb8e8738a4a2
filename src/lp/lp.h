/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The linear program of a case: a row catalogue with provenance and a column source.
 *
 *   minimise  sum_j cost[j] z[j]   subject to   row lo <= A z <= up,   col lo <= z <= up
 *
 * Columns are not stored as a matrix: lp_column() computes one from rates, prices and row maps (and small programs keep
 * what it computed while they are solved, lp_keep_columns()).  They come in strips:
 * one workload on one offer (or route) over a run of segments.
 *
 * Units, chosen so that coefficients lie near 1: columns of work are accelerators running through the segment (x) or
 * requests per hour over the workload's scale (y); held accelerators count as accelerators.  A demand row of a service
 * is a rate per hour over the scale; a demand row of a run is work over the scale.
 */
#ifndef STRAIT_LP_LP_H
#define STRAIT_LP_LP_H

#include "domain/domain.h"
#include "estimate/estimate.h"

enum row_family {
    ROW_DEMAND,     /* service, region, segment; or run over its window: = work */
    ROW_PARALLEL,   /* run, segment: at most max_parallel accelerators */
    ROW_MEAN,       /* offer, segment: mean use <= usable accelerators */
    ROW_PEAK,       /* offer, segment: peak of firm work <= least usable accelerators */
    ROW_LEASE,      /* offer, segment: accelerators active at once <= maximum */
    ROW_POWER,      /* site, segment: facility kW <= cap */
    ROW_INSTALLED,  /* site, segment: rated IT kW <= installed limit */
    ROW_LIMIT,      /* rule, period or month or horizon */
    ROW_PRIORITY,   /* priority class: penalty-weighted unmet work <= what its stage reached */
    N_ROW_FAMILY
};
extern const char *const row_family_name[N_ROW_FAMILY];

enum col_family { COL_RUN, COL_ROUTE, COL_UNMET, COL_HOLD, COL_CONST, N_COL_FAMILY };
extern const char *const col_family_name[N_COL_FAMILY];

struct lp_row {
    enum row_family family;
    int w;              /* workload, or -1 */
    int pair;           /* demand pair of a service, or -1 */
    int place;          /* offer or site, or -1 */
    int t;              /* segment, or -1 (run: whole window); ROW_LIMIT: index of the period, month or horizon */
    int rule;           /* ROW_LIMIT: rule, ROW_PRIORITY: class; else -1 */
    double lo, up;      /* -INFINITY, INFINITY where open */
    double scale;       /* row = scale * natural row (hours, money, kWh, t; work) */
};

/* Accelerators held whether used or not: stock, a signed lease (fixed), a lease or purchase that may be signed (column). */
struct lp_hold {
    int offer;
    bool fixed;             /* not a column */
    int64_t start, end;     /* active in [start, end); purchase and owned: end = INT64_MAX */
    int64_t sign_by;        /* start - lead; DATE_NONE when fixed */
    double count;           /* fixed: accelerators (owned: the timeline's, count unused) */
    double price;           /* fixed lease: its own price per hour, NaN: the offer's */
    int64_t rent_until;     /* rent ends here (exit clause), INT64_MAX: as long as it lasts */
    double owed;            /* CUR per accelerator: present value of rent, or of a purchase's annuity, beyond the horizon */
    size_t col;             /* column, SIZE_MAX when fixed */
};

struct lp_strip {
    enum col_family family;
    int w, pair, o, o2;         /* run: w, o; route: w, pair, o (prefill or both), o2 (decode) */
    enum phase p, p2;           /* route: PHASE_MIXED twice, or PREFILL and DECODE */
    int hold;                   /* COL_HOLD: index */
    int t0;                     /* first segment; -1: none (unmet of a run, hold, constant) */
    size_t n, col0;             /* columns col0 .. col0+n-1: segments t0 .. t0+n-1 */
    double rate, rate2;         /* work per accelerator-hour before the ramp */
    const double *ramp, *ramp2; /* per segment */
    int act, act2;              /* activities in the offers' cost blocks */
    uint32_t limit0, n_limit;   /* limits that touch it: lp.limit_ref[limit0 ...] */
};

/* Which of a strip's offers (bit 1: first, bit 2: second) count in a limit, and in the base of a share. */
struct lp_limit_ref { uint32_t limit; uint8_t num, den; };

struct lp_limit {
    int rule;
    bool at_least;      /* a rule with both bounds makes two limits */
    bool holds;         /* the predicate says nothing of workloads: what is held counts, used or not */
    size_t n_bucket;    /* periods, months or 1 */
    int *row;           /* n_bucket: row or -1 */
    double scale;
};

/* Entries of all columns, one after the other: column j has at[j] ... at[j + 1] - 1.  at = NULL: none are kept. */
struct lp_kept { size_t *at; int *row; double *val; };

struct lp {
    const strait_case *c;
    const struct rates *rates;
    const struct costs *costs;

    size_t n_row;
    struct lp_row *row;
    size_t n_col;
    double *cost, *lo, *up;      /* n_col */
    double money;                /* about what a column costs, a power of 2: what is small in money is small against it */
    size_t n_strip, n_hold, n_limit, n_limit_ref;
    struct lp_strip *strip;
    struct lp_hold *hold;
    struct lp_limit *limit;
    struct lp_limit_ref *limit_ref;
    size_t max_nnz;              /* of any column */

    double *scale;               /* per workload: work units per LP unit */
    int *row_demand;             /* pair * n_segment + t -> row or -1 */
    int *row_run;                /* workload -> row or -1 */
    int *row_parallel;           /* workload * n_segment + t */
    int *row_mean, *row_peak, *row_lease;   /* offer * n_segment + t */
    int *row_power, *row_installed;         /* site * n_segment + t */
    int *row_priority;           /* workload -> row or -1 */
    int *bucket_month;           /* segment -> month index, for limits per month */
    size_t n_month;
    size_t *rule_barred;         /* rule -> columns (work on an offer in a segment, signings) that it bars */
    size_t *rule_rows;           /* rule -> rows it made */
    struct arena *arena;
    struct lp_kept kept;
    size_t col_const;            /* the column fixed at 1 that carries the constant */
};

/**
 * Build the program of a case.  Borrows all three, which must outlive it.
 * STRAIT_ENOMEM; STRAIT_EINPUT when it would exceed what the engine can count (INT_MAX rows, columns).
 */
strait_status lp_build(strait_ctx *cx, const strait_case *c, const struct rates *r, const struct costs *k,
                       struct lp **out) MUST_USE;
void lp_free(struct lp *m);

/** Entries of column j: rows and values, at most max_nnz, no duplicates, none zero. Returns their number. */
size_t lp_column(const struct lp *m, size_t j, int *row, double *val);
/**
 * Keep what lp_column computes, unless the program is large: a solve asks for each column some ten times.  What columns are made
 * of must not change until lp_forget_columns; costs and bounds may.  STRAIT_ENOMEM.  Test: tests/unit/check_lp_source.c
 */
strait_status lp_keep_columns(strait_ctx *cx, struct lp *m) MUST_USE;
void lp_forget_columns(struct lp *m);
/** What a row is measured in where tolerances are absolute: a demand below one unit by itself, or it would be lost; else 1. */
double lp_row_unit(const struct lp_row *r);
/**
 * lp_column with rows in those units and the column in the unit of its demand row: as the engine and written files have it.
 * *unit scales the column's cost and bounds; columns of work have bounds of 0 or infinity as built.
 */
size_t lp_scaled_column(const struct lp *m, size_t j, int *row, double *val, double *unit);
/** Strip of column j (binary search) and its segment (-1 when it has none). */
const struct lp_strip *lp_strip_of(const struct lp *m, size_t j, int *t);
/** Readable unique names, [A-Za-z0-9_.] only: at most n - 1 characters are written. */
void lp_row_name(const struct lp *m, size_t i, char *buf, size_t n);
void lp_col_name(const struct lp *m, size_t j, char *buf, size_t n);

/* ---- amounts (lp/amount.c): what one unit of a column is, shared with the explanations ---- */

/** Accelerator-hours on the first (which = 0) or second (1) offer of one unit of a run or route column in segment t. */
double lp_hours(const struct lp *m, const struct lp_strip *s, int t, int which);
/** The same as rent counts them: a service on a rented offer that does not autoscale pays for its peak all the time. */
double lp_paid_hours(const struct lp *m, const struct lp_strip *s, int t, int which);
/** Work (tokens of a run in training, else requests) of one unit. */
double lp_work(const struct lp *m, const struct lp_strip *s, int t);
/** Cost of one unit by part, both offers together; the parts sum to the column's cost. */
double lp_cost_part(const struct lp *m, const struct lp_strip *s, int t, enum cost_part part);
/** The same on one offer of a route (which = 0, 1). */
double lp_cost_part_on(const struct lp *m, const struct lp_strip *s, int t, enum cost_part part, int which);
/** Accelerators of a hold active in segment t per unit (fixed: all of them): 0 or 1 (fixed: the count). */
double lp_hold_active(const struct lp *m, const struct lp_hold *h, int t);
/** Signed leases of offer o whose rent a ban has ended: the timeline has them until their last day, but they are given back. */
double lp_given_back(const struct lp *m, int o, int t);
/** Accelerators of a lease that may be signed on top of what is signed already; INFINITY: no maximum. */
double lp_lease_left(const struct lp *m, int o, int t);
/** Share of segment t for which rent of a hold is due. */
double lp_rent_share(const struct lp *m, const struct lp_hold *h, int t);
/** Cost of one held accelerator in segment t by part (COMPUTE = rent or annuity), present value. */
double lp_hold_cost(const struct lp *m, const struct lp_hold *h, int t, enum cost_part part);
/** What is charged beyond the horizon per accelerator held (settings.terminal). */
double lp_hold_terminal(const struct lp *m, const struct lp_hold *h);
/** Share of its demand (1: all) that x units of a column of work do. */
double lp_demand_share(const struct lp *m, const struct lp_strip *s, int t, double x);
/** Tokens per unit of work of a workload: 1 for training, input + output length for requests. */
double lp_tokens_per_work(const strait_case *c, int w);
/** Penalty of one unit of an unmet column, present value: a service's is due in its segment, a run's when its window closes. */
double lp_penalty(const struct lp *m, const struct lp_strip *s, int t);
/** Is the workload firm in the peak row, and with what factor in segment t? 0 when interruptible. */
double lp_peak_factor(const struct lp *m, const struct lp_strip *s, int t);

#endif
