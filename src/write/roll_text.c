/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A rolling horizon for a terminal: what it cost beside perfect foresight, where that comes from, its steps and signings. */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "base/tolerance.h"
#include "write/emit.h"
#include "write/page.h"

#define SIGNINGS_MOST 30
#define LEAST_SIGNED 1e-6   /* as of a plan's leases */

static const strait_table *table_of(const struct page *p, const char *name) { return table_set_find(p->set, name); }

/* The largest difference of a kind that is smaller than `below`, or one row further of the same size; n_row: none. */
static size_t next_cause(const strait_table *t, const char *by, size_t last, double below)
{
    size_t best = t->n_row;

    for (size_t i = 0; i < t->n_row; i++) {
        double size = fabs(table_real(t, "difference", i));
        bool next = size < below || (size == below && i > last);
        if (next && strcmp(table_text(t, "by", i), by) == 0 && strcmp(table_text(t, "name", i), "total") != 0
            && (best == t->n_row || size > fabs(table_real(t, "difference", best))))
            best = i;
    }
    return best;
}

/* What the regret is made of, the most first. */
static void causes(struct page *p, const strait_table *t, const char *by, double whole)
{
    double size = INFINITY;
    bool first = true, room = true;
    str s = {0};

    for (size_t i = 0; room && rows_of(t) > 0 && (i = next_cause(t, by, i, size)) < t->n_row; first = false) {
        size = fabs(table_real(t, "difference", i));
        if (!(size > TOL_SHOWN * fabs(whole)))
            break;
        if (first)
            str_printf(&p->line, "more than with foresight, by %s: ", by);
        s.n = 0;
        for (const char *name = table_text(t, "name", i); *name; name++)
            str_putc(&s, *name == '_' ? ' ' : *name);
        str_putc(&s, ' ');
        put_change(&s, table_real(t, "difference", i));
        p->st = s.failed ? STRAIT_ENOMEM : p->st;
        room = !s.failed && page_item(p, s.s, first, false);
    }
    if (!first)
        page_end(p);
    str_free(&s);
}

/* Wide enough for the longest: a day, or a day and an hour. */
static size_t width_of(const strait_table *t, const char *col)
{
    size_t most = 0;

    for (size_t i = 0; i < t->n_row; i++) {
        size_t w = text_width(table_text(t, col, i));
        most = w > most ? w : most;
    }
    return most;
}

/* What a step is the first to know. */
static void news(struct page *p, const char *text)
{
    str s = {0};

    if (!text || !*text)
        return;
    str_printf(&s, "news: %s known", text);
    page_say(p, &s);
    str_free(&s);
}

static void steps(struct page *p, const strait_table *t)
{
    static const struct { const char *col, *head; size_t width; } money[] = {{"cost", "cost believed", 15}, {"paid", "cost by then", 15},
                                                                              {"to_go", "to go", 15}, {"signed", "signed", 7}, {"moved", "moved h", 10}};
    size_t from = width_of(t, "period");

    page_right(p, "step", 4);
    page_left(p, "from", from);
    for (size_t k = 0; k < 5; k++)
        page_right(p, money[k].head, money[k].width);
    page_left(p, "status", 10);
    page_end(p);
    for (size_t i = 0; i < t->n_row; i++) {
        page_count(p, (double)table_int(t, "step", i), 4);
        page_left(p, table_text(t, "period", i), from);
        for (size_t k = 0; k < 5; k++)
            page_count(p, table_real(t, money[k].col, i), money[k].width);
        page_left(p, table_text(t, "status", i), 10);
        page_end(p);
        news(p, table_text(t, "news", i));
    }
}

static void signing_head(struct page *p)
{
    page_left(p, "sign by", 10);
    page_right(p, "step", 4);
    page_left(p, "start", 10);
    page_left(p, "offer", 24);
    page_right(p, "rolling", 9);
    page_right(p, "foresight", 9);
    page_right(p, "first plan", 10);
    page_right(p, "cost", 8);
    page_end(p);
}

static void signing(struct page *p, const strait_table *t, size_t i, const char *cost)
{
    page_left(p, table_text(t, "sign_by", i), 10);
    page_count(p, (double)table_int(t, "step", i), 4);
    page_left(p, table_text(t, "start", i), 10);
    page_left(p, table_text(t, "offer", i), 24);
    page_count(p, table_real(t, "rolling", i), 9);
    page_count(p, table_real(t, "foresight", i), 9);
    page_count(p, table_real(t, "first_plan", i), 10);
    page_amount(p, table_real(t, cost, i), 8);
    page_end(p);
}

/* What the steps signed or did not; cost: the column that says what that costs. */
static void signings_of(struct page *p, const strait_table *t, bool signed_by_steps, const char *title, const char *cost)
{
    size_t n = 0;

    for (size_t i = 0; i < t->n_row; i++) {
        if ((table_real(t, "rolling", i) >= LEAST_SIGNED) != signed_by_steps)
            continue;
        if (n == 0) {
            page_wrap(p, title, 2);
            signing_head(p);
        }
        if (n++ < SIGNINGS_MOST)
            signing(p, t, i, cost);
    }
    if (n > SIGNINGS_MOST) {
        str_printf(&p->line, "%zu more", n - SIGNINGS_MOST);
        page_end(p);
    }
}

static void signings(struct page *p, const strait_table *t)
{
    signings_of(p, t, true, "signed by the steps (accelerators; cost of theirs, rent or annuity, with what is counted beyond the horizon):", "cost");
    signings_of(p, t, false, "NOT signed by the steps, by foresight or the first plan alone (cost of foresight's):", "foresight_cost");
}

static double most_of(const strait_table *t, const char *col)
{
    double most = 0;

    for (size_t i = 0; i < t->n_row; i++)
        most = fmax(most, table_real(t, col, i));
    return most;
}

static void sure(struct page *p, const strait_table *roll, const strait_table *t)
{
    str s = {0};

    put_tiny(&s, "certificate of every step: gap up to ", most_of(t, "gap"));
    put_tiny(&s, ", primal residual ", most_of(t, "primal_residual"));
    if (!isnan(table_real(roll, "excess", 0)))
        put_tiny(&s, "; outside the case as it was ", table_real(roll, "excess", 0));
    page_say(p, &s);
    str_free(&s);
}

static void stats(struct page *p, const strait_table *t)
{
    for (size_t i = 0; i < rows_of(t); i++) {
        page_left(p, table_text(t, "name", i), 20);
        text_real(&p->line, table_real(t, "value", i));
        str_printf(&p->line, " %s", table_text(t, "unit", i));
        page_end(p);
    }
}

static void body(struct page *p)
{
    const strait_table *roll = table_of(p, "roll"), *s = table_of(p, "steps"), *w = table_of(p, "warnings");

    if (rows_of(roll) == 0)
        return;
    p->currency = table_text(roll, "currency", 0);
    part_roll_head(p);
    causes(p, table_of(p, "cost_by"), "part", table_real(roll, "foresight", 0));
    causes(p, table_of(p, "cost_by"), "site", table_real(roll, "foresight", 0));
    for (size_t i = 0; i < rows_of(w); i++)
        page_wrap(p, table_text(w, "text", i), 2);
    if (rows_of(s) > 0) {
        page_end(p);
        steps(p, s);
    }
    if (rows_of(table_of(p, "signings")) > 0) {
        page_end(p);
        signings(p, table_of(p, "signings"));
    }
    if (rows_of(s) > 0) {
        page_end(p);
        sure(p, roll, s);
    }
    stats(p, table_of(p, "stats"));
}

strait_status write_roll_text(strait_ctx *cx, const struct table_set *set, strait_write_fn *fn, void *data)
{
    struct page p = {.set = set, .currency = "", .shown = ""};
    struct emit e;

    emit_begin(&e, cx, fn, data);
    body(&p);
    if (p.b.n > 0)
        str_put(&e.b, p.b.s, p.b.n);
    e.b.failed = e.b.failed || p.b.failed || p.line.failed || p.st != STRAIT_OK;
    page_free(&p);
    return emit_end(&e);
}
