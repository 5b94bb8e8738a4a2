/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The middle of the plan's page: who runs where, the dearest workloads first. */
#include <math.h>
#include <string.h>
#include "write/emit.h"
#include "write/group.h"
#include "write/page.h"

#define NAME_LEAST 8   /* "workload" */
#define NAME_MOST 24

static void where_head(struct page *p, size_t width)
{
    page_left(p, "workload", width);
    page_right(p, "hours", 6);
    page_right(p, p->currency, 11);
    str_puts(&p->line, "where (share of its tokens)");
    page_end(p);
}

/* The next place of a workload with at least half a percent of its tokens, from i on; place->g.n when there is none. */
static size_t next_place(const struct groups *place, const char *workload, double tokens, size_t i)
{
    while (i < place->g.n && (strcmp(group_key(place, &place->g.v[i], 0), workload) != 0 ||
                              place->g.v[i].sum[0] < 0.005 * tokens))
        i++;
    return i;
}

/* "johor H200 63 %, batam H100 37 %": the places of one workload, largest first. */
static void places(struct page *p, const struct groups *place, const char *workload, double tokens)
{
    size_t i = next_place(place, workload, tokens, 0);
    bool first = true, room = true;
    str s = {0};

    while (room && i < place->g.n) {
        const struct group *g = &place->g.v[i];
        i = next_place(place, workload, tokens, i + 1);
        s.n = 0;
        str_printf(&s, "%s %s ", group_key(place, g, 1), group_key(place, g, 2));
        put_share(&s, g->sum[0], tokens);
        room = !s.failed && page_item(p, s.s, first, i == place->g.n);
        first = false;
    }
    p->st = s.failed ? STRAIT_ENOMEM : p->st;
    str_free(&s);
}

/* Width of the names that are shown. */
static size_t name_width(const struct groups *name, size_t show)
{
    size_t widest = NAME_LEAST;

    for (size_t i = 0; i < name->g.n && i < show; i++) {
        size_t w = text_width(group_key(name, &name->g.v[i], 0));
        widest = w > widest ? w : widest;
    }
    return widest < NAME_MOST ? widest : NAME_MOST;
}

static void where_line(struct page *p, const struct groups *name, size_t i, const struct groups *place, size_t width)
{
    const struct group *g = &name->g.v[i];

    page_left(p, group_key(name, g, 0), width);
    page_amount(p, g->sum[1], 6);
    page_money(p, g->sum[2], 11);
    places(p, place, group_key(name, g, 0), g->sum[0]);
    page_end(p);
}

/* What the others do and cost, so that the column adds up. */
static void others_line(struct page *p, const struct groups *name, size_t from, size_t width)
{
    double hours = 0, cost = 0;

    for (size_t i = from; i < name->g.n; i++) {
        hours += name->g.v[i].sum[1];
        cost += name->g.v[i].sum[2];
    }
    page_left(p, "others", width);
    page_amount(p, hours, 6);
    page_money(p, cost, 11);
    str_printf(&p->line, "%zu more workloads (all in the JSON and CSV output)", name->g.n - from);
    page_end(p);
}

/* Lines that the list wants: its head, all workloads, and a blank below. */
size_t where_wants(struct page *p)
{
    static const char *const by_name[] = {"workload", NULL}, *const none[] = {NULL};
    const strait_table *t = page_table(p, "placements");
    struct groups name = {0};
    size_t n = 0;

    if (rows_of(t) > 0 && group_rows(t, by_name, none, &name) != STRAIT_OK)
        p->st = STRAIT_ENOMEM;
    else if (rows_of(t) > 0)
        n = name.g.n + 2;
    group_free(&name);
    return n;
}

/* One line for each of the dearest workloads. */
void part_where(struct page *p, size_t most)
{
    static const char *const by_name[] = {"workload", NULL}, *const by_place[] = {"workload", "site", "accelerator", NULL};
    static const char *const sums[] = {"tokens", "accel_hours", "cost", NULL};
    const strait_table *t = page_table(p, "placements");
    struct groups name = {0}, place = {0};

    if (rows_of(t) == 0 || most < 3)
        return;
    if (group_rows(t, by_name, sums, &name) != STRAIT_OK || group_rows(t, by_place, sums, &place) != STRAIT_OK) {
        p->st = STRAIT_ENOMEM;
    } else {
        size_t room = most - 2, show = name.g.n > room ? room - 1 : name.g.n, width;   /* without the head and the blank below */
        group_sort(&name, 2);
        group_sort(&place, 0);
        width = name_width(&name, show);
        where_head(p, width);
        for (size_t i = 0; i < show; i++)
            where_line(p, &name, i, &place, width);
        if (show < name.g.n)
            others_line(p, &name, show, width);
        page_end(p);
    }
    group_free(&name);
    group_free(&place);
}
