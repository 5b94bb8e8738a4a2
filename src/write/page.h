/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A page of text: lines of at most PAGE_COLS columns, counted.  The parts of the plan's page are made with it. */
#ifndef STRAIT_WRITE_PAGE_H
#define STRAIT_WRITE_PAGE_H

#include "base/str.h"
#include "write/write.h"

struct page {
    const struct table_set *set;
    const char *currency;
    const char *shown;   /* prefix of the tables of the plan that is told: "rounded_" or "" */
    str b;               /* finished lines */
    str line;            /* the line in the making: append with the functions below or str_* */
    size_t n_line;
    strait_status st;    /* sticky: STRAIT_ENOMEM */
};

void page_free(struct page *p);
void page_end(struct page *p);                                  /* finish the line, cut to PAGE_COLS */
void page_wrap(struct page *p, const char *s, size_t indent);   /* a text in as many lines as it takes, broken at blanks */
void page_say(struct page *p, str *s);                          /* the same of what was put together, which is emptied */
void page_left(struct page *p, const char *s, size_t width);    /* padded on the right, then two blanks */
void page_right(struct page *p, const char *s, size_t width);   /* padded on the left, then two blanks */
void page_count(struct page *p, double v, size_t width);        /* whole, with commas */
void page_money(struct page *p, double v, size_t width);        /* whole, with commas; cents below 1000 */
void page_share(struct page *p, double part, double whole);     /* " 63 %", width 5 */
void page_amount(struct page *p, double v, size_t width);       /* 3 digits with k, M, G, T */
void put_money(str *b, double v);
void put_tiny(str *b, const char *words, double v);             /* what is hoped to be 0: 4.2e-14 */
void put_amount(str *b, double v);                              /* 217 trillion */
void put_short(str *b, double v);                               /* 217 T */
void put_change(str *b, double v);                              /* +217 T */
void put_share(str *b, double part, double whole);
/* A list inside one line: false when there is no room for `item` any more (", ..." was put instead). */
bool page_item(struct page *p, const char *item, bool first, bool last);

/* A table that may be NULL or empty. */
static inline size_t rows_of(const strait_table *t) { return t ? t->n_row : 0; }

/* A table of the plan that the page tells; NULL: none. */
const strait_table *page_table(const struct page *p, const char *name);

/* The parts, in the order of the page (plan_head.c, plan_baseline.c, plan_where.c, plan_sheet.c, plan_scarce.c,
 * plan_sure.c).  `most`: lines at most. */
void part_unmet(struct page *p);
void part_status(struct page *p);
void part_which(struct page *p);
void part_baseline(struct page *p);
void part_split(struct page *p, size_t most);
void part_cost(struct page *p);
void part_where(struct page *p, size_t most);
void part_sheet(struct page *p, size_t most);
void part_duals(struct page *p);
void part_offers(struct page *p);
void part_rules(struct page *p);
void part_sure(struct page *p);
void part_roll_head(struct page *p);   /* of a rolling horizon; roll_head.c */
size_t where_wants(struct page *p);   /* lines that would tell all of it; 0: there is none */
size_t sheet_wants(const struct page *p);

#endif
