/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The driver: tables of the case, the document's own claims, then the plan's two books. */
#include "verify/verify.h"

#include <math.h>
#include <string.h>

#include "base/digest.h"
#include "base/mem.h"
#include "base/str.h"
#include "verify/book.h"

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

/* The digest of an input: that of its files' digests, one a line, in the order they were read. */
static strait_status check_input(struct verifier *v)
{
    strait_status st = STRAIT_OK;
    str all = { 0 };
    char hex[65];

    for (size_t i = 0; i < v->c->files.n; i++)
        if (v->c->files.v[i].digest)
            str_printf(&all, "%s\n", v->c->files.v[i].digest);
    TRY(all.failed ? STRAIT_ENOMEM : STRAIT_OK);
    TRY(digest_hex(all.s ? all.s : "", all.n, hex));
    report_text(&v->report, PROMISE_INPUT, PLACE("input.digest"), v->plan->digest, hex);
out:
    str_free(&all);
    return st;
}

static bool says_plan(const char *status)
{
    return strcmp(status, "optimal") == 0 || strcmp(status, "within_gap") == 0 || strcmp(status, "feasible") == 0;
}

static void check_document(struct verifier *v)
{
    const struct plan_file *p = v->plan;

    report_text(&v->report, PROMISE_SCHEMA, PLACE("schema"), p->schema, "strait.plan/1");
    report_fact(&v->report, PROMISE_STATUS, PLACE("status"), p->status, says_plan(p->status) ? "a plan" : "no plan to hold", says_plan(p->status));
    report_fact(&v->report, PROMISE_CERTIFICATE, PLACE("certificate.ok"), !p->certificate.given ? "none" : p->certificate.ok ? "true" : "false",
                "true", p->certificate.given && p->certificate.ok);
    report_text(&v->report, PROMISE_TOTAL, PLACE("objective.currency"), p->objective.currency, v->c->settings.currency);
    report_equal(&v->report, PROMISE_TOTAL, PLACE("objective.price_year"), (double)p->objective.price_year, (double)v->c->settings.price_year, 0.0);
    verify_rule_table(v);
}

/* What both books promise. */
static strait_status check_book(struct book *b, bool unmet)
{
    strait_status st;

    verify_placements(b);
    TRY(verify_work(b, unmet));
    TRY(verify_capacity(b));
    TRY(verify_power(b));
    TRY(verify_limits(b));
out:
    return st;
}

static strait_status check_books(struct verifier *v)
{
    const struct plan_file *p = v->plan;
    struct book b;
    strait_status st;

    TRY(book_open(v, "", p->placements.v, p->placements.n, p->leases.v, p->leases.n, &b));
    TRY(check_book(&b, true));
    TRY(verify_money(&b));
    report_fact(&v->report, PROMISE_ROUNDED_TOTAL, PLACE("rounded"), p->rounded.given ? "told" : "not told", "told", p->rounded.given);
    if (!p->rounded.given || isnan(p->rounded.objective))
        goto out;
    TRY(book_open(v, "rounded", p->rounded.placements.v, p->rounded.placements.n, p->rounded.leases.v, p->rounded.leases.n, &b));
    TRY(check_book(&b, false));
    verify_blocks(&b);
    TRY(verify_rounded(&b));
out:
    return st;
}

strait_status verify_plan_read(strait_ctx *cx, const strait_case *c, const struct plan_file *plan, strait_table **out, bool *all_ok)
{
    struct verifier v = { .cx = cx, .c = c, .plan = plan };
    strait_status st;

    TRY(verifier_open(&v));
    TRY(check_input(&v));
    check_document(&v);
    if (says_plan(plan->status))
        TRY(check_books(&v));
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
