/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a rolling horizon cost beside perfect foresight: by part and name, and what either leaves undone. */
#include <string.h>
#include "explain/explain.h"
#include "study/roll_tell.h"

strait_status roll_penalty(strait_ctx *cx, const struct roll_view *v, double *out)
{
    struct ledger *g = NULL;
    strait_status st = ledger_make(cx, v->m, v->s->x, &g);

    if (st == STRAIT_OK)
        *out = g->part[LEDGER_PENALTY];
    ledger_free(g);
    return st;
}

static strait_status explain_view(strait_ctx *cx, const struct roll_view *v, strait_plan *p)
{
    struct ledger *g = NULL;
    strait_status st = STRAIT_OK;

    TRY(ledger_make(cx, v->m, v->s->x, &g));
    TRY(explain_cost(g, 0.0, p->table[PT_COST]));
    TRY(explain_cost_by(g, p));
    TRY(explain_unmet(v->m, v->s->x, p->table[PT_UNMET]));
out:
    ledger_free(g);
    return st;
}

static strait_status tell_parts(const strait_table *a, const strait_table *b, strait_table *out)
{
    strait_status st = STRAIT_OK;

    for (size_t i = 0; i < a->n_col && st == STRAIT_OK; i++) {
        const char *part = a->col[i].name;
        double x, y;
        if (a->col[i].type != STRAIT_REAL || strcmp(part, "assumed_share") == 0)
            continue;
        x = table_real(a, part, 0);
        y = table_real(b, part, 0);
        st = table_add(out, "part", part, x, y, x - y);
    }
    return st;
}

static double cost_of(const strait_table *t, const char *by, const char *name)
{
    for (size_t i = 0; i < t->n_row; i++)
        if (strcmp(table_text(t, "by", i), by) == 0 && strcmp(table_text(t, "name", i), name) == 0)
            return table_real(t, "cost", i);
    return 0.0;
}

static bool has_name(const strait_table *t, const char *by, const char *name)
{
    for (size_t i = 0; i < t->n_row; i++)
        if (strcmp(table_text(t, "by", i), by) == 0 && strcmp(table_text(t, "name", i), name) == 0)
            return true;
    return false;
}

/* Rows of a, then those that only b has. */
static strait_status tell_by(const strait_table *a, const strait_table *b, strait_table *out)
{
    strait_status st = STRAIT_OK;

    for (size_t i = 0; i < a->n_row; i++) {
        const char *by = table_text(a, "by", i), *name = table_text(a, "name", i);
        double x = table_real(a, "cost", i), y = cost_of(b, by, name);
        TRY(table_add(out, by, name, x, y, x - y));
    }
    for (size_t i = 0; i < b->n_row; i++) {
        const char *by = table_text(b, "by", i), *name = table_text(b, "name", i);
        if (!has_name(a, by, name))
            TRY(table_add(out, by, name, 0.0, table_real(b, "cost", i), -table_real(b, "cost", i)));
    }
out:
    return st;
}

static double undone(const strait_table *t, const char *workload, const char *col)
{
    double sum = 0.0;

    for (size_t i = 0; i < t->n_row; i++)
        if (strcmp(table_text(t, "workload", i), workload) == 0)
            sum += table_real(t, col, i);
    return sum;
}

/* Work left undone, a row a workload that either leaves some of. */
static strait_status tell_unmet(const strait_case *c, const strait_table *a, const strait_table *b, strait_table *out)
{
    strait_status st = STRAIT_OK;

    for (size_t w = 0; w < c->workload.n && st == STRAIT_OK; w++) {
        const char *name = c->workload.v[w].name;
        double x = undone(a, name, "tokens"), y = undone(b, name, "tokens");
        if (x > 0.0 || y > 0.0)
            st = table_add(out, name, undone(a, name, "penalty"), undone(b, name, "penalty"), x, y);
    }
    return st;
}

strait_status roll_tell_costs(strait_ctx *cx, const struct roll_view *rolling, const struct roll_view *foresight, struct roll_result *out)
{
    strait_plan *a = NULL, *b = NULL;
    strait_status st = STRAIT_OK;

    TRY(plan_new(&a));
    TRY(plan_new(&b));
    TRY(explain_view(cx, rolling, a));
    TRY(explain_view(cx, foresight, b));
    TRY(tell_parts(a->table[PT_COST], b->table[PT_COST], out->table[RT_COST_BY]));
    TRY(tell_by(a->table[PT_COST_BY], b->table[PT_COST_BY], out->table[RT_COST_BY]));
    TRY(tell_unmet(foresight->m->c, a->table[PT_UNMET], b->table[PT_UNMET], out->table[RT_UNMET]));
out:
    plan_free(a);
    plan_free(b);
    return st == STRAIT_ENOMEM ? cx_nomem(cx) : st;
}
