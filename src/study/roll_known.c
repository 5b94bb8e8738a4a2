/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The case as it is known at some time: what happened by then, and what is believed of the rest. */
#include <math.h>
#include <string.h>
#include "base/mem.h"
#include "input/input.h"
#include "study/roll.h"

const struct field_desc *roll_series_field(enum roll_series s)
{
    static const struct { enum kind kind; size_t field; } of[N_ROLL_SERIES] = {
        [ROLL_PRICE] = {KIND_price, FLD_price_price}, [ROLL_COUNT] = {KIND_availability, FLD_availability_count},
        [ROLL_TARIFF] = {KIND_tariff, FLD_tariff_tariff}, [ROLL_CARBON] = {KIND_carbon, FLD_carbon_intensity},
        [ROLL_POWER_CAP] = {KIND_power_cap, FLD_power_cap_cap}, [ROLL_REQUESTS] = {KIND_demand, FLD_demand_requests},
    };

    return &kind_desc(of[s].kind)->field[of[s].field];
}

void roll_series_rows(const strait_case *c, const struct roll_target *x, double **mean, double **least)
{
    struct timeline *tl = c->timeline;
    size_t at = x->row * c->n_segment;

    *least = NULL;
    switch (x->series) {
    case ROLL_PRICE: *mean = tl->price + at; break;
    case ROLL_COUNT:
        *mean = tl->avail_mean + at;
        *least = tl->avail_min + at;
        break;
    case ROLL_TARIFF: *mean = tl->tariff + at; break;
    case ROLL_CARBON: *mean = tl->carbon + at; break;
    case ROLL_POWER_CAP: *mean = tl->power_cap + at; break;
    case ROLL_REQUESTS: case N_ROLL_SERIES: *mean = tl->pair[x->row].requests; break;
    }
}

bool roll_series_open(const strait_case *c, const struct roll_target *x, size_t t)
{
    if (x->series == ROLL_COUNT)
        return segment_inside(c, t, c->offer.v[x->row].valid_from, c->offer.v[x->row].valid_to);
    if (x->series == ROLL_REQUESTS) {
        const struct workload *w = &c->workload.v[c->timeline->pair[x->row].workload];
        return segment_inside(c, t, w->start, w->end);
    }
    return true;
}

/* Mean by hours of v over the segments of periods [p0, p1). */
static double mean_of(const strait_case *c, const double *v, size_t p0, size_t p1)
{
    double sum = 0, hours = 0;

    for (size_t t = 0; t < c->n_segment; t++)
        if (c->segment[t].period >= p0 && c->segment[t].period < p1) {
            sum += v[t] * c->segment[t].hours;
            hours += c->segment[t].hours;
        }
    return sum / hours;
}

/* One row of the timeline: what happened, then what is believed.  Demand counts the requests of a segment. */
static void lay(const struct roll_history *h, const struct roll_target *x, const strait_case *c, size_t n_known,
                const double *happened, double *v)
{
    size_t p0 = h->forecast == ROLL_MEAN ? 0 : n_known - 1;
    double believed = mean_of(c, happened, p0, n_known);

    for (size_t t = 0; t < c->n_segment; t++) {
        bool known = c->segment[t].period < n_known;
        double k = known ? happened[t] : believed;
        if (!roll_series_open(c, x, t) || (!known && h->forecast == ROLL_BASE))
            continue;
        if (h->times)
            v[t] *= k;
        else
            v[t] = x->series == ROLL_REQUESTS ? k * c->segment[t].hours : k;
    }
}

/* The case was read before: its warnings are told already, and errors can only come of what is set anew. */
static strait_status load_quietly(strait_ctx *cx, const char *file, const char *const *set, size_t n_set, strait_case **out)
{
    strait_ctx *own = strait_ctx_new();
    strait_status st, told = STRAIT_OK;

    if (!own)
        return cx_nomem(cx);
    st = input_load(own, file, NULL, set, n_set, out);
    for (size_t i = 0; st != STRAIT_OK && told == STRAIT_OK && i < own->faults.n; i++) {
        const struct fault *f = &own->faults.v[i];
        if (f->severity == SEV_ERROR)
            told = cx_fault(cx, SEV_ERROR, f->file, f->line, f->key, f->value, f->allowed, "%s", f->text);
    }
    if (st != STRAIT_OK)
        (void)cx_fail(cx, st, "%s", own->message);
    strait_ctx_free(own);
    return told == STRAIT_OK ? st : told;
}

strait_status roll_load_with(strait_ctx *cx, const struct roll *r, size_t n_news, strait_case **out)
{
    size_t n = r->set.n;
    const char **set;
    strait_status st;

    for (size_t i = 0; i < n_news; i++)
        n += r->news.v[i].set.n;
    set = mem_calloc(n + 1, sizeof *set);
    if (!set)
        return cx_nomem(cx);
    n = 0;
    for (size_t i = 0; i < r->set.n; i++)
        set[n++] = r->set.v[i];
    for (size_t i = 0; i < n_news; i++)
        for (size_t k = 0; k < r->news.v[i].set.n; k++)
            set[n++] = r->news.v[i].set.v[k];
    st = load_quietly(cx, r->base, set, n, out);
    mem_free(set);
    return st;
}

static void lay_all(const struct roll *r, const strait_case *c, size_t n_known)
{
    for (size_t i = 0; i < r->history.n; i++)
        for (size_t k = 0; k < r->history.v[i].n_target; k++) {
            const struct roll_history *h = &r->history.v[i];
            double *mean, *least;
            roll_series_rows(c, &h->target[k], &mean, &least);
            lay(h, &h->target[k], c, n_known, h->mean, mean);
            if (least)
                lay(h, &h->target[k], c, n_known, h->least, least);
        }
}

/**
 * Load the base with all news, lay the histories over its timeline, and give its rules the days that they are believed to
 * have before the first period that is not known.
 *
 * @param n_known  periods, 1 or more; all of them: the case as it really was
 * @param out      owned by the caller, case_free
 * @return STRAIT_OK, STRAIT_EINPUT, STRAIT_EIO, STRAIT_ENOMEM.  Cost that of loading the case.  Test: tests/unit/check_roll.c
 */
strait_status roll_case(strait_ctx *cx, const struct roll *r, size_t n_known, strait_case **out)
{
    int64_t until = r->c->period[n_known - 1].to;
    size_t n = 0;
    strait_case *c = NULL;
    strait_status st = STRAIT_OK;

    TRY(roll_load_with(cx, r, r->news.n, &c));
    if (c->n_segment != r->c->n_segment || c->rule.n != r->c->rule.n)
        TRY(cx_fail(cx, STRAIT_EIO, "%s: its files changed meanwhile", r->base));
    lay_all(r, c, n_known);
    while (n < r->news.n && r->news.v[n].from < until)
        n++;
    if (n < r->news.n)
        TRY(rules_redate(cx, c, r->days + n * c->rule.n));
    *out = c;
    c = NULL;
out:
    case_free(c);
    return st;
}
