/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The plan in whole blocks, gangs and replicas: its tables, and a warning where it is much worse than the one in fractions. */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "base/mem.h"
#include "base/str.h"
#include "base/tolerance.h"
#include "explain/explain.h"

/* Workloads with a flagged placement, joined by '|', in the case's order. */
static strait_status name_flagged(const strait_case *c, const strait_table *t, str *names)
{
    bool *flagged = mem_calloc(c->workload.n, sizeof *flagged);

    if (!flagged)
        return STRAIT_ENOMEM;
    for (size_t i = 0; i < t->n_row; i++)
        if (table_text(t, "flag", i))
            flagged[case_find(c, KIND_workload, table_text(t, "workload", i))] = true;
    for (size_t w = 0; w < c->workload.n; w++)
        if (flagged[w])
            str_printf(names, "%s%s", names->n ? "|" : "", c->workload.v[w].name);
    mem_free(flagged);
    return names->failed ? STRAIT_ENOMEM : STRAIT_OK;
}

static strait_status warn(strait_ctx *cx, const struct lp *m, const char *text, strait_plan *p)
{
    struct origin top = { .file = 0, .line = 1 };

    return explain_warn(cx, m->c, top, "rounded", text, p);
}

static strait_status warn_dear(strait_ctx *cx, const struct lp *m, double lp, double whole, strait_plan *p)
{
    double more = (whole - lp) / (lp != 0.0 ? fabs(lp) : 1.0);
    char text[160];

    if (more <= ROUNDING_DEAR)
        return STRAIT_OK;
    (void)snprintf(text, sizeof text, "in whole blocks, gangs and replicas the plan costs %.0f %% more than in fractions", 100.0 * more);
    return warn(cx, m, text, p);
}

/* Add a table's tokens by workload, `sign` times. */
static void add_tokens(const strait_case *c, const strait_table *t, double sign, double *tokens)
{
    for (size_t i = 0; i < t->n_row; i++)
        tokens[case_find(c, KIND_workload, table_text(t, "workload", i))] += sign * table_real(t, "tokens", i);
}

/* Work that the plan in fractions does and the one in whole units leaves: warned of, and its workloads joined by '|'. */
static strait_status find_undone(strait_ctx *cx, const struct lp *m, strait_plan *p, str *undone)
{
    const strait_case *c = m->c;
    strait_status st = STRAIT_OK;
    double *done = mem_calloc(2 * c->workload.n, sizeof *done), *left = done + c->workload.n;
    char text[200];

    if (!done)
        return cx_nomem(cx);
    add_tokens(c, p->table[PT_PLACEMENTS], 1.0, done);
    add_tokens(c, p->table[PT_ROUNDED_UNMET], 1.0, left);
    add_tokens(c, p->table[PT_UNMET], -1.0, left);
    for (size_t w = 0; w < c->workload.n; w++) {
        if (left[w] <= TOL_SHOWN * done[w])
            continue;
        (void)snprintf(text, sizeof text, "in whole blocks, gangs and replicas %.2g %% of the work of %s is left undone that the plan in fractions does",
                       100.0 * fmin(1.0, left[w] / done[w]), c->workload.v[w].name);
        str_printf(undone, "%s%s", undone->n ? "|" : "", c->workload.v[w].name);
        TRY(warn(cx, m, text, p));
    }
    st = undone->failed ? cx_nomem(cx) : STRAIT_OK;
out:
    mem_free(done);
    return st;
}

static strait_status tell_tables(strait_ctx *cx, const struct ledger *g, const struct solution *s, const struct rounding *r, strait_plan *p)
{
    strait_status st = STRAIT_OK;

    TRY(explain_cost(g, r->extra, p->table[PT_ROUNDED_COST]));
    TRY(explain_split(g, r->extra, p->table[PT_ROUNDED_SPLIT], p->table[PT_ROUNDED_IDLE]));
    TRY(explain_placements(g, p->table[PT_ROUNDED_PLACEMENTS]));
    TRY(explain_leases(cx, g->m, s, r->x, p->table[PT_ROUNDED_LEASES]));
    TRY(explain_unmet(g->m, r->x, p->table[PT_ROUNDED_UNMET]));
out:
    return st;
}

/**
 * Tell the rounded plan, or why there is none.
 *
 * @param r  found: with x, extra and objective; else its note
 * @param p  has the plan's own placements and unmet work already
 * @return STRAIT_OK, STRAIT_ENOMEM.  Test: tests/unit/check_plan.c
 */
strait_status explain_rounded(strait_ctx *cx, const struct lp *m, const struct solution *s, const struct rounding *r, strait_plan *p)
{
    strait_status st = STRAIT_OK;
    struct ledger *g = NULL;
    str flagged = { 0 }, undone = { 0 };

    if (!r->found) {
        TRY(table_add(p->table[PT_ROUNDED], (double)NAN, (double)NAN, "none", r->note, (const char *)NULL, (const char *)NULL));
        goto out;
    }
    TRY(ledger_make(cx, m, r->x, &g));
    TRY(tell_tables(cx, g, s, r, p));
    TRY(name_flagged(m->c, p->table[PT_ROUNDED_PLACEMENTS], &flagged));
    TRY(find_undone(cx, m, p, &undone));
    TRY(table_add(p->table[PT_ROUNDED], r->objective, (r->objective - s->cert.dual_objective) / fmax(1.0, fabs(r->objective)),
                  flagged.n ? "flagged" : "whole", flagged.n ? r->note ? r->note : ROUND_BELOW : r->below ? NULL : r->note, flagged.n ? flagged.s : "", undone.n ? undone.s : ""));
    TRY(warn_dear(cx, m, s->cert.primal_objective, r->objective, p));
out:
    str_free(&flagged);
    str_free(&undone);
    ledger_free(g);
    return st;
}
