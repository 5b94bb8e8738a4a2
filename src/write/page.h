/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A page of text: lines of at most PAGE_COLS columns, counted.  The parts of the plan's page are made with it. */
#ifndef STRAIT_WRITE_PAGE_H
#define STRAIT_WRITE_PAGE_H

#include "base/str.h"
#include "write/write.h"

struct page {
    const struct table_set *set;
    const char *currency;
    str b;               /* finished lines */
    str line;            /* the line in the making: append with the functions below or str_* */
    size_t n_line;
    strait_status st;    /* sticky: STRAIT_ENOMEM */
};

void page_free(struct page *p);
void page_end(struct page *p);                                  /* finish the line, cut to PAGE_COLS */
void page_left(struct page *p, const char *s, size_t width);    /* padded on the right, then two blanks */
void page_right(struct page *p, const char *s, size_t width);   /* padded on the left, then two blanks */
void page_count(struct page *p, double v, size_t width);        /* whole, with commas */
void page_money(struct page *p, double v, size_t width);        /* whole, with commas; cents below 1000 */
void page_share(struct page *p, double part, double whole);     /* " 63 %", width 5 */
void put_money(str *b, double v);
void put_share(str *b, double part, double whole);
/* A list inside one line: false when there is no room for `item` any more (", ..." was put instead). */
bool page_item(struct page *p, const char *item, bool first, bool last);

/* A table that may be NULL or empty. */
static inline size_t rows_of(const strait_table *t) { return t ? t->n_row : 0; }

/* The parts, in the order of the page (plan_text.c, plan_parts.c).  `most`: lines at most. */
void part_unmet(struct page *p);
void part_status(struct page *p);
void part_split(struct page *p, size_t most);
void part_cost(struct page *p);
void part_where(struct page *p, size_t most);
void part_leases(struct page *p, size_t most);
void part_duals(struct page *p);
void part_rules(struct page *p);
void part_sure(struct page *p);

#endif
