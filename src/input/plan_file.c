/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A plan.json from the disk, and the end of it. */
#include "input/plan_file.h"

#include "base/mem.h"
#include "input/file.h"

strait_status json_read_plan(strait_ctx *cx, const char *file, struct plan_file **out)
{
    struct file_text f = {0};
    char why[FILE_WHY];
    strait_status st = file_read(cx, file, FILE_PLAN_MAX, false, &f, why);

    if (st == STRAIT_EIO)
        return cx_fail(cx, st, "%s: %s", file, why);
    TRY(st);
    st = json_read_plan_bytes(cx, file, f.s, f.n, out);
out:
    mem_free(f.s);
    return st;
}

void plan_file_free(struct plan_file *p)
{
    if (p == NULL)
        return;
    arena_free(p->arena);
    mem_free(p);
}
