/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shadow prices as a plan tells them: of which thing, in which unit, with which sign, and between which amounts. */
#include "verify/price.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Where a row of prices belongs. */
struct slot { enum thing k; int i, t; };

/* "NAME word": the row of `kind` called NAME, when the text ends in the word (NULL: when it is the name). */
static int named(const strait_case *c, enum kind kind, const char *text, const char *word)
{
    const char *space = strchr(text, ' ');
    char name[80];

    if (!word)
        return space ? -1 : case_find(c, kind, text);
    if (!space || strcmp(space + 1, word) != 0 || (size_t)(space - text) >= sizeof name)
        return -1;
    memcpy(name, text, (size_t)(space - text));
    name[space - text] = '\0';
    return case_find(c, kind, name);
}

static bool find_capacity(const struct verifier *v, const struct plan_dual *d, struct slot *s)
{
    static const struct { const char *word; enum thing k; enum kind kind; } words[] = {
        { "mean", THING_MEAN, KIND_offer }, { "peak", THING_PEAK, KIND_offer }, { "maximum", THING_LEASE, KIND_offer },
        { "max_parallel", THING_PARALLEL, KIND_workload },
    };

    s->t = verify_segment(v, d->period, d->from);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        s->k = words[i].k;
        s->i = named(v->c, words[i].kind, d->name, words[i].word);
        if (s->i >= 0)
            return s->t >= 0;
    }
    return false;
}

static bool find_power(const struct verifier *v, const struct plan_dual *d, struct slot *s)
{
    bool cap = strchr(d->name, ' ') == NULL;

    s->t = verify_segment(v, d->period, d->from);
    s->k = cap ? THING_POWER : THING_INSTALLED;
    s->i = named(v->c, KIND_site, d->name, cap ? NULL : "installed");
    return s->i >= 0 && s->t >= 0;
}

static bool find_demand(const struct verifier *v, const struct plan_dual *d, struct slot *s)
{
    const char *space = strchr(d->name, ' ');
    int w, region;

    s->t = 0;
    if (!space) {
        s->k = THING_RUN;
        s->i = case_find(v->c, KIND_workload, d->name);
        return s->i >= 0 && v->c->workload.v[s->i].task != TASK_SERVICE && !d->period;
    }
    w = named(v->c, KIND_workload, d->name, space + 1);
    region = case_find(v->c, KIND_region, space + 1);
    s->k = THING_DEMAND;
    s->i = w < 0 || region < 0 ? -1 : v->pair_of[(size_t)w * v->c->region.n + (size_t)region];
    s->t = verify_segment(v, d->period, d->from);
    return s->i >= 0 && s->t >= 0;
}

/* The first day of a period, where the limit is one of a period; none of a month and of the horizon. */
static bool begins(const strait_case *c, const struct slot *s, const char *from)
{
    char day[24];

    if (!from || c->rule.v[s->i].per != PER_PERIOD)
        return !from;
    date_format(c->period[s->t].from, day);
    return strcmp(from, day) == 0;
}

/* A rule with two bounds has two rows of one name: a price of at least is not positive, one of at most not negative. */
static bool find_limit(const struct verifier *v, const struct plan_dual *d, struct slot *s)
{
    int i = named(v->c, KIND_rule, d->name, NULL);
    const struct rule *r = i < 0 ? NULL : &v->c->rule.v[i];

    if (!r || !r->enabled || r->effect != RULE_LIMIT)
        return false;
    s->i = i;
    s->t = limit_bucket_named(v, (size_t)i, d->period);
    s->k = isnan(r->at_most) || (!isnan(r->at_least) && d->value < 0.0) ? THING_AT_LEAST : THING_AT_MOST;
    return s->t >= 0 && begins(v->c, s, d->from);
}

static bool find_class(const struct plan_dual *d, struct slot *s)
{
    char *end = NULL;
    long class = strncmp(d->name, "class ", 6) == 0 ? strtol(d->name + 6, &end, 10) : 0;

    s->k = THING_CLASS;
    s->i = 0;
    s->t = (int)class;
    return class >= 1 && class <= MOST_CLASS && *end == '\0' && !d->period;
}

static bool find_slot(const struct verifier *v, enum dual_family f, const struct plan_dual *d, struct slot *s)
{
    switch (f) {
    case DUAL_CAPACITY: return find_capacity(v, d, s);
    case DUAL_POWER: return find_power(v, d, s);
    case DUAL_LIMIT: return find_limit(v, d, s);
    case DUAL_DEMAND: return find_demand(v, d, s);
    case DUAL_PRIORITY: return find_class(d, s);
    case N_DUAL: break;
    }
    return false;
}

static const char *natural_unit(const strait_case *c, const struct slot *s)
{
    switch (s->k) {
    case THING_DEMAND: case THING_RUN: return "Mtoken";
    case THING_POWER: return "kWh";
    case THING_INSTALLED: return "kW";
    case THING_CLASS: return "unit of penalty";
    case THING_AT_MOST: case THING_AT_LEAST: break;
    default: return "accelerator-hour";
    }
    switch (c->rule.v[s->i].quantity) {
    case QUANTITY_HOURS: return "accelerator-hour";
    case QUANTITY_SHARE: return "accelerator-hour of share";
    case QUANTITY_SPEND: return "unit of money";
    case QUANTITY_ENERGY: return "kWh";
    default: return "t CO2e";
    }
}

static double tokens_per(const strait_case *c, const struct slot *s)
{
    if (s->k == THING_DEMAND)
        return verify_tokens_per_work(c, c->timeline->pair[s->i].workload);
    return s->k == THING_RUN ? verify_tokens_per_work(c, s->i) : 1.0;
}

/* More of what is scarce never costs; more of what must be reached never pays; a demand, an equality, may do either. */
static void check_value(struct verifier *v, const struct slot *s, const struct plan_dual *d, struct place at)
{
    if (!isfinite(d->value))
        report_fact(&v->report, PROMISE_PRICES, at, "not a number", "a number", false);
    else if (s->k == THING_AT_LEAST)
        report_most(&v->report, PROMISE_PRICES, at, 0.0, d->value, TOL_DUAL);
    else if (s->k != THING_DEMAND && s->k != THING_RUN)
        report_most(&v->report, PROMISE_PRICES, at, d->value, 0.0, TOL_DUAL);
}

/* The unit, what there is, and the interval that it lies in. */
static void check_told(const struct prices *p, const struct slot *s, const struct plan_dual *d, struct place at)
{
    struct verifier *v = p->b->v;
    double right = price_right(p, s->k, s->i, s->t) * tokens_per(v->c, s), slack = TOL_PRIMAL * (1.0 + fabs(right));
    char unit[80];

    (void)snprintf(unit, sizeof unit, "%s/%s", v->c->settings.currency, natural_unit(v->c, s));
    report_text(&v->report, PROMISE_PRICES, at, d->unit, unit);
    if (!isnan(d->now))
        report_equal(&v->report, PROMISE_PRICES, at, d->now, right, slack);
    if (!isnan(d->low))
        report_most(&v->report, PROMISE_PRICES, at, right, d->low, slack);
    if (!isnan(d->high))
        report_most(&v->report, PROMISE_PRICES, at, d->high, right, slack);
}

static void read_price(struct prices *p, enum dual_family f, const struct plan_dual *d, bool proof)
{
    struct verifier *v = p->b->v;
    struct place at = PLACE(proof ? "proof" : "duals", dual_family_name[f], d->name, d->from ? d->from : d->period);
    struct slot s;
    size_t i;

    if (!find_slot(v, f, d, &s) || !isfinite(price_right(p, s.k, s.i, s.t))) {
        report_fact(&v->report, PROMISE_PRICES, at, d->name, "no such thing in the case", false);
        return;
    }
    i = price_at(p, s.k, s.i, s.t);
    report_fact(&v->report, PROMISE_PRICES, at, d->name, p->told[i] ? "told more than once" : d->name, !p->told[i]);
    check_value(v, &s, d, at);
    if (!proof)
        check_told(p, &s, d, at);
    p->told[i] = true;
    p->value[i] = isfinite(d->value) ? d->value * (s.k == THING_DEMAND || s.k == THING_RUN ? tokens_per(v->c, &s) * 1e-6 : 1.0) : 0.0;
}

static strait_status open_prices(struct prices *p)
{
    const strait_case *c = p->b->v->c;
    size_t T = c->n_segment, all;
    const size_t n[N_THING] = { c->timeline->n_pair, c->workload.n, c->workload.n, c->offer.n, c->offer.n, c->offer.n,
                                c->site.n, c->site.n, c->rule.n, c->rule.n, 1 };

    p->first[0] = 0;
    for (int k = 0; k < N_THING; k++) {
        p->n[k] = n[k];
        p->width[k] = k == THING_RUN ? 1 : k == THING_CLASS ? MOST_CLASS + 1 : k == THING_AT_MOST || k == THING_AT_LEAST ? limit_buckets(c) : T;
        p->first[k + 1] = p->first[k] + n[k] * p->width[k];
    }
    all = p->first[N_THING];
    p->value = arena_alloc(p->b->v->arena, all, sizeof *p->value);
    p->told = arena_alloc(p->b->v->arena, all, sizeof *p->told);
    return p->value && p->told ? STRAIT_OK : STRAIT_ENOMEM;
}

/**
 * Read the prices of a plan, or the weights of a proof, each into its place; what has none is told and left out.
 *
 * @param b      the plan's book
 * @param proof  weights, without unit and interval
 * @param p      out; arrays of the verifier's arena
 * @return STRAIT_OK, STRAIT_ENOMEM
 */
strait_status prices_read(struct book *b, const struct plan_duals *d, bool proof, struct prices *p)
{
    strait_status st = STRAIT_OK;

    memset(p, 0, sizeof *p);
    p->b = b;
    TRY(open_prices(p));
    report_fact(&b->v->report, PROMISE_PRICES, PLACE(proof ? "proof" : "duals"), d->given ? "told" : "not told", "told", d->given);
    for (int f = 0; f < N_DUAL; f++)
        for (size_t i = 0; i < d->family[f].n; i++)
            read_price(p, (enum dual_family)f, &d->family[f].v[i], proof);
out:
    return st;
}
