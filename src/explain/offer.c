/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Why an offer does no work in the plan: nothing can run on it, it is not to be had, rules bar it, or it is dearer. */
#include <math.h>
#include <string.h>
#include "base/mem.h"
#include "base/tolerance.h"
#include "explain/explain.h"

static const char *const contract_word[] = { "owned", "on_demand", "spot", "lease", "purchase" };

static bool can_run(const struct lp *m, int w, int o)
{
    for (int p = 0; p < N_PHASE; p++)
        if (rate_at(m->rates, w, o, (enum phase)p)->per_accel_h > 0.0)
            return true;
    return false;
}

static bool anything_runs(const struct lp *m, int o)
{
    for (int w = 0; w < (int)m->c->workload.n; w++)
        if (can_run(m, w, o))
            return true;
    return false;
}

/* Accelerators of it are there or may be signed at some time. */
static bool to_be_had(const struct lp *m, int o, const struct standing *q)
{
    for (size_t t = 0; t < m->c->n_segment; t++)
        if (m->c->timeline->avail_mean[(size_t)o * m->c->n_segment + t] > 0.0)
            return true;
    return q->n_hold > 0 && m->c->offer.v[o].contract != CONTRACT_OWNED;
}

/* The rule that bars signing at the first start that the offer has; -1: there is no start, or it is free. */
static strait_status bars_signing(strait_ctx *cx, const strait_case *c, int o, int *rule)
{
    size_t n = offer_starts(c, o, NULL, 0);
    int64_t *start = mem_calloc(n, sizeof *start);

    *rule = -1;
    if (!start)
        return cx_nomem(cx);
    if (offer_starts(c, o, start, n) > 0)
        *rule = rules_bar_signing(c, o, start[0] - c->offer.v[o].lead * DAY_S);
    mem_free(start);
    return STRAIT_OK;
}

/* The rule that bars most of the work that could run there, when all of it is barred at all times; else -1. */
static int bars_all_work(const struct lp *m, int o, size_t *count)
{
    int most = -1;

    memset(count, 0, m->c->rule.n * sizeof *count);
    for (int w = 0; w < (int)m->c->workload.n; w++) {
        for (size_t t = 0; t < m->c->n_segment && can_run(m, w, o); t++) {
            int bar = rules_bar(m->c, w, o, t);
            if (bar < 0)
                return -1;
            if (++count[bar] > (most < 0 ? 0 : count[most]))
                most = bar;
        }
    }
    return most;
}

struct verdict { const char *reason; int rule; double dearer; };

/* The first of the reasons that holds. */
static strait_status judge(strait_ctx *cx, const struct lp *m, const struct solution *s, int o, const struct standing *q, size_t *count,
                           struct verdict *v)
{
    int contract = m->c->offer.v[o].contract;
    bool signs = contract == CONTRACT_LEASE || contract == CONTRACT_PURCHASE;
    double dearer = fmax(0.0, signs && isfinite(q->hold) ? q->hold : q->work);
    strait_status st = STRAIT_OK;

    *v = (struct verdict){ NULL, -1, (double)NAN };
    if (!anything_runs(m, o)) {
        v->reason = "no workload can run on it";
    } else if (!to_be_had(m, o, q)) {
        if (signs)
            TRY(bars_signing(cx, m->c, o, &v->rule));
        v->reason = v->rule >= 0 ? "signing is barred" : "none is to be had inside the horizon";
    } else if (q->n_strip == 0) {
        v->rule = bars_all_work(m, o, count);
        v->reason = v->rule >= 0 ? "all that could run on it is barred" : "no work may and can reach it while it is there";
    } else if (!explain_proven(s)) {
        v->reason = "not used by the plan at hand";
    } else {
        v->dearer = dearer;
        v->reason = dearer <= TOL_DUAL * q->price ? "no cheaper than what is used"
                  : !signs && dearer >= q->price * (1.0 - TOL_DUAL) ? "of no use at any price" : "dearer";
    }
out:
    return st;
}

static strait_status add_offer(strait_ctx *cx, const struct ledger *g, const struct solution *s, int o, const struct standing *q,
                               size_t *count, strait_table *out)
{
    const strait_case *c = g->m->c;
    const struct offer *f = &c->offer.v[o];
    bool used = q->hours > 0.0;
    struct verdict v = { NULL, -1, (double)NAN };
    strait_status st = STRAIT_OK;
    double held = 0.0;

    for (size_t t = 0; t < c->n_segment; t++)
        held = fmax(held, g->held[(size_t)o * c->n_segment + t] / c->segment[t].hours);
    if (!used)
        TRY(judge(cx, g->m, s, o, q, count, &v));
    TRY(table_add(out, f->name, c->site.v[f->site].name, c->accelerator.v[f->accelerator].name, contract_word[f->contract],
                  used ? "used" : held > LEAST_HELD ? "idle" : "unused", q->hours, v.reason, v.rule < 0 ? NULL : c->rule.v[v.rule].name,
                  v.dearer));
out:
    return st;
}

/**
 * The table "offers": each offer in the case's order, used or why not.
 *
 * @param s  y: duals of an optimal solution (else dearer_by stays empty)
 * @return STRAIT_OK, STRAIT_ENOMEM.  Cost one pricing of all columns.  Test: tests/unit/check_plan.c
 */
strait_status explain_offers(strait_ctx *cx, const struct ledger *g, const struct solution *s, strait_table *out)
{
    const strait_case *c = g->m->c;
    strait_status st = STRAIT_OK;
    struct standing *v = mem_calloc(c->offer.n, sizeof *v);
    size_t *count = mem_calloc(c->rule.n, sizeof *count);

    if (!v || !count) {
        st = cx_nomem(cx);
        goto out;
    }
    TRY(explain_standing(cx, g, s, v));
    for (int o = 0; o < (int)c->offer.n; o++)
        TRY(add_offer(cx, g, s, o, &v[o], count, out));
out:
    mem_free(v);
    mem_free(count);
    return st;
}
