/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The places: accelerators in the mean and at the peak, what may be leased and bought, power. */
#include "verify/book.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"

/* As the program's rows count: a millionth of the limit and of one accelerator. */
static double slack_of(double limit) { return TOL_PRIMAL * (1.0 + fabs(limit)); }

/* Firm work must fit at its peak: services by their profile, runs as they are; what can stop need not. */
double act_peak_factor(const struct book *b, const struct act *a)
{
    const strait_case *c = b->v->c;

    if (c->workload.v[a->w].interruptible)
        return 0.0;
    return a->pair < 0 ? 1.0 : c->timeline->pair[a->pair].peak[a->t];
}

static void check_place(const struct book *b, int o, int t, double peak)
{
    const strait_case *c = b->v->c;
    size_t i = book_at(b, o, t);
    double usable = 1.0 - c->offer.v[o].spare, more = b->fresh[i] - b->gone[i], hours = c->segment[t].hours;
    double mean = usable * (c->timeline->avail_mean[i] + more), least = usable * (c->timeline->avail_min[i] + more);
    struct place at = PLACE(b->tag, c->offer.v[o].name, b->v->from[t]);

    report_most(&b->v->report, PROMISE_MEAN, at, mean, b->used[i] / hours, slack_of(mean));
    report_most(&b->v->report, PROMISE_PEAK, at, least, peak / hours, slack_of(least));
}

static strait_status check_offers(const struct book *b)
{
    const strait_case *c = b->v->c;
    double *peak = mem_calloc(c->offer.n * c->n_segment, sizeof *peak);

    if (!peak)
        return STRAIT_ENOMEM;
    for (size_t i = 0; i < b->n_act; i++)
        peak[book_at(b, b->act[i].o, b->act[i].t)] += b->act[i].hours * act_peak_factor(b, &b->act[i]);
    for (int o = 0; o < (int)c->offer.n; o++)
        for (int t = 0; t < (int)c->n_segment; t++)
            if (b->used[book_at(b, o, t)] > 0.0)
                check_place(b, o, t, peak[book_at(b, o, t)]);
    mem_free(peak);
    return STRAIT_OK;
}

/* Leases active at once, with those signed already, are at most the offer's maximum. */
static void check_leases(const struct book *b)
{
    const strait_case *c = b->v->c;

    for (int o = 0; o < (int)c->offer.n; o++) {
        for (int t = 0; t < (int)c->n_segment && c->offer.v[o].contract == CONTRACT_LEASE; t++) {
            size_t i = book_at(b, o, t);
            double left = lease_left(b, o, t);
            if (b->fresh[i] > 0.0)
                report_most(&b->v->report, PROMISE_LEASE_MAXIMUM, PLACE(b->tag, c->offer.v[o].name, b->v->from[t]), left, b->fresh[i],
                            slack_of(left));
        }
    }
}

/* Purchases of one offer with one start, together. */
static void check_purchases(const struct book *b)
{
    const strait_case *c = b->v->c;

    for (size_t k = 0; k < b->n_hold; k++) {
        const struct hold *h = &b->hold[k];
        const struct offer *f = &c->offer.v[h->o];
        double sum = 0.0, most = (double)f->maximum;
        if (h->fixed || f->contract != CONTRACT_PURCHASE || f->maximum == INT64_MIN)
            continue;
        for (size_t i = 0; i < b->n_hold; i++)
            sum += b->hold[i].o == h->o && b->hold[i].start == h->start ? b->hold[i].count : 0.0;
        report_most(&b->v->report, PROMISE_PURCHASE_MAXIMUM, PLACE(b->tag, h->said->offer, h->said->start), most, sum, slack_of(most));
    }
}

/**
 * Mean and peak capacity of every offer in use, lease and purchase maxima.
 *
 *   mean: sum of hours / hours[t]          <= (1 - spare) (there on average + signed by the plan)
 *   peak: sum of firm hours * f / hours[t] <= (1 - spare) (there at least   + signed by the plan)
 *
 * @return STRAIT_OK, STRAIT_ENOMEM
 */
strait_status verify_capacity(struct book *b)
{
    check_leases(b);
    check_purchases(b);
    return check_offers(b);
}

/* Mean facility power and installed rated power in kW, site x segment. */
static void sum_power(const struct book *b, double *facility, double *installed)
{
    const strait_case *c = b->v->c;
    const struct costs *k = b->v->costs;

    for (int o = 0; o < (int)c->offer.n; o++) {
        double rated = c->accelerator.v[c->offer.v[o].accelerator].rated_power / 1000.0;
        for (size_t t = 0; t < c->n_segment; t++) {
            size_t i = book_at(b, o, (int)t), s = (size_t)c->offer.v[o].site * c->n_segment + t;
            facility[s] += b->held[i] * k->kwh_idle[o];
            installed[s] += rated * (verify_rented(c, o) ? b->used[i] / c->segment[t].hours : b->held[i]);
        }
    }
    for (size_t i = 0; i < b->n_act; i++) {
        const struct act *a = &b->act[i];
        facility[(size_t)c->offer.v[a->o].site * c->n_segment + (size_t)a->t]
            += a->hours / c->segment[a->t].hours * k->kwh_use[((size_t)a->w * k->n_offer + (size_t)a->o) * N_PHASE + (size_t)a->p];
    }
}

static bool has_limit(const strait_case *c, int site)
{
    for (size_t t = 0; t < c->n_segment; t++)
        if (!isinf(c->timeline->power_cap[(size_t)site * c->n_segment + t]))
            return true;
    return !isnan(c->site.v[site].installed_limit);
}

static void check_site(const struct book *b, int site, const double *facility, const double *installed)
{
    const strait_case *c = b->v->c;

    for (size_t t = 0; t < c->n_segment && has_limit(c, site); t++) {
        size_t i = (size_t)site * c->n_segment + t;
        double cap = c->timeline->power_cap[i] / 1000.0, most = c->site.v[site].installed_limit / 1000.0;
        struct place at = PLACE(b->tag, c->site.v[site].name, b->v->from[t]);
        if (!isinf(cap))
            report_most(&b->v->report, PROMISE_POWER, at, cap, facility[i], slack_of(cap));
        if (!isnan(most))
            report_most(&b->v->report, PROMISE_INSTALLED, at, most, installed[i], slack_of(most));
    }
}

/**
 * Facility power against the cap, and rated power against the installed limit, per site and segment, in kW:
 *
 *   PUE (sum draw * use + sum idle * held but unused) <= cap,   sum rated * held <= limit.
 *
 * @return STRAIT_OK, STRAIT_ENOMEM
 */
strait_status verify_power(struct book *b)
{
    const strait_case *c = b->v->c;
    size_t n = c->site.n * c->n_segment;
    double *facility = mem_calloc(2 * n, sizeof *facility);

    if (!facility)
        return STRAIT_ENOMEM;
    sum_power(b, facility, facility + n);
    for (int s = 0; s < (int)c->site.n; s++)
        check_site(b, s, facility, facility + n);
    mem_free(facility);
    return STRAIT_OK;
}
