/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The plan beside a previous one, both in fractions: cost by part, hours of each workload by site and accelerator, what is
 * signed.  The previous plan may be of another case; what it names is compared by name.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/mem.h"
#include "base/vec.h"
#include "explain/explain.h"

/* Two amounts of accelerator-hours or accelerators are the same within what a plan leaves untold and their last digits. */
#define SAME_AMOUNT 1e-6
#define SAME_SHARE 1e-9

#define MOST_KEYS 4

/* An amount of something, in the previous plan and in this one. */
struct pair { const char *key[MOST_KEYS]; double before, now; };
struct tally { VEC(struct pair) row; size_t last; };

static bool same(const char *a, const char *b) { return a && b ? strcmp(a, b) == 0 : a == b; }

static bool same_key(const struct pair *p, const char *const key[MOST_KEYS])
{
    for (int i = 0; i < MOST_KEYS; i++)
        if (!same(p->key[i], key[i]))
            return false;
    return true;
}

/* Rows of one thing follow one another in a plan: the one found last is tried first. */
static struct pair *tally_row(struct tally *t, const char *const key[MOST_KEYS])
{
    struct pair fresh = { .before = 0.0, .now = 0.0 };

    if (t->last < t->row.n && same_key(&t->row.v[t->last], key))
        return &t->row.v[t->last];
    for (t->last = 0; t->last < t->row.n; t->last++)
        if (same_key(&t->row.v[t->last], key))
            return &t->row.v[t->last];
    memcpy(fresh.key, key, sizeof fresh.key);
    return VEC_PUSH(&t->row, fresh) == STRAIT_OK ? &t->row.v[t->last] : NULL;
}

static bool unchanged(const struct pair *p)
{
    return fabs(p->now - p->before) <= SAME_AMOUNT + SAME_SHARE * fmax(fabs(p->now), fabs(p->before));
}

/* What changed most first; of equal changes by name. */
static int by_change(const void *a, const void *b)
{
    const struct pair *p = a, *q = b;
    double x = fabs(p->now - p->before), y = fabs(q->now - q->before);

    if (x != y)
        return x > y ? -1 : 1;
    for (int i = 0; i < MOST_KEYS; i++) {
        int c = strcmp(p->key[i] ? p->key[i] : "", q->key[i] ? q->key[i] : "");
        if (c != 0)
            return c;
    }
    return 0;
}

static strait_status count_hours(const struct plan_file *before, const strait_table *now, struct tally *t)
{
    for (size_t i = 0; i < before->placements.n; i++) {
        const struct plan_placement *q = &before->placements.v[i];
        struct pair *p = tally_row(t, (const char *const[MOST_KEYS]){ q->workload, q->site, q->accelerator });
        if (!p)
            return STRAIT_ENOMEM;
        p->before += q->accel_hours;
    }
    for (size_t i = 0; i < now->n_row; i++) {
        struct pair *p = tally_row(t, (const char *const[MOST_KEYS]){ table_text(now, "workload", i), table_text(now, "site", i),
                                                                      table_text(now, "accelerator", i) });
        if (!p)
            return STRAIT_ENOMEM;
        p->now += table_real(now, "accel_hours", i);
    }
    return STRAIT_OK;
}

static strait_status count_leases(const struct plan_file *before, const strait_table *now, struct tally *t)
{
    for (size_t i = 0; i < before->leases.n; i++) {
        const struct plan_lease *q = &before->leases.v[i];
        struct pair *p = tally_row(t, (const char *const[MOST_KEYS]){ q->offer, q->start, q->end, q->kind });
        if (!p)
            return STRAIT_ENOMEM;
        p->before += q->accelerators;
    }
    for (size_t i = 0; i < now->n_row; i++) {
        struct pair *p = tally_row(t, (const char *const[MOST_KEYS]){ table_text(now, "offer", i), table_text(now, "start", i),
                                                                      table_text(now, "end", i), table_text(now, "kind", i) });
        if (!p)
            return STRAIT_ENOMEM;
        p->now += table_real(now, "accelerators", i);
    }
    return STRAIT_OK;
}

/* What changed, as rows of a table with so many names. */
static strait_status tell(struct tally *t, int n_key, strait_table *out)
{
    strait_status st = STRAIT_OK;

    if (t->row.n > 0)
        qsort(t->row.v, t->row.n, sizeof *t->row.v, by_change);
    for (size_t i = 0; i < t->row.n; i++) {
        const struct pair *p = &t->row.v[i];
        if (unchanged(p))
            continue;
        TRY(n_key == 3 ? table_add(out, p->key[0], p->key[1], p->key[2], p->before, p->now, p->now - p->before)
                       : table_add(out, p->key[0], p->key[1], p->key[2], p->key[3], p->before, p->now, p->now - p->before));
    }
out:
    return st;
}

static strait_status tell_cost(const struct plan_cost *q, const strait_table *now, strait_table *out)
{
    const struct { const char *part; double before; } row[] = {
        { "total", q->total }, { "compute", q->compute }, { "idle_lease", q->idle_lease }, { "energy", q->energy },
        { "movement", q->movement }, { "duty", q->duty }, { "penalty", q->penalty }, { "carbon", q->carbon },
    };
    strait_status st = STRAIT_OK;

    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        double v = table_real(now, row[i].part, 0);
        TRY(table_add(out, row[i].part, row[i].before, v, v - row[i].before));
    }
out:
    return st;
}

static strait_status refuse(strait_ctx *cx, const char *file, const char *key, const char *value, const char *allowed, const char *what)
{
    strait_status st = cx_fault(cx, SEV_ERROR, file, 0, key, value, allowed, "%s", what);

    return st == STRAIT_OK ? cx_fail(cx, STRAIT_EINPUT, "%s: %s: \"%s\": %s; allowed: %s", file, key, value, what, allowed) : st;
}

/**
 * Read a plan to compare with.
 *
 * @param c     its currency and price year are those that amounts must be in
 * @param file  path of a plan.json
 * @param out   the caller's (plan_file_free)
 * @return STRAIT_OK, STRAIT_EINPUT (no plan.json, no plan in it, other money: faults in cx), STRAIT_EIO, STRAIT_ENOMEM
 * Test: tests/unit/check_baseline.c
 */
strait_status baseline_read(strait_ctx *cx, const strait_case *c, const char *file, struct plan_file **out)
{
    struct plan_file *p = NULL;
    char year[24], said[24];
    strait_status st = STRAIT_OK;

    TRY(json_read_plan(cx, file, &p));
    (void)snprintf(year, sizeof year, "%d", (int)c->settings.price_year);
    (void)snprintf(said, sizeof said, "%d", (int)p->objective.price_year);
    if (isnan(p->objective.value))
        TRY(refuse(cx, file, "status", p->status, "optimal, within_gap, feasible", "holds no plan to compare with"));
    if (strcmp(p->objective.currency, c->settings.currency) != 0)
        TRY(refuse(cx, file, "objective.currency", p->objective.currency, c->settings.currency, "not the currency of the case"));
    if (strcmp(said, year) != 0)
        TRY(refuse(cx, file, "objective.price_year", said, year, "not the price year of the case"));
    *out = p;
    p = NULL;
out:
    plan_file_free(p);
    return st;
}

/**
 * Tell a plan beside a previous one: tables baseline, baseline_cost, baseline_moved, baseline_leases, the last two with what
 * changed alone.  The parts of the cost change by as much in all as the total.
 *
 * @param before  borrowed, with a plan in it
 * @param p       in/out; made; without a plan in it nothing is told
 * @return STRAIT_OK, STRAIT_ENOMEM.  Cost O(rows * workloads * places) at worst.  Test: tests/unit/check_baseline.c
 */
strait_status explain_baseline(strait_ctx *cx, const struct plan_file *before, strait_plan *p)
{
    struct tally hours = { .last = 0 }, leases = { .last = 0 };
    double value = table_real(p->table[PT_OBJECTIVE], "value", 0);
    strait_status st = STRAIT_OK;

    if (p->table[PT_COST]->n_row == 0)
        goto out;
    TRY(table_add(p->table[PT_BASELINE], before->digest, (int)same(before->digest, table_text(p->table[PT_INPUT], "digest", 0)), before->status,
                  before->objective.value, value, value - before->objective.value));
    TRY(tell_cost(&before->cost, p->table[PT_COST], p->table[PT_BASELINE_COST]));
    TRY(count_hours(before, p->table[PT_PLACEMENTS], &hours));
    TRY(tell(&hours, 3, p->table[PT_BASELINE_MOVED]));
    TRY(count_leases(before, p->table[PT_LEASES], &leases));
    TRY(tell(&leases, 4, p->table[PT_BASELINE_LEASES]));
out:
    VEC_FREE(&hours.row);
    VEC_FREE(&leases.row);
    return st == STRAIT_ENOMEM ? cx_nomem(cx) : st;
}
