/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Plan, commit, move on.  Every plan is the whole program of the case as it is known, with what was decided fixed in it; so
 * the last one, when all is known, costs what was really paid, and its point is one that perfect foresight could have
 * chosen: it is held against that program, bounds, rows and cost, by the certificate.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "base/mem.h"
#include "base/tolerance.h"
#include "explain/explain.h"
#include "study/roll_tell.h"

/* ---- one plan ---- */

/* The case as known, with its program and answer. */
struct known { strait_case *c; struct costs *costs; struct lp *m; struct solution *s; };

static void known_end(struct known *k)
{
    solution_free(k->s);
    lp_free(k->m);
    costs_free(k->costs);
    case_free(k->c);
    *k = (struct known){NULL, NULL, NULL, NULL};
}

struct roller {
    strait_ctx *cx;
    const struct roll *r;
    struct roll_result *out;
    struct rates *rates;          /* of the case as it was: what a gang can be must not change under work that is done */
    struct known truth, last;     /* perfect foresight; the latest step */
    size_t seen;                  /* periods: where the latest step's view ends */
    struct decisions done, first; /* decided so far; all that the first plan wanted */
    struct roll_sum sum;
    double pivots, solve_cpu;
    strait_progress_fn *progress; void *progress_data;   /* the caller's */
    char stage[40];               /* what is planned: "step 3 of 13" */
    bool staged;                  /* priority classes were closed: cost alone does not order plans */
};

static strait_status known_open(struct roller *q, size_t n_known, struct known *k)
{
    strait_status st = STRAIT_OK;

    TRY(roll_case(q->cx, q->r, n_known, &k->c));
    if (!q->rates)
        TRY(estimate_rates(q->cx, k->c, &q->rates));
    TRY(estimate_costs(q->cx, k->c, q->rates, &k->costs));
    TRY(lp_build(q->cx, k->c, q->rates, k->costs, &k->m));
out:
    return st;
}

static strait_status solve(struct roller *q, struct known *k)
{
    strait_status st = solve_lp(q->cx, k->m, true, &k->s);

    if (st != STRAIT_OK)
        return st;
    solution_settle(k->s);
    q->pivots += (double)k->s->stats.pivots + (double)k->s->stats.pivots_ties;
    q->solve_cpu += k->s->stats.solve_s;
    q->staged = q->staged || k->s->stats.stages > 0;
    return STRAIT_OK;
}

static bool has_plan(const struct solution *s) { return s->outcome == STRAIT_OPTIMAL || s->outcome == STRAIT_FEASIBLE; }

/* A plan that is none, or is not proven, is what the roll comes to. */
static strait_status judge(struct roller *q, const struct known *k, const char *when)
{
    const struct roll_view v = {k->m, k->s};

    if (k->s->outcome == STRAIT_INFEASIBLE) {
        q->sum.outcome = STRAIT_INFEASIBLE;
        return roll_tell_proof(q->cx, &v, when, q->out);
    }
    if (!has_plan(k->s) || (k->s->outcome == STRAIT_FEASIBLE && q->sum.outcome == STRAIT_OPTIMAL))
        q->sum.outcome = k->s->outcome;
    return STRAIT_OK;
}

/* ---- the steps ---- */

static strait_status fix_past(struct roller *q, struct known *k, size_t from)
{
    const char *lost;
    strait_status st = decisions_fix(q->cx, k->m, &q->done, k->c->period[from].from, &lost);

    if (st == STRAIT_OK && lost)
        return cx_fail(q->cx, STRAIT_EINPUT, "%s: in %s the case no longer has what was decided before: %s", q->r->file, k->c->period[from].label, lost);
    return st;
}

/* Commit what the step decides. */
static strait_status commit(struct roller *q, size_t n_known)
{
    const strait_case *c = q->last.c;
    struct decisions d;
    strait_status st = decisions_take(q->cx, q->last.m, q->last.s->x, c->period[n_known - 1].to, &d);

    if (st != STRAIT_OK)
        return st;
    decisions_free(&q->done);
    q->done = d;
    if (q->sum.n_step > 1)
        return STRAIT_OK;
    q->sum.first_plan = q->last.s->cert.primal_objective;
    st = roll_penalty(q->cx, &(struct roll_view){q->last.m, q->last.s}, &q->sum.first_plan_penalty);
    if (st != STRAIT_OK)
        return st;
    return decisions_take(q->cx, q->last.m, q->last.s->x, INT64_MAX, &q->first);
}

/* Plan from period `from` on, seeing the periods before `seen`. */
static strait_status plan_step(struct roller *q, size_t from, size_t n_known, size_t seen, struct known *now)
{
    strait_status st = STRAIT_OK;

    TRY(known_open(q, n_known, now));
    if (from > 0)
        TRY(fix_past(q, now, from));
    if (seen < now->c->n_period)
        TRY(roll_look(q->cx, now->m, now->c->period[seen].from));
    TRY(solve(q, now));
out:
    return st;
}

/* What cannot be planned in view may be put off: only a plan that looks to the end says that there is none. */
static strait_status plan_in_view(struct roller *q, size_t from, size_t n_known, size_t *seen, struct known *now)
{
    size_t n = q->r->c->n_period;
    strait_status st;

    *seen = from + (size_t)q->r->ahead < n ? from + (size_t)q->r->ahead : n;
    st = plan_step(q, from, n_known, *seen, now);
    if (st != STRAIT_OK || now->s->outcome != STRAIT_INFEASIBLE || *seen == n)
        return st;
    known_end(now);
    *seen = n;
    return plan_step(q, from, n_known, n, now);
}

static size_t n_steps(const struct roller *q) { return (q->r->c->n_period + (size_t)q->r->commit - 1) / (size_t)q->r->commit; }

static strait_status take_step(struct roller *q, size_t from, size_t n_known)
{
    struct known now = {NULL, NULL, NULL, NULL};
    char when[60];
    size_t seen;
    strait_status st = STRAIT_OK;

    snprintf(q->stage, sizeof q->stage, "step %zu of %zu", q->sum.n_step + 1, n_steps(q));
    TRY(plan_in_view(q, from, n_known, &seen, &now));
    const struct roll_step step = {q->sum.n_step, from, n_known, seen, q->seen, {now.m, now.s}, {q->last.m, q->last.s}, q->r};
    TRY(roll_tell_step(q->cx, &step, q->out));
    q->sum.n_step++;
    snprintf(when, sizeof when, "planning in %s", now.c->period[from].label);
    TRY(judge(q, &now, when));
    known_end(&q->last);
    q->last = now;
    q->seen = seen;
    now = (struct known){NULL, NULL, NULL, NULL};
    if (has_plan(q->last.s))
        TRY(commit(q, n_known));
out:
    known_end(&now);
    return st;
}

static strait_status tell_stop(struct roller *q)
{
    char line[100];

    snprintf(line, sizeof line, "interrupted in %s", q->stage);
    return roll_warn(q->out, line) == STRAIT_OK ? STRAIT_OK : cx_nomem(q->cx);
}

static strait_status roll_on(struct roller *q)
{
    size_t n = q->r->c->n_period, commit_n = (size_t)q->r->commit;
    strait_status st = STRAIT_OK;

    for (size_t from = 0; from < n; from += commit_n) {
        TRY(take_step(q, from, n - from < commit_n ? n : from + commit_n));
        bool stop = q->last.s->outcome != STRAIT_INFEASIBLE && cx_tick(q->cx, "roll", q->last.s->cert.gap);
        if (stop)
            TRY(tell_stop(q));
        if (stop && from + commit_n < n)
            q->sum.outcome = STRAIT_NO_PLAN;
        if (stop || !has_plan(q->last.s))
            break;
    }
out:
    return st;
}

/* ---- what it came to ---- */

/* What was carried out as a plan of the case as it was: feasible, and bounded by what perfect foresight pays. */
static strait_status make_plan(struct roller *q, struct lp *m, const struct certificate *cert)
{
    struct solution s = *q->truth.s;
    strait_status st;

    if (cert->primal_residual > TOL_PRIMAL)
        return STRAIT_OK;
    s.x = q->last.s->x;
    s.cert = *cert;
    s.cert.ok = true;
    s.outcome = STRAIT_FEASIBLE;
    s.alternatives = false;
    s.moved = mem_calloc(m->c->workload.n + 1, sizeof *s.moved);
    if (!s.moved)
        return cx_nomem(q->cx);
    st = plan_of(q->cx, m, &s, &q->out->plan);
    mem_free(s.moved);
    if (st == STRAIT_OK && q->r->history.n > 0)
        st = table_add(q->out->plan->table[PT_WARNINGS], "carried out by strait roll and held against the tables as they were in the end, histories"
                       " laid over them; strait verify, which reads the case's own tables, does not know these");
    return st == STRAIT_ENOMEM ? cx_nomem(q->cx) : st;
}

/* The steps' point in the program of perfect foresight, as that is built: its cost, and how far it is outside of rows. */
static strait_status hold_against(struct roller *q)
{
    struct lp *m = NULL;
    struct certificate cert;
    strait_status st = STRAIT_OK;

    TRY(lp_build(q->cx, q->truth.c, q->rates, q->truth.costs, &m));
    if (m->n_col != q->last.m->n_col || m->n_row != q->last.m->n_row) {
        st = cx_fail(q->cx, STRAIT_EBUG, "the last step's program is not that of the case as it was");
        goto out;
    }
    TRY(certify_optimal(q->cx, m, q->last.s->x, q->truth.s->y, q->cx->gap, &cert));
    q->sum.rolling = cert.primal_objective;
    q->sum.excess = cert.primal_residual;
    TRY(make_plan(q, m, &cert));
out:
    lp_free(m);
    return st;
}

/* Who sees all could have done the same: that it costs less than he pays is a bug, unless priorities come before cost. */
static strait_status check_order(struct roller *q)
{
    double slack = 2.0 * fmax(q->cx->gap, TOL_GAP) * (1.0 + fabs(q->sum.foresight));
    bool below = q->sum.rolling < q->sum.foresight - slack;
    strait_status st = STRAIT_OK;

    if (below && q->staged)
        TRY(roll_warn(q->out, "priority classes are met before cost counts: the rolling plan may cost less and leave more of them unmet"));
    else if (below && q->sum.excess > TOL_PRIMAL)
        TRY(roll_warn(q->out, "the rolling plan costs less than perfect foresight, since it is outside of limits that have changed under it"));
    else if (below && q->truth.s->outcome == STRAIT_OPTIMAL)
        st = cx_fail(q->cx, STRAIT_EBUG, "rolling costs less than perfect foresight, which could have done the same");
    if (st == STRAIT_OK && q->sum.excess > TOL_PRIMAL) {
        char line[200];
        snprintf(line, sizeof line, "what was committed is outside of a limit by %.2g of it: its price per hour was believed to be another then", q->sum.excess);
        TRY(roll_warn(q->out, line));
    }
out:
    return st;
}

/* What the first plan's signings would have cost, run with foresight: how much of the regret is signed at once. */
static strait_status keep_first_signings(struct roller *q)
{
    struct known k = {NULL, NULL, NULL, NULL};
    strait_status st = STRAIT_OK;

    snprintf(q->stage, sizeof q->stage, "first signings");
    TRY(known_open(q, q->r->c->n_period, &k));
    TRY(decisions_fix_holds(q->cx, k.m, &q->first));
    TRY(solve(q, &k));
    if (has_plan(k.s)) {
        q->sum.first_signings = k.s->cert.primal_objective;
        TRY(roll_penalty(q->cx, &(struct roll_view){k.m, k.s}, &q->sum.first_signings_penalty));
    }
    if (k.s->outcome == STRAIT_FEASIBLE)
        TRY(roll_warn(q->out, "what the first plan's signings cost is not proven"));
    else if (k.s->outcome == STRAIT_NO_PLAN)
        TRY(roll_warn(q->out, "what the first plan's signings cost was not found: stopped before there was a plan"));
    else if (k.s->outcome == STRAIT_INFEASIBLE)
        TRY(roll_warn(q->out, "with the first plan's signings alone there is no plan for what happened"));
out:
    known_end(&k);
    return st;
}

static strait_status tell_end(struct roller *q)
{
    /* the last step's point in foresight's program, as hold_against finds them alike: in its own, rows are open and say no amounts */
    const struct roll_view rolling = {q->truth.m, q->last.s}, foresight = {q->truth.m, q->truth.s};
    strait_status st = STRAIT_OK;

    TRY(hold_against(q));
    TRY(check_order(q));
    TRY(roll_penalty(q->cx, &rolling, &q->sum.rolling_penalty));
    if (q->r->ahead == q->r->c->n_period)
        TRY(keep_first_signings(q));
    TRY(roll_tell_signings(q->cx, &rolling, &foresight, &q->first, q->r, q->out));
    TRY(roll_tell_costs(q->cx, &rolling, &foresight, q->out));
out:
    return st;
}

static strait_status tell_stats(struct roller *q)
{
    strait_table *t = q->out->table[RT_STATS];
    strait_status st = STRAIT_OK;

    if (!q->cx->stats)
        return STRAIT_OK;
    TRY(table_add(t, "rows", (double)q->truth.m->n_row, ""));
    TRY(table_add(t, "columns", (double)q->truth.m->n_col, ""));
    TRY(table_add(t, "pivots", q->pivots, ""));
    TRY(table_add(t, "solve", q->solve_cpu, "s"));
out:
    return st == STRAIT_ENOMEM ? cx_nomem(q->cx) : st;
}

static strait_status run(struct roller *q)
{
    strait_status st = STRAIT_OK;

    TRY(roll_tables_new(q->cx, q->r->c, q->out));
    TRY(known_open(q, q->r->c->n_period, &q->truth));
    TRY(solve(q, &q->truth));
    TRY(judge(q, &q->truth, q->stage));
    q->sum.foresight_outcome = q->truth.s->outcome;
    if (has_plan(q->truth.s)) {
        q->sum.foresight = q->truth.s->cert.primal_objective;
        q->sum.foresight_gap = q->truth.s->cert.gap;
        TRY(roll_penalty(q->cx, &(struct roll_view){q->truth.m, q->truth.s}, &q->sum.foresight_penalty));
    }
    if (q->truth.s->outcome != STRAIT_INFEASIBLE && cx_tick(q->cx, "roll", q->sum.foresight_gap)) {
        q->sum.outcome = STRAIT_NO_PLAN;
        TRY(tell_stop(q));
    } else if (has_plan(q->truth.s)) {
        TRY(roll_on(q));
    }
    if (q->sum.outcome == STRAIT_OPTIMAL || q->sum.outcome == STRAIT_FEASIBLE)
        TRY(tell_end(q));
    TRY(tell_stats(q));
    TRY(roll_tell_sum(q->cx, q->r, &q->sum, q->out));
out:
    return st;
}

/* The caller's progress, with the step before the stage; of one width, as a terminal draws it over the last. */
static int tell_progress(void *data, const char *stage, double elapsed_s, double gap)
{
    const struct roller *q = data;
    char words[100];

    snprintf(words, sizeof words, "%-17s %-7s", q->stage, stage);
    return q->progress(q->progress_data, words, elapsed_s, gap);
}

strait_status roll_run(strait_ctx *cx, const struct roll *r, struct roll_result *out)
{
    const double none = (double)NAN;
    struct roller q = {.cx = cx, .r = r, .out = out, .progress = cx->progress, .progress_data = cx->progress_data, .stage = "perfect foresight",
                       .sum = {STRAIT_OPTIMAL, none, none, none, none, none, none, none, none, none, STRAIT_NO_PLAN, none, 0}};
    strait_status st;

    if (cx->progress)
        strait_on_progress(cx, tell_progress, &q);
    st = run(&q);
    strait_on_progress(cx, q.progress, q.progress_data);
    decisions_free(&q.done);
    decisions_free(&q.first);
    known_end(&q.last);
    known_end(&q.truth);
    rates_free(q.rates);
    return st;
}
