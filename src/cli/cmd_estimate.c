/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/cli.h"

int cmd_estimate(struct session *s)
{
    strait_case *c = NULL;
    strait_table *t = NULL;
    strait_status st;
    int end = load_case(s, &c);

    if (end != END_OK)
        return end;
    st = s->points ? strait_points(s->cx, c, s->points, s->rates, &t) : strait_estimate(s->cx, c, s->rates, &t);
    end = st == STRAIT_OK ? deliver(s, render_table, t) : failed_on_input(s, st);
    strait_table_free(t);
    strait_case_free(c);
    return end;
}
