/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table "estimate": one row per workload, phase and offer. */
#include <math.h>
#include <stdio.h>

#include "base/mem.h"
#include "estimate/physics.h"

static const struct column_def columns[] = {
    { "workload", STRAIT_TEXT, "" },
    { "phase", STRAIT_TEXT, "" },
    { "offer", STRAIT_TEXT, "" },
    { "site", STRAIT_TEXT, "" },
    { "accelerator", STRAIT_TEXT, "" },
    { "rate", STRAIT_REAL, "1/h" },
    { "unit", STRAIT_TEXT, "" },
    { "low", STRAIT_REAL, "1/h" },
    { "high", STRAIT_REAL, "1/h" },
    { "outside", STRAIT_REAL, "" },
    { "min_accelerators", STRAIT_INT, "" },
    { "power", STRAIT_REAL, "W" },
    { "ttft", STRAIT_REAL, "ms" },
    { "tpot", STRAIT_REAL, "ms" },
    { "batch", STRAIT_REAL, "" },
    { "cost", STRAIT_REAL, "CUR/Mtoken" },
    { "barred_by", STRAIT_TEXT, "" },
    { "reason", STRAIT_TEXT, "" },
    { NULL, STRAIT_TEXT, NULL },
};

struct row { int w, o; enum phase p; };

static double port_ramp(const strait_case *c, const struct row *x, size_t t)
{
    size_t a = (size_t)c->offer.v[x->o].accelerator;

    return c->timeline->ramp[((size_t)x->w * c->accelerator.n + a) * c->n_segment + t];
}

/* First segment that rules, port and window leave open; n_segment when none. */
static size_t first_open(const strait_case *c, const struct row *x)
{
    const struct workload *w = &c->workload.v[x->w];

    for (size_t t = 0; t < c->n_segment; t++)
        if (rules_bar(c, x->w, x->o, t) < 0 && port_ramp(c, x, t) > 0 && segment_inside(c, t, w->start, w->end))
            return t;
    return c->n_segment;
}

static bool any_signed(const strait_case *c, int o)
{
    for (size_t i = 0; i < c->signed_lease.n; i++)
        if (c->signed_lease.v[i].offer == o)
            return true;
    return false;
}

/* The rule that bars every signing of an offer of which nothing is signed yet: the one of the first start; or -1. */
static strait_status signing_barred(const strait_case *c, int o, int *rule)
{
    const struct offer *f = &c->offer.v[o];
    bool to_sign = (f->contract == CONTRACT_LEASE || f->contract == CONTRACT_PURCHASE) && !any_signed(c, o);
    size_t n = to_sign ? offer_starts(c, o, NULL, 0) : 0;
    int64_t *start = mem_calloc(n, sizeof *start);

    *rule = -1;
    if (!start)
        return STRAIT_ENOMEM;
    n = to_sign ? offer_starts(c, o, start, n) : 0;
    for (size_t i = 0; i < n; i++) {
        int here = rules_bar_signing(c, o, start[i] - f->lead * DAY_S);

        if (here < 0) {
            *rule = -1;
            break;
        }
        *rule = *rule < 0 ? here : *rule;
    }
    mem_free(start);
    return STRAIT_OK;
}

/* The rule that bars it in every segment where it could run otherwise: the one of the first segment. */
static const char *barred_by(const strait_case *c, const struct row *x, const int *signing)
{
    int rule = -1;

    if (signing[x->o] >= 0)
        return c->rule.v[signing[x->o]].name;

    for (size_t t = 0; t < c->n_segment; t++) {
        int here = rules_bar(c, x->w, x->o, t);

        if (here < 0)
            return NULL;
        if (rule < 0)
            rule = here;
    }
    return rule < 0 ? NULL : c->rule.v[rule].name;
}

static double tokens_per_work(const strait_case *c, const struct row *x)
{
    const struct workload *w = &c->workload.v[x->w];

    return x->p == PHASE_TRAIN ? 1 : w->input_len + w->output_len;
}

/* A service's activity of the first region with demand: what differs between regions is egress. */
static int activity_of(const strait_case *c, const struct costs *k, const struct row *x)
{
    if (c->workload.v[x->w].task != TASK_SERVICE)
        return cost_activity(k, x->o, x->w, -1, x->p);
    for (size_t i = 0; i < c->timeline->n_pair; i++)
        if (c->timeline->pair[i].workload == x->w)
            return cost_activity(k, x->o, x->w, c->timeline->pair[i].region, x->p);
    return -1;
}

/* What an hour of holding adds to an hour of use, when every hour held is used. */
static double hold_per_hour(const strait_case *c, const struct costs *k, int o, size_t t)
{
    size_t i = (size_t)o * k->n_seg + t;
    double sum = k->hold_rent[i] + k->hold_energy[i] + k->hold_carbon[i] + k->hold_duty[i];

    return sum / c->segment[t].hours;
}

/* CUR per million tokens in the first segment where it can run; present value undone. */
static double cost_per_mtoken(const strait_case *c, const struct rates *r, const struct costs *k, const struct row *x,
                              const int *signing)
{
    double per_h = rate_at(r, x->w, x->o, x->p)->per_accel_h, hour = 0, work = 0;
    size_t t = first_open(c, x);
    int i = per_h > 0 && t < c->n_segment ? activity_of(c, k, x) : -1;

    if (i < 0 || signing[x->o] >= 0)
        return REAL_NONE;
    for (int p = 0; p < N_PART; p++) {
        hour += cost_part_hour(k, x->o, i, t, (enum cost_part)p);
        work += cost_part_work(k, x->o, i, t, (enum cost_part)p);
    }
    return ((hour + hold_per_hour(c, k, x->o, t)) / (per_h * port_ramp(c, x, t)) + work) / c->segment[t].discount / tokens_per_work(c, x) * 1e6;
}

static double positive_or_none(double v)
{
    return v > 0 ? v : REAL_NONE;
}

static strait_status add_row(strait_table *t, const strait_case *c, const struct rates *r, const struct costs *k,
                             const struct row *x, const int *signing)
{
    const struct offer *f = &c->offer.v[x->o];
    const struct rate *v = rate_at(r, x->w, x->o, x->p);
    double factor = exp(BAR_80 * v->error);

    return table_add(t, c->workload.v[x->w].name, phase_name[x->p], f->name, c->site.v[f->site].name,
                     c->accelerator.v[f->accelerator].name, v->per_accel_h,
                     x->p == PHASE_TRAIN ? "tokens/accel-hour" : "requests/accel-hour",
                     positive_or_none(v->per_accel_h / factor), positive_or_none(v->per_accel_h * factor), v->outside,
                     (int64_t)v->min_accel, v->power_w, v->ttft_s * 1e3, v->tpot_s * 1e3, v->batch,
                     cost_per_mtoken(c, r, k, x, signing), barred_by(c, x, signing), v->reason);
}

/**
 * Table "estimate": one row per workload, phase that it has, and offer.  `low` and `high` are the 80 % bar of the rate;
 * `cost` is CUR per million tokens (services and batches: input and output) in the first segment where it can run, as if
 * every hour held were used; `barred_by` names the rule when one bars its use throughout, or every signing of its offer; `reason` says why the rate is 0.
 *
 * @param r    rates of c, borrowed
 * @param out  owned by the caller
 * @return STRAIT_OK, STRAIT_ENOMEM, STRAIT_EINPUT
 * Cost O(rows * segments).  Test: tests/unit/check_rates.c
 */
strait_status estimate_table(strait_ctx *cx, const strait_case *c, const struct rates *r, strait_table **out)
{
    strait_status st = STRAIT_OK;
    strait_table *t = NULL;
    struct costs *k = NULL;
    int *signing = mem_calloc(c->offer.n, sizeof *signing);   /* rule that bars signing an offer, or -1 */
    char unit[40];

    if (!signing)
        TRY(STRAIT_ENOMEM);
    for (int o = 0; o < (int)c->offer.n; o++)
        TRY(signing_barred(c, o, &signing[o]));
    TRY(estimate_costs(cx, c, r, &k));
    TRY(table_new(&t, "estimate", columns));
    (void)snprintf(unit, sizeof unit, "%s/Mtoken", c->settings.currency);
    TRY(table_set_unit(t, "cost", unit));
    for (int w = 0; w < (int)c->workload.n; w++)
        for (int p = 0; p < N_PHASE; p++)
            for (int o = 0; o < (int)c->offer.n; o++) {
                struct row x = { w, o, (enum phase)p };

                if (workload_has_phase(&c->workload.v[w], x.p))
                    TRY(add_row(t, c, r, k, &x, signing));
            }
    *out = t;
    t = NULL;
out:
    table_free(t);
    costs_free(k);
    mem_free(signing);
    return st == STRAIT_ENOMEM ? cx_nomem(cx) : st;
}
