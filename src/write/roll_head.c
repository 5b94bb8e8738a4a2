/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The head of a rolling horizon's page: what was left undone, what it cost beside perfect foresight, and what the first plan believed. */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "base/tolerance.h"
#include "write/group.h"
#include "write/page.h"

#define UNMET_MOST 8

static bool is_proven(const char *status) { return strcmp(status, "optimal") == 0 || strcmp(status, "within_gap") == 0; }

/* ", 30.0 M of it for work left undone" */
static void put_penalty(str *s, const strait_table *t, const char *cost)
{
    char col[60];
    double penalty;

    (void)snprintf(col, sizeof col, "%s_penalty", cost);
    penalty = table_real(t, col, 0);
    if (!(penalty > TOL_SHOWN * fabs(table_real(t, cost, 0))))
        return;
    str_puts(s, ", ");
    put_short(s, penalty);
    str_puts(s, " of it for work left undone");
}

/* First of all, as on a plan's page: work that was left undone, the dearest first. */
static void unmet(struct page *p, const strait_table *t, const strait_table *roll, const char *who, const char *words)
{
    const char *const keys[] = {"workload", NULL}, *const sums[] = {who, strcmp(who, "rolling") == 0 ? "rolling_tokens" : "foresight_tokens", NULL};
    double least = TOL_SHOWN * fabs(table_real(roll, who, 0)), penalty = 0, tokens = 0;
    struct groups g = {0};
    str s = {0};
    size_t n = 0;

    if (rows_of(t) == 0)
        return;
    if (group_rows(t, keys, sums, &g) != STRAIT_OK)
        p->st = STRAIT_ENOMEM;
    group_sort(&g, 0);
    for (; n < g.g.n && g.g.v[n].sum[0] > least; n++) {
        penalty += g.g.v[n].sum[0];
        tokens += g.g.v[n].sum[1];
    }
    if (n > 0) {
        str_printf(&s, "UNMET%s: %zu workload%s short of ", words, n, n == 1 ? "" : "s");
        put_amount(&s, tokens);
        str_puts(&s, " tokens in all, penalty ");
        put_money(&s, penalty);
        str_printf(&s, " %s:", p->currency);
        for (size_t i = 0; i < n && i < UNMET_MOST; i++)
            str_printf(&s, "%s %s", i > 0 ? "," : "", group_key(&g, &g.g.v[i], 0));
        if (n > UNMET_MOST)
            str_printf(&s, " and %zu more", n - UNMET_MOST);
        page_say(p, &s);
    }
    str_free(&s);
    group_free(&g);
}

/* "optimal: 271 USD of 2026 paid in 4 steps of 1 period; 265 with perfect foresight: regret ..." or why there is no such figure. */
static void head(struct page *p, const strait_table *t)
{
    double rolling = table_real(t, "rolling", 0), share = table_real(t, "regret_share", 0);
    long long commit = (long long)table_int(t, "commit", 0), steps = (long long)table_int(t, "steps_made", 0);
    str s = {0};

    str_printf(&s, "%s: ", table_text(t, "status", 0));
    if (isnan(rolling)) {
        str_printf(&s, "no plan to the end; %lld step%s of %lld period%s", steps, steps == 1 ? "" : "s", commit, commit == 1 ? "" : "s");
    } else {
        bool undone = table_real(t, "rolling_penalty", 0) > TOL_SHOWN * fabs(rolling);
        str_puts(&s, undone ? "cost " : "");
        put_money(&s, rolling);
        str_printf(&s, " %s of %lld%s in %lld step%s of %lld period%s", p->currency, (long long)table_int(t, "price_year", 0),
                   undone ? "" : " paid", steps, steps == 1 ? "" : "s", commit, commit == 1 ? "" : "s");
        put_penalty(&s, t, "rolling");
        str_puts(&s, "; ");
        put_money(&s, table_real(t, "foresight", 0));
        str_puts(&s, " with perfect foresight");
        put_penalty(&s, t, "foresight");
        str_puts(&s, ": regret ");
        put_money(&s, table_real(t, "regret", 0));
        str_printf(&s, " (%.2f %%)", fabs(share) < 5e-5 ? 0.0 : 100 * share);
    }
    page_say(p, &s);
    str_free(&s);
}

/* A plan that sees all is held against foresight: what happened, and what not knowing it cost. */
static void whole_belief(struct page *p, const strait_table *t)
{
    double first = table_real(t, "first_plan", 0), foresight = table_real(t, "foresight", 0), regret = table_real(t, "regret", 0);
    str s = {0};

    str_puts(&s, "the first plan believed ");
    put_money(&s, first);
    put_penalty(&s, t, "first_plan");
    if (!isnan(regret) && is_proven(table_text(t, "status", 0))) {
        str_puts(&s, "; what happened costs ");
        put_change(&s, foresight - first);
        str_puts(&s, " against that even with foresight, and not knowing it in time ");
        put_change(&s, regret);
        str_puts(&s, ", the regret");
    }
    page_say(p, &s);
    if (!isnan(table_real(t, "first_signings", 0))) {
        str_puts(&s, "to sign what the first plan wanted and run that with foresight costs ");
        put_money(&s, table_real(t, "first_signings", 0));
        put_penalty(&s, t, "first_signings");
        page_say(p, &s);
    }
    str_free(&s);
}

static void belief(struct page *p, const strait_table *t, const strait_table *steps)
{
    long long seen = (long long)(rows_of(steps) > 0 ? table_int(steps, "seen", 0) : 0), n = (long long)table_int(t, "periods", 0);
    str s = {0};

    if (isnan(table_real(t, "first_plan", 0)))
        return;
    if (seen == n) {
        whole_belief(p, t);
        return;
    }
    str_puts(&s, "the first plan saw ");
    str_printf(&s, "%lld of %lld periods and believed ", seen, n);
    put_money(&s, table_real(t, "first_plan", 0));
    put_penalty(&s, t, "first_plan");
    str_puts(&s, " of these: not to be held against the whole; what its signings alone would cost is not told with ahead");
    page_say(p, &s);
    str_free(&s);
}

/* Two plans that are not proven: their difference measures the time limit, too. */
static void unproven(struct page *p, const strait_table *t, const strait_table *steps)
{
    bool foresight = !is_proven(table_text(t, "foresight_status", 0));
    size_t n = 0;
    double gap = 0;
    str s = {0};

    for (size_t i = 0; i < rows_of(steps); i++)
        if (!is_proven(table_text(steps, "status", i))) {
            n++;
            gap = fmax(gap, table_real(steps, "gap", i));
        }
    if (isnan(table_real(t, "regret", 0)) || (!foresight && n == 0))
        return;
    str_puts(&s, "not proven: ");
    if (foresight)
        put_tiny(&s, "perfect foresight (gap ", table_real(t, "foresight_gap", 0));
    str_puts(&s, foresight ? ")" : "");
    if (n > 0) {
        str_printf(&s, "%s%zu of %zu steps ", foresight ? " and " : "", n, rows_of(steps));
        put_tiny(&s, "(gap up to ", gap);
        str_putc(&s, ')');
    }
    str_puts(&s, "; so the regret is between plans that were found, of either sign, and says nothing of what not knowing costs");
    page_say(p, &s);
    str_free(&s);
}

void part_roll_head(struct page *p)
{
    const strait_table *roll = table_set_find(p->set, "roll"), *steps = table_set_find(p->set, "steps"), *left = table_set_find(p->set, "unmet");

    unmet(p, left, roll, "rolling", "");
    unmet(p, left, roll, "foresight", " with foresight");
    head(p, roll);
    unproven(p, roll, steps);
    belief(p, roll, steps);
}
