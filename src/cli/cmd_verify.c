/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/cli.h"

int cmd_verify(struct session *s)
{
    strait_case *c = NULL;
    strait_table *t = NULL;
    strait_status st;
    bool all_ok = false;
    int end = load_case(s, &c);

    if (end != END_OK)
        return end;
    st = strait_verify(s->cx, c, s->arg[1], &t, &all_ok);
    end = st == STRAIT_OK ? deliver(s, render_table, t) : failed_on_input(s, st);
    if (end == END_OK && !all_ok) {
        say("%s does not hold what it promises", s->arg[1]);
        end = END_BUG;
    }
    strait_table_free(t);
    strait_case_free(c);
    return end;
}
