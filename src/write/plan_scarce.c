/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Below the lists of the plan's page: what is scarce and what one more of it is worth, and which offers are not used. */
#include <math.h>
#include <string.h>
#include "base/tolerance.h"
#include "write/group.h"
#include "write/page.h"

static const char *text_at(const strait_table *t, const char *col, size_t i)
{
    const char *s = table_text(t, col, i);

    return s ? s : "-";
}

/* Does the price hold for more than there is now?  That of an offer which nobody has signed often does not. */
static bool holds(const strait_table *t, size_t i)
{
    double now = table_real(t, "now", i), high = table_real(t, "high", i);

    return isnan(high) || high > now + TOL_SHOWN * fmax(1, fabs(now));
}

/* In how many periods a row has a price: parts of one period follow one another. */
static size_t count_periods(const strait_table *t, const char *family, const char *name)
{
    const char *last = NULL;
    size_t n = 0;

    for (size_t i = 0; i < t->n_row; i++) {
        const char *period = text_at(t, "period", i);
        if (strcmp(text_at(t, "family", i), family) != 0 || strcmp(text_at(t, "name", i), name) != 0 || !holds(t, i))
            continue;
        n += !last || strcmp(last, period) != 0;
        last = period;
    }
    return n;
}

/* "USD/kWh": money per `per`. */
static const char *per_of(const char *unit)
{
    const char *slash = strchr(unit, '/');

    return slash ? slash + 1 : unit;
}

/* A group of rows of one name with a price worth the telling: of this family, and per this. */
static bool is_scarce(const strait_table *t, const struct groups *g, const struct group *one, const char *family, const char *per)
{
    return strcmp(group_key(g, one, 0), family) == 0 && strcmp(per_of(text_at(t, "unit", one->row)), per) == 0
        && fabs(one->largest) > TOL_SHOWN * fabs(g->g.v[0].largest);
}

/* One line: the worth of one more `per` where it is scarce, the dearest in all first. */
static void scarce(struct page *p, const strait_table *t, const struct groups *g, const char *family, const char *per)
{
    bool first = true;

    for (size_t i = 0; i < g->g.n; i++) {
        const struct group *one = &g->g.v[i];
        str s = {0};
        size_t n;
        if (!is_scarce(t, g, one, family, per))
            continue;
        if (first)
            str_printf(&p->line, "scarce: one more %s: up to ", per);
        n = count_periods(t, family, group_key(g, one, 1));
        put_money(&s, fabs(one->largest));
        str_printf(&s, " %s of %s (%zu period%s)", p->currency, group_key(g, one, 1), n, n == 1 ? "" : "s");
        bool room = !s.failed && page_item(p, s.s, first, false);
        p->st = s.failed ? STRAIT_ENOMEM : p->st;
        str_free(&s);
        first = false;
        if (!room)
            break;
    }
    if (!first)
        page_end(p);
}

/* What the dearest limit is per: limits are of many kinds. */
static const char *per_of_limits(const strait_table *t, const struct groups *g)
{
    for (size_t i = 0; i < g->g.n; i++)
        if (strcmp(group_key(g, &g->g.v[i], 0), "limit") == 0)
            return per_of(text_at(t, "unit", g->g.v[i].row));
    return "";
}

void part_duals(struct page *p)
{
    static const char *const keys[] = {"family", "name", "unit", NULL}, *const sums[] = {"value", NULL};
    const strait_table *t = table_set_find(p->set, "duals"), *plan = table_set_find(p->set, "plan");
    struct groups g = {0};

    if (rows_of(plan) && strcmp(text_at(plan, "status", 0), "feasible") == 0) {
        str_puts(&p->line, "no shadow prices: only a plan that is proven has any");
        page_end(p);
    }
    if (rows_of(t) == 0)
        return;
    if (group_some(t, keys, sums, holds, &g) != STRAIT_OK) {
        p->st = STRAIT_ENOMEM;
    } else {
        for (size_t i = 0; i < g.g.n; i++)
            g.g.v[i].sum[0] = fabs(g.g.v[i].sum[0]);
        group_sort(&g, 0);
        scarce(p, t, &g, "capacity", "accelerator-hour");
        scarce(p, t, &g, "power", "kW");
        scarce(p, t, &g, "power", "kWh");
        scarce(p, t, &g, "limit", per_of_limits(t, &g));
    }
    group_free(&g);
}

static bool names(const strait_table *t, const char *offer)
{
    for (size_t i = 0; i < rows_of(t); i++)
        if (strcmp(text_at(t, "offer", i), offer) == 0)
            return true;
    return false;
}

/* Not used in the plan in fractions, of which the table tells, nor in the plan that the page tells. */
static bool unused(const struct page *p, const strait_table *t, size_t i)
{
    const char *offer = text_at(t, "offer", i);

    return strcmp(text_at(t, "status", i), "used") != 0 && !names(page_table(p, "placements"), offer)
           && !names(page_table(p, "leases"), offer);
}

/* The nearest of those that are merely dearer; SIZE_MAX: none after `after`. */
static size_t next_dearer(const struct page *p, const strait_table *t, size_t after)
{
    size_t best = SIZE_MAX;

    for (size_t i = 0; i < t->n_row; i++) {
        double v = table_real(t, "dearer_by", i), last = after == SIZE_MAX ? -1 : table_real(t, "dearer_by", after);
        bool later = strcmp(text_at(t, "reason", i), "dearer") == 0 && !isnan(v) && (v > last || (v == last && i > after));
        if (later && unused(p, t, i) && (best == SIZE_MAX || v < table_real(t, "dearer_by", best)))
            best = i;
    }
    return best;
}

void part_offers(struct page *p)
{
    const strait_table *t = table_set_find(p->set, "offers");
    size_t n = 0, barred = 0;
    bool first = true;

    for (size_t i = 0; i < rows_of(t); i++) {
        n += unused(p, t, i);
        barred += table_text(t, "rule", i) != NULL;
    }
    if (n == 0)
        return;
    str_printf(&p->line, "unused: %zu of %zu offers, %zu barred", n, t->n_row, barred);
    for (size_t i = SIZE_MAX; (i = next_dearer(p, t, i)) != SIZE_MAX;) {
        str s = {0};
        str_printf(&s, "%s%s ", first ? "; dearer an hour by at least: " : "", text_at(t, "offer", i));
        put_money(&s, table_real(t, "dearer_by", i));
        bool room = !s.failed && page_item(p, s.s, first, false);
        p->st = s.failed ? STRAIT_ENOMEM : p->st;
        str_free(&s);
        if (!room)
            break;
        first = false;
    }
    page_end(p);
}
