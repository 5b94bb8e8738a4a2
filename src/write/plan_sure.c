/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The end of the plan's page: what the rules did, what is in parts or tied, how sure it all is. */
#include <inttypes.h>
#include <math.h>
#include <string.h>
#include "write/emit.h"
#include "write/page.h"

static const char *text_at(const strait_table *t, const char *col, size_t i)
{
    const char *s = table_text(t, col, i);

    return s ? s : "-";
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
    rule_count(p, t, "no_effect", "without an effect");
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

/* A list of names joined by '|' after its words, in one line. */
static void names_line(struct page *p, const char *words, const char *names)
{
    str_puts(&p->line, words);
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

static void flagged_line(struct page *p)
{
    const strait_table *r = table_set_find(p->set, "rounded");
    const char *names = rows_of(r) && table_col(r, "flagged") ? table_text(r, "flagged", 0) : NULL;

    if (names && *names)
        names_line(p, "in places below a gang or replica", names);
}

static void unique_line(struct page *p)
{
    const strait_table *t = table_set_find(p->set, "unique");

    if (rows_of(t) && table_bool(t, "alternatives", 0))
        names_line(p, "ties: plans of the same cost exist that place otherwise", table_text(t, "workloads", 0));
}

/* What the numbers rest on, and how often there was something to say. */
static void put_assumed(struct page *p)
{
    const strait_table *cost = page_table(p, "cost"), *w = table_set_find(p->set, "warnings");

    if (!rows_of(cost) || !table_col(cost, "assumed_share") || !isfinite(table_real(cost, "assumed_share", 0)))
        return;
    str_puts(&p->line, "; ");
    put_share(&p->line, table_real(cost, "assumed_share", 0), 1);
    str_puts(&p->line, " of the cost assumed");
    if (rows_of(w))
        str_printf(&p->line, "; %zu warning%s", w->n_row, w->n_row == 1 ? "" : "s");
}

static void certificate_line(struct page *p)
{
    const strait_table *t = table_set_find(p->set, "certificate"), *plan = table_set_find(p->set, "plan");
    const char *status = rows_of(plan) ? text_at(plan, "status", 0) : "";

    if (!rows_of(t) || strcmp(status, "no_plan") == 0)
        return;
    str_printf(&p->line, "certificate: %s", table_bool(t, "ok", 0) ? "ok" : "FAILED");
    if (isfinite(table_real(t, "primal_residual", 0)))
        put_tiny(&p->line, ", primal residual ", table_real(t, "primal_residual", 0));
    if (isfinite(table_real(t, "dual_residual", 0)) && strcmp(status, "feasible") != 0)
        put_tiny(&p->line, ", dual residual ", table_real(t, "dual_residual", 0));
    if (table_col(t, "farkas") && table_bool(t, "farkas", 0))
        str_puts(&p->line, ", Farkas ray checked");
    put_assumed(p);
    page_end(p);
}

/* Without a plan the warnings are what there is to say: why.  At most `most`, the last of them how many more there are. */
static void warning_lines(struct page *p, size_t most)
{
    const strait_table *w = table_set_find(p->set, "warnings");
    size_t n = rows_of(w), show = 0;

    for (size_t lines = 0; show < n; show++) {
        lines += 1 + text_width(table_text(w, "text", show)) / (PAGE_COLS - 20);     /* enough for words that do not break */
        if (lines > most)
            break;
    }

    for (size_t i = 0; i < show; i++)
        page_wrap(p, table_text(w, "text", i), 2);
    if (show < n) {
        str_printf(&p->line, "and %zu more (in the JSON and CSV output)", n - show);
        page_end(p);
    }
}

void part_sure(struct page *p)
{
    if (!rows_of(table_set_find(p->set, "cost")))
        warning_lines(p, PAGE_LINES - 9);
    flagged_line(p);
    unique_line(p);
    certificate_line(p);
}
