/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "api/call.h"

/**
 * Begin a public call.
 *
 * @param k         out; hand it to call_leave
 * @param cx        the caller's context; NULL is STRAIT_EUSAGE
 * @param function  for the message
 * @param ok        the other arguments are there
 * @return STRAIT_OK, STRAIT_EUSAGE, STRAIT_ENOMEM
 * Test: tests/unit/check_api.c
 */
strait_status call_enter(struct call *k, strait_ctx *cx, const char *function, bool ok)
{
    *k = (struct call){.cx = cx};
    if (!cx)
        return STRAIT_EUSAGE;
    cx_begin(cx);
    if (!ok)
        return cx_fail(cx, STRAIT_EUSAGE, "%s: an argument that must be given is NULL", function);
    return locale_enter(&k->fence) == STRAIT_OK ? STRAIT_OK : cx_nomem(cx);
}

strait_status call_leave(struct call *k, strait_status st)
{
    locale_leave(&k->fence);
    return st == STRAIT_ENOMEM && k->cx && k->cx->message[0] == '\0' ? cx_nomem(k->cx) : st;
}
