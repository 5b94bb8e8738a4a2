/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Features and prices of one offer's block.  Feature rows, in this order: rent, energy paid, energy for carbon, egress to
 * each region, GB moved in, then one per price rule that touches the offer.
 */
#include <math.h>

#include "estimate/cost_room.h"
#include "estimate/physics.h"
#include "estimate/price.h"

enum { F_RENT, F_ENERGY, F_CARBON, F_FIRST_REGION };

/* What one activity needs of its offer. */
struct use {
    const struct activity *a;
    double rent;             /* 1 when its hours pay rent */
    double kwh;              /* facility kWh per hour: above idle when held */
    double kwh_paid;
    double data_gb, weights_gb;   /* moved per unit of work; prefill moves none: its decode does */
    double egress_gb;             /* per unit of work */
};

/** Work of workload w over the horizon: tokens to train, requests of the batch, or requests of the service's demand. */
double work_total(const strait_case *c, int w)
{
    const struct workload *v = &c->workload.v[w];
    double sum = 0;

    if (v->task == TASK_BATCH)
        return v->requests;
    if (v->task != TASK_SERVICE)
        return v->tokens;
    for (size_t i = 0; i < c->timeline->n_pair; i++)
        if (c->timeline->pair[i].workload == w)
            for (size_t t = 0; t < c->n_segment; t++)
                sum += c->timeline->pair[i].requests[t];
    return sum;
}

/** GB that running w on o moves in by one act, over the whole run; 0 when the act does not happen. */
double moved_gb(const strait_case *c, int w, int o, unsigned act)
{
    const struct workload *v = &c->workload.v[w];

    if ((acts_of(c, w, o) & act) == 0)
        return 0;
    if (act == ACT_MOVE_DATA)
        return v->dataset;
    if (!isnan(v->weights))
        return v->weights;
    return weight_bytes(&c->model.v[v->model], v->precision) / 1e9;
}

static double per_work(double gb, double work)
{
    return work > 0 ? gb / work : 0;
}

static struct use use_of(const strait_case *c, const struct rates *r, int o, const struct activity *a)
{
    const struct offer *f = &c->offer.v[o];
    const struct workload *w = &c->workload.v[a->w];
    double idle = c->accelerator.v[f->accelerator].idle_power, draw = rate_at(r, a->w, o, a->phase)->power_w;
    struct use u = { .a = a };

    u.rent = offer_is_held(f) ? 0 : 1;
    u.kwh = c->site.v[f->site].pue * (offer_is_held(f) ? fmax(0, draw - idle) : draw) / 1000;
    u.kwh_paid = offer_pays_energy(f) ? u.kwh : 0;
    if (a->phase != PHASE_PREFILL) {
        double work = work_total(c, a->w);

        u.data_gb = per_work(moved_gb(c, a->w, o, ACT_MOVE_DATA), work);
        u.weights_gb = per_work(moved_gb(c, a->w, o, ACT_MOVE_WEIGHTS), work);
        u.egress_gb = a->region >= 0 ? w->egress : 0;
    }
    return u;
}

/* Does rule i price what w does on o, and how much of its basis?  Moving is priced per GB, using per hour. */
static double rule_hour(const strait_case *c, size_t i, int o, const struct use *u)
{
    const struct rule *r = &c->rule.v[i];
    unsigned acts = acts_of(c, u->a->w, o) & (ACT_USE | ACT_RENT);
    double amount = r->basis == BASIS_HOUR ? 1 : r->basis == BASIS_KWH ? u->kwh_paid : r->basis == BASIS_TONNE ? u->kwh
                    : r->basis == BASIS_AD_VALOREM ? u->rent : 0;

    return amount > 0 && rule_applies(c, i, u->a->w, o, acts) ? amount : 0;
}

static double rule_work(const strait_case *c, size_t i, int o, const struct use *u)
{
    double gb = 0;

    if (c->rule.v[i].basis != BASIS_GB)
        return 0;
    if (u->data_gb > 0 && rule_applies(c, i, u->a->w, o, ACT_MOVE_DATA))
        gb += u->data_gb;
    if (u->weights_gb > 0 && rule_applies(c, i, u->a->w, o, ACT_MOVE_WEIGHTS))
        gb += u->weights_gb;
    return gb;
}

/* CUR per unit of the rule's feature in segment t, not discounted. */
static double rule_price(const strait_case *c, size_t i, int o, size_t t)
{
    const struct rule *r = &c->rule.v[i];
    size_t s = (size_t)c->offer.v[o].site * c->n_segment + t;

    if (!rule_in_force(c, i, c->segment[t].from, c->segment[t].to))
        return 0;
    if (r->basis == BASIS_TONNE)
        return r->charge * c->timeline->carbon[s] * 1e-6;
    if (r->basis == BASIS_AD_VALOREM)
        return r->charge * c->timeline->price[(size_t)o * c->n_segment + t];
    return r->charge;
}

/* Row of network from a site to a region, or -1. */
static int network_row(const strait_case *c, int site, int region)
{
    for (size_t i = 0; i < c->network.n; i++)
        if (c->network.v[i].site == site && c->network.v[i].region == region)
            return (int)i;
    return -1;
}

static double egress_price(const strait_case *c, int site, int region)
{
    int i = network_row(c, site, region);

    return i < 0 ? 0 : c->network.v[i].egress;
}

static bool is_price_rule(const strait_case *c, size_t i)
{
    return c->rule.v[i].enabled && c->rule.v[i].effect == RULE_PRICE;
}

static size_t price_rules(const strait_case *c)
{
    size_t n = 0;

    for (size_t i = 0; i < c->rule.n; i++)
        n += is_price_rule(c, i);
    return n;
}

/* One row of A. */
static void fill_activity(const strait_case *c, const struct rates *r, struct cost_block *b, int o, size_t i)
{
    struct use u = use_of(c, r, o, &b->act[i]);
    double *hour = b->hour + i * b->k, *work = b->work + i * b->k;
    size_t moved = F_FIRST_REGION + c->region.n, f = moved + 1;

    hour[F_RENT] = u.rent;
    hour[F_ENERGY] = u.kwh_paid;
    hour[F_CARBON] = u.kwh;
    if (u.a->region >= 0)
        work[F_FIRST_REGION + (size_t)u.a->region] = u.egress_gb;
    work[moved] = u.data_gb + u.weights_gb;
    for (size_t j = 0; j < c->rule.n; j++) {
        if (!is_price_rule(c, j))
            continue;
        hour[f] = rule_hour(c, j, o, &u);
        work[f++] = rule_work(c, j, o, &u);
    }
}

/* One column of P. */
static void fill_prices(const strait_case *c, struct cost_block *b, int o, size_t t)
{
    const struct offer *f = &c->offer.v[o];
    size_t n = c->n_segment, s = (size_t)f->site * n + t, row = F_FIRST_REGION;
    double *price = b->price + t, discount = c->segment[t].discount;

    price[F_RENT * n] = c->timeline->price[(size_t)o * n + t] * discount;
    price[F_ENERGY * n] = c->timeline->tariff[s] * discount;
    price[F_CARBON * n] = c->timeline->carbon[s] * 1e-6 * c->settings.carbon_price * discount;
    for (size_t g = 0; g < c->region.n; g++)
        price[row++ * n] = egress_price(c, f->site, (int)g) * discount;
    price[row++ * n] = c->site.v[f->site].transfer_in * discount;
    for (size_t j = 0; j < c->rule.n; j++)
        if (is_price_rule(c, j))
            price[row++ * n] = rule_price(c, j, o, t) * discount;
}

static strait_status allocate(struct costs *k, struct cost_block *b, size_t n_region, size_t n_rule)
{
    enum cost_part *part;

    b->n_seg = k->n_seg;
    b->k = F_FIRST_REGION + n_region + 1 + n_rule;
    part = arena_alloc(k->arena, b->k, sizeof *part);
    b->hour = arena_alloc(k->arena, b->n_act * b->k, sizeof(double));
    b->work = arena_alloc(k->arena, b->n_act * b->k, sizeof(double));
    b->price = arena_alloc(k->arena, b->k * b->n_seg, sizeof(double));
    b->part = part;
    if (!part || !b->hour || !b->work || !b->price)
        return STRAIT_ENOMEM;
    part[F_RENT] = PART_COMPUTE;
    part[F_ENERGY] = PART_ENERGY;
    part[F_CARBON] = PART_CARBON;
    for (size_t i = F_FIRST_REGION; i < b->k; i++)
        part[i] = i <= F_FIRST_REGION + n_region ? PART_MOVEMENT : PART_DUTY;
    return STRAIT_OK;
}

/**
 * Features A, prices P and parts of the block of offer o; present value by the segment's discount.
 *
 * Energy duties act on energy paid separately, above idle when the offer is held; ad valorem on rent, so only where
 * hours pay rent; movement duties on the GB that the rule's own act moves.  A negative charge is a subsidy.
 *
 * @param k  in/out; arena, sizes and the block's activities set
 * @return STRAIT_OK, STRAIT_ENOMEM.  Cost O(activities * rules + features * segments).  Test: tests/unit/check_cost.c
 */
strait_status cost_features(const strait_case *c, const struct rates *r, struct costs *k, int o)
{
    struct cost_block *b = &k->block[o];
    strait_status st = allocate(k, b, c->region.n, price_rules(c));

    if (st != STRAIT_OK)
        return st;
    for (size_t i = 0; i < b->n_act; i++)
        fill_activity(c, r, b, o, i);
    for (size_t t = 0; t < b->n_seg; t++)
        fill_prices(c, b, o, t);
    return STRAIT_OK;
}

/**
 * What the price of a feature is multiplied by: row `feature` of P of offer o.
 *
 * @param f  which factor multiplies which price
 * Cost O(rules + network rows).  Test: tests/unit/check_reprice.c
 */
struct price_term price_term_feature(const strait_case *c, const struct price_factors *f, int o, size_t feature)
{
    int site = c->offer.v[o].site, row;
    size_t rule = 0;

    if (feature == F_RENT)
        return price_term(f->offer[o], -1);
    if (feature == F_ENERGY)
        return price_term(f->tariff[site], -1);
    if (feature == F_CARBON)
        return price_term(f->carbon, -1);
    feature -= F_FIRST_REGION;
    if (feature < c->region.n) {
        row = network_row(c, site, (int)feature);
        return price_term(row < 0 ? -1 : f->egress[row], -1);
    }
    feature -= c->region.n;
    if (feature == 0)
        return price_term(f->transfer[site], -1);
    for (; rule < c->rule.n; rule++)
        if (is_price_rule(c, rule) && --feature == 0)
            break;
    return price_term_charge(c, f, rule, o);
}
