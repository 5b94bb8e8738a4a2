/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * evaluate = "reprice": the base's plan stays, its prices move, and the cost kernel tells what it comes to.  Every override
 * must be a price that the kernel has a factor for; what it would be multiplied by in a plan of its own is what is taken here.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base/mem.h"
#include "base/pool.h"
#include "explain/exposure.h"
#include "linalg/linalg.h"
#include "study/batch.h"

/* Factors in this order: offers, tariffs, transfers, egress, charges, carbon. */
struct slots { size_t offer, tariff, transfer, egress, charge, carbon, n; };

struct pricer {
    strait_ctx *cx;
    const struct origin_plan *b;
    const struct batch_options *o;
    struct store *db;
    struct slots at;
    struct price_factors *f;
    struct plan_exposure e;
    struct exposure *total;     /* all lines in one */
    struct sweep_scenario *scenario;    /* of the block at hand */
    double *factor;             /* n x SCENARIO_BLOCK */
    double cost[SCENARIO_BLOCK];
    double penalty;             /* of the plan: no price moves it */
};

static struct slots slots_of(const strait_case *c)
{
    struct slots s = {.offer = 0};

    s.tariff = s.offer + c->offer.n;
    s.transfer = s.tariff + c->site.n;
    s.egress = s.transfer + c->site.n;
    s.charge = s.egress + c->network.n;
    s.carbon = s.charge + c->rule.n;
    s.n = s.carbon + 1;
    return s;
}

static void number_factors(struct pricer *p)
{
    const strait_case *c = p->b->c;

    for (size_t i = 0; i < c->offer.n; i++)
        p->f->offer[i] = (int)(p->at.offer + i);
    for (size_t i = 0; i < c->site.n; i++) {
        p->f->tariff[i] = (int)(p->at.tariff + i);
        p->f->transfer[i] = (int)(p->at.transfer + i);
    }
    for (size_t i = 0; i < c->network.n; i++)
        p->f->egress[i] = (int)(p->at.egress + i);
    for (size_t i = 0; i < c->rule.n; i++)
        p->f->charge[i] = (int)(p->at.charge + i);
    p->f->carbon = (int)p->at.carbon;
}

/* Has the row prices over time of its own, which the field does not move? */
static bool has_series(const strait_case *c, enum kind k, size_t row)
{
    bool found = false;

    for (size_t i = 0; k == KIND_offer && i < c->price.n; i++)
        found = found || c->price.v[i].offer == (int)row;
    for (size_t i = 0; k == KIND_site && i < c->tariff.n; i++)
        found = found || c->tariff.v[i].site == (int)row;
    return found;
}

/* The factor and the field's value in the base. */
static bool slot_of(const struct pricer *p, const struct path *path, size_t row, size_t *slot, double *value)
{
    const strait_case *c = p->b->c;

    if (path->kind == KIND_offer && row < c->offer.n && path->i_field == (c->offer.v[row].contract == CONTRACT_PURCHASE ? FLD_offer_capex : FLD_offer_price)
        && !has_series(c, KIND_offer, row)) {
        *slot = p->at.offer + row;
        *value = c->offer.v[row].contract == CONTRACT_PURCHASE ? c->offer.v[row].capex : c->offer.v[row].price;
    } else if (path->kind == KIND_site && path->i_field == FLD_site_tariff && !has_series(c, KIND_site, row)) {
        *slot = p->at.tariff + row;
        *value = c->site.v[row].tariff;
    } else if (path->kind == KIND_site && path->i_field == FLD_site_transfer_in) {
        *slot = p->at.transfer + row;
        *value = c->site.v[row].transfer_in;
    } else if (path->kind == KIND_network && path->i_field == FLD_network_egress) {
        *slot = p->at.egress + row;
        *value = c->network.v[row].egress;
    } else if (path->kind == KIND_rule && path->i_field == FLD_rule_charge && c->rule.v[row].effect == RULE_PRICE) {
        *slot = p->at.charge + row;
        *value = c->rule.v[row].charge;
    } else if (path->kind == KIND_settings && path->i_field == FLD_settings_carbon_price) {
        *slot = p->at.carbon;
        *value = c->settings.carbon_price;
    } else {
        return false;
    }
    return true;
}

static strait_status refuse(struct pricer *p, const struct sweep_input *in, const char *why)
{
    return cx_fail(p->cx, STRAIT_EINPUT, "evaluate = \"reprice\": %s=%s: %s; use evaluate = \"plan\"", in->path, in->value, why);
}

/* One override on the factors of scenario column s. */
static strait_status apply(struct pricer *p, const struct sweep_input *in, size_t s)
{
    const char *text = in->value + (in->value[0] == '*');
    struct path path;
    char *end;
    double v = strtod(text, &end), base;
    size_t slot;
    strait_status st = path_parse(p->cx, p->b->c, in->path, strlen(in->path), &path);

    if (st != STRAIT_OK)
        return st == STRAIT_EUSAGE ? STRAIT_EINPUT : st;
    if (end == text || *end != '\0' || !isfinite(v) || v < 0)
        return refuse(p, in, "is no plain number");
    for (size_t row = path.row; row < (path.all ? case_rows(p->b->c, path.kind) : path.row + 1); row++) {
        if (!slot_of(p, &path, row, &slot, &base) && path.all && path.kind == KIND_offer && !has_series(p->b->c, KIND_offer, row))
            continue;       /* offers.*.price: a purchase has none */
        if (!slot_of(p, &path, row, &slot, &base))
            return refuse(p, in, "is no price that the cost kernel moves");
        if (in->value[0] != '*' && !(base > 0))
            return refuse(p, in, "the base's price is 0, which no factor moves");
        double *factor = &p->factor[slot * SCENARIO_BLOCK + s];
        *factor = in->value[0] == '*' ? *factor * v : v / base;
    }
    return STRAIT_OK;
}

static void give_factors(const void *data, uint64_t block, double *m, double *scratch)
{
    const struct pricer *p = data;

    (void)block;
    (void)scratch;
    memcpy(m, p->factor, p->at.n * SCENARIO_BLOCK * sizeof *m);
}

static void take_cost(void *data, int worker, const struct reprice_block *b)
{
    struct pricer *p = data;

    (void)worker;
    memcpy(p->cost, b->cost, b->n * sizeof *p->cost);
}

/* Costs of the n scenarios at hand; 128 columns are always made, so that bits hang on nothing else. */
static strait_status price_block(struct pricer *p, arena *a, const uint64_t *k, size_t n)
{
    struct factor_source source = {.n = p->at.n, .make = give_factors, .data = p};
    strait_status st = STRAIT_OK;

    for (size_t i = 0; i < p->at.n * SCENARIO_BLOCK; i++)
        p->factor[i] = 1;
    for (size_t s = 0; s < n; s++) {
        if (sweep_expand(p->b->s, k[s], a, &p->scenario[s]) != STRAIT_OK)
            TRY(cx_nomem(p->cx));
        for (size_t i = 0; i < p->scenario[s].n; i++)
            TRY(apply(p, &p->scenario[s].input[i], s));
    }
    TRY(reprice(p->cx, p->total, &source, NULL, 0, SCENARIO_BLOCK, take_cost, p));
out:
    return st;
}

static strait_status write_block(struct pricer *p, size_t n)
{
    strait_status st = STRAIT_OK;

    TRY(store_begin(p->cx, p->db));
    for (size_t s = 0; s < n; s++) {
        struct outcome o = {.scenario = p->scenario[s], .status = "feasible", .objective = p->cost[s], .gap = (double)NAN,
                            .penalty = p->penalty};
        TRY(outcome_store(p->cx, p->db, &o));
    }
    TRY(store_commit(p->cx, p->db));
out:
    store_rollback(p->db);
    return st;
}

/* The plan itself, once, as scenario -1. */
static strait_status keep_plan(struct pricer *p)
{
    struct outcome o = {.placements = NULL};
    strait_table *unmet = NULL;
    char there[8];
    strait_status st = STRAIT_OK;

    TRY(outcome_unmet(p->cx, p->b->m, p->b->sol->x, &unmet));
    p->penalty = outcome_penalty(unmet);
    TRY(store_meta(p->cx, p->db, "SELECT 1 FROM meta WHERE key = 'plan'", there, sizeof there));
    if (there[0])
        goto out;
    if (p->b->keep & KEEP_PLACEMENTS) {
        TRY(outcome_placements(p->cx, p->b->m, p->b->sol->x, &o.placements));
        o.unmet = unmet;
    }
    if (p->b->keep & KEEP_LEASES)
        TRY(outcome_leases(p->cx, p->b->m, p->b->sol, &o.leases));
    TRY(store_begin(p->cx, p->db));
    TRY(outcome_store_rows(p->cx, p->db, -1, &o));
    TRY(store_run(p->cx, p->db, "INSERT INTO meta VALUES('plan', 'k = -1')", ""));
    TRY(store_commit(p->cx, p->db));
out:
    store_rollback(p->db);
    table_free(unmet);
    table_free(o.placements);
    table_free(o.leases);
    return st;
}

static strait_status pricer_open(struct pricer *p)
{
    strait_status st = STRAIT_OK;
    int *group;

    p->at = slots_of(p->b->c);
    p->factor = mem_calloc(p->at.n * SCENARIO_BLOCK, sizeof *p->factor);
    p->scenario = mem_calloc(SCENARIO_BLOCK, sizeof *p->scenario);
    if (!p->factor || !p->scenario)
        return cx_nomem(p->cx);
    TRY(price_factors_new(p->cx, p->b->c, p->at.n, &p->f));
    number_factors(p);
    TRY(exposure_of_plan(p->cx, p->b->m, p->b->sol->x, p->f, &p->e));
    group = mem_calloc(p->e.e->n_line, sizeof *group);
    if (!group)
        return cx_nomem(p->cx);
    st = exposure_group(p->cx, p->e.e, group, 1, &p->total);
    mem_free(group);
out:
    return st;
}

static void pricer_close(struct pricer *p)
{
    exposure_free(p->total);
    exposure_free(p->e.e);
    price_factors_free(p->f);
    mem_free(p->factor);
    mem_free(p->scenario);
}

static strait_status price_all_blocks(struct pricer *p, const bool *done, struct batch_counts *counts)
{
    uint64_t k[SCENARIO_BLOCK], i = 0, before = counts->done, written = 0;
    strait_status st = STRAIT_OK;

    while (i < counts->total && !counts->stopped) {
        arena *a = arena_new();
        size_t n = 0;
        for (; i < counts->total && n < SCENARIO_BLOCK; i++)
            if (!done[i])
                k[n++] = shard_scenario(i, p->o);
        st = a ? price_block(p, a, k, n) : cx_nomem(p->cx);
        if (st == STRAIT_OK)
            st = write_block(p, n);
        arena_free(a);
        TRY(st);
        written += n;
        counts->stopped = batch_tick(p->cx, before, before + written, counts->total);
    }
out:
    return st;
}

strait_status batch_reprice(strait_ctx *cx, const struct origin_plan *b, struct store *db, const struct batch_options *o, bool *done,
                            struct batch_counts *counts)
{
    struct pricer p = {.cx = cx, .b = b, .o = o, .db = db};
    strait_status st = STRAIT_OK;

    if (b->sol->outcome != STRAIT_OPTIMAL)
        return cx_fail(cx, STRAIT_EINPUT, "evaluate = \"reprice\": the base has no plan that is proven, so there is nothing to price again");
    TRY(pricer_open(&p));
    TRY(keep_plan(&p));
    TRY(price_all_blocks(&p, done, counts));
out:
    pricer_close(&p);
    return st;
}
