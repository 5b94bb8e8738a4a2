/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/cli.h"

int cmd_fields(struct session *s)
{
    strait_table *t = NULL;
    strait_status st = strait_fields(s->cx, &t);
    int end = st == STRAIT_OK ? deliver(s, render_table, t) : failed(s, st);

    strait_table_free(t);
    return end;
}
