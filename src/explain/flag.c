/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a placement is flagged with; the rule is in solve/whole.c, which the rounding goes by. */
#include "explain/explain.h"
#include "solve/whole.h"

void ledger_room(struct ledger *g)
{
    whole_usable(g->m, g->x, g->usable);
    whole_steady(g->m, g->x, g->steady);
}

/**
 * Is a placement in parts?
 *
 * @param s, t, which  the column's strip, its segment, and which of its offers
 * @param x            the column
 * @return static text, NULL: it is whole.  Cost O(1).  Test: tests/unit/check_plan.c
 */
const char *placement_flag(const struct ledger *g, const struct lp_strip *s, int t, int which, double x)
{
    if (!whole_broken(g->m, g->usable, g->steady, s, t, which, x))
        return NULL;
    return s->family == COL_ROUTE ? "below_replica" : "below_gang";
}
