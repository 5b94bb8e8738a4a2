/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>
#include "base/mem.h"
#include "explain/explain.h"

static size_t at(const struct lp *m, int o, int t) { return (size_t)o * m->c->n_segment + (size_t)t; }

static const int ledger_of[N_PART] = {
    [PART_COMPUTE] = LEDGER_COMPUTE, [PART_ENERGY] = LEDGER_ENERGY, [PART_MOVEMENT] = LEDGER_MOVEMENT,
    [PART_DUTY] = LEDGER_DUTY, [PART_CARBON] = LEDGER_CARBON,
};

static bool rests_on_assumed(const strait_case *c, int part, int w, int o)
{
    const struct offer *f = o < 0 ? NULL : &c->offer.v[o];

    switch (part) {
    case LEDGER_PENALTY: return c->workload.v[w].kind == QUALITY_ASSUMED;
    case LEDGER_COMPUTE: case LEDGER_IDLE: return f && f->kind == QUALITY_ASSUMED;
    case LEDGER_ENERGY: case LEDGER_MOVEMENT: case LEDGER_CARBON: return f && c->site.v[f->site].kind == QUALITY_ASSUMED;
    default: return false;
    }
}

/* The one way in: money of a part, for a workload (-1: idle) on an offer (-1: unmet) in a segment (-1: none). */
static void post(struct ledger *g, int part, int w, int o, int t, bool beyond, double money)
{
    const strait_case *c = g->m->c;
    size_t period = beyond ? c->n_period : t < 0 ? c->n_period + 1 : c->segment[t].period;
    const struct offer *f = o < 0 ? NULL : &c->offer.v[o];

    g->part[part] += money;
    g->by_workload[w < 0 ? c->workload.n : (size_t)w] += money;
    g->by_site[f ? (size_t)f->site : c->site.n] += money;
    g->by_vendor[f ? (size_t)f->accelerator : c->accelerator.n] += money;
    g->by_shore[f ? c->site.v[f->site].shore : 2] += money;
    g->by_period[period] += money;
    if (rests_on_assumed(c, part, w, o))
        g->assumed += money;
}

static void count_holds(struct ledger *g)
{
    const struct lp *m = g->m;

    for (size_t k = 0; k < m->n_hold; k++) {
        const struct lp_hold *h = &m->hold[k];
        double x = h->fixed ? 1.0 : g->x[h->col];
        for (int t = 0; t < (int)m->c->n_segment; t++) {
            double n = lp_hold_active(m, h, t) * x;
            g->held[at(m, h->offer, t)] += n * m->c->segment[t].hours;
            for (int p = 0; p < N_PART && n != 0.0; p++)
                g->hold_money[at(m, h->offer, t) * N_PART + (size_t)p] += n * lp_hold_cost(m, h, t, (enum cost_part)p);
        }
    }
}

static void count_use(struct ledger *g)
{
    const struct lp *m = g->m;

    for (size_t k = 0; k < m->n_strip; k++) {
        const struct lp_strip *s = &m->strip[k];
        for (size_t i = 0; i < s->n && (s->family == COL_RUN || s->family == COL_ROUTE); i++) {
            int t = s->t0 + (int)i;
            double x = g->x[s->col0 + i];
            if (x == 0.0)
                continue;
            g->used[at(m, s->o, t)] += x * lp_hours(m, s, t, 0);
            g->used[at(m, s->o2, t)] += x * lp_hours(m, s, t, 1);
        }
    }
}

/* What a user's hours bear of what is held: money per accelerator-hour held. */
static double hold_rate(const struct ledger *g, int o, int t, int part)
{
    double held = g->held[at(g->m, o, t)];

    return held > 0.0 ? g->hold_money[at(g->m, o, t) * N_PART + (size_t)part] / held : 0.0;
}

static void post_use(struct ledger *g, const struct lp_strip *s, int t, int which, double x)
{
    int o = which == 0 ? s->o : s->o2;
    double hours = x * lp_hours(g->m, s, t, which);

    for (int p = 0; p < N_PART; p++) {
        double money = x * lp_cost_part_on(g->m, s, t, (enum cost_part)p, which) + hours * hold_rate(g, o, t, p);
        if (money != 0.0)
            post(g, ledger_of[p], s->w, o, t, false, money);
    }
}

/* What nobody uses: rent is idle rent, the rest keeps its part. */
static void post_idle(struct ledger *g)
{
    const struct lp *m = g->m;

    for (int o = 0; o < (int)m->c->offer.n; o++) {
        for (int t = 0; t < (int)m->c->n_segment; t++) {
            double held = g->held[at(m, o, t)], idle = held - g->used[at(m, o, t)];
            for (int p = 0; p < N_PART && held > 0.0; p++) {
                double money = idle * hold_rate(g, o, t, p);
                if (money != 0.0)
                    post(g, p == PART_COMPUTE ? LEDGER_IDLE : ledger_of[p], -1, o, t, false, money);
            }
        }
    }
    for (size_t k = 0; k < m->n_hold; k++) {
        const struct lp_hold *h = &m->hold[k];
        double money = lp_hold_terminal(m, h) * (h->fixed ? h->count : g->x[h->col]);
        if (money != 0.0)
            post(g, LEDGER_IDLE, -1, h->offer, -1, true, money);
    }
}

static void post_work(struct ledger *g)
{
    const struct lp *m = g->m;

    for (size_t k = 0; k < m->n_strip; k++) {
        const struct lp_strip *s = &m->strip[k];
        for (size_t i = 0; i < s->n; i++) {
            int t = s->t0 < 0 ? -1 : s->t0 + (int)i;
            double x = g->x[s->col0 + i];
            if (x == 0.0)
                continue;
            if (s->family == COL_UNMET) {
                post(g, LEDGER_PENALTY, s->w, -1, t, false, x * lp_penalty(m, s, t));
            } else if (s->family == COL_RUN || s->family == COL_ROUTE) {
                post_use(g, s, t, 0, x);
                post_use(g, s, t, 1, x);
            }
        }
    }
}

double ledger_placement(const struct ledger *g, const struct lp_strip *s, int t, int which, double x)
{
    int o = which == 0 ? s->o : s->o2;
    double hours = x * lp_hours(g->m, s, t, which), sum = 0.0;

    for (int p = 0; p < N_PART; p++)
        sum += x * lp_cost_part_on(g->m, s, t, (enum cost_part)p, which) + hours * hold_rate(g, o, t, p);
    return sum;
}

void ledger_idle(const struct ledger *g, int o, int t, double *hours, double *cost)
{
    double held = g->held[at(g->m, o, t)], idle = held - g->used[at(g->m, o, t)];

    for (int p = 0; p < N_PART && held > 0.0; p++)
        *cost += idle * hold_rate(g, o, t, p);
    *hours += held > 0.0 ? idle : 0.0;
}

double ledger_total(const struct ledger *g)
{
    double sum = 0.0;

    for (int i = 0; i < N_LEDGER; i++)
        sum += g->part[i];
    return sum;
}

strait_status ledger_make(strait_ctx *cx, const struct lp *m, const double *x, struct ledger **out)
{
    const strait_case *c = m->c;
    size_t n = c->offer.n * c->n_segment;
    struct ledger *g = mem_calloc(1, sizeof *g);

    if (!g || !(g->arena = arena_new())) {
        mem_free(g);
        return cx_nomem(cx);
    }
    g->m = m;
    g->x = x;
    g->by_workload = arena_alloc(g->arena, c->workload.n + 1, sizeof(double));
    g->by_site = arena_alloc(g->arena, c->site.n + 1, sizeof(double));
    g->by_vendor = arena_alloc(g->arena, c->accelerator.n + 1, sizeof(double));
    g->by_period = arena_alloc(g->arena, c->n_period + 2, sizeof(double));
    g->used = arena_alloc(g->arena, n, sizeof(double));
    g->held = arena_alloc(g->arena, n, sizeof(double));
    g->hold_money = arena_alloc(g->arena, n * N_PART, sizeof(double));
    g->usable = arena_alloc(g->arena, n, sizeof(double));
    g->steady = arena_alloc(g->arena, n, sizeof(double));
    if (!g->by_workload || !g->by_site || !g->by_vendor || !g->by_period || !g->used || !g->held || !g->hold_money
        || !g->usable || !g->steady) {
        ledger_free(g);
        return cx_nomem(cx);
    }
    count_holds(g);
    count_use(g);
    ledger_room(g);
    post_work(g);
    post_idle(g);
    *out = g;
    return STRAIT_OK;
}

void ledger_free(struct ledger *g)
{
    if (!g)
        return;
    arena_free(g->arena);
    mem_free(g);
}
