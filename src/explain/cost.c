/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cost, cost_by, split and idle: the ledger as tables. */
#include <math.h>
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

strait_status explain_cost(const struct ledger *g, double filling, strait_table *out)
{
    const double *q = g->part;
    double total = ledger_total(g) + filling;

    return table_add(out, total, q[LEDGER_COMPUTE], q[LEDGER_IDLE] + filling, q[LEDGER_ENERGY], q[LEDGER_MOVEMENT], q[LEDGER_DUTY],
                     q[LEDGER_PENALTY], q[LEDGER_CARBON], total != 0.0 ? g->assumed / total : 0.0);
}

strait_status explain_cost_by(const struct ledger *g, strait_plan *p)
{
    const strait_case *c = g->m->c;
    strait_status st = STRAIT_OK;

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

/* Hours and cost of one kind of work on one accelerator type and shore; of what is idle also what is charged from beyond. */
struct cell { double hours, cost, beyond; };

enum { KIND_TRAINING, KIND_INFERENCE, KIND_IDLE, N_KIND_OF_USE };

static struct cell *cell_of(const strait_case *c, struct cell *cell, size_t kind, int o)
{
    const struct offer *f = &c->offer.v[o];

    return &cell[(kind * 2 + (size_t)c->site.v[f->site].shore) * c->accelerator.n + (size_t)f->accelerator];
}

static bool is_training(const strait_case *c, int w)
{
    return c->workload.v[w].task == TASK_TRAINING || c->workload.v[w].task == TASK_FINE_TUNING;
}

static void count_cells(const struct ledger *g, struct cell *cell)
{
    const struct lp *m = g->m;

    for (size_t k = 0; k < m->n_strip; k++) {
        const struct lp_strip *s = &m->strip[k];
        for (size_t i = 0; i < s->n && (s->family == COL_RUN || s->family == COL_ROUTE); i++) {
            double x = g->x[s->col0 + i];
            int t = s->t0 + (int)i;
            for (int which = 0; which < 2 && x != 0.0; which++) {
                struct cell *q = cell_of(m->c, cell, is_training(m->c, s->w) ? KIND_TRAINING : KIND_INFERENCE, which == 0 ? s->o : s->o2);
                q->hours += x * lp_hours(m, s, t, which);
                q->cost += ledger_placement(g, s, t, which, x);
            }
        }
    }
}

static void count_idle(const struct ledger *g, struct cell *cell)
{
    const struct lp *m = g->m;

    for (int o = 0; o < (int)m->c->offer.n; o++)
        for (int t = 0; t < (int)m->c->n_segment; t++)
            ledger_idle(g, o, t, &cell_of(m->c, cell, KIND_IDLE, o)->hours, &cell_of(m->c, cell, KIND_IDLE, o)->cost);
    for (size_t k = 0; k < m->n_hold; k++) {
        const struct lp_hold *h = &m->hold[k];
        cell_of(m->c, cell, KIND_IDLE, h->offer)->beyond += lp_hold_terminal(m, h) * (h->fixed ? h->count : g->x[h->col]);
    }
}

/* Accelerators of one vendor together; false: told at the vendor's first row already. */
static bool sum_vendor(const strait_case *c, const struct cell *cell, size_t kind, size_t shore, size_t a, struct cell *sum)
{
    *sum = (struct cell){ 0.0, 0.0, 0.0 };
    for (size_t i = 0; i < c->accelerator.n; i++) {
        const struct cell *q = &cell[(kind * 2 + shore) * c->accelerator.n + i];
        if (strcmp(c->accelerator.v[i].vendor, c->accelerator.v[a].vendor) != 0)
            continue;
        if (i < a)
            return false;
        sum->hours += q->hours;
        sum->cost += q->cost;
        sum->beyond += q->beyond;
    }
    return true;
}

static const char *shore_word(size_t shore) { return shore == SHORE_ONSHORE ? "onshore" : "offshore"; }

static strait_status add_split(const strait_case *c, const struct cell *cell, size_t kind, size_t shore, size_t a, strait_table *out)
{
    struct cell sum;

    if (!sum_vendor(c, cell, kind, shore, a, &sum) || sum.hours <= 0.0)
        return STRAIT_OK;
    return table_add(out, kind == KIND_TRAINING ? "training" : "inference", shore_word(shore), c->accelerator.v[a].vendor, sum.hours, sum.cost);
}

static strait_status add_idle(const strait_case *c, const struct cell *cell, size_t shore, size_t a, strait_table *out)
{
    struct cell sum;

    if (!sum_vendor(c, cell, KIND_IDLE, shore, a, &sum) || (sum.hours <= 0.0 && sum.cost == 0.0 && sum.beyond == 0.0))
        return STRAIT_OK;
    return table_add(out, shore_word(shore), c->accelerator.v[a].vendor, sum.hours, sum.cost, sum.beyond);
}

strait_status explain_split(const struct ledger *g, double filling, strait_table *split, strait_table *idle)
{
    const strait_case *c = g->m->c;
    strait_status st = STRAIT_OK;
    struct cell *cell = arena_alloc(g->arena, N_KIND_OF_USE * 2 * c->accelerator.n, sizeof *cell);

    if (!cell)
        return STRAIT_ENOMEM;
    count_cells(g, cell);
    count_idle(g, cell);
    for (size_t kind = 0; kind < KIND_IDLE; kind++)
        for (size_t shore = 2; shore-- > 0;)    /* offshore first */
            for (size_t a = 0; a < c->accelerator.n; a++)
                TRY(add_split(c, cell, kind, shore, a, split));
    for (size_t shore = 2; shore-- > 0;)
        for (size_t a = 0; a < c->accelerator.n; a++)
            TRY(add_idle(c, cell, shore, a, idle));
    if (filling > 0.0)
        TRY(table_add(idle, (const char *)NULL, (const char *)NULL, (double)NAN, filling, 0.0));
out:
    return st;
}
