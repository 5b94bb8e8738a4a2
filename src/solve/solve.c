/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From an lp to a certified answer.
 *
 * The engine starts with a few cheap columns per piece of work; each round prices the whole instance and adds what is
 * attractive, until nothing is.  Where the restricted program has no solution, rounds minimise infeasibility instead
 * until it is gone or proven.  Whatever happens on the way, the answer stands on the certificate over all columns; when
 * that fails, or with `--engine glpk`, the whole LP goes to plain GLPK.
 */
#include <assert.h>
#include <math.h>
#include <string.h>
#include "base/mem.h"
#include "base/tolerance.h"
#include "solve/rounds.h"

static bool usable(const struct rounds *q) { return q->have_x; }

/* What the rounds came to, as an outcome with its certificate. */
static strait_status conclude(strait_ctx *cx, struct rounds *q, struct solution *s)
{
    strait_status st = STRAIT_OK;

    s->stopped = q->end == ENGINE_LIMIT;
    if (q->end == ENGINE_INFEASIBLE) {
        TRY(certify_infeasible(cx, q->m, q->y, &s->cert));
        memcpy(s->y, q->y, q->m->n_row * sizeof *s->y);
        s->outcome = s->cert.farkas ? STRAIT_INFEASIBLE : STRAIT_UNCERTIFIED;
        return STRAIT_OK;
    }
    if (!usable(q)) {
        s->outcome = q->end == ENGINE_LIMIT ? STRAIT_NO_PLAN : STRAIT_UNCERTIFIED;
        return STRAIT_OK;
    }
    memcpy(s->x, q->x, q->m->n_col * sizeof *s->x);
    memcpy(s->y, q->y, q->m->n_row * sizeof *s->y);
    TRY(certify_tidy(cx, q->m, s->x, s->y, cx->gap, &s->cert));
    if (s->cert.ok)
        s->outcome = STRAIT_OPTIMAL;
    else    /* what is feasible is a plan, whatever of its proof is missing */
        s->outcome = s->cert.primal_residual <= TOL_PRIMAL && isfinite(s->cert.gap) ? STRAIT_FEASIBLE : STRAIT_UNCERTIFIED;
    s->cert.ok = s->outcome != STRAIT_UNCERTIFIED;
out:
    return st;
}

static strait_status solution_new(strait_ctx *cx, const struct lp *m, struct solution **out)
{
    struct solution *s = mem_calloc(1, sizeof *s);

    if (!s)
        return cx_nomem(cx);
    s->x = mem_calloc(m->n_col, sizeof *s->x);
    s->y = mem_calloc(m->n_row, sizeof *s->y);
    s->low = mem_calloc(m->n_row, sizeof *s->low);
    s->high = mem_calloc(m->n_row, sizeof *s->high);
    s->moved = mem_calloc(m->c->workload.n, sizeof *s->moved);
    if (!s->x || !s->y || !s->low || !s->high || !s->moved) {
        solution_free(s);
        return cx_nomem(cx);
    }
    for (size_t i = 0; i < m->n_row; i++)
        s->low[i] = s->high[i] = NAN;
    *out = s;
    return STRAIT_OK;
}

void solution_free(struct solution *s)
{
    if (!s)
        return;
    rounds_free(s->warm);
    mem_free(s->x);
    mem_free(s->y);
    mem_free(s->low);
    mem_free(s->high);
    mem_free(s->moved);
    mem_free(s);
}

/* CPU seconds since *begin, which is set to now. */
static double lap(double *begin)
{
    double was = *begin;

    *begin = cx_cpu();
    return *begin - was;
}

static void add_stats(const struct rounds *q, double simplex_cpu, struct solve_stats *t)
{
    t->pivots += engine_pivots(q->engine);
    t->rounds += q->n_round;
    t->columns_kept = engine_cols(q->engine);
    t->iterations += q->took.iterations;
    t->barrier_cpu += q->took.barrier_cpu;
    t->crash_cpu += q->took.crash_cpu;
    t->simplex_cpu += simplex_cpu;
}

void solution_settle(struct solution *s)
{
    rounds_free(s->warm);
    s->warm = NULL;
}

/* One attempt: rounds (or everything at once), conclusion, ties, ranges. */
static strait_status attempt(strait_ctx *cx, struct lp *m, bool whole, bool ranges, double deadline, struct solution *s)
{
    strait_status st = STRAIT_OK;
    struct rounds *q = NULL;
    double begin;

    s->alternatives = false;    /* of this program, not of the one that a stage closed */
    memset(s->moved, 0, m->c->workload.n * sizeof *s->moved);
    TRY(rounds_open(cx, m, whole, NULL, deadline, &q));
    begin = cx_cpu();
    TRY(rounds_solve(cx, q, deadline));
    TRY(conclude(cx, q, s));
    if (s->outcome != STRAIT_OPTIMAL && q->end == ENGINE_OPTIMAL) {
        engine_tighten(q->engine);
        TRY(rounds_solve(cx, q, deadline));
        TRY(conclude(cx, q, s));
    }
    add_stats(q, lap(&begin), &s->stats);
    if (s->outcome == STRAIT_OPTIMAL && ranges) {
        long pivots = engine_pivots(q->engine);
        TRY(solve_ranges(cx, m, q->engine, s));
        s->stats.ranges_cpu += lap(&begin);
        TRY(solve_ties(cx, m, q->engine, s));
        s->stats.ties_cpu += lap(&begin);
        s->stats.pivots_ties += engine_pivots(q->engine) - pivots;
    }
    rounds_free(s->warm);
    s->warm = q;
    q = NULL;
out:
    rounds_free(q);
    return st;
}

/* The whole LP by plain GLPK, after an attempt whose plan, if any, stays the answer unless this one is proven. */
static strait_status attempt_whole(strait_ctx *cx, struct lp *m, bool ranges, double deadline, struct solution *s)
{
    strait_status st = STRAIT_OK;
    strait_outcome was = s->outcome;
    struct certificate cert = s->cert;
    double *x = mem_calloc(m->n_col, sizeof *x), *y = mem_calloc(m->n_row, sizeof *y);

    if (!x || !y) {
        st = cx_nomem(cx);
        goto out;
    }
    memcpy(x, s->x, m->n_col * sizeof *x);
    memcpy(y, s->y, m->n_row * sizeof *y);
    st = attempt(cx, m, true, ranges, deadline, s);
    if (was == STRAIT_FEASIBLE && (st == STRAIT_EBUG || (st == STRAIT_OK && s->outcome != STRAIT_OPTIMAL))) {
        memcpy(s->x, x, m->n_col * sizeof *x);
        memcpy(s->y, y, m->n_row * sizeof *y);
        s->cert = cert;
        s->outcome = was;
        st = STRAIT_OK;
    }
out:
    mem_free(x);
    mem_free(y);
    return st;
}

/* Two attempts: with restricted columns, then the whole LP by plain GLPK. */
strait_status solve_once(strait_ctx *cx, struct lp *m, bool ranges, double deadline, struct solution *s)
{
    strait_status st = cx->engine_glpk ? STRAIT_EBUG : attempt(cx, m, false, ranges, deadline, s);

    if (st == STRAIT_OK && s->outcome != STRAIT_UNCERTIFIED && (s->outcome != STRAIT_FEASIBLE || s->stopped))
        return STRAIT_OK;
    if (st != STRAIT_OK && st != STRAIT_EBUG)
        return st;
    if (st == STRAIT_EBUG)
        s->outcome = STRAIT_UNCERTIFIED;
    return attempt_whole(cx, m, ranges, deadline, s);
}

/* What stands in s->x as a plan of which nothing is proven but that it holds; `none` where it does not. */
static strait_status keep_feasible(strait_ctx *cx, const struct lp *m, struct solution *s, strait_outcome none)
{
    strait_status st = certify_optimal(cx, m, s->x, s->y, cx->gap, &s->cert);

    s->cert.ok = st == STRAIT_OK && s->cert.primal_residual <= TOL_PRIMAL;
    s->outcome = s->cert.ok ? STRAIT_FEASIBLE : none;
    return st;
}

/* Solve for cost behind closed stages; where the engine fails, what the last stage found still holds. */
static strait_status solve_closed(strait_ctx *cx, struct lp *m, bool ranges, struct solution *s)
{
    double *x = mem_calloc(m->n_col, sizeof *x);
    strait_status st;

    if (!x)
        return cx_nomem(cx);
    memcpy(x, s->x, m->n_col * sizeof *x);
    st = solve_once(cx, m, ranges, s->deadline, s);
    if (st == STRAIT_EBUG || (st == STRAIT_OK && s->outcome == STRAIT_UNCERTIFIED)) {
        memcpy(s->x, x, m->n_col * sizeof *x);
        memset(s->y, 0, m->n_row * sizeof *s->y);
        st = keep_feasible(cx, m, s, STRAIT_UNCERTIFIED);
    }
    mem_free(x);
    return st;
}

/* Close the stages, then solve for cost.  A stage that was not proven leaves nothing behind it proven. */
static strait_status solve_stages(strait_ctx *cx, struct lp *m, bool ranges, struct solution *s)
{
    strait_status st = STRAIT_OK;
    strait_outcome staged;

    TRY(stages_close(cx, m, s->deadline, s));
    staged = s->outcome;
    if (staged == STRAIT_NO_PLAN)       /* stopped inside a stage: what was found before still holds */
        TRY(keep_feasible(cx, m, s, STRAIT_NO_PLAN));
    if (staged != STRAIT_OPTIMAL && staged != STRAIT_FEASIBLE)
        goto out;
    TRY(solve_closed(cx, m, ranges, s));
    if (s->outcome == STRAIT_OPTIMAL)
        s->outcome = staged;
out:
    return st;
}

/* A dual of the sign that its row cannot have is noise of the simplex: the certificate does without it, the plan too. */
static void drop_noise(const struct lp *m, double *y)
{
    for (size_t i = 0; i < m->n_row; i++)
        if ((isinf(m->row[i].lo) && y[i] > 0.0) || (isinf(m->row[i].up) && y[i] < 0.0))
            y[i] = 0.0;
}

/* From a basis.  *done: proven, or stopped by the user or the clock; anything else is solved again without it. */
static strait_status attempt_warm(strait_ctx *cx, struct lp *m, const struct warm *from, struct solution *s, bool *done)
{
    strait_status st = STRAIT_OK;
    struct rounds *q = NULL;

    TRY(rounds_open(cx, m, false, from, s->deadline, &q));
    if (!q->advanced)
        goto out;
    TRY(rounds_solve(cx, q, s->deadline));
    TRY(conclude(cx, q, s));
    *done = s->outcome == STRAIT_OPTIMAL || s->outcome == STRAIT_INFEASIBLE || (s->stopped && !engine_at_limit(q->engine));
    s->stats.pivots += engine_pivots(q->engine);
    s->stats.rounds += q->n_round;
    s->stats.columns_kept = engine_cols(q->engine);
out:
    rounds_free(q);
    return st == STRAIT_EBUG ? STRAIT_OK : st;
}

static strait_status solve_any(strait_ctx *cx, struct lp *m, const struct warm *from, bool ranges, struct solution **out, bool *warm)
{
    strait_status st = STRAIT_OK;
    struct solution *s = NULL;
    double begin = cx_now();

    *warm = false;
    TRY(lp_keep_columns(cx, m));
    TRY(solution_new(cx, m, &s));
    s->deadline = cx->time_limit_s > 0.0 ? begin + cx->time_limit_s : 0.0;
    if (from)
        TRY(attempt_warm(cx, m, from, s, warm));
    if (!*warm)
        TRY(solve_once(cx, m, ranges, s->deadline, s));
    if (s->outcome == STRAIT_OPTIMAL && stages_needed(m, s->x))
        TRY(solve_stages(cx, m, ranges, s));
    if (s->outcome == STRAIT_OPTIMAL || s->outcome == STRAIT_FEASIBLE)
        drop_noise(m, s->y);
    s->stats.solve_s = cx_now() - begin;
    *out = s;
    s = NULL;
out:
    solution_free(s);
    return st;
}

strait_status solve_lp(strait_ctx *cx, struct lp *m, bool ranges, struct solution **out)
{
    bool warm;

    return solve_any(cx, m, NULL, ranges, out, &warm);
}

strait_status solve_lp_from(strait_ctx *cx, struct lp *m, const struct warm *from, struct solution **out, bool *warm)
{
    bool fits = from && !cx->engine_glpk && warm_fits(from, m);

    return solve_any(cx, m, fits ? from : NULL, false, out, warm);
}

strait_status solve_priorities(strait_ctx *cx, struct lp *m)
{
    struct solution *s = NULL;
    strait_status st = STRAIT_OK;

    for (size_t i = 0; i < m->n_row; i++) {
        if (m->row[i].family == ROW_PRIORITY) {
            st = solve_lp(cx, m, false, &s);
            break;
        }
    }
    solution_free(s);
    return st;
}
