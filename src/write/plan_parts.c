/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The lower parts of the plan's page: who runs where, what to sign, what is scarce, rules, how sure. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "write/emit.h"
#include "write/group.h"
#include "write/page.h"

static const char *text_at(const strait_table *t, const char *col, size_t i)
{
    const char *s = table_text(t, col, i);

    return s ? s : "-";
}

#define NAME_LEAST 8   /* "workload" */
#define NAME_MOST 24

static void where_head(struct page *p, size_t width)
{
    page_left(p, "workload", width);
    page_right(p, "accel. hours", 12);
    page_right(p, p->currency, 13);
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

/* `show` lines, and one that says how many more there are. */
static void where_lines(struct page *p, const struct groups *name, const struct groups *place, size_t show)
{
    size_t width = name_width(name, show);

    where_head(p, width);
    for (size_t i = 0; i < name->g.n && i < show; i++) {
        const struct group *g = &name->g.v[i];
        const char *workload = group_key(name, g, 0);
        page_left(p, workload, width);
        page_count(p, g->sum[1], 12);
        page_money(p, g->sum[2], 13);
        places(p, place, workload, g->sum[0]);
        page_end(p);
    }
    if (name->g.n > show) {
        str_printf(&p->line, "and %zu more workloads (all in the JSON and CSV output)", name->g.n - show);
        page_end(p);
    }
    page_end(p);
}

/* One line for each of the dearest workloads. */
void part_where(struct page *p, size_t most)
{
    static const char *const by_name[] = {"workload", NULL}, *const by_place[] = {"workload", "site", "accelerator", NULL};
    static const char *const sums[] = {"tokens", "accel_hours", "cost", NULL};
    const strait_table *t = table_set_find(p->set, "placements");
    struct groups name = {0}, place = {0};
    size_t room = most - 2;   /* without the head and the blank line below */

    if (rows_of(t) == 0 || most < 4)
        return;
    if (group_rows(t, by_name, sums, &name) != STRAIT_OK || group_rows(t, by_place, sums, &place) != STRAIT_OK) {
        p->st = STRAIT_ENOMEM;
    } else {
        group_sort(&name, 2);
        group_sort(&place, 0);
        where_lines(p, &name, &place, name.g.n > room ? room - 1 : room);
    }
    group_free(&name);
    group_free(&place);
}

/* The leases in whole blocks where the rounding found a plan, else those of the LP. */
static const strait_table *lease_table(const struct page *p)
{
    const strait_table *r = table_set_find(p->set, "rounded"), *t = table_set_find(p->set, "rounded_leases");

    if (rows_of(r) && isfinite(table_real(r, "objective", 0)) && t)
        return t;
    return table_set_find(p->set, "leases");
}

static bool to_sign(const strait_table *t, size_t i)
{
    return !table_col(t, "kind") || strcmp(text_at(t, "kind", i), "signed") != 0;
}

static int by_date(const void *a, const void *b, void *table)
{
    size_t i = *(const size_t *)a, j = *(const size_t *)b;
    int c = strcmp(text_at(table, "sign_by", i), text_at(table, "sign_by", j));

    return c != 0 ? c : i < j ? -1 : i > j;
}

static void lease_line(struct page *p, const strait_table *t, size_t i)
{
    page_left(p, text_at(t, "sign_by", i), 10);
    page_left(p, text_at(t, "start", i), 10);
    page_left(p, text_at(t, "end", i), 10);
    page_left(p, text_at(t, "offer", i), 24);
    page_count(p, table_real(t, "accelerators", i), 8);
    page_money(p, table_real(t, "cost", i), 13);
    page_money(p, table_real(t, "owed_beyond", i), 11);
    page_end(p);
}

static void lease_head(struct page *p)
{
    page_left(p, "sign by", 10);
    page_left(p, "start", 10);
    page_left(p, "end", 10);
    page_left(p, "offer", 24);
    page_right(p, "accel.", 8);
    page_right(p, p->currency, 13);
    page_right(p, "owed beyond", 11);
    page_end(p);
}

/* The signing sheet, earliest signature first. */
void part_leases(struct page *p, size_t most)
{
    const strait_table *t = lease_table(p);
    size_t *row, n = 0, show;

    row = mem_calloc(rows_of(t), sizeof *row);
    if (!row) {
        p->st = STRAIT_ENOMEM;
        return;
    }
    for (size_t i = 0; i < rows_of(t); i++)
        if (to_sign(t, i))
            row[n++] = i;
    if (n > 0) {
        qsort_r(row, n, sizeof *row, by_date, (void *)(uintptr_t)t);
        lease_head(p);
        show = n > most - 2 ? most - 3 : n;
        for (size_t i = 0; i < show; i++)
            lease_line(p, t, row[i]);
        if (show < n) {
            str_printf(&p->line, "and %zu more to sign", n - show);
            page_end(p);
        }
        page_end(p);
    }
    mem_free(row);
}

/* At most `most` lines of one family of rows, the dearest first. */
static void scarce(struct page *p, const strait_table *t, struct groups *g, const char *family, size_t most)
{
    for (size_t i = 0, shown = 0; i < g->g.n && shown < most; i++) {
        const struct group *one = &g->g.v[i];
        if (strcmp(group_key(g, one, 0), family) != 0 || one->largest == 0)
            continue;
        str_printf(&p->line, "scarce: %s of %s, one more is worth up to ", family, group_key(g, one, 1));
        put_money(&p->line, fabs(one->largest));
        str_printf(&p->line, " %s (%zu time%s)", text_at(t, "unit", one->row), one->n, one->n == 1 ? "" : "s");
        page_end(p);
        shown++;
    }
}

void part_duals(struct page *p)
{
    static const char *const keys[] = {"family", "name", NULL}, *const sums[] = {"value", NULL};
    const strait_table *t = table_set_find(p->set, "duals");
    struct groups g = {0};

    if (rows_of(t) == 0)
        return;
    if (group_rows(t, keys, sums, &g) != STRAIT_OK) {
        p->st = STRAIT_ENOMEM;
    } else {
        for (size_t i = 0; i < g.g.n; i++)
            g.g.v[i].sum[0] = fabs(g.g.v[i].sum[0]);
        group_sort(&g, 0);
        scarce(p, t, &g, "capacity", 2);
        scarce(p, t, &g, "power", 1);
        scarce(p, t, &g, "limit", 1);
    }
    group_free(&g);
}

/* Rules that matched nothing are named: a slip in a predicate looks just like that. */
static bool name_unmatched(struct page *p, const strait_table *t)
{
    bool first = true;

    for (size_t i = 0; i < t->n_row; i++) {
        if (strcmp(text_at(t, "status", i), "no_match") != 0)
            continue;
        str s = {0};
        str_printf(&s, "%s%s", first ? " (" : "", text_at(t, "id", i));
        bool room = !s.failed && page_item(p, s.s, first, false);
        str_free(&s);
        if (!room)
            break;
        first = false;
    }
    if (!first)
        str_puts(&p->line, ")");
    return !first;
}

/* How many rules have a status, as ", 3 off". */
static void rule_count(struct page *p, const strait_table *t, const char *status, const char *said)
{
    size_t n = 0;

    for (size_t i = 0; i < t->n_row; i++)
        n += strcmp(text_at(t, "status", i), status) == 0;
    if (n > 0)
        str_printf(&p->line, ", %zu %s", n, said);
}

static size_t next_rule(const strait_table *t, const int64_t *barred, int64_t *below, size_t after)
{
    size_t best = SIZE_MAX;

    for (size_t i = 0; i < t->n_row; i++) {
        bool later = barred[i] < *below || (barred[i] == *below && after != SIZE_MAX && i > after);
        if (later && barred[i] > 0 && (best == SIZE_MAX || barred[i] > barred[best]))
            best = i;
    }
    if (best != SIZE_MAX)
        *below = barred[best];
    return best;
}

void part_rules(struct page *p)
{
    const strait_table *t = table_set_find(p->set, "rules");
    const int64_t *barred;
    int64_t below = INT64_MAX;
    size_t i = SIZE_MAX;
    bool first = true;

    if (rows_of(t) == 0)
        return;
    barred = table_col(t, "columns_barred")->data;
    str_printf(&p->line, "rules: %zu", t->n_row);
    rule_count(p, t, "enforced", "enforced");
    rule_count(p, t, "off", "off");
    rule_count(p, t, "expired", "expired");
    rule_count(p, t, "no_match", "without a match");
    bool named = name_unmatched(p, t);
    while (!named && (i = next_rule(t, barred, &below, i)) != SIZE_MAX) {
        str s = {0};
        str_printf(&s, "%s%s (%" PRId64 ")", first ? "; barred most: " : "", text_at(t, "id", i), barred[i]);
        bool room = !s.failed && page_item(p, s.s, first, false);
        str_free(&s);
        if (!room)
            break;
        first = false;
    }
    page_end(p);
}

static void rounded_line(struct page *p)
{
    const strait_table *r = table_set_find(p->set, "rounded"), *o = table_set_find(p->set, "objective");
    double v = rows_of(r) ? table_real(r, "objective", 0) : (double)NAN;
    const char *note = rows_of(r) && table_col(r, "note") ? table_text(r, "note", 0) : NULL;

    if (!rows_of(r) || (!isfinite(v) && !note))
        return;
    str_puts(&p->line, "in whole units, as the leases above: ");
    if (isfinite(v)) {
        put_money(&p->line, v);
        str_printf(&p->line, " %s", p->currency);
        double more = rows_of(o) ? 100 * (v / table_real(o, "value", 0) - 1) : (double)NAN;
        if (isfinite(more))
            str_printf(&p->line, " (%+.1f %%)", more);
        if (note)
            page_end(p);
    }
    str_puts(&p->line, note ? note : "");
    page_end(p);
}

static void unique_line(struct page *p)
{
    const strait_table *t = table_set_find(p->set, "unique");
    const char *names = rows_of(t) ? table_text(t, "workloads", 0) : NULL;

    if (!rows_of(t) || !table_bool(t, "alternatives", 0))
        return;
    str_puts(&p->line, "ties: plans of the same cost exist that place otherwise");
    for (bool first = true; names && *names; first = false) {
        size_t n = strcspn(names, "|");
        str s = {0};
        str_puts(&s, first ? ": " : "");
        str_put(&s, names, n);
        bool room = !s.failed && page_item(p, s.s, first, names[n] == '\0');
        str_free(&s);
        if (!room)
            break;
        names += n + (names[n] == '|');
    }
    page_end(p);
}

static void certificate_line(struct page *p)
{
    const strait_table *t = table_set_find(p->set, "certificate");

    if (!rows_of(t))
        return;
    str_printf(&p->line, "certificate: %s", table_bool(t, "ok", 0) ? "ok" : "FAILED");
    if (isfinite(table_real(t, "primal_residual", 0)))
        str_printf(&p->line, ", primal residual %.1e", table_real(t, "primal_residual", 0));
    if (isfinite(table_real(t, "dual_residual", 0)))
        str_printf(&p->line, ", dual residual %.1e", table_real(t, "dual_residual", 0));
    if (isfinite(table_real(t, "gap", 0)))
        str_printf(&p->line, ", gap %.1e", table_real(t, "gap", 0));
    if (table_col(t, "farkas") && table_bool(t, "farkas", 0))
        str_puts(&p->line, ", Farkas ray checked");
    page_end(p);
}

/* Without a plan the warnings are what there is to say: why. */
static void warning_lines(struct page *p)
{
    const strait_table *w = table_set_find(p->set, "warnings");

    for (size_t i = 0; i < rows_of(w); i++) {
        str_puts(&p->line, table_text(w, "text", i));
        page_end(p);
    }
}

void part_sure(struct page *p)
{
    const strait_table *cost = table_set_find(p->set, "cost"), *w = table_set_find(p->set, "warnings");

    if (!rows_of(cost))
        warning_lines(p);
    rounded_line(p);
    unique_line(p);
    if (rows_of(cost) && table_col(cost, "assumed_share") && isfinite(table_real(cost, "assumed_share", 0))) {
        put_share(&p->line, table_real(cost, "assumed_share", 0), 1);
        str_puts(&p->line, " of the cost rests on assumed numbers");
        if (rows_of(w))
            str_printf(&p->line, "; %zu warning%s", w->n_row, w->n_row == 1 ? "" : "s");
        page_end(p);
    }
    certificate_line(p);
}
