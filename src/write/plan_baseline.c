/* SPDX-License-Identifier: GPL-3.0-or-later */
/* On the plan's page, where a previous plan was given: what it cost, by which parts the cost changed, what moved most. */
#include <math.h>
#include <string.h>
#include "base/tolerance.h"
#include "write/page.h"

static const strait_table *table_of(const struct page *p, const char *name) { return table_set_find(p->set, name); }

static const char *text_at(const strait_table *t, const char *col, size_t i)
{
    const char *s = table_text(t, col, i);

    return s ? s : "-";
}

/* The item that s holds into a list; false: there is no room for it any more. */
static bool put_item(struct page *p, str *s, bool first, bool last)
{
    bool room = !s->failed && page_item(p, s->s, first, last);

    p->st = s->failed ? STRAIT_ENOMEM : p->st;
    s->n = 0;
    return room;
}

/* Parts of the cost that changed by what a person is shown, in the order of the cost. */
static void parts(struct page *p, const strait_table *t, double whole)
{
    bool first = true, room = true;
    str s = {0};

    for (size_t i = 0; i < rows_of(t) && room; i++) {
        const char *name = text_at(t, "part", i);
        double change = table_real(t, "change", i);
        if (strcmp(name, "total") == 0 || !(fabs(change) > TOL_SHOWN * fabs(whole)))
            continue;
        str_puts(&p->line, first ? ": " : "");
        for (; *name; name++)
            str_putc(&s, *name == '_' ? ' ' : *name);
        str_putc(&s, ' ');
        put_change(&s, change);
        room = put_item(p, &s, first, false);
        first = false;
    }
    str_free(&s);
}

/* "leases: " and what changed most: its names, and by how much. */
static void moved(struct page *p, const strait_table *t, const char *head, const char *const *names)
{
    bool room = true;
    str s = {0};

    str_puts(&p->line, head);
    if (rows_of(t) == 0)
        str_puts(&p->line, "nothing");
    for (size_t i = 0; i < rows_of(t) && room; i++) {
        for (size_t k = 0; names[k]; k++)
            str_printf(&s, "%s ", text_at(t, names[k], i));
        put_change(&s, table_real(t, "change", i));
        room = put_item(p, &s, i == 0, i + 1 == t->n_row);
    }
    str_free(&s);
    page_end(p);
}

void part_baseline(struct page *p)
{
    static const char *const where[] = {"workload", "site", "accelerator", NULL}, *const what[] = {"offer", "start", NULL};
    const strait_table *t = table_of(p, "baseline");
    double before, change;

    if (rows_of(t) == 0)
        return;
    before = table_real(t, "before", 0);
    change = table_real(t, "change", 0);
    str_printf(&p->line, "baseline%s: ", table_bool(t, "same_files", 0) ? "" : " of other files");
    put_money(&p->line, before);
    str_printf(&p->line, " %s, both in fractions; now %+.2f %%", p->currency, 100 * change / (before != 0 ? fabs(before) : 1) + 0.0);
    parts(p, table_of(p, "baseline_cost"), before);
    page_end(p);
    moved(p, table_of(p, "baseline_moved"), "moved, accelerator-hours: ", where);
    moved(p, table_of(p, "baseline_leases"), "leases, accelerators: ", what);
}
