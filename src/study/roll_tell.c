/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A rolling horizon in tables. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/mem.h"
#include "explain/explain.h"
#include "study/roll_tell.h"

#define LEAST_MOVED 0.5     /* accelerator-hours */

const char *const roll_word[] = {
    [STRAIT_OPTIMAL] = "optimal", [STRAIT_WITHIN_GAP] = "within_gap", [STRAIT_FEASIBLE] = "feasible",
    [STRAIT_INFEASIBLE] = "infeasible", [STRAIT_NO_PLAN] = "no_plan", [STRAIT_UNCERTIFIED] = "uncertified",
};

#define MONEY "CUR"     /* stands for the case's currency until the table is made */
#define END {NULL, STRAIT_TEXT, NULL}

static const struct column_def roll_def[] = {
    {"schema", STRAIT_TEXT, ""}, {"status", STRAIT_TEXT, ""}, {"rolling", STRAIT_REAL, MONEY}, {"foresight", STRAIT_REAL, MONEY}, {"regret", STRAIT_REAL, MONEY},
    {"regret_share", STRAIT_REAL, ""}, {"first_plan", STRAIT_REAL, MONEY}, {"first_signings", STRAIT_REAL, MONEY}, {"excess", STRAIT_REAL, ""},
    {"periods", STRAIT_INT, ""}, {"commit", STRAIT_INT, ""}, {"ahead", STRAIT_INT, ""}, {"steps_made", STRAIT_INT, ""}, {"currency", STRAIT_TEXT, ""},
    {"price_year", STRAIT_INT, ""}, {"rolling_penalty", STRAIT_REAL, MONEY}, {"foresight_penalty", STRAIT_REAL, MONEY},
    {"first_plan_penalty", STRAIT_REAL, MONEY}, {"first_signings_penalty", STRAIT_REAL, MONEY}, {"foresight_status", STRAIT_TEXT, ""},
    {"foresight_gap", STRAIT_REAL, ""}, {"histories", STRAIT_INT, ""}, {"news", STRAIT_INT, ""}, END};
static const struct column_def steps_def[] = {
    {"step", STRAIT_INT, ""}, {"period", STRAIT_TEXT, ""}, {"periods", STRAIT_INT, ""}, {"seen", STRAIT_INT, ""}, {"status", STRAIT_TEXT, ""},
    {"cost", STRAIT_REAL, MONEY}, {"paid", STRAIT_REAL, MONEY}, {"to_go", STRAIT_REAL, MONEY}, {"signed", STRAIT_REAL, "accelerators"},
    {"moved", STRAIT_REAL, "h"}, {"gap", STRAIT_REAL, ""}, {"primal_residual", STRAIT_REAL, ""}, {"dual_residual", STRAIT_REAL, ""},
    {"news", STRAIT_TEXT, ""}, END};
static const struct column_def signings_def[] = {
    {"offer", STRAIT_TEXT, ""}, {"kind", STRAIT_TEXT, ""}, {"sign_by", STRAIT_TEXT, ""}, {"start", STRAIT_TEXT, ""}, {"end", STRAIT_TEXT, ""},
    {"step", STRAIT_INT, ""}, {"rolling", STRAIT_REAL, "accelerators"}, {"foresight", STRAIT_REAL, "accelerators"},
    {"first_plan", STRAIT_REAL, "accelerators"}, {"cost", STRAIT_REAL, MONEY}, {"owed_beyond", STRAIT_REAL, MONEY},
    {"foresight_cost", STRAIT_REAL, MONEY}, END};
static const struct column_def changes_def[] = {
    {"step", STRAIT_INT, ""}, {"period", STRAIT_TEXT, ""}, {"what", STRAIT_TEXT, ""}, {"workload", STRAIT_TEXT, ""}, {"offer", STRAIT_TEXT, ""},
    {"start", STRAIT_TEXT, ""}, {"before", STRAIT_REAL, ""}, {"now", STRAIT_REAL, ""}, {"unit", STRAIT_TEXT, ""}, END};
static const struct column_def cost_by_def[] = {
    {"by", STRAIT_TEXT, ""}, {"name", STRAIT_TEXT, ""}, {"rolling", STRAIT_REAL, MONEY}, {"foresight", STRAIT_REAL, MONEY},
    {"difference", STRAIT_REAL, MONEY}, END};
static const struct column_def unmet_def[] = {
    {"workload", STRAIT_TEXT, ""}, {"rolling", STRAIT_REAL, MONEY}, {"foresight", STRAIT_REAL, MONEY}, {"rolling_tokens", STRAIT_REAL, "tokens"},
    {"foresight_tokens", STRAIT_REAL, "tokens"}, END};
static const struct column_def proof_def[] = {
    {"family", STRAIT_TEXT, ""}, {"name", STRAIT_TEXT, ""}, {"period", STRAIT_TEXT, ""}, {"from", STRAIT_TEXT, ""}, {"value", STRAIT_REAL, ""}, END};
static const struct column_def warnings_def[] = {{"text", STRAIT_TEXT, ""}, END};
static const struct column_def stats_def[] = {{"name", STRAIT_TEXT, ""}, {"value", STRAIT_REAL, ""}, {"unit", STRAIT_TEXT, ""}, END};

static const struct { const char *name; const struct column_def *def; } tables[N_ROLL_TABLE] = {
    [RT_ROLL] = {"roll", roll_def}, [RT_STEPS] = {"steps", steps_def}, [RT_SIGNINGS] = {"signings", signings_def},
    [RT_CHANGES] = {"changes", changes_def}, [RT_COST_BY] = {"cost_by", cost_by_def}, [RT_UNMET] = {"unmet", unmet_def},
    [RT_PROOF] = {"proof", proof_def}, [RT_WARNINGS] = {"warnings", warnings_def}, [RT_STATS] = {"stats", stats_def},
};

void roll_result_free(struct roll_result *r)
{
    for (size_t i = 0; i < N_ROLL_TABLE; i++) {
        table_free(r->table[i]);
        r->table[i] = NULL;
    }
    plan_free(r->plan);
    r->plan = NULL;
}

strait_status roll_tables_new(strait_ctx *cx, const strait_case *c, struct roll_result *out)
{
    strait_status st = STRAIT_OK;

    for (size_t i = 0; i < N_ROLL_TABLE; i++) {
        TRY(table_new(&out->table[i], tables[i].name, tables[i].def));
        for (const struct column_def *d = tables[i].def; d->name; d++)
            if (strcmp(d->unit, MONEY) == 0)
                TRY(table_set_unit(out->table[i], d->name, c->settings.currency));
    }
out:
    return st == STRAIT_ENOMEM ? cx_nomem(cx) : st;
}

/* ---- what changed ---- */

/* Accelerator-hours of each workload on each offer in periods [from, to), into h (n_workload x n_offer). */
static void hours_in(const struct roll_view *v, size_t from, size_t to, double *h)
{
    const struct lp *m = v->m;

    for (size_t i = 0; i < m->n_strip; i++) {
        const struct lp_strip *s = &m->strip[i];
        for (size_t k = 0; k < s->n && (s->family == COL_RUN || s->family == COL_ROUTE); k++) {
            int t = s->t0 + (int)k;
            double x = v->s->x[s->col0 + k];
            if (m->c->segment[t].period < from || m->c->segment[t].period >= to || x == 0.0)
                continue;
            h[(size_t)s->w * m->c->offer.n + (size_t)s->o] += x * lp_hours(m, s, t, 0);
            h[(size_t)s->w * m->c->offer.n + (size_t)s->o2] += x * lp_hours(m, s, t, 1);
        }
    }
}

/* Work of which more or less goes to an offer than the last plan meant to; *moved: the hours that came to where they were not. */
static strait_status tell_moved(const struct roll_step *q, const double *before, const double *now, double *moved, strait_table *out)
{
    const strait_case *c = q->now.m->c;
    strait_status st = STRAIT_OK;

    for (size_t w = 0; w < c->workload.n; w++)
        for (size_t o = 0; o < c->offer.n; o++) {
            double a = before[w * c->offer.n + o], b = now[w * c->offer.n + o];
            if (fabs(b - a) < LEAST_MOVED)
                continue;
            *moved += fmax(0.0, b - a);
            TRY(table_add(out, (int64_t)q->step, c->period[q->from].label, "work", c->workload.v[w].name, c->offer.v[o].name, (char *)NULL, a, b, "h"));
        }
out:
    return st;
}

static strait_status compare_work(strait_ctx *cx, const struct roll_step *q, double *moved, strait_table *out)
{
    size_t n = q->now.m->c->workload.n * q->now.m->c->offer.n;
    double *before = mem_calloc(2 * n + 1, sizeof *before);
    strait_status st;

    *moved = 0.0;
    if (!before)
        return cx_nomem(cx);
    hours_in(&q->before, q->from, q->seen_before, before);
    hours_in(&q->now, q->from, q->seen_before, before + n);
    st = tell_moved(q, before, before + n, moved, out);
    mem_free(before);
    return st == STRAIT_ENOMEM ? cx_nomem(cx) : st;
}

/* Accelerators of a signing in the last plan; a signing that was barred then is none. */
static strait_status compare_signings(strait_ctx *cx, const struct roll_step *q, strait_table *out)
{
    const strait_case *c = q->now.m->c;
    struct decisions was = {0, NULL};
    strait_status st = STRAIT_OK;

    TRY(decisions_take(cx, q->before.m, q->before.s->x, INT64_MAX, &was));
    for (size_t k = 0; k < q->now.m->n_hold; k++) {
        const struct lp_hold *h = &q->now.m->hold[k];
        char start[24];
        double a = h->fixed ? 0.0 : decisions_signed(&was, h->offer, h->start), b = h->fixed ? 0.0 : q->now.s->x[h->col];
        if (fabs(b - a) < LEAST_HELD * (1.0 + a) || h->start >= c->period[q->seen_before - 1].to)
            continue;
        date_format(h->start, start);
        TRY(table_add(out, (int64_t)q->step, c->period[q->from].label, "signing", (char *)NULL, c->offer.v[h->offer].name, start, a, b, "accelerators"));
    }
out:
    decisions_free(&was);
    return st == STRAIT_ENOMEM ? cx_nomem(cx) : st;
}

/* Accelerators that this step signs: from its first moment to its last. */
static double newly_signed(const struct roll_step *q)
{
    const strait_case *c = q->now.m->c;
    double sum = 0.0;

    for (size_t k = 0; k < q->now.m->n_hold; k++) {
        const struct lp_hold *h = &q->now.m->hold[k];
        if (!h->fixed && h->sign_by >= c->period[q->from].from && h->sign_by < c->period[q->n_known - 1].to)
            sum += q->now.s->x[h->col];
    }
    return sum;
}

static bool has_plan(const struct solution *s) { return s->outcome == STRAIT_OPTIMAL || s->outcome == STRAIT_FEASIBLE; }

/* Money due in the first n_known periods. */
static strait_status paid_by(strait_ctx *cx, const struct roll_view *v, size_t n_known, double *paid)
{
    struct ledger *g = NULL;
    strait_status st = ledger_make(cx, v->m, v->s->x, &g);

    *paid = 0.0;
    for (size_t p = 0; st == STRAIT_OK && p < n_known; p++)
        *paid += g->by_period[p];
    ledger_free(g);
    return st;
}

/* "DAY rule, rule; DAY rule": whose rules `news` sets. */
static void put_news(const struct roll_news *news, str *s)
{
    str_printf(s, "%s%s", s->n > 0 ? "; " : "", news->date);
    for (size_t i = 0; i < news->set.n; i++) {
        const char *name = strchr(news->set.v[i], '.') + 1;
        int n = (int)strcspn(name, ".");
        bool again = false;
        for (size_t k = 0; k < i && !again; k++) {
            const char *other = strchr(news->set.v[k], '.') + 1;
            again = (int)strcspn(other, ".") == n && strncmp(other, name, (size_t)n) == 0;
        }
        if (!again)
            str_printf(s, "%s%.*s", i > 0 ? ", " : " ", n, name);
    }
}

/* The news that this step is the first to know. */
static void news_of(const struct roll_step *q, str *s)
{
    const strait_case *c = q->now.m->c;

    for (size_t i = 0; i < q->r->news.n; i++) {
        const struct roll_news *news = &q->r->news.v[i];
        if (news->from >= c->period[q->from].from && news->from < c->period[q->n_known - 1].to)
            put_news(news, s);
    }
}

strait_status roll_tell_step(strait_ctx *cx, const struct roll_step *q, struct roll_result *out)
{
    const strait_case *c = q->now.m->c;
    const struct certificate *k = &q->now.s->cert;
    bool plan = has_plan(q->now.s);
    double paid = (double)NAN, moved = 0.0;
    str news = {0};
    strait_status st = STRAIT_OK;

    news_of(q, &news);
    if (news.failed)
        TRY(cx_nomem(cx));
    if (plan)
        TRY(paid_by(cx, &q->now, q->n_known, &paid));
    if (plan && q->before.m) {
        TRY(compare_work(cx, q, &moved, out->table[RT_CHANGES]));
        TRY(compare_signings(cx, q, out->table[RT_CHANGES]));
    }
    TRY(table_add(out->table[RT_STEPS], (int64_t)q->step, c->period[q->from].label, (int64_t)(q->n_known - q->from), (int64_t)(q->seen - q->from), roll_word[q->now.s->outcome],
                  plan ? k->primal_objective : (double)NAN, paid, k->primal_objective - paid, plan ? newly_signed(q) : (double)NAN, moved,
                  plan ? k->gap : (double)NAN, k->primal_residual, k->dual_residual,
                  news.n > 0 ? news.s : NULL));
out:
    str_free(&news);
    return st == STRAIT_ENOMEM ? cx_nomem(cx) : st;
}

/* ---- what it came to ---- */

/* The step in which a day lies. */
static int64_t step_of(const strait_case *c, const struct roll *r, int64_t day)
{
    size_t p = 0;

    while (p + 1 < c->n_period && c->period[p].to <= day)
        p++;
    return (int64_t)(p / r->commit);
}

/* One row: accelerators that the steps (a), foresight (b) and the first plan (d) sign for a start. */
static strait_status add_signing(const struct lp *m, const struct lp_hold *h, int64_t step, double a, double b, double d, strait_table *out)
{
    const struct offer *f = &m->c->offer.v[h->offer];
    double cost = explain_hold_cost(m, h);
    char sign[24], start[24], end[24] = "";

    date_format(h->sign_by, sign);
    date_format(h->start, start);
    if (h->end != INT64_MAX)
        date_format(h->end, end);
    return table_add(out, f->name, f->contract == CONTRACT_LEASE ? "lease" : "purchase", sign, start, end[0] ? end : NULL, step, a, b, d,
                     a * cost, a * h->owed, b * cost);
}

static int by_day(const void *a, const void *b)
{
    const struct lp_hold *x = *(const struct lp_hold *const *)a, *y = *(const struct lp_hold *const *)b;

    if (x->sign_by != y->sign_by)
        return x->sign_by < y->sign_by ? -1 : 1;
    return (x > y) - (x < y);   /* of one array: by offer and start */
}

/* What may be signed, in the order of the days to sign by; mem_free. */
static const struct lp_hold **holds_by_day(const struct lp *m, size_t *n)
{
    const struct lp_hold **v = mem_calloc(m->n_hold + 1, sizeof *v);

    *n = 0;
    for (size_t k = 0; v && k < m->n_hold; k++)
        if (!m->hold[k].fixed)
            v[(*n)++] = &m->hold[k];
    if (v)
        qsort(v, *n, sizeof *v, by_day);
    return v;
}

strait_status roll_tell_signings(strait_ctx *cx, const struct roll_view *rolling, const struct roll_view *foresight,
                                 const struct decisions *first, const struct roll *r, struct roll_result *out)
{
    const struct lp *m = foresight->m;
    struct decisions roll = {0, NULL};
    size_t n = 0;
    const struct lp_hold **hold = holds_by_day(m, &n);
    strait_status st = hold ? STRAIT_OK : STRAIT_ENOMEM;

    TRY(st);
    TRY(decisions_take(cx, rolling->m, rolling->s->x, INT64_MAX, &roll));
    for (size_t k = 0; k < n; k++) {
        const struct lp_hold *h = hold[k];
        double a = decisions_signed(&roll, h->offer, h->start), b = foresight->s->x[h->col], d = decisions_signed(first, h->offer, h->start);
        if (fmax(a, fmax(b, d)) >= LEAST_HELD)
            TRY(add_signing(m, h, step_of(m->c, r, h->sign_by), a, b, d, out->table[RT_SIGNINGS]));
    }
out:
    mem_free(hold);
    decisions_free(&roll);
    return st == STRAIT_ENOMEM ? cx_nomem(cx) : st;
}

strait_status roll_warn(struct roll_result *out, const char *text)
{
    return table_add(out->table[RT_WARNINGS], text);
}

strait_status roll_tell_proof(strait_ctx *cx, const struct roll_view *v, const char *when, struct roll_result *out)
{
    strait_plan *p = NULL;
    strait_status st = STRAIT_OK;
    char line[700];

    TRY(plan_new(&p));
    TRY(explain_proof(cx, v->m, v->s, p));
    for (size_t i = 0; i < p->table[PT_WARNINGS]->n_row; i++) {
        (void)snprintf(line, sizeof line, "%s: %s", when, table_text(p->table[PT_WARNINGS], "text", i));
        TRY(roll_warn(out, line));
    }
    table_free(out->table[RT_PROOF]);
    out->table[RT_PROOF] = p->table[PT_PROOF];
    p->table[PT_PROOF] = NULL;
out:
    plan_free(p);
    return st == STRAIT_ENOMEM ? cx_nomem(cx) : st;
}

strait_status roll_tell_sum(strait_ctx *cx, const struct roll *r, const struct roll_sum *q, struct roll_result *out)
{
    const strait_case *c = r->c;
    double regret = q->rolling - q->foresight;
    strait_status st = table_add(out->table[RT_ROLL], "strait.roll/1", roll_word[q->outcome], q->rolling, q->foresight, regret,
                                 q->foresight != 0.0 ? regret / fabs(q->foresight) : (double)NAN, q->first_plan, q->first_signings, q->excess,
                                 (int64_t)c->n_period, (int64_t)r->commit, (int64_t)r->ahead, (int64_t)q->n_step, c->settings.currency, c->settings.price_year,
                                 q->rolling_penalty, q->foresight_penalty, q->first_plan_penalty, q->first_signings_penalty,
                                 roll_word[q->foresight_outcome], q->foresight_gap, (int64_t)r->history.n, (int64_t)r->news.n);

    out->outcome = q->outcome;
    return st == STRAIT_ENOMEM ? cx_nomem(cx) : st;
}
