/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rules as a plan tells them: each once, where it stands, what became of it, what it barred and what its limits are worth. */
#include "verify/price.h"

#include <math.h>
#include <string.h>

static bool bars(const struct rule *r) { return r->effect == RULE_DENY || r->effect == RULE_REQUIRE; }

static bool ever_in_force(const strait_case *c, size_t i)
{
    for (size_t t = 0; t < c->n_segment; t++)
        if (limit_in_force(c, i, t))
            return true;
    return false;
}

static bool runs_somehow(const struct verifier *v, int w, int o)
{
    for (int p = 0; p < N_PHASE; p++)
        if (rate_at(v->rates, w, o, (enum phase)p)->per_accel_h > 0.0)
            return true;
    return false;
}

/* A price or a limit speaks of some work that runs somewhere, or of some signing. */
static bool matches(const struct verifier *v, size_t i)
{
    const strait_case *c = v->c;

    for (int o = 0; o < (int)c->offer.n; o++) {
        if (rule_applies(c, i, -1, o, ACT_LEASE | ACT_BUY))
            return true;
        for (int w = 0; w < (int)c->workload.n; w++)
            if (runs_somehow(v, w, o) && rule_applies(c, i, w, o, acts_of(c, w, o)))
                return true;
    }
    return false;
}

/*
 * A price or limit that is enforced or has no effect speaks of something; but a bound that nothing can meet is enforced
 * whatever it speaks of, and a charge of nothing has no effect.  What has a price is enforced.  The rest is the planner's.
 */
static const char *status_of_row(const struct verifier *v, const struct plan_rule *said, size_t i)
{
    const struct rule *r = &v->c->rule.v[i];
    bool match = matches(v, i), price = r->effect == RULE_PRICE, free = price && r->charge == 0.0;

    if (said->dual > 0.0)
        return "enforced";
    if (strcmp(said->status, "no_effect") == 0)
        return match || free ? said->status : "no_match";
    if (strcmp(said->status, "no_match") == 0)
        return !match && !free ? said->status : free ? "no_effect" : "enforced";
    return !price || (match && !free) ? "enforced" : free ? "no_effect" : "no_match";
}

static const char *status_of(const struct verifier *v, const struct ways *y, const struct plan_rule *said, size_t i)
{
    const struct rule *r = &v->c->rule.v[i];

    if (!r->enabled)
        return "off";
    if (!ever_in_force(v->c, i))
        return "expired";
    if (!bars(r))
        return status_of_row(v, said, i);
    return y->barred[i] > 0 ? "enforced" : "no_match";
}

/* A file as it is seen from the folder of the case: the same whatever folder the command runs in. */
const char *seen_from_case(const strait_case *c, size_t file)
{
    const char *slash = c->files.n ? strrchr(c->files.v[0].path, '/') : NULL, *path;
    size_t n = slash ? (size_t)(slash + 1 - c->files.v[0].path) : 0;

    if (file >= c->files.n)
        return NULL;
    path = c->files.v[file].path;
    return strncmp(path, c->files.v[0].path, n) == 0 ? path + n : path;
}

/* Sum of the prices that are told of a limit's rows, whatever their sign. */
static double worth(const struct prices *p, size_t i)
{
    double sum = 0.0;

    for (size_t k = 0; k < p->width[THING_AT_MOST]; k++)
        sum += fabs(price_of(p, THING_AT_MOST, (int)i, (int)k)) + fabs(price_of(p, THING_AT_LEAST, (int)i, (int)k));
    return sum;
}

static void check_dual(struct verifier *v, const struct prices *p, size_t i, const struct plan_rule *said)
{
    const struct rule *r = &v->c->rule.v[i];
    double sum;

    if (!p || r->effect != RULE_LIMIT) {
        report_fact(&v->report, PROMISE_RULE_TABLE, PLACE(r->name, "dual"), isnan(said->dual) ? "none" : "told", "none", isnan(said->dual));
        return;
    }
    sum = worth(p, i);
    report_equal(&v->report, PROMISE_RULE_TABLE, PLACE(r->name, "dual"), said->dual, sum, TOL_DUAL * (1.0 + sum));
}

static strait_status check_rule(struct book *b, const struct ways *y, const struct prices *p, size_t i, const struct plan_rule *said)
{
    struct verifier *v = b->v;
    const struct rule *r = &v->c->rule.v[i];
    size_t rows = 0;
    strait_status st = STRAIT_OK;

    if (r->enabled && r->effect == RULE_LIMIT)
        TRY(limit_rows(v->c, i, &rows));
    report_text(&v->report, PROMISE_RULE_TABLE, PLACE(r->name), said->status, status_of(v, y, said, i));
    report_text(&v->report, PROMISE_RULE_TABLE, PLACE(r->name, "file"), said->file, seen_from_case(v->c, r->origin.file));
    report_equal(&v->report, PROMISE_RULE_TABLE, PLACE(r->name, "line"), (double)said->line, (double)r->origin.line, 0.0);
    report_equal(&v->report, PROMISE_RULE_TABLE, PLACE(r->name, "columns_barred"), (double)said->columns_barred, (double)y->barred[i], 0.0);
    report_equal(&v->report, PROMISE_RULE_TABLE, PLACE(r->name, "rows_made"), (double)said->rows_made, (double)rows, 0.0);
    check_dual(v, p, i, said);
out:
    return st;
}

/**
 * No rule is dropped silently, none is told twice, none is made up; each barred and made what the plan says.
 *
 * @param y  what the rules bar, counted apart from the planner
 * @param p  the plan's prices; NULL: there is no plan that is proven, so there are none
 * @return STRAIT_OK, STRAIT_ENOMEM
 */
strait_status verify_rule_table(struct book *b, const struct ways *y, const struct prices *p)
{
    struct verifier *v = b->v;
    const strait_case *c = v->c;
    strait_status st = STRAIT_OK;

    for (size_t i = 0; i < c->rule.n; i++) {
        size_t n = 0;
        for (size_t k = 0; k < v->plan->rules.n; k++) {
            if (strcmp(v->plan->rules.v[k].id, c->rule.v[i].name) != 0)
                continue;
            n++;
            TRY(check_rule(b, y, p, i, &v->plan->rules.v[k]));
        }
        report_fact(&v->report, PROMISE_RULE_TABLE, PLACE(c->rule.v[i].name), n ? "told" : "not told", n > 1 ? "more than once" : "once", n == 1);
    }
    report_equal(&v->report, PROMISE_RULE_TABLE, PLACE("rules"), (double)v->plan->rules.n, (double)c->rule.n, 0.0);
out:
    return st;
}
