/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/cli.h"

static strait_status render_program(struct session *s, const void *what, const char *format, strait_write_fn *fn,
                                    void *data)
{
    return strait_export(s->cx, what, format, fn, data);
}

int cmd_export(struct session *s)
{
    strait_case *c = NULL;
    int end;

    if (!s->to) {
        say("export needs --to mps, --to lp or --to mathprog");
        return END_USAGE;
    }
    if (s->n_out > 0) {
        say("export writes one file: -o PATH, in the format of --to");
        return END_USAGE;
    }
    end = load_case(s, &c);
    if (end == END_OK)
        end = deliver_one(s, render_program, c, s->to, s->plain_out);
    strait_case_free(c);
    return end;
}
