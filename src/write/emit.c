/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "write/emit.h"

#define PIECE 65536   /* a pipe's capacity; small beside any plan worth streaming */

void emit_begin(struct emit *e, strait_ctx *cx, strait_write_fn *fn, void *data)
{
    *e = (struct emit){.cx = cx, .fn = fn, .data = data, .st = STRAIT_OK};
}

static void flush(struct emit *e)
{
    if (e->st != STRAIT_OK)
        return;
    if (e->b.failed)
        e->st = cx_nomem(e->cx);
    else if (e->b.n > 0 && e->fn(e->data, e->b.s, e->b.n) != 0)
        e->st = cx_fail(e->cx, STRAIT_EIO, "cannot write the output");
    e->b.n = 0;
}

bool emit_step(struct emit *e)
{
    if (e->b.n >= PIECE || e->b.failed)
        flush(e);
    return e->st == STRAIT_OK;
}

strait_status emit_end(struct emit *e)
{
    flush(e);
    str_free(&e->b);
    return e->st;
}
