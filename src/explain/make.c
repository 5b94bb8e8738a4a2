/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plan_make: estimate, build, solve, certify, round, explain. */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include "base/str.h"
#include "explain/explain.h"
#include "solve/round.h"

static const char *const status_word[] = {
    [STRAIT_OPTIMAL] = "optimal", [STRAIT_WITHIN_GAP] = "within_gap", [STRAIT_FEASIBLE] = "feasible",
    [STRAIT_INFEASIBLE] = "infeasible", [STRAIT_NO_PLAN] = "no_plan", [STRAIT_UNCERTIFIED] = "uncertified",
};

struct maker {
    strait_ctx *cx;
    const strait_case *c;
    strait_plan *p;
    struct rates *rates;
    struct costs *costs;
    struct lp *m;
    struct solution *s;
    double begin, t_estimate, t_build, t_solve, t_explain, t_round, cpu_solve, cpu_round;
    long round_pivots;
};

static bool has_plan(const struct solution *s) { return s->outcome == STRAIT_OPTIMAL || s->outcome == STRAIT_FEASIBLE; }

static strait_status tell_outcome(struct maker *k)
{
    const struct certificate *q = &k->s->cert;
    bool plan = has_plan(k->s);
    strait_status st = STRAIT_OK;

    k->p->outcome = k->s->outcome;
    TRY(table_add(k->p->table[PT_PLAN], "strait.plan/1", status_word[k->s->outcome]));
    TRY(table_add(k->p->table[PT_OBJECTIVE], plan ? q->primal_objective : (double)NAN, plan ? q->dual_objective : (double)NAN, plan ? q->gap : (double)NAN,
                  k->c->settings.currency, k->c->settings.price_year));
    TRY(table_add(k->p->table[PT_CERTIFICATE], (int)q->ok, q->primal_residual, q->dual_residual, plan ? q->primal_objective : (double)NAN,
                  plan ? q->dual_objective : (double)NAN, plan ? q->gap : (double)NAN, (int)q->farkas));
out:
    return st;
}

static strait_status tell_ledger(struct maker *k)
{
    strait_status st = STRAIT_OK;
    struct ledger *g = NULL;

    TRY(ledger_make(k->cx, k->m, k->s->x, &g));
    TRY(explain_cost(g, 0.0, k->p->table[PT_COST]));
    TRY(explain_cost_by(g, k->p));
    TRY(explain_split(g, 0.0, k->p->table[PT_SPLIT], k->p->table[PT_IDLE]));
    TRY(explain_placements(g, k->p->table[PT_PLACEMENTS]));
    TRY(explain_leases(k->cx, k->m, k->s, k->s->x, k->p->table[PT_LEASES]));
    TRY(explain_unmet(k->m, k->s->x, k->p->table[PT_UNMET]));
    TRY(explain_offers(k->cx, g, k->s, k->p->table[PT_OFFERS]));
    TRY(explain_duals(k->m, k->s, k->p));
out:
    ledger_free(g);
    return st;
}

static strait_status tell_unique(struct maker *k)
{
    str names = { 0 };
    strait_status st;

    for (size_t w = 0; w < k->c->workload.n; w++) {
        if (!k->s->moved[w])
            continue;
        if (names.n)
            str_putc(&names, '|');
        str_puts(&names, k->c->workload.v[w].name);
    }
    st = names.failed ? cx_nomem(k->cx) : table_add(k->p->table[PT_UNIQUE], (int)k->s->alternatives, names.s ? names.s : "");
    str_free(&names);
    return st;
}

static strait_status tell_rounding(struct maker *k)
{
    struct rounding r = { 0 };
    strait_status st = STRAIT_OK;

    if (!k->cx->rounding)
        r.note = "not rounded, as asked";
    else if (k->s->outcome == STRAIT_OPTIMAL)
        TRY(round_plan(k->cx, k->m, k->s, &r));
    else
        r.note = "not rounded, as it is not proven";
    k->round_pivots = r.pivots;
    TRY(explain_rounded(k->cx, k->m, k->s, &r, k->p));
out:
    rounding_free(&r);
    return st;
}

/* What the input and the estimate were warned of; the plan's own warnings follow. */
static strait_status tell_warnings(struct maker *k)
{
    char line[640];

    for (size_t i = 0; i < k->cx->faults.n; i++) {
        const struct fault *f = &k->cx->faults.v[i];
        if (f->severity != SEV_WARNING)
            continue;
        (void)snprintf(line, sizeof line, "%s:%u: %s: %s", explain_path(k->c, f->file), f->line, f->key, f->text);
        strait_status st = table_add(k->p->table[PT_WARNINGS], line);
        if (st != STRAIT_OK)
            return st;
    }
    return STRAIT_OK;
}

static strait_status tell_stats(struct maker *k)
{
    struct rusage u;
    const struct solve_stats *s = &k->s->stats;
    const struct { const char *name; double value; const char *unit; } row[] = {
        { "rows", (double)k->m->n_row, "" }, { "columns", (double)k->m->n_col, "" }, { "segments", (double)k->c->n_segment, "" },
        { "columns_kept", (double)s->columns_kept, "" }, { "rounds", (double)s->rounds, "" }, { "pivots", (double)s->pivots, "" },
        { "barrier_iterations", (double)s->iterations, "" }, { "pivots_ties", (double)s->pivots_ties, "" },
        { "stages", s->stages, "" }, { "load", k->c->load_s, "s" }, { "estimate", k->t_estimate, "s" }, { "build", k->t_build, "s" },
        { "solve", k->t_solve, "s" }, { "solve_cpu", k->cpu_solve, "s" },
        { "barrier_cpu", s->barrier_cpu, "s" }, { "crash_cpu", s->crash_cpu, "s" }, { "simplex_cpu", s->simplex_cpu, "s" },
        { "ranges_cpu", s->ranges_cpu, "s" }, { "ties_cpu", s->ties_cpu, "s" }, { "round", k->t_round, "s" },
        { "round_cpu", k->cpu_round, "s" }, { "round_pivots", (double)k->round_pivots, "" }, { "explain", k->t_explain + cx_now() - k->begin, "s" },
        { "peak_memory", getrusage(RUSAGE_SELF, &u) == 0 ? (double)u.ru_maxrss / 1024.0 : (double)NAN, "MiB" },
    };

    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        strait_status st = table_add(k->p->table[PT_STATS], row[i].name, row[i].value, row[i].unit);
        if (st != STRAIT_OK)
            return st;
    }
    return STRAIT_OK;
}

/* Seconds since the last call. */
static double lap(struct maker *k)
{
    double now = cx_now(), d = now - k->begin;

    k->begin = now;
    return d;
}

/* Money columns carry the case's currency. */
static strait_status name_currency(struct maker *k)
{
    for (int i = 0; i < N_PLAN_TABLE; i++) {
        for (size_t j = 0; j < k->p->table[i]->n_col; j++) {
            if (strcmp(k->p->table[i]->col[j].unit, "CUR") != 0)
                continue;
            strait_status st = table_set_unit(k->p->table[i], k->p->table[i]->col[j].name, k->c->settings.currency);
            if (st != STRAIT_OK)
                return st;
        }
    }
    return STRAIT_OK;
}

/* The tables of an answer; k->begin was set when it was there. */
static strait_status tell_all(struct maker *k)
{
    strait_status st = STRAIT_OK;

    TRY(tell_outcome(k));
    TRY(tell_warnings(k));
    if (has_plan(k->s)) {
        TRY(tell_ledger(k));
        TRY(tell_unique(k));
        k->t_explain = lap(k);
        k->cpu_round = cx_cpu();
        TRY(tell_rounding(k));
        k->cpu_round = cx_cpu() - k->cpu_round;
        k->t_round = lap(k);
    }
    if (k->s->outcome == STRAIT_FEASIBLE)       /* no prices, as it is not proven, but a bound */
        TRY(explain_weights(k->m, k->s, k->p->table[PT_PROOF]));
    if (k->s->outcome == STRAIT_INFEASIBLE)
        TRY(explain_proof(k->cx, k->m, k->s, k->p));
    TRY(explain_rules(k->cx, k->m, k->s, k->p));
    TRY(explain_input(k->cx, k->c, k->p));
    TRY(tell_stats(k));
out:
    return st;
}

static strait_status work_out(struct maker *k)
{
    strait_status st = STRAIT_OK;

    k->begin = cx_now();
    TRY(estimate_rates(k->cx, k->c, &k->rates));
    TRY(estimate_costs(k->cx, k->c, k->rates, &k->costs));
    k->t_estimate = lap(k);
    TRY(lp_build(k->cx, k->c, k->rates, k->costs, &k->m));
    k->t_build = lap(k);
    k->cpu_solve = cx_cpu();
    TRY(solve_lp(k->cx, k->m, true, &k->s));
    k->cpu_solve = cx_cpu() - k->cpu_solve;
    k->t_solve = lap(k);
    TRY(tell_all(k));
out:
    return st;
}

/* The plan that `work` fills in; none on failure. */
static strait_status make(struct maker *k, strait_status (*work)(struct maker *k), strait_plan **out)
{
    strait_status st = plan_new(&k->p);

    if (st != STRAIT_OK)
        return cx_nomem(k->cx);
    st = name_currency(k);
    if (st == STRAIT_OK)
        st = work(k);
    if (st == STRAIT_OK) {
        *out = k->p;
        k->p = NULL;
    } else if (st == STRAIT_ENOMEM && k->cx->message[0] == '\0') {
        st = cx_nomem(k->cx);
    }
    plan_free(k->p);
    return st;
}

strait_status plan_make(strait_ctx *cx, const strait_case *c, strait_plan **out)
{
    struct maker k = { .cx = cx, .c = c };
    strait_status st = make(&k, work_out, out);

    solution_free(k.s);
    lp_free(k.m);
    costs_free(k.costs);
    rates_free(k.rates);
    return st;
}

strait_status plan_of(strait_ctx *cx, struct lp *m, struct solution *s, strait_plan **out)
{
    struct maker k = { .cx = cx, .c = m->c, .m = m, .s = s, .begin = cx_now() };

    return make(&k, tell_all, out);
}
