/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the store keeps of a plan: placements and undone work over the whole horizon, leases, prices, and what a proof rests on. */
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

static const struct column_def unmet_def[] = {
    {"workload", STRAIT_TEXT, ""}, {"phase", STRAIT_TEXT, ""}, {"user_region", STRAIT_TEXT, ""}, {"tokens", STRAIT_REAL, "tokens"},
    {"penalty", STRAIT_REAL, ""}, {NULL, STRAIT_TEXT, NULL},
};

/* The first columns say where (all rows of a plan that differ in the period alone are one), the rest are summed. */
enum { PLACEMENT_WHERE = 6, UNMET_WHERE = 3, MOST_WHERE = 6, MOST_SUMS = 3 };

/* Rows by place, in the order in which they first appear. */
struct places {
    int n_text, n_amount;
    const char *const *text[MOST_WHERE];
    const double *amount[MOST_SUMS];
    size_t n, room;     /* room: of `slot`, a power of 2 */
    size_t *slot;       /* by hash: place + 1 or 0 */
    size_t *first;      /* row of a place that names it */
    double (*sum)[MOST_SUMS];
};

static uint64_t hash_of(const struct places *p, size_t row)
{
    uint64_t h = 14695981039346656037u;     /* FNV-1a */

    for (int col = 0; col < p->n_text; col++) {
        for (const char *s = p->text[col][row] ? p->text[col][row] : ""; *s; s++)
            h = (h ^ (unsigned char)*s) * 1099511628211u;
        h = (h ^ 0xff) * 1099511628211u;
    }
    return h;
}

static bool same_place(const struct places *p, size_t i, size_t j)
{
    for (int col = 0; col < p->n_text; col++) {
        const char *a = p->text[col][i], *b = p->text[col][j];
        if (a != b && (!a || !b || strcmp(a, b) != 0))
            return false;
    }
    return true;
}

static void add_up(struct places *p, size_t row)
{
    size_t at = hash_of(p, row) & (p->room - 1);

    while (p->slot[at] && !same_place(p, p->first[p->slot[at] - 1], row))
        at = (at + 1) & (p->room - 1);
    if (!p->slot[at]) {
        p->first[p->n] = row;
        p->slot[at] = ++p->n;
    }
    for (int col = 0; col < p->n_amount; col++)
        p->sum[p->slot[at] - 1][col] += p->amount[col][row];
}

static void places_close(struct places *p)
{
    mem_free(p->slot);
    mem_free(p->first);
    mem_free(p->sum);
}

static strait_status places_open(struct places *p, const strait_table *all, const struct column_def *def, int n_text)
{
    *p = (struct places){.room = 16, .n_text = n_text};
    for (int col = 0; col < n_text; col++)
        p->text[col] = table_col(all, def[col].name)->data;
    for (const struct column_def *d = def + n_text; d->name; d++)
        p->amount[p->n_amount++] = table_col(all, d->name)->data;
    while (p->room < 2 * all->n_row)
        p->room *= 2;
    p->slot = mem_calloc(p->room, sizeof *p->slot);
    p->first = mem_calloc(all->n_row + 1, sizeof *p->first);
    p->sum = mem_calloc(all->n_row + 1, sizeof *p->sum);
    if (!p->slot || !p->first || !p->sum)
        return STRAIT_ENOMEM;
    for (size_t i = 0; i < all->n_row; i++)
        add_up(p, i);
    return STRAIT_OK;
}

/* Over the whole horizon. */
static strait_status sum_places(const strait_table *all, strait_table *out)
{
    struct places p;
    strait_status st = places_open(&p, all, placement_def, PLACEMENT_WHERE);

    for (size_t i = 0; st == STRAIT_OK && i < p.n; i++) {
        size_t r = p.first[i];
        st = table_add(out, p.text[0][r], p.text[1][r], p.text[2][r], p.text[3][r], p.text[4][r], p.text[5][r],
                       p.sum[i][0], p.sum[i][1], p.sum[i][2]);
    }
    places_close(&p);
    return st;
}

strait_status outcome_placements(strait_ctx *cx, const struct lp *m, const double *x, strait_table **out)
{
    strait_plan *p = NULL;
    struct ledger *g = NULL;
    strait_table *t = NULL;
    strait_status st = STRAIT_OK;

    TRY(plan_new(&p));
    TRY(ledger_make(cx, m, x, &g));
    TRY(explain_placements(g, p->table[PT_PLACEMENTS]));
    TRY(table_new(&t, "placement", placement_def));
    TRY(sum_places(p->table[PT_PLACEMENTS], t));
    *out = t;
    t = NULL;
out:
    table_free(t);
    ledger_free(g);
    plan_free(p);
    return st == STRAIT_ENOMEM ? cx_nomem(cx) : st;
}

static strait_status sum_unmet(const strait_table *all, strait_table *out)
{
    struct places p;
    strait_status st = places_open(&p, all, unmet_def, UNMET_WHERE);

    for (size_t i = 0; st == STRAIT_OK && i < p.n; i++) {
        size_t r = p.first[i];
        st = table_add(out, p.text[0][r], p.text[1][r], p.text[2][r], p.sum[i][0], p.sum[i][1]);
    }
    places_close(&p);
    return st;
}

strait_status outcome_unmet(strait_ctx *cx, const struct lp *m, const double *x, strait_table **out)
{
    strait_plan *p = NULL;
    strait_table *t = NULL;
    strait_status st = STRAIT_OK;

    TRY(plan_new(&p));
    TRY(explain_unmet(m, x, p->table[PT_UNMET]));
    TRY(table_new(&t, "unmet", unmet_def));
    TRY(sum_unmet(p->table[PT_UNMET], t));
    *out = t;
    t = NULL;
out:
    table_free(t);
    plan_free(p);
    return st == STRAIT_ENOMEM ? cx_nomem(cx) : st;
}

double outcome_penalty(const strait_table *unmet)
{
    double sum = 0;

    for (size_t i = 0; i < unmet->n_row; i++)
        sum += table_real(unmet, "penalty", i);
    return sum;
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
