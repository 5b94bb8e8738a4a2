/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The signing sheet of the plan's page: what to sign by when, the earliest first, and of one day the dearest first.  What
 * is due inside the horizon and what is owed beyond are all that the signature costs; the plan's cost counts the first and
 * as much of the second as the case's `terminal` says.
 */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "base/mem.h"
#include "write/emit.h"
#include "write/page.h"

#define OFFER_LEAST 8

enum { MONEY_INSIDE, MONEY_BEYOND, MONEY_COUNTED, N_MONEY };
static const char *const money_col[N_MONEY] = {"inside", "owed_beyond", "cost"};
static const char *const money_head[N_MONEY] = {"due inside", "owed beyond", "in the cost"};

struct sheet {
    struct page *p;
    const strait_table *t;
    size_t *row, n;         /* what is still to sign, in the order of the sheet */
    size_t count_w, money_w[N_MONEY], offer_w;
};

static const char *text_at(const strait_table *t, const char *col, size_t i)
{
    const char *s = table_text(t, col, i);

    return s ? s : "-";
}

static double all_of(const strait_table *t, size_t i)
{
    return table_real(t, "inside", i) + table_real(t, "owed_beyond", i);
}

static int by_date_and_money(const void *a, const void *b, void *table)
{
    size_t i = *(const size_t *)a, j = *(const size_t *)b;
    int c = strcmp(text_at(table, "sign_by", i), text_at(table, "sign_by", j));

    if (c != 0)
        return c;
    if (all_of(table, i) != all_of(table, j))
        return all_of(table, i) > all_of(table, j) ? -1 : 1;
    return i < j ? -1 : i > j;
}

/* Sum of a money column over the rows of the sheet from..n-1. */
static double sum_from(const struct sheet *s, const char *col, size_t from)
{
    double sum = 0;

    for (size_t k = from; k < s->n; k++)
        sum += table_real(s->t, col, s->row[k]);
    return sum;
}

static size_t width_of(struct page *p, double v, bool money)
{
    str s = {0};
    size_t w = 0;

    if (money)
        put_money(&s, v);
    else
        text_count(&s, v);
    if (s.failed)
        p->st = STRAIT_ENOMEM;
    else
        w = text_width(s.s);
    str_free(&s);
    return w;
}

static size_t larger(size_t a, size_t b) { return a > b ? a : b; }

/* Numbers as wide as they are; the offers' names get what is left. */
static void measure(struct sheet *s)
{
    size_t taken = 3 * 12, widest = OFFER_LEAST;

    s->count_w = strlen("accel.");
    for (size_t k = 0; k < s->n; k++) {
        s->count_w = larger(s->count_w, width_of(s->p, table_real(s->t, "accelerators", s->row[k]), false));
        widest = larger(widest, text_width(text_at(s->t, "offer", s->row[k])));
    }
    for (int c = 0; c < N_MONEY; c++) {
        s->money_w[c] = larger(strlen(money_head[c]), width_of(s->p, sum_from(s, money_col[c], 0), true));
        taken += s->money_w[c] + 2;
    }
    taken += s->count_w + 2;
    s->offer_w = taken + OFFER_LEAST + 2 < PAGE_COLS && widest + 2 > PAGE_COLS + 2 - taken ? PAGE_COLS - taken : widest;
}

static void sheet_head(struct sheet *s)
{
    page_left(s->p, "sign by", 10);
    page_left(s->p, "start", 10);
    page_left(s->p, "end", 10);
    page_left(s->p, "offer", s->offer_w);
    page_right(s->p, "accel.", s->count_w);
    for (int c = 0; c < N_MONEY; c++)
        page_right(s->p, money_head[c], s->money_w[c]);
    page_end(s->p);
}

static void sheet_line(struct sheet *s, size_t i)
{
    bool bought = strcmp(text_at(s->t, "kind", i), "purchase") == 0;

    page_left(s->p, text_at(s->t, "sign_by", i), 10);
    page_left(s->p, text_at(s->t, "start", i), 10);
    page_left(s->p, bought ? "bought" : text_at(s->t, "end", i), 10);
    page_left(s->p, text_at(s->t, "offer", i), s->offer_w);
    page_count(s->p, table_real(s->t, "accelerators", i), s->count_w);
    for (int c = 0; c < N_MONEY; c++)
        page_money(s->p, table_real(s->t, money_col[c], i), s->money_w[c]);
    page_end(s->p);
}

static void sheet_rest(struct sheet *s, size_t from)
{
    str said = {0};

    str_printf(&said, "%zu more, the next by %s", s->n - from, text_at(s->t, "sign_by", s->row[from]));
    if (said.failed)
        s->p->st = STRAIT_ENOMEM;
    else
        page_left(s->p, said.s, 36 + s->offer_w + s->count_w + 2);
    str_free(&said);
    for (int c = 0; c < N_MONEY; c++)
        page_money(s->p, sum_from(s, money_col[c], from), s->money_w[c]);
    page_end(s->p);
}

/* A purchase costs the plan its annuity, and whoever signs it the whole price. */
static void cheque_line(struct sheet *s)
{
    double sum = 0;
    size_t n = 0;

    for (size_t k = 0; k < s->n; k++) {
        double capex = table_real(s->t, "capex", s->row[k]);
        sum += isnan(capex) ? 0 : capex;
        n += isnan(capex) ? 0 : 1;
    }
    if (n == 0)
        return;
    str_printf(&s->p->line, "%zu purchase%s: ", n, n == 1 ? "" : "s");
    put_money(&s->p->line, sum);
    str_printf(&s->p->line, " %s to pay when bought; above is the annuity over their life", s->p->currency);
    page_end(s->p);
}

static bool find_rows(struct sheet *s)
{
    s->row = mem_calloc(rows_of(s->t), sizeof *s->row);
    if (!s->row)
        return false;
    for (size_t i = 0; i < rows_of(s->t); i++)
        if (strcmp(text_at(s->t, "kind", i), "signed") != 0)
            s->row[s->n++] = i;
    if (s->n > 0)
        qsort_r(s->row, s->n, sizeof *s->row, by_date_and_money, (void *)(uintptr_t)s->t);
    return true;
}

static bool buys(const strait_table *t)
{
    for (size_t i = 0; i < rows_of(t); i++)
        if (!isnan(table_real(t, "capex", i)))
            return true;
    return false;
}

size_t sheet_wants(const struct page *p)
{
    const strait_table *t = page_table(p, "leases");
    size_t n = 0;

    for (size_t i = 0; i < rows_of(t); i++)
        n += strcmp(text_at(t, "kind", i), "signed") != 0;
    return n > 0 ? n + 2 + (size_t)buys(t) : 0;
}

void part_sheet(struct page *p, size_t most)
{
    struct sheet s = {.p = p, .t = page_table(p, "leases")};

    if (!find_rows(&s)) {
        p->st = STRAIT_ENOMEM;
        return;
    }
    if (s.n > 0 && most >= 3 + (size_t)buys(s.t)) {
        size_t room = most - 2 - (size_t)buys(s.t), show = s.n > room ? room - 1 : s.n;
        measure(&s);
        sheet_head(&s);
        for (size_t k = 0; k < show; k++)
            sheet_line(&s, s.row[k]);
        if (show < s.n)
            sheet_rest(&s, show);
        cheque_line(&s);
        page_end(p);
    }
    mem_free(s.row);
}
