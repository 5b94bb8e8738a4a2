/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Why an offer does no work, derived again from the definitions and the plan's prices: nothing can run on it, it is not to
 * be had, rules bar it, or it is dearer.  By how much at least, is the smallest reduced cost of what could use it, over
 * the hours that it would pay for.  The prices of an idle offer's own capacity are not unique; as much of them as its work
 * does not need counts for what is signed.
 */
#include "verify/price.h"

#include <math.h>
#include <string.h>

static const char *const contract_word[] = { "owned", "on_demand", "spot", "lease", "purchase" };

struct look {
    struct book *b;
    const struct ways *y;
    const struct worth *w;      /* NULL: no prices are told */
    double *share;              /* segment: share of the prices of the offer's capacity that keeps its work out */
};

/* What an offer's columns come to. */
struct standing {
    bool reached;               /* some work may and can run there */
    double work, hold;          /* least reduced cost per paid hour: of work, of signings; infinite: there are none */
    double price;               /* of an accelerator-hour: rent, or annuity of what is bought */
};

static double own_price(const struct look *q, const struct act *a)
{
    return a->hours * (price_of(q->w->p, THING_MEAN, a->o, a->t) + act_peak_factor(q->b, a) * price_of(q->w->p, THING_PEAK, a->o, a->t));
}

/* Something that could run: its reduced cost, hours it pays for on the offer, what it pays there for capacity. */
static void visit(struct look *q, struct standing *s, int t, double d, double paid, double own)
{
    s->reached = true;
    s->work = fmin(s->work, d / (paid * q->b->v->c->segment[t].discount));
    if (own > 0.0)
        q->share[t] = fmax(q->share[t], fmin(1.0, 1.0 - d / own));
}

static void visit_runs(struct look *q, int o, struct standing *s)
{
    const struct verifier *v = q->b->v;
    const strait_case *c = v->c;

    for (int w = 0; w < (int)c->workload.n; w++) {
        struct act a = { .w = w, .o = o, .pair = -1, .region = -1, .p = verify_run_phase(c, w), .hours = 1.0 };
        double rate = rate_at(v->rates, w, o, a.p)->per_accel_h;
        for (a.t = 0; a.t < (int)c->n_segment && c->workload.v[w].task != TASK_SERVICE && rate > 0.0; a.t++) {
            if (!ways_may(q->b, q->y, w, o, a.t))
                continue;
            a.work = rate * verify_ramp(c, w, o, a.t);
            s->reached = true;
            if (q->w)
                visit(q, s, a.t, worth_act(q->w, &a) - price_of(q->w->p, THING_RUN, w, 0) * a.work, 1.0, own_price(q, &a));
        }
    }
}

/* A request that begins on o[0] and ends on o[1], in segment t: what it comes to on the offer that is looked at. */
static void visit_request(struct look *q, int pair, const int o[2], const enum phase p[2], int legs, int t, int at, struct standing *s)
{
    const strait_case *c = q->b->v->c;
    const struct demand_pair *k = &c->timeline->pair[pair];
    double d = -price_of(q->w->p, THING_DEMAND, pair, t), paid = 0.0, own = 0.0;

    for (int leg = 0; leg < legs; leg++) {
        struct act a = { .w = k->workload, .o = o[leg], .pair = pair, .region = k->region, .t = t, .p = p[leg] };
        d += worth_leg(q->w, pair, o[leg], p[leg], t, &a.hours);
        if (o[leg] != at)
            continue;
        paid += a.hours * (verify_rented(c, at) && !c->offer.v[at].autoscale ? k->peak[t] : 1.0);
        own += own_price(q, &a);
    }
    visit(q, s, t, d, paid, own);
}

static void visit_route(struct look *q, int pair, int o, int o2, int at, struct standing *s)
{
    const struct demand_pair *k = &q->b->v->c->timeline->pair[pair];
    enum phase p[2];
    int legs = ways_route(q->b->v, pair, o, o2, p);

    for (int t = 0; t < (int)q->b->v->c->n_segment && legs > 0; t++) {
        if (k->requests[t] <= 0.0 || !ways_may(q->b, q->y, k->workload, o, t) || !ways_may(q->b, q->y, k->workload, o2, t))
            continue;
        s->reached = true;
        if (q->w)
            visit_request(q, pair, (int[2]){ o, o2 }, p, legs, t, at, s);
    }
}

static void visit_routes(struct look *q, int o, struct standing *s)
{
    for (int pair = 0; pair < (int)q->b->v->c->timeline->n_pair; pair++) {
        for (int other = 0; other < (int)q->b->v->c->offer.n; other++) {
            visit_route(q, pair, o, other, o, s);
            if (other != o)
                visit_route(q, pair, other, o, o, s);
        }
    }
}

/* One accelerator signed, per hour paid for, with those beyond the horizon as far as they are charged. */
static void visit_start(const struct look *q, const struct hold *h, struct standing *s)
{
    const strait_case *c = q->b->v->c;
    int last = (int)c->n_segment - 1;
    double size = 0.0, d = worth_hold(q->w, h, &size), hours = 0.0;
    double rent = hold_cost(q->b, h, last, PART_COMPUTE) / (c->segment[last].hours * c->segment[last].discount);

    for (int t = 0; t <= last; t++) {
        double own = price_of(q->w->p, THING_MEAN, h->o, t) + price_of(q->w->p, THING_PEAK, h->o, t);
        if (hold_active(q->b, h, t) <= 0.0)
            continue;
        d += (1.0 - c->offer.v[h->o].spare) * c->segment[t].hours * fmax(0.0, own) * (1.0 - q->share[t]);
        hours += c->segment[t].hours * c->segment[t].discount;
    }
    s->price = fmax(s->price, rent);
    hours += rent > 0.0 ? hold_terminal(q->b, h) / rent : 0.0;
    if (hours > 0.0)
        s->hold = fmin(s->hold, d / hours);
}

static struct standing standing_of(struct look *q, int o)
{
    struct standing s = { .work = (double)INFINITY, .hold = (double)INFINITY, .price = q->b->v->c->timeline->price[book_at(q->b, o, 0)] };

    memset(q->share, 0, q->b->v->c->n_segment * sizeof *q->share);
    visit_runs(q, o, &s);
    visit_routes(q, o, &s);
    for (size_t k = 0; k < q->y->n_start && q->w; k++)
        if (q->y->start[k].o == o)
            visit_start(q, &q->y->start[k], &s);
    return s;
}

static bool anything_runs(const struct verifier *v, int o)
{
    for (int w = 0; w < (int)v->c->workload.n; w++)
        for (int p = 0; p < N_PHASE; p++)
            if (rate_at(v->rates, w, o, (enum phase)p)->per_accel_h > 0.0)
                return true;
    return false;
}

static bool signs(const strait_case *c, int o)
{
    return c->offer.v[o].contract == CONTRACT_LEASE || c->offer.v[o].contract == CONTRACT_PURCHASE;
}

/* There at some time, signed already, or to be signed. */
static bool to_be_had(const struct look *q, int o)
{
    const strait_case *c = q->b->v->c;

    for (int t = 0; t < (int)c->n_segment; t++)
        if (c->timeline->avail_mean[book_at(q->b, o, t)] > 0.0)
            return true;
    for (size_t k = 0; k < q->b->n_hold; k++)
        if (q->b->hold[k].o == o && q->b->hold[k].fixed && c->offer.v[o].contract != CONTRACT_OWNED)
            return true;
    for (size_t k = 0; k < q->y->n_start; k++)
        if (q->y->start[k].o == o)
            return true;
    return false;
}

/* The rule that bars signing at the first start of an offer; -1: none does, or there is no start. */
static strait_status bars_first_start(const struct look *q, int o, int *rule)
{
    const strait_case *c = q->b->v->c;
    size_t n = signs(c, o) ? offer_starts(c, o, NULL, 0) : 0;
    int64_t *start = arena_alloc(q->b->v->arena, n, sizeof *start);

    *rule = -1;
    if (!start)
        return STRAIT_ENOMEM;
    if (n > 0 && offer_starts(c, o, start, n) > 0)
        *rule = rules_bar_signing(c, o, start[0] - c->offer.v[o].lead * DAY_S);
    return STRAIT_OK;
}

/* How often `rule` is the one that bars work that could run on the offer. */
static size_t bars_of(const struct verifier *v, int o, int rule)
{
    size_t n = 0;

    for (int w = 0; w < (int)v->c->workload.n; w++) {
        bool runs = false;
        for (int p = 0; p < N_PHASE; p++)
            runs = runs || rate_at(v->rates, w, o, (enum phase)p)->per_accel_h > 0.0;
        for (size_t t = 0; t < v->c->n_segment && runs; t++)
            n += rules_bar(v->c, w, o, t) == rule;
    }
    return n;
}

static void check_rule(struct look *q, int o, const struct plan_offer *d, bool named, size_t least)
{
    struct verifier *v = q->b->v;
    int rule = d->rule ? case_find(v->c, KIND_rule, d->rule) : -1;
    size_t n = rule < 0 ? 0 : bars_of(v, o, rule);

    report_fact(&v->report, PROMISE_OFFERS, PLACE(d->offer, "rule"), d->rule, named ? "the rule that bars it" : "none", named == (d->rule != NULL));
    if (named && d->rule)
        report_least(&v->report, PROMISE_OFFERS, PLACE(d->offer, "rule", d->rule), (double)least, (double)n, 0.0);
}

/* Barred altogether: the rule told bars as often as any.  False: something is left, or nothing bars. */
static bool all_barred(const struct look *q, int o, size_t *most)
{
    *most = 0;
    for (int i = 0; i < (int)q->b->v->c->rule.n; i++) {
        size_t n = bars_of(q->b->v, o, i);
        *most = n > *most ? n : *most;
    }
    return *most > 0 && bars_of(q->b->v, o, -1) == 0;
}

/* The words for it: nothing beside its price, a rented offer's whole price, or some of it. */
static const char *word_for(const strait_case *c, int o, double dearer, double price)
{
    if (dearer <= TOL_DUAL * price)
        return "no cheaper than what is used";
    return !signs(c, o) && dearer >= price * (1.0 - TOL_DUAL) ? "of no use at any price" : "dearer";
}

/* How much dearer at least; told in words to what the figure is known to. */
static void check_dearer(struct look *q, int o, const struct plan_offer *d, const struct standing *s)
{
    struct report *r = &q->b->v->report;
    const strait_case *c = q->b->v->c;
    double found = fmax(0.0, signs(c, o) && isfinite(s->hold) ? s->hold : s->work), slack = TOL_DUAL * (s->price + found);
    const char *least = word_for(c, o, found - slack, s->price), *most = word_for(c, o, found + slack, s->price);
    bool ok = d->reason && (strcmp(d->reason, least) == 0 || strcmp(d->reason, most) == 0);

    report_equal(r, PROMISE_OFFERS, PLACE(d->offer, "dearer_by"), d->dearer_by, found, slack);
    report_fact(r, PROMISE_OFFERS, PLACE(d->offer, "reason"), d->reason, most, ok);
    check_rule(q, o, d, false, 0);
}

/* The first of the reasons that holds. */
static strait_status check_reason(struct look *q, int o, const struct plan_offer *d)
{
    struct report *r = &q->b->v->report;
    struct standing s = standing_of(q, o);
    const char *reason = NULL;
    size_t most = 1;
    int rule = -1;
    strait_status st = STRAIT_OK;

    if (!anything_runs(q->b->v, o)) {
        reason = "no workload can run on it";
    } else if (!to_be_had(q, o)) {
        TRY(bars_first_start(q, o, &rule));
        reason = rule >= 0 ? "signing is barred" : "none is to be had inside the horizon";
        if (rule >= 0)
            report_text(r, PROMISE_OFFERS, PLACE(d->offer, "rule"), d->rule, q->b->v->c->rule.v[rule].name);
        else
            check_rule(q, o, d, false, 0);
    } else if (!s.reached) {
        bool barred = all_barred(q, o, &most);
        reason = barred ? "all that could run on it is barred" : "no work may and can reach it while it is there";
        check_rule(q, o, d, barred, most);
    } else if (q->w) {
        check_dearer(q, o, d, &s);
        goto out;
    } else {
        reason = "not used by the plan at hand";
        check_rule(q, o, d, false, 0);
    }
    report_text(r, PROMISE_OFFERS, PLACE(d->offer, "reason"), d->reason, reason);
    report_fact(r, PROMISE_OFFERS, PLACE(d->offer, "dearer_by"), isnan(d->dearer_by) ? "none" : "told", "none", isnan(d->dearer_by));
out:
    return st;
}

/* What it is, what it does, and that an offer in use gives no reason why it is not. */
static strait_status check_offer(struct look *q, int o, const struct plan_offer *d)
{
    struct report *r = &q->b->v->report;
    const strait_case *c = q->b->v->c;
    const struct offer *f = &c->offer.v[o];
    double hours = 0.0, held = 0.0;
    bool told = d->reason || d->rule || !isnan(d->dearer_by);

    for (int t = 0; t < (int)c->n_segment; t++) {
        hours += q->b->used[book_at(q->b, o, t)];
        held = fmax(held, q->b->held[book_at(q->b, o, t)]);
    }
    report_text(r, PROMISE_OFFERS, PLACE("offer"), d->offer, f->name);
    report_text(r, PROMISE_OFFERS, PLACE(f->name, "site"), d->site, c->site.v[f->site].name);
    report_text(r, PROMISE_OFFERS, PLACE(f->name, "accelerator"), d->accelerator, c->accelerator.v[f->accelerator].name);
    report_text(r, PROMISE_OFFERS, PLACE(f->name, "contract"), d->contract, contract_word[f->contract]);
    report_text(r, PROMISE_OFFERS, PLACE(f->name, "status"), d->status, hours > 0.0 ? "used" : held > UNTOLD ? "idle" : "unused");
    report_equal(r, PROMISE_OFFERS, PLACE(f->name, "hours"), d->accel_hours, hours, TOL_ZERO * hours);
    if (hours <= 0.0)
        return check_reason(q, o, d);
    report_fact(r, PROMISE_OFFERS, PLACE(f->name, "reason"), told ? "told" : "none", "none", !told);
    return STRAIT_OK;
}

/**
 * The table of offers: each of the case's once, in its order.
 *
 * @param y  where work could be
 * @param w  at the plan's prices; NULL: none are told, as the plan is not proven
 * @return STRAIT_OK, STRAIT_ENOMEM.  Cost of an offer without work: O(columns that could use it).
 */
strait_status verify_offers(struct book *b, const struct ways *y, const struct worth *w)
{
    struct look q = { .b = b, .y = y, .w = w };
    size_t n = b->v->plan->offers.n;
    strait_status st = STRAIT_OK;

    q.share = arena_alloc(b->v->arena, b->v->c->n_segment, sizeof *q.share);
    if (!q.share)
        return STRAIT_ENOMEM;
    report_fact(&b->v->report, PROMISE_OFFERS, PLACE("offers"), b->v->plan->offers.v ? "told" : "not told", "told", b->v->plan->offers.v != NULL);
    report_equal(&b->v->report, PROMISE_OFFERS, PLACE("rows"), (double)n, (double)b->v->c->offer.n, 0.0);
    for (size_t o = 0; o < n && o < b->v->c->offer.n; o++)
        TRY(check_offer(&q, (int)o, &b->v->plan->offers.v[o]));
out:
    return st;
}
