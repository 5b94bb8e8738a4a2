/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a loaded case holds: counts of its tables, what each rule applies to, and what nothing can serve. */
#include <string.h>
#include "api/tables.h"
#include "explain/explain.h"

static strait_status summary(strait_table **out, const strait_case *c)
{
    static const struct column_def def[] = {{"table", STRAIT_TEXT, ""}, {"rows", STRAIT_INT, ""}, {NULL, STRAIT_TEXT, NULL}};
    strait_status st = STRAIT_OK;
    strait_table *t = NULL;

    TRY(table_new(&t, "summary", def));
    TRY(table_add(t, "periods", (int64_t)c->n_period));
    TRY(table_add(t, "segments", (int64_t)c->n_segment));
    for (int k = 0; k < N_KIND; k++)
        if (k != KIND_settings && case_rows(c, (enum kind)k) > 0)
            TRY(table_add(t, kind_desc((enum kind)k)->plural, (int64_t)case_rows(c, (enum kind)k)));
    *out = t;
    t = NULL;
out:
    table_free(t);
    return st;
}

/* Signing: a lease or a purchase has an act of its own, without a workload. */
static unsigned signing_act(const struct offer *o)
{
    return o->contract == CONTRACT_LEASE ? ACT_LEASE : o->contract == CONTRACT_PURCHASE ? ACT_BUY : 0;
}

/* Pairs of workload and offer, and signings, that rule i applies to. */
static void count_matches(const strait_case *c, size_t i, int64_t *pairs, int64_t *signings)
{
    *pairs = *signings = 0;
    for (size_t o = 0; o < c->offer.n; o++) {
        unsigned act = signing_act(&c->offer.v[o]);
        for (size_t w = 0; w < c->workload.n; w++)
            *pairs += rule_applies(c, i, (int)w, (int)o, acts_of(c, (int)w, (int)o));
        *signings += act && rule_applies(c, i, -1, (int)o, act);
    }
}

static const char *date_text(int64_t date, char buf[24])
{
    if (date == DATE_NONE)
        return NULL;
    date_format(date, buf);
    return buf;
}

static strait_status rules(strait_table **out, const strait_case *c)
{
    static const char *const effect[] = {"deny", "require", "limit", "price"};
    static const struct column_def def[] = {
        {"rule", STRAIT_TEXT, ""}, {"effect", STRAIT_TEXT, ""}, {"from", STRAIT_TEXT, ""}, {"to", STRAIT_TEXT, ""},
        {"enabled", STRAIT_BOOL, ""}, {"pairs", STRAIT_INT, ""}, {"signings", STRAIT_INT, ""}, {NULL, STRAIT_TEXT, NULL},
    };
    strait_status st = STRAIT_OK;
    strait_table *t = NULL;

    TRY(table_new(&t, "rules", def));
    for (size_t i = 0; i < c->rule.n; i++) {
        const struct rule *r = &c->rule.v[i];
        char from[24], to[24];
        int64_t pairs, signings;
        count_matches(c, i, &pairs, &signings);
        TRY(table_add(t, r->name, effect[r->effect], date_text(r->from, from), date_text(r->to, to), (int)r->enabled,
                      pairs, signings));
    }
    *out = t;
    t = NULL;
out:
    table_free(t);
    return st;
}

/* Firm work that nothing can serve: the program is built for it, and not solved. */
static strait_status unserved(strait_ctx *cx, const strait_case *c, strait_table **out)
{
    static const struct column_def def[] = {{"text", STRAIT_TEXT, ""}, {NULL, STRAIT_TEXT, NULL}};
    struct rates *rates = NULL;
    struct costs *costs = NULL;
    struct lp *m = NULL;
    strait_table *t = NULL;
    strait_status st = table_new(&t, "unserved", def);

    if (st != STRAIT_OK)
        return cx_nomem(cx);
    TRY(estimate_rates(cx, c, &rates));
    TRY(estimate_costs(cx, c, rates, &costs));
    TRY(lp_build(cx, c, rates, costs, &m));
    TRY(explain_unserved(cx, m, t));
    *out = t;
    t = NULL;
out:
    lp_free(m);
    costs_free(costs);
    rates_free(rates);
    table_free(t);
    return st;
}

/**
 * A table about a loaded case.
 *
 * @param cx    context; holds the message on failure
 * @param c     borrowed, finished
 * @param name  "summary": table, rows; "rules": rule, effect, from, to, enabled, pairs (of workload and offer that it
 *              applies to at some time), signings; "unserved": text, a line for each piece of firm work that no offer can
 *              do, which also becomes a warning of cx
 * @param out   owned by the caller
 * @return STRAIT_OK, STRAIT_EUSAGE, STRAIT_ENOMEM
 * Cost of "rules" O(rules * workloads * offers), of "unserved" estimating and building.  Test: tests/unit/check_api.c
 */
strait_status case_table(strait_ctx *cx, const strait_case *c, const char *name, strait_table **out)
{
    if (strcmp(name, "summary") == 0)
        return summary(out, c);
    if (strcmp(name, "rules") == 0)
        return rules(out, c);
    if (strcmp(name, "unserved") == 0)
        return unserved(cx, c, out);
    return cx_fail(cx, STRAIT_EUSAGE, "no table \"%s\" of a case; allowed: summary, rules, unserved", name);
}
