/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Use by kind, shore and vendor, and what is held and not used by shore and vendor: of the plan, and of the rounded one. */
#include "verify/book.h"

#include <math.h>
#include <string.h>

static const char *shore_of(const strait_case *c, int o)
{
    return c->site.v[c->offer.v[o].site].shore == SHORE_ONSHORE ? "onshore" : "offshore";
}

static const char *vendor_of(const strait_case *c, int o) { return c->accelerator.v[c->offer.v[o].accelerator].vendor; }

static bool same(const char *a, const char *b) { return a && b ? strcmp(a, b) == 0 : a == b; }

static bool in_split(const strait_case *c, const struct act *a, const struct plan_split *q)
{
    int task = c->workload.v[a->w].task;
    bool training = task == TASK_TRAINING || task == TASK_FINE_TUNING;

    return same(q->kind, training ? "training" : "inference") && same(q->shore, shore_of(c, a->o)) && same(q->vendor, vendor_of(c, a->o));
}

/* Hours are sums of what is told: each placement that is too small to tell may be missing. */
static double hours_slack(const struct book *b, double hours, size_t n)
{
    return TOL_ZERO * fabs(hours) + (double)(b->v->c->n_segment + n) * UNTOLD;
}

/**
 * Each row against its placements; and no placement is in no row or in two.
 *
 * @param s  the book's sums: money_sum has filled the parts of its acts
 * @param q  n rows as told; NULL: not told
 */
void verify_split(const struct book *b, const struct ledger_sums *s, const struct plan_split *q, size_t n)
{
    struct report *r = &b->v->report;
    size_t counted = 0;

    report_fact(r, PROMISE_SPLIT, PLACE(b->tag, "split"), q ? "told" : "not told", "told", q != NULL);
    for (size_t k = 0; k < n; k++, q++) {
        double hours = 0.0, cost = 0.0;
        size_t of_it = 0;
        for (size_t i = 0; i < b->n_act; i++) {
            if (!in_split(b->v->c, &b->act[i], q))
                continue;
            of_it++;
            hours += b->act[i].hours;
            for (int p = 0; p < N_PART; p++)
                cost += b->act[i].part[p];
        }
        report_equal(r, PROMISE_SPLIT, PLACE(b->tag, q->kind, q->shore, q->vendor, "hours"), q->accel_hours, hours, hours_slack(b, hours, of_it));
        report_equal(r, PROMISE_SPLIT, PLACE(b->tag, q->kind, q->shore, q->vendor, "cost"), q->cost, cost, money_slack(s));
        counted += of_it;
    }
    report_equal(r, PROMISE_SPLIT, PLACE(b->tag, "placements"), (double)counted, (double)b->n_act, 0.0);
}

/* What is held of a vendor's accelerators on a shore: hours and money of the part not used, and charged from beyond. */
static struct plan_idle idle_of(const struct book *b, const char *shore, const char *vendor, double *held)
{
    const strait_case *c = b->v->c;
    struct plan_idle sum = { .shore = shore, .vendor = vendor };

    *held = 0.0;
    for (int o = 0; o < (int)c->offer.n; o++) {
        for (int t = 0; t < (int)c->n_segment && same(shore, shore_of(c, o)) && same(vendor, vendor_of(c, o)); t++) {
            size_t i = book_at(b, o, t);
            double hours = b->held[i] * c->segment[t].hours;
            if (hours <= 0.0)
                continue;
            *held += hours;
            sum.accel_hours += hours - b->used[i];
            for (int p = 0; p < N_PART; p++)
                sum.cost += (hours - b->used[i]) * b->hold_money[i * N_PART + (size_t)p] / hours;
        }
    }
    for (size_t k = 0; k < b->n_hold; k++)
        if (same(shore, shore_of(c, b->hold[k].o)) && same(vendor, vendor_of(c, b->hold[k].o)))
            sum.beyond += b->hold[k].count * hold_terminal(b, &b->hold[k]);
    return sum;
}

/* One shore and vendor, in one row or, where it is nothing, in none. */
static size_t check_idle(const struct book *b, const struct ledger_sums *s, const struct plan_idle *q, size_t n, const char *shore,
                         const char *vendor)
{
    struct report *r = &b->v->report;
    struct plan_idle said = { 0 }, found;
    double held;
    size_t rows = 0;

    for (size_t k = 0; k < n; k++) {
        if (!same(q[k].shore, shore) || !same(q[k].vendor, vendor))
            continue;
        rows++;
        said = q[k];
    }
    found = idle_of(b, shore, vendor, &held);
    report_equal(r, PROMISE_IDLE, PLACE(b->tag, shore, vendor, "hours"), said.accel_hours, found.accel_hours, hours_slack(b, held, b->n_act));
    report_equal(r, PROMISE_IDLE, PLACE(b->tag, shore, vendor, "cost"), said.cost, found.cost, money_slack(s));
    report_equal(r, PROMISE_IDLE, PLACE(b->tag, shore, vendor, "beyond"), said.beyond, found.beyond, money_slack(s));
    report_most(r, PROMISE_IDLE, PLACE(b->tag, shore, vendor, "rows"), 1.0, (double)rows, 0.0);
    return rows;
}

/* The row without a shore: whole replicas where accelerators are rented; it has no hours. */
static size_t check_filling(const struct book *b, const struct ledger_sums *s, const struct plan_idle *q, size_t n, double filling)
{
    struct report *r = &b->v->report;
    double said = 0.0;
    size_t rows = 0;

    for (size_t k = 0; k < n; k++) {
        if (q[k].shore || q[k].vendor)
            continue;
        rows++;
        said += q[k].cost;
        report_fact(r, PROMISE_IDLE, PLACE(b->tag, "filling", "hours"), isnan(q[k].accel_hours) ? "none" : "told", "none", isnan(q[k].accel_hours));
        report_equal(r, PROMISE_IDLE, PLACE(b->tag, "filling", "beyond"), q[k].beyond, 0.0, 0.0);
    }
    report_equal(r, PROMISE_IDLE, PLACE(b->tag, "filling"), said, filling, money_slack(s));
    report_most(r, PROMISE_IDLE, PLACE(b->tag, "filling", "rows"), 1.0, (double)rows, 0.0);
    return rows;
}

static bool first_of_vendor(const strait_case *c, size_t a)
{
    for (size_t i = 0; i < a; i++)
        if (strcmp(c->accelerator.v[i].vendor, c->accelerator.v[a].vendor) == 0)
            return false;
    return true;
}

/**
 * What is held and not used, by shore and vendor, and no row of anything else.
 *
 * @param q        n rows as told; NULL: not told
 * @param filling  what fills the last replicas of rented accelerators; 0 but in the rounded plan
 */
void verify_idle(const struct book *b, const struct ledger_sums *s, const struct plan_idle *q, size_t n, double filling)
{
    const strait_case *c = b->v->c;
    size_t known = check_filling(b, s, q, n, filling);

    report_fact(&b->v->report, PROMISE_IDLE, PLACE(b->tag, "idle"), q ? "told" : "not told", "told", q != NULL);
    for (size_t a = 0; a < c->accelerator.n; a++) {
        if (!first_of_vendor(c, a))
            continue;
        known += check_idle(b, s, q, n, "onshore", c->accelerator.v[a].vendor);
        known += check_idle(b, s, q, n, "offshore", c->accelerator.v[a].vendor);
    }
    report_equal(&b->v->report, PROMISE_NAMES, PLACE(b->tag, "rows of idle"), (double)n, (double)known, 0.0);
}
