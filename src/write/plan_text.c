/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The plan on one page of a terminal: what is unmet, the outcome, what changed since a previous plan, the split, the cost, who runs where, what to sign,
 * what is scarce, what the rules did, how sure.  All amounts are those of one plan: the one in whole blocks where there is
 * one, which a person can sign; what is proven and what is scarce are of the plan in fractions.  The signing sheet and the
 * list of workloads take the lines that the rest leaves, the sheet first.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "write/emit.h"
#include "write/page.h"

#define SPLIT_ROWS 8     /* of use */
#define WHERE_LEAST 6    /* lines that the list of workloads keeps: head, three of them, the others, a blank */

static void blank(struct page *p)
{
    if (p->n_line > 0)
        page_end(p);
}

/* What stands above and below the lists. */
static void head(struct page *p)
{
    part_unmet(p);
    part_status(p);
    part_which(p);
    part_baseline(p);
    if (rows_of(page_table(p, "split")) > 0)
        blank(p);
    part_split(p, SPLIT_ROWS);
    part_cost(p);
}

static void tail(struct page *p)
{
    part_duals(p);
    part_offers(p);
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

static size_t smaller(size_t a, size_t b) { return a < b ? a : b; }

/* Both lists in `room` lines. */
static void lists(struct page *p, size_t room)
{
    size_t where = where_wants(p), sheet = sheet_wants(p), least = smaller(where, WHERE_LEAST);

    if (where + sheet > room) {
        sheet = smaller(sheet, room > least ? room - least : 0);
        where = room - sheet;
    }
    part_where(p, where);
    part_sheet(p, sheet);
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

/* The rounded plan's tables, where there are any. */
static const char *which_plan(const struct table_set *set)
{
    const strait_table *r = table_set_find(set, "rounded");

    return rows_of(r) && isfinite(table_real(r, "objective", 0)) && rows_of(table_set_find(set, "rounded_split")) ? "rounded_" : "";
}

const strait_table *page_table(const struct page *p, const char *name)
{
    char full[40];

    (void)snprintf(full, sizeof full, "%s%s", p->shown, name);
    return table_set_find(p->set, full);
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
    const char *currency = rows_of(o) ? table_text(o, "currency", 0) : NULL;
    struct page p = {.set = set, .currency = currency ? currency : "", .shown = which_plan(set)}, below = p;
    strait_status st = STRAIT_OK;

    head(&p);
    tail(&below);
    if (p.n_line + below.n_line + 2 < PAGE_LINES) {
        blank(&p);
        lists(&p, PAGE_LINES - p.n_line - below.n_line);
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
