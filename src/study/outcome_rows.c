/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the store keeps of a plan: placements over the whole horizon, leases, prices, and what a proof rests on. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base/mem.h"
#include "base/str.h"
#include "explain/explain.h"
#include "study/outcome.h"

#define WORDS_MOST 12   /* lines of a proof */

static const struct column_def placement_def[] = {
    {"workload", STRAIT_TEXT, ""}, {"phase", STRAIT_TEXT, ""}, {"user_region", STRAIT_TEXT, ""}, {"offer", STRAIT_TEXT, ""},
    {"site", STRAIT_TEXT, ""}, {"accelerator", STRAIT_TEXT, ""}, {"accel_hours", STRAIT_REAL, "h"}, {"tokens", STRAIT_REAL, "tokens"},
    {"cost", STRAIT_REAL, ""}, {NULL, STRAIT_TEXT, NULL},
};

/* Rows of the plan's placements that differ in the period alone. */
static bool same_place(const strait_table *t, size_t i, size_t j)
{
    for (int col = 0; col < 6; col++) {
        const char *a = table_text(t, placement_def[col].name, i), *b = table_text(t, placement_def[col].name, j);
        if (a != b && (!a || !b || strcmp(a, b) != 0))
            return false;
    }
    return true;
}

static strait_status add_up(const strait_table *all, strait_table *out, bool *done, size_t i)
{
    double hours = 0, tokens = 0, cost = 0;

    for (size_t j = i; j < all->n_row; j++) {
        if (done[j] || !same_place(all, i, j))
            continue;
        done[j] = true;
        hours += table_real(all, "accel_hours", j);
        tokens += table_real(all, "tokens", j);
        cost += table_real(all, "cost", j);
    }
    return table_add(out, table_text(all, "workload", i), table_text(all, "phase", i), table_text(all, "user_region", i),
                     table_text(all, "offer", i), table_text(all, "site", i), table_text(all, "accelerator", i), hours, tokens, cost);
}

strait_status outcome_placements(strait_ctx *cx, const struct lp *m, const double *x, strait_table **out)
{
    strait_plan *p = NULL;
    struct ledger *g = NULL;
    strait_table *t = NULL;
    bool *done = NULL;
    strait_status st = STRAIT_OK;

    TRY(plan_new(&p));
    TRY(ledger_make(cx, m, x, &g));
    TRY(explain_placements(g, p->table[PT_PLACEMENTS]));
    TRY(table_new(&t, "placement", placement_def));
    done = mem_calloc(p->table[PT_PLACEMENTS]->n_row, sizeof *done);
    if (!done)
        TRY(STRAIT_ENOMEM);
    for (size_t i = 0; i < p->table[PT_PLACEMENTS]->n_row; i++)
        if (!done[i])
            TRY(add_up(p->table[PT_PLACEMENTS], t, done, i));
    *out = t;
    t = NULL;
out:
    mem_free(done);
    table_free(t);
    ledger_free(g);
    plan_free(p);
    return st == STRAIT_ENOMEM ? cx_nomem(cx) : st;
}

/* Take a table out of a plan that explain fills. */
static strait_table *hand_over(strait_plan *p, enum plan_table which)
{
    strait_table *t = p->table[which];

    p->table[which] = NULL;
    return t;
}

strait_status outcome_leases(strait_ctx *cx, const struct lp *m, const struct solution *s, strait_table **out)
{
    strait_plan *p = NULL;
    strait_status st = STRAIT_OK;

    TRY(plan_new(&p));
    TRY(explain_leases(cx, m, s, s->x, p->table[PT_LEASES]));
    *out = hand_over(p, PT_LEASES);
out:
    plan_free(p);
    return st == STRAIT_ENOMEM ? cx_nomem(cx) : st;
}

strait_status outcome_duals(strait_ctx *cx, const struct lp *m, const struct solution *s, strait_table **out)
{
    strait_plan *p = NULL;
    strait_status st = STRAIT_OK;

    TRY(plan_new(&p));
    TRY(explain_duals(m, s, p));
    *out = hand_over(p, PT_DUALS);
out:
    plan_free(p);
    return st == STRAIT_ENOMEM ? cx_nomem(cx) : st;
}

/* ---- infeasible ---- */

static bool has_clash(const strait_table *t, const char *family, const char *name)
{
    for (size_t i = 0; i < t->n_row; i++)
        if (strcmp(table_text(t, "family", i), family) == 0 && strcmp(table_text(t, "name", i), name) == 0)
            return true;
    return false;
}

static strait_status add_clash(strait_table *t, const char *family, const char *name)
{
    return has_clash(t, family, name) ? STRAIT_OK : table_add(t, family, name);
}

/* Rules that bar workload w from an offer at some time, and limits by name. */
static strait_status add_rules(const struct lp *m, const struct lp_row *r, strait_table *t)
{
    const strait_case *c = m->c;
    strait_status st = STRAIT_OK;

    if (r->family == ROW_LIMIT)
        return add_clash(t, "rule", c->rule.v[r->rule].name);
    if (r->family != ROW_DEMAND)
        return STRAIT_OK;
    for (size_t o = 0; o < c->offer.n; o++)
        for (size_t i = 0; i < (r->t < 0 ? c->n_segment : 1); i++) {
            int rule = rules_bar(c, r->w, (int)o, r->t < 0 ? i : (size_t)r->t);
            if (rule >= 0)
                TRY(add_clash(t, "rule", c->rule.v[rule].name));
        }
out:
    return st;
}

static strait_status join_words(const strait_table *warnings, arena *a, const char **words)
{
    str b = {0};

    str_puts(&b, "");
    for (size_t i = 0; i < warnings->n_row && i < WORDS_MOST; i++)
        str_printf(&b, "%s%s", i ? "; " : "", table_text(warnings, "text", i));
    *words = b.failed ? NULL : arena_strdup(a, b.s);
    str_free(&b);
    return *words ? STRAIT_OK : STRAIT_ENOMEM;
}

strait_status outcome_clash(strait_ctx *cx, const struct lp *m, const struct solution *s, arena *a, const char **words, strait_table **out)
{
    static const struct column_def def[] = {{"family", STRAIT_TEXT, ""}, {"name", STRAIT_TEXT, ""}, {NULL, STRAIT_TEXT, NULL}};
    strait_plan *p = NULL;
    strait_table *t = NULL;
    strait_status st = STRAIT_OK;

    TRY(plan_new(&p));
    TRY(explain_proof(cx, m, s, p));
    TRY(join_words(p->table[PT_WARNINGS], a, words));
    TRY(table_new(&t, "clash", def));
    for (size_t i = 0; i < p->table[PT_PROOF]->n_row; i++)
        TRY(add_clash(t, table_text(p->table[PT_PROOF], "family", i), table_text(p->table[PT_PROOF], "name", i)));
    for (size_t i = 0; i < m->n_row; i++)
        if (s->y[i] != 0)
            TRY(add_rules(m, &m->row[i], t));
    *out = t;
    t = NULL;
out:
    table_free(t);
    plan_free(p);
    return st == STRAIT_ENOMEM ? cx_nomem(cx) : st;
}
