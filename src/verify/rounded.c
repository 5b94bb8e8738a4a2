/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The plan in whole gangs, replicas and blocks: what became of it, and what it costs in all. */
#include "verify/book.h"

#include <math.h>
#include <string.h>

static size_t count_flags(const struct plan_rounded *q)
{
    size_t n = 0;

    for (size_t i = 0; i < q->placements.n; i++)
        n += q->placements.v[i].flag != NULL;
    return n;
}

/* "whole" has no placement below a gang or replica, "flagged" has some and says so; "none" has nothing, and says why. */
void verify_rounded_told(struct verifier *v)
{
    const struct plan_rounded *q = &v->plan->rounded;
    const char *status = isnan(q->objective) ? "none" : count_flags(q) > 0 ? "flagged" : "whole";
    bool whole = strcmp(status, "whole") == 0;

    report_fact(&v->report, PROMISE_ROUNDED_TOTAL, PLACE("rounded"), q->given ? "told" : "not told", "told", q->given);
    if (!q->given)
        return;
    report_text(&v->report, PROMISE_ROUNDED_TOTAL, PLACE("rounded.status"), q->status, status);
    report_fact(&v->report, PROMISE_ROUNDED_TOTAL, PLACE("rounded.note"), q->note, whole ? "none" : "why it is not whole", whole == (q->note == NULL));
    if (!isnan(q->objective))
        return;
    report_equal(&v->report, PROMISE_ROUNDED_TOTAL, PLACE("rows without rounded.objective"),
                 (double)(q->placements.n + q->leases.n + q->unmet.n + q->split.n + q->idle.n + q->flagged.n + q->undone.n), 0.0, 0.0);
    report_fact(&v->report, PROMISE_ROUNDED_TOTAL, PLACE("rounded.cost"), q->cost_given ? "told" : "none", "none", !q->cost_given);
    report_fact(&v->report, PROMISE_ROUNDED_TOTAL, PLACE("rounded.gap"), isnan(q->gap) ? "none" : "told", "none", isnan(q->gap));
}

/* A service on rented accelerators pays for whole replicas: the rent of what fills the last one. */
static double filling(const struct book *b, const struct act *a)
{
    const strait_case *c = b->v->c;
    double hours = c->segment[a->t].hours, n = a->hours / hours, one = (double)rate_at(b->v->rates, a->w, a->o, a->p)->min_accel;

    if (a->pair < 0 || !verify_rented(c, a->o) || n <= TOL_PRIMAL)
        return 0.0;
    return (ceil(n / one - TOL_PRIMAL) * one - n) * hours * c->timeline->price[book_at(b, a->o, a->t)] * c->segment[a->t].discount;
}

/* The workloads that are marked, each once, in the case's order. */
static void check_names(const struct book *b, const char *what, const struct plan_names *q, const bool *marked)
{
    const strait_case *c = b->v->c;
    size_t n = 0;

    report_fact(&b->v->report, PROMISE_ROUNDED_NAMES, PLACE(b->tag, what), q->v ? "told" : "not told", "told", q->v != NULL);
    for (size_t w = 0; w < c->workload.n; w++) {
        const char *said = n < q->n ? q->v[n] : NULL;
        if (!marked[w])
            continue;
        report_text(&b->v->report, PROMISE_ROUNDED_NAMES, PLACE(b->tag, what, c->workload.v[w].name), said, c->workload.v[w].name);
        n++;
    }
    report_equal(&b->v->report, PROMISE_ROUNDED_NAMES, PLACE(b->tag, what), (double)q->n, (double)n, 0.0);
}

static void add_unmet(const strait_case *c, const struct plan_unmet *u, size_t n, double sign, double *tokens)
{
    for (size_t i = 0; i < n; i++) {
        int w = case_find(c, KIND_workload, u[i].workload);
        if (w >= 0)
            tokens[w] += sign * u[i].tokens;
    }
}

/* Undone: what the rounded plan leaves beyond what the plan in fractions does, if a person would be shown so much. */
static void find_undone(const struct verifier *v, double *done, double *left, bool *undone)
{
    const struct plan_file *p = v->plan;

    for (size_t i = 0; i < p->placements.n; i++) {
        int w = case_find(v->c, KIND_workload, p->placements.v[i].workload);
        if (w >= 0)
            done[w] += p->placements.v[i].tokens;
    }
    add_unmet(v->c, p->rounded.unmet.v, p->rounded.unmet.n, 1.0, left);
    add_unmet(v->c, p->unmet.v, p->unmet.n, -1.0, left);
    for (size_t w = 0; w < v->c->workload.n; w++)
        undone[w] = left[w] > TOL_SHOWN * done[w];
}

/* Whose work is in parts, and whose is left by the rounding alone. */
static strait_status check_workloads(const struct book *b)
{
    const struct plan_rounded *q = &b->v->plan->rounded;
    size_t n = b->v->c->workload.n;
    bool *flagged = arena_alloc(b->v->arena, n, sizeof *flagged), *undone = arena_alloc(b->v->arena, n, sizeof *undone);
    double *done = arena_alloc(b->v->arena, n, sizeof *done), *left = arena_alloc(b->v->arena, n, sizeof *left);

    if (!flagged || !undone || !done || !left)
        return STRAIT_ENOMEM;
    for (size_t i = 0; i < b->n_act; i++)
        flagged[b->act[i].w] |= b->act[i].said->flag != NULL;
    find_undone(b->v, done, left, undone);
    check_names(b, "flagged", &q->flagged, flagged);
    check_names(b, "undone", &q->undone, undone);
    return STRAIT_OK;
}

/**
 * The money of the rounded plan: its placements, leases and unmet work, and whole replicas where accelerators are rented;
 * its parts, its split, what it holds and does not use; its gap to the bound; whose work it flags or leaves.
 *
 * @return STRAIT_OK, STRAIT_ENOMEM
 */
strait_status verify_rounded(struct book *b)
{
    const struct plan_rounded *q = &b->v->plan->rounded;
    double bound = b->v->plan->objective.bound, extra = 0.0;
    struct ledger_sums s;
    strait_status st;

    TRY(money_sum(b, &s));
    for (size_t i = 0; i < b->n_act; i++)
        extra += filling(b, &b->act[i]);
    extra = fmax(0.0, extra);
    report_equal(&b->v->report, PROMISE_ROUNDED_TOTAL, PLACE("rounded.objective"), q->objective, s.total + extra, money_slack(&s));
    report_equal(&b->v->report, PROMISE_ROUNDED_TOTAL, PLACE("rounded.gap"), q->gap, (q->objective - bound) / fmax(1.0, fabs(q->objective)), TOL_ZERO);
    verify_placement_costs(b);
    verify_lease_costs(b);
    report_fact(&b->v->report, PROMISE_COST_PART, PLACE("rounded.cost"), q->cost_given ? "told" : "not told", "told", q->cost_given);
    if (q->cost_given)
        verify_cost(b, &q->cost, &s, extra);
    verify_split(b, &s, q->split.v, q->split.n);
    verify_idle(b, &s, q->idle.v, q->idle.n, extra);
    TRY(check_workloads(b));
out:
    return st;
}
