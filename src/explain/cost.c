/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cost, cost_by and split: the ledger as tables. */
#include <string.h>
#include "explain/explain.h"

static strait_status add_by(strait_plan *p, const char *by, const char *name, double money)
{
    return money == 0.0 ? STRAIT_OK : table_add(p->table[PT_COST_BY], by, name, money);
}

/* Accelerators of one vendor together, in the order of the vendors' first rows. */
static strait_status by_vendor(const struct ledger *g, strait_plan *p)
{
    const strait_case *c = g->m->c;
    strait_status st = STRAIT_OK;

    for (size_t a = 0; a < c->accelerator.n; a++) {
        const char *vendor = c->accelerator.v[a].vendor;
        double sum = 0.0;
        bool first = true;
        for (size_t i = 0; i < c->accelerator.n; i++) {
            if (strcmp(c->accelerator.v[i].vendor, vendor) != 0)
                continue;
            first = first && i >= a;
            sum += g->by_vendor[i];
        }
        if (first)
            TRY(add_by(p, "vendor", vendor, sum));
    }
    TRY(add_by(p, "vendor", "(unmet)", g->by_vendor[c->accelerator.n]));
out:
    return st;
}

strait_status explain_cost(const struct ledger *g, strait_plan *p)
{
    const strait_case *c = g->m->c;
    const double *q = g->part;
    double total = ledger_total(g);
    strait_status st = STRAIT_OK;

    TRY(table_add(p->table[PT_COST], total, q[LEDGER_COMPUTE], q[LEDGER_IDLE], q[LEDGER_ENERGY], q[LEDGER_MOVEMENT], q[LEDGER_DUTY],
                  q[LEDGER_PENALTY], q[LEDGER_CARBON], total != 0.0 ? g->assumed / total : 0.0));
    for (size_t w = 0; w < c->workload.n; w++)
        TRY(add_by(p, "workload", c->workload.v[w].name, g->by_workload[w]));
    TRY(add_by(p, "workload", "(idle)", g->by_workload[c->workload.n]));
    for (size_t s = 0; s < c->site.n; s++)
        TRY(add_by(p, "site", c->site.v[s].name, g->by_site[s]));
    TRY(add_by(p, "site", "(unmet)", g->by_site[c->site.n]));
    TRY(by_vendor(g, p));
    TRY(add_by(p, "shore", "onshore", g->by_shore[SHORE_ONSHORE]));
    TRY(add_by(p, "shore", "offshore", g->by_shore[SHORE_OFFSHORE]));
    TRY(add_by(p, "shore", "(unmet)", g->by_shore[2]));
    for (size_t t = 0; t < c->n_period; t++)
        TRY(add_by(p, "period", c->period[t].label, g->by_period[t]));
    TRY(add_by(p, "period", "(beyond)", g->by_period[c->n_period]));
    TRY(add_by(p, "period", "(horizon)", g->by_period[c->n_period + 1]));
out:
    return st;
}

/* Hours and cost of one kind of work on one accelerator type and shore. */
struct cell { double hours, cost; };

static bool is_training(const strait_case *c, int w)
{
    return c->workload.v[w].task == TASK_TRAINING || c->workload.v[w].task == TASK_FINE_TUNING;
}

static void count_cells(const struct ledger *g, struct cell *cell)
{
    const struct lp *m = g->m;
    const strait_case *c = m->c;

    for (size_t k = 0; k < m->n_strip; k++) {
        const struct lp_strip *s = &m->strip[k];
        for (size_t i = 0; i < s->n && (s->family == COL_RUN || s->family == COL_ROUTE); i++) {
            double x = g->x[s->col0 + i];
            int t = s->t0 + (int)i;
            for (int which = 0; which < 2 && x != 0.0; which++) {
                const struct offer *f = &c->offer.v[which == 0 ? s->o : s->o2];
                size_t kind = is_training(c, s->w) ? 0 : 1, shore = (size_t)c->site.v[f->site].shore;
                struct cell *q = &cell[(kind * 2 + shore) * c->accelerator.n + (size_t)f->accelerator];
                q->hours += x * lp_hours(m, s, t, which);
                q->cost += ledger_placement(g, s, t, which, x);
            }
        }
    }
}

static strait_status add_split(const strait_case *c, const struct cell *cell, size_t kind, size_t shore, size_t a, strait_table *out)
{
    const char *vendor = c->accelerator.v[a].vendor;
    struct cell sum = { 0.0, 0.0 };

    for (size_t i = 0; i < c->accelerator.n; i++) {
        if (strcmp(c->accelerator.v[i].vendor, vendor) != 0)
            continue;
        if (i < a)
            return STRAIT_OK;   /* told at its first row */
        sum.hours += cell[(kind * 2 + shore) * c->accelerator.n + i].hours;
        sum.cost += cell[(kind * 2 + shore) * c->accelerator.n + i].cost;
    }
    if (sum.hours <= 1e-6)
        return STRAIT_OK;
    return table_add(out, kind == 0 ? "training" : "inference", shore == SHORE_ONSHORE ? "onshore" : "offshore", vendor, sum.hours, sum.cost);
}

strait_status explain_split(const struct ledger *g, strait_plan *p)
{
    const strait_case *c = g->m->c;
    strait_status st = STRAIT_OK;
    struct cell *cell = arena_alloc(g->arena, 4 * c->accelerator.n, sizeof *cell);

    if (!cell)
        return STRAIT_ENOMEM;
    count_cells(g, cell);
    for (size_t kind = 0; kind < 2; kind++)
        for (size_t shore = 2; shore-- > 0;)    /* offshore first */
            for (size_t a = 0; a < c->accelerator.n; a++)
                TRY(add_split(c, cell, kind, shore, a, p->table[PT_SPLIT]));
out:
    return st;
}
