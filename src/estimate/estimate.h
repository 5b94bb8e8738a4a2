/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How fast is this workload on that chip, and what does an hour of it cost?  Domain in; a rates table and cost
 * tensors out.
 */
#ifndef STRAIT_ESTIMATE_ESTIMATE_H
#define STRAIT_ESTIMATE_ESTIMATE_H

#include "base/table.h"
#include "domain/domain.h"

enum phase { PHASE_TRAIN, PHASE_PREFILL, PHASE_DECODE, PHASE_MIXED, N_PHASE };
extern const char *const phase_name[N_PHASE];   /* train, prefill, decode, mixed */

/*
 * train: training and fine_tuning; mixed: batch, and services where prefill and decode share accelerators;
 * prefill, decode: services with disaggregate.
 */
/* 80 % of a normal distribution lies within so many standard deviations: the bars of all tables. */
#define BAR_80 1.2816

struct rate {
    double per_accel_h;     /* train: tokens; others: requests, per accelerator-hour, before the port ramp. 0: cannot run */
    int min_accel;          /* smallest gang or replica, >= 1; a multiple of nothing */
    double power_w;         /* IT power drawn in use, per accelerator (all-in, <= rated) */
    double error;           /* standard deviation of ln(true / estimated) */
    double outside;         /* how far outside the calibrated range: 0 inside, else ln distance */
    double ttft_s, tpot_s;  /* services: at the chosen batch, without the network; else NaN */
    double batch;           /* services: sequences decoded at once per replica; else NaN */
    const char *reason;     /* why it cannot run, e.g. "does not fit: needs 1400 GB on at most 8 x 64 GB"; NULL when it runs */
};

struct rates {
    size_t n_workload, n_offer;
    struct rate *v;         /* [(w * n_offer + o) * N_PHASE + p] */
    struct arena *arena;    /* owns reasons */
};

/**
 * Rates of every workload on every offer.  Offers of one accelerator differ only by spot interruptions (goodput) and
 * by how many accelerators they can ever hold (gang does not fit).  Pinned rates (table rates, struct pinned_rate) win.
 * STRAIT_ENOMEM, STRAIT_OK.
 */
strait_status estimate_rates(strait_ctx *cx, const strait_case *c, struct rates **out) MUST_USE;
struct params;
strait_status estimate_rates_with(strait_ctx *cx, const strait_case *c, const struct params *p,
                                  struct rates **out) MUST_USE;
void rates_free(struct rates *r);
static inline const struct rate *rate_at(const struct rates *r, int w, int o, enum phase p)
{
    return &r->v[((size_t)w * r->n_offer + (size_t)o) * N_PHASE + (size_t)p];
}

/** Table "estimate": workload, phase, offer, site, accelerator, rate, unit, low, high (80 %), outside (the calibrated range), min_accelerators, power,
 *  ttft, tpot, batch, cost (CUR per million tokens in the first period), barred_by, reason. */
strait_status estimate_table(strait_ctx *cx, const strait_case *c, const struct rates *r, strait_table **out) MUST_USE;

/* ---- the cost kernel ---- */

/* Parts of a cost, as plan.json names them. */
enum cost_part { PART_COMPUTE, PART_ENERGY, PART_MOVEMENT, PART_DUTY, PART_CARBON, N_PART };

/* One activity: a workload in a phase on the block's offer, for a user region (services) or none (-1). */
struct activity { int w, region; enum phase phase; };

/*
 * Unit costs of one offer: C = A * P, phases x K times K x segments, present value.
 * Features per accelerator-hour (hour): rent, kWh paid, t CO2e, duties per hour, kWh, tonne, and ad valorem on rent.
 * Features per unit of work (work: token or request): GB to region, GB moved, duties per GB.
 * Held contracts (owned, lease, purchase) pay no rent here and only the draw above idle; rented ones pay rent and the
 * whole draw.  Rent, lease and idle costs of what is held are hold_*.
 */
struct cost_block {
    size_t n_act, k, n_seg;
    const struct activity *act;
    const enum cost_part *part;   /* k */
    double *hour;                 /* A: n_act x k, per accelerator-hour */
    double *work;                 /* A: n_act x k, per token (train) or request */
    double *price;                /* P: k x n_seg */
};

struct costs {
    size_t n_offer, n_seg;
    struct cost_block *block;     /* n_offer */
    double *hold_rent;            /* offer x segment: CUR per accelerator held for the whole segment: rent of a lease; annuity of a
                                     purchase; with ad valorem and hourly duties of act lease or buy; 0 for others. */
    double *hold_energy;          /* offer x segment: idle energy paid separately, CUR per accelerator held for the segment */
    double *hold_carbon;          /* offer x segment: carbon price of idle energy, the same */
    double *hold_duty;            /* offer x segment: duties on holding (ad valorem on rent, hour) of acts lease, buy */
    double *kwh_use;              /* workload x offer: facility kWh per accelerator-hour above idle (held) or in all (rented), max over phases used
                                     -> [(w * n_offer + o) * N_PHASE + p] */
    double *kwh_idle;             /* offer: facility kWh per accelerator-hour held (0 for rented) */
    size_t n_workload, n_region;
    int *index;                   /* activity of [((o * n_workload + w) * (n_region + 1) + region + 1) * N_PHASE + p], or -1 */
    struct arena *arena;
};

strait_status estimate_costs(strait_ctx *cx, const strait_case *c, const struct rates *r, struct costs **out) MUST_USE;
void costs_free(struct costs *c);
/* Index of the activity in the offer's block, or -1. O(1). */
int cost_activity(const struct costs *k, int o, int w, int region, enum phase p);
/*
 * Rows [i0, i0 + n) of the products of offer o, n x n_seg each: CUR per accelerator-hour, CUR per unit of work.  They are
 * made when they are needed, COST_PIECE rows at a time being a good size for the cache, and never kept.
 */
enum { COST_PIECE = 32 };
strait_status cost_products(const struct costs *k, int o, size_t i0, size_t n, double *c_hour, double *c_work) MUST_USE;
/* Cost per accelerator-hour / per work of activity i in segment t of one part: the same product with the other parts'
   features left out.  Sums over parts to those of cost_products within 1e-12. */
double cost_part_hour(const struct costs *k, int o, int i, size_t t, enum cost_part part);
double cost_part_work(const struct costs *k, int o, int i, size_t t, enum cost_part part);
/* Money of activity i by feature, added to by_feature (features of the block): rent for paid_hours, all else for hours. */
void cost_by_feature(const struct costs *k, int o, int i, size_t t, double hours, double paid_hours, double work,
                     double *by_feature);
/* CUR per accelerator-hour held, not discounted, of one rule's duty on offer o in segment t. */
double cost_hold_duty(const strait_case *c, size_t rule, size_t o, size_t t);

/** Annuity of a purchase, CUR per accelerator-hour over its life; 8760 hours a year. */
double purchase_annuity(const struct offer *f);
/** Present value per accelerator of the annuity of a purchase that falls behind the horizon, net of its residual value. */
double purchase_owed(const strait_case *c, int o, int64_t start);

#endif
