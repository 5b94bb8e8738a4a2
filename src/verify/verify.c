/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The driver: tables of the case, the document's own claims, then the plan's two books. */
#include "verify/verify.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "verify/document.h"
#include "verify/price.h"

static void name_segments(struct verifier *v)
{
    for (size_t t = 0; t < v->c->n_segment; t++)
        date_format(v->c->segment[t].from, v->from[t]);
}

static void map_network(struct verifier *v)
{
    const strait_case *c = v->c;

    for (size_t i = 0; i < c->site.n * c->region.n; i++)
        v->rtt_ms[i] = (double)NAN;
    for (size_t i = 0; i < c->network.n; i++)
        v->rtt_ms[(size_t)c->network.v[i].site * c->region.n + (size_t)c->network.v[i].region] = c->network.v[i].rtt;
    for (size_t i = 0; i < c->workload.n * c->region.n; i++)
        v->pair_of[i] = -1;
    for (size_t i = 0; i < c->timeline->n_pair; i++)
        v->pair_of[(size_t)c->timeline->pair[i].workload * c->region.n + (size_t)c->timeline->pair[i].region] = (int)i;
}

/* Offers of one site that name one fabric share it; an offer without a name has its own. */
static void map_fabrics(struct verifier *v)
{
    const strait_case *c = v->c;

    for (int o = 0; o < (int)c->offer.n; o++) {
        const struct offer *f = &c->offer.v[o];
        v->fabric[o] = o;
        for (int i = o - 1; i >= 0 && f->fabric; i--)
            if (c->offer.v[i].site == f->site && c->offer.v[i].fabric && strcmp(c->offer.v[i].fabric, f->fabric) == 0)
                v->fabric[o] = i;
    }
}

static void find_top_rates(struct verifier *v)
{
    const strait_case *c = v->c;

    for (int w = 0; w < (int)c->workload.n; w++) {
        double ramp = 0.0, rate = 0.0;
        for (size_t i = 0; i < c->accelerator.n * c->n_segment; i++)
            ramp = fmax(ramp, c->timeline->ramp[(size_t)w * c->accelerator.n * c->n_segment + i]);
        for (int o = 0; o < (int)c->offer.n; o++)
            for (int p = 0; p < N_PHASE; p++)
                rate = fmax(rate, rate_at(v->rates, w, o, (enum phase)p)->per_accel_h);
        v->top_rate[w] = rate * ramp;
    }
}

static strait_status verifier_open(struct verifier *v)
{
    const strait_case *c = v->c;
    strait_status st = STRAIT_OK;

    v->arena = arena_new();
    if (!v->arena)
        return STRAIT_ENOMEM;
    v->rtt_ms = arena_alloc(v->arena, c->site.n * c->region.n, sizeof *v->rtt_ms);
    v->pair_of = arena_alloc(v->arena, c->workload.n * c->region.n, sizeof *v->pair_of);
    v->fabric = arena_alloc(v->arena, c->offer.n, sizeof *v->fabric);
    v->top_rate = arena_alloc(v->arena, c->workload.n, sizeof *v->top_rate);
    v->from = arena_alloc(v->arena, c->n_segment, sizeof *v->from);
    if (!v->rtt_ms || !v->pair_of || !v->fabric || !v->top_rate || !v->from)
        return STRAIT_ENOMEM;
    TRY(estimate_rates(v->cx, c, &v->rates));
    TRY(estimate_costs(v->cx, c, v->rates, &v->costs));
    name_segments(v);
    map_network(v);
    map_fabrics(v);
    find_top_rates(v);
out:
    return st;
}

static void verifier_close(struct verifier *v)
{
    report_close(&v->report);
    costs_free(v->costs);
    rates_free(v->rates);
    arena_free(v->arena);
}

/* What both books promise. */
static strait_status check_book(struct book *b)
{
    strait_status st;

    verify_signed(b);
    TRY(verify_placements(b));
    TRY(verify_work(b));
    TRY(verify_capacity(b));
    TRY(verify_power(b));
    TRY(verify_limits(b));
out:
    return st;
}

/* The plan in whole gangs, replicas and blocks; none where none was found, and why is told. */
static strait_status check_rounded(struct verifier *v, const struct ways *y, const struct worth *w)
{
    struct book b;
    strait_status st = STRAIT_OK;

    verify_rounded_told(v);
    if (!v->plan->rounded.given || isnan(v->plan->rounded.objective))
        return STRAIT_OK;
    TRY(book_open(v, BOOK_ROUNDED, &b));
    TRY(check_book(&b));
    verify_blocks(&b);
    verify_waiting(&b, y, w);
    TRY(verify_rounded(&b));
out:
    return st;
}

static strait_status check_plan(struct verifier *v)
{
    struct ledger_sums sums;
    struct prices prices;
    struct worth worth;
    struct ways ways;
    struct book b;
    bool proven = strcmp(v->plan->status, "feasible") != 0;
    strait_status st;

    verify_no_prices(v, proven);
    TRY(book_open(v, BOOK_PLAN, &b));
    TRY(check_book(&b));
    TRY(verify_money(&b, &sums));
    TRY(ways_open(&b, &ways));
    TRY(prices_read(&b, proven ? &v->plan->duals : &v->plan->proof, !proven, &prices));
    TRY(verify_rule_table(&b, &ways, proven ? &prices : NULL));
    TRY(worth_open(&worth, &b, &prices, true));
    TRY(verify_bound(&b, &ways, &worth, &sums));
    TRY(verify_offers(&b, &ways, proven ? &worth : NULL));
    verify_waiting(&b, &ways, proven ? &worth : NULL);
    TRY(check_rounded(v, &ways, proven ? &worth : NULL));
out:
    return st;
}

/* A document without a plan: nothing is told of one, and that none exists follows from its proof. */
static strait_status check_no_plan(struct verifier *v)
{
    struct prices proof;
    struct ways ways;
    struct book b;
    strait_status st;

    verify_no_parts(v);
    TRY(book_open(v, BOOK_EMPTY, &b));
    TRY(ways_open(&b, &ways));
    TRY(verify_rule_table(&b, &ways, NULL));
    if (strcmp(v->plan->status, "infeasible") != 0)
        goto out;
    TRY(prices_read(&b, &v->plan->proof, true, &proof));
    TRY(verify_proof(&b, &ways, &proof));
out:
    return st;
}

strait_status verify_plan_read(strait_ctx *cx, const strait_case *c, const struct plan_file *plan, strait_table **out, bool *all_ok)
{
    struct verifier v = { .cx = cx, .c = c, .plan = plan };
    strait_status st;

    TRY(verifier_open(&v));
    TRY(verify_input(&v));
    verify_document(&v);
    TRY(verify_says_plan(plan->status) ? check_plan(&v) : check_no_plan(&v));
    TRY(report_table(&v.report, out, all_ok));
out:
    verifier_close(&v);
    return st == STRAIT_ENOMEM ? cx_nomem(cx) : st;
}

strait_status verify_plan(strait_ctx *cx, const strait_case *c, const char *file, strait_table **out, bool *all_ok)
{
    struct plan_file *plan = NULL;
    strait_status st;

    TRY(json_read_plan(cx, file, &plan));
    TRY(verify_plan_read(cx, c, plan, out, all_ok));
out:
    plan_file_free(plan);
    return st;
}
