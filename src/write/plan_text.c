/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The plan on one page of a terminal: what is unmet, the outcome, the split, the cost, who runs where, what to sign,
 * what is scarce, what the rules did, how sure.  The list of workloads takes the lines that the rest leaves.
 */
#include <math.h>
#include <string.h>
#include "write/emit.h"
#include "write/group.h"
#include "write/page.h"

/* First of all, and only when there is some: work that the plan leaves undone. */
void part_unmet(struct page *p)
{
    static const char *const keys[] = {"workload", NULL}, *const sums[] = {"tokens", "penalty", NULL};
    const strait_table *t = table_set_find(p->set, "unmet");
    struct groups g = {0};
    double tokens = 0, penalty = 0;

    if (rows_of(t) == 0)
        return;
    p->st = group_rows(t, keys, sums, &g);
    group_sort(&g, 1);
    for (size_t i = 0; i < g.g.n; i++) {
        tokens += g.g.v[i].sum[0];
        penalty += g.g.v[i].sum[1];
    }
    str_printf(&p->line, "UNMET: %zu workload%s short of %.3g tokens in all, penalty ", g.g.n, g.g.n == 1 ? "" : "s", tokens);
    put_money(&p->line, penalty);
    str_printf(&p->line, " %s: ", p->currency);
    for (size_t i = 0; i < g.g.n; i++)
        if (!page_item(p, group_key(&g, &g.g.v[i], 0), i == 0, i + 1 == g.g.n))
            break;
    page_end(p);
    group_free(&g);
}

static const char *meaning(const char *status)
{
    static const char *const words[][2] = {
        {"optimal", "no cheaper plan exists"},
        {"within_gap", "proven within the gap asked for"},
        {"feasible", "a plan that holds, stopped before it was proven cheapest"},
        {"infeasible", "no plan meets all firm work under the rules and limits"},
        {"no_plan", "stopped before any plan was found"},
    };

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(words[i][0], status) == 0)
            return words[i][1];
    return "";
}

void part_status(struct page *p)
{
    const strait_table *plan = table_set_find(p->set, "plan"), *o = table_set_find(p->set, "objective");
    const char *status = rows_of(plan) ? table_text(plan, "status", 0) : NULL;

    status = status ? status : "no_plan";
    str_printf(&p->line, "%s: ", status);
    if (rows_of(o) && isfinite(table_real(o, "value", 0))) {
        put_money(&p->line, table_real(o, "value", 0));
        str_printf(&p->line, " %s", p->currency);
        if (table_col(o, "price_year"))
            str_printf(&p->line, " of %d", (int)table_int(o, "price_year", 0));
        if (isfinite(table_real(o, "gap", 0)))
            str_printf(&p->line, ", gap %.1e", table_real(o, "gap", 0));
        str_puts(&p->line, "; ");
    }
    str_puts(&p->line, meaning(status));
    page_end(p);
}

static double total(const strait_table *t, const char *col)
{
    double sum = 0;

    for (size_t i = 0; i < t->n_row; i++)
        sum += table_real(t, col, i);
    return sum;
}

static const char *text_or(const strait_table *t, const char *col, size_t i, const char *none)
{
    const char *s = table_text(t, col, i);

    return s ? s : none;
}

void part_split(struct page *p, size_t most)
{
    const strait_table *t = table_set_find(p->set, "split");
    double hours, cost;

    if (rows_of(t) == 0 || most < 2)
        return;
    hours = total(t, "accel_hours");
    cost = total(t, "cost");
    page_left(p, "split", 10);
    page_left(p, "shore", 9);
    page_left(p, "vendor", 16);
    page_right(p, "accelerator-hours", 17);
    page_right(p, "share", 5);
    page_right(p, p->currency, 16);
    page_right(p, "share", 5);
    page_end(p);
    for (size_t i = 0; i < t->n_row && i + 1 < most; i++) {
        page_left(p, text_or(t, "kind", i, "-"), 10);
        page_left(p, text_or(t, "shore", i, "-"), 9);
        page_left(p, text_or(t, "vendor", i, "-"), 16);
        page_count(p, table_real(t, "accel_hours", i), 17);
        page_share(p, table_real(t, "accel_hours", i), hours);
        page_money(p, table_real(t, "cost", i), 16);
        page_share(p, table_real(t, "cost", i), cost);
        if (i + 2 == most && i + 1 < t->n_row)
            str_printf(&p->line, "and %zu more", t->n_row - i - 1);
        page_end(p);
    }
}

/* "energy 1,234,567 (12 %)" */
static void put_part(str *b, const char *name, double v, double whole)
{
    for (; *name; name++)
        str_putc(b, *name == '_' ? ' ' : *name);
    str_putc(b, ' ');
    put_money(b, v);
    str_puts(b, " (");
    put_share(b, v, whole);
    str_puts(b, ")");
}

void part_cost(struct page *p)
{
    const strait_table *t = table_set_find(p->set, "cost");
    bool first = true;
    str s = {0};
    double whole;

    if (rows_of(t) == 0 || !isfinite(table_real(t, "total", 0)))
        return;
    whole = table_real(t, "total", 0);
    str_puts(&p->line, "cost: ");
    for (size_t j = 0; j < t->n_col; j++) {
        const char *name = t->col[j].name;
        double v = t->col[j].type == STRAIT_REAL ? ((const double *)t->col[j].data)[0] : 0;
        if (strcmp(name, "total") == 0 || strcmp(name, "assumed_share") == 0 || v == 0 || isnan(v))
            continue;
        s.n = 0;
        put_part(&s, name, v, whole);
        if (s.failed || p->line.failed)
            break;
        if (!first && text_width(p->line.s) + text_width(s.s) + 2 > PAGE_COLS) {
            page_end(p);
            str_puts(&p->line, "      ");
            first = true;
        }
        str_printf(&p->line, "%s%s", first ? "" : ", ", s.s);
        first = false;
    }
    page_end(p);
    p->st = s.failed ? STRAIT_ENOMEM : p->st;
    str_free(&s);
}

static void blank(struct page *p)
{
    if (p->n_line > 0)
        page_end(p);
}

/* What stands above and below the list of workloads. */
static void head(struct page *p)
{
    part_unmet(p);
    part_status(p);
    if (rows_of(table_set_find(p->set, "split")) > 0)
        blank(p);
    part_split(p, 9);
    part_cost(p);
}

static void tail(struct page *p)
{
    part_leases(p, 7);
    part_duals(p);
    part_rules(p);
    part_sure(p);
}

static void append(struct page *p, const struct page *q)
{
    if (q->st != STRAIT_OK)
        p->st = q->st;
    if (q->b.n > 0)
        str_put(&p->b, q->b.s, q->b.n);
    p->n_line += q->n_line;
}

static strait_status stats(strait_ctx *cx, const struct table_set *set, strait_write_fn *fn, void *data)
{
    const strait_table *t = table_set_find(set, "stats");

    if (rows_of(t) == 0)
        return STRAIT_OK;
    if (fn(data, "\n", 1) != 0)
        return cx_fail(cx, STRAIT_EIO, "cannot write the output");
    return write_table_text(cx, t, fn, data);
}

/**
 * Write a plan as one page.
 *
 * @param cx          context; holds the message on failure
 * @param set         borrowed
 * @param with_stats  add the table "stats" below the page
 * @param fn          sink
 * @param data        the sink's
 * @return STRAIT_OK, STRAIT_EIO, STRAIT_ENOMEM
 * Cost O(placements).  Test: tests/unit/check_write.c
 */
strait_status write_plan_text(strait_ctx *cx, const struct table_set *set, bool with_stats,
                              strait_write_fn *fn, void *data)
{
    const strait_table *o = table_set_find(set, "objective");
    const char *currency = rows_of(o) ? text_or(o, "currency", 0, "") : "";
    struct page p = {.set = set, .currency = currency}, below = p;
    strait_status st = STRAIT_OK;

    head(&p);
    tail(&below);
    if (p.n_line + below.n_line + 2 < PAGE_LINES) {
        blank(&p);
        part_where(&p, PAGE_LINES - p.n_line - below.n_line);
    }
    append(&p, &below);
    st = p.st != STRAIT_OK || p.b.failed ? cx_nomem(cx) : STRAIT_OK;
    if (st == STRAIT_OK && fn(data, p.b.s, p.b.n) != 0)
        st = cx_fail(cx, STRAIT_EIO, "cannot write the output");
    if (st == STRAIT_OK && with_stats)
        st = stats(cx, set, fn, data);
    page_free(&p);
    page_free(&below);
    return st;
}
