/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Shadow prices: what one more of a scarce thing saves (capacity, power, a limit), or one more of a demand costs, in
 * natural units, with the interval of the right-hand side in which that holds.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include "base/mem.h"
#include "base/tolerance.h"
#include "explain/explain.h"

struct told { const char *family, *per; char name[160], period[24]; double value, low, high; };

static void place_period(const struct lp *m, const struct lp_row *r, struct told *q)
{
    if (r->t >= 0 && r->family != ROW_LIMIT)
        (void)snprintf(q->period, sizeof q->period, "%s", m->c->period[m->c->segment[r->t].period].label);
}

static void tell_demand(const struct lp *m, const struct lp_row *r, double y, struct told *q)
{
    double tokens = lp_tokens_per_work(m->c, r->w);

    q->family = "demand";
    q->per = "Mtoken";
    q->value = y * r->scale / tokens * 1e6;
    q->low *= tokens;
    q->high *= tokens;
    (void)snprintf(q->name, sizeof q->name, "%s%s%s", m->c->workload.v[r->w].name, r->pair < 0 ? "" : " ",
                   r->pair < 0 ? "" : m->c->region.v[m->c->timeline->pair[r->pair].region].name);
}

static const char *quantity_unit(int quantity)
{
    switch (quantity) {
    case QUANTITY_HOURS: return "accelerator-hour";
    case QUANTITY_SHARE: return "accelerator-hour of share";
    case QUANTITY_SPEND: return "unit of money";
    case QUANTITY_ENERGY: return "kWh";
    default: return "t CO2e";
    }
}

static void tell_limit(const struct lp *m, const struct lp_row *r, double y, struct told *q)
{
    const struct rule *u = &m->c->rule.v[r->rule];

    q->family = "limit";
    q->per = quantity_unit(u->quantity);
    q->value = -y * r->scale;
    (void)snprintf(q->name, sizeof q->name, "%s", u->name);
    if (u->per == PER_PERIOD)
        (void)snprintf(q->period, sizeof q->period, "%s", m->c->period[r->t].label);
    else if (u->per == PER_MONTH)
        (void)snprintf(q->period, sizeof q->period, "month %d", r->t + 1);
}

/* A row of accelerators or kW through a segment: told per hour of them, its interval too. */
static void tell_hours(struct told *q, const char *family, const char *per, double y, double hours)
{
    q->family = family;
    q->per = per;
    q->value = -y / hours;
    q->low *= hours;
    q->high *= hours;
}

/* False: a row that the plan does not tell by itself (priority). */
static bool tell(const struct lp *m, size_t i, const struct solution *s, struct told *q)
{
    const struct lp_row *r = &m->row[i];
    double y = s->y[i], hours = r->t >= 0 && r->family != ROW_LIMIT ? m->c->segment[r->t].hours : 1.0;
    const char *kind = r->family == ROW_MEAN ? " mean" : r->family == ROW_PEAK ? " peak" : " maximum";

    q->period[0] = '\0';
    q->low = s->low[i];
    q->high = s->high[i];
    place_period(m, r, q);
    switch (r->family) {
    case ROW_DEMAND: tell_demand(m, r, y, q); return true;
    case ROW_LIMIT: tell_limit(m, r, y, q); return true;
    case ROW_MEAN: case ROW_PEAK: case ROW_LEASE:
        tell_hours(q, "capacity", "accelerator-hour", y, hours);
        (void)snprintf(q->name, sizeof q->name, "%s%s", m->c->offer.v[r->place].name, kind);
        return true;
    case ROW_POWER: case ROW_INSTALLED:
        tell_hours(q, "power", "kWh", y, hours);
        (void)snprintf(q->name, sizeof q->name, "%s%s", m->c->site.v[r->place].name, r->family == ROW_POWER ? "" : " installed");
        return true;
    case ROW_PARALLEL:
        tell_hours(q, "capacity", "accelerator-hour", y, hours);
        (void)snprintf(q->name, sizeof q->name, "%s max_parallel", m->c->workload.v[r->w].name);
        return true;
    case ROW_PRIORITY: case N_ROW_FAMILY: break;
    }
    return false;
}

strait_status explain_duals(const struct lp *m, const struct solution *s, strait_plan *p)
{
    strait_status st = STRAIT_OK;
    struct told q;
    char unit[80];

    for (size_t i = 0; i < m->n_row; i++) {
        if (fabs(s->y[i]) <= TOL_ZERO || !tell(m, i, s, &q))
            continue;
        (void)snprintf(unit, sizeof unit, "%s/%s", m->c->settings.currency, q.per);
        TRY(table_add(p->table[PT_DUALS], q.family, q.name, q.period[0] ? q.period : NULL, q.value, q.low, q.high, unit));
    }
out:
    return st;
}

/* Rows of the ray by what they contribute to the proof, |y b|; at most this many are named. */
#define PROOF_NAMED 12

struct weighted { double weight; size_t row; };

static int heavier(const void *a, const void *b)
{
    const struct weighted *x = a, *y = b;

    if (x->weight != y->weight)
        return x->weight < y->weight ? 1 : -1;
    return x->row < y->row ? -1 : x->row > y->row;
}

strait_status explain_proof(strait_ctx *cx, const struct lp *m, const struct solution *s, strait_plan *p)
{
    strait_status st = STRAIT_OK;
    struct weighted *w = mem_calloc(m->n_row, sizeof *w);
    struct told q;
    char text[320];
    size_t n = 0, named = 0;

    if (!w)
        return cx_nomem(cx);
    for (size_t i = 0; i < m->n_row; i++) {
        double b = s->y[i] > 0.0 ? m->row[i].lo : m->row[i].up;
        if (fabs(s->y[i]) > TOL_ZERO)
            w[n++] = (struct weighted){ fabs(s->y[i] * b), i };
    }
    qsort(w, n, sizeof *w, heavier);
    for (size_t i = 0; i < n && named < PROOF_NAMED; i++) {
        if (!tell(m, w[i].row, s, &q))
            continue;
        (void)snprintf(text, sizeof text, "the proof rests on %s of %s%s%s", q.family, q.name, q.period[0] ? " in " : "", q.period);
        TRY(table_add(p->table[PT_WARNINGS], text));
        named++;
    }
    if (n > named) {
        (void)snprintf(text, sizeof text, "the proof rests on %zu rows in all", n);
        TRY(table_add(p->table[PT_WARNINGS], text));
    }
out:
    mem_free(w);
    return st;
}
