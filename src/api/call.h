/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What every public call does around its work: begin on the context, enter the C locale, leave it again. */
#ifndef STRAIT_API_CALL_H
#define STRAIT_API_CALL_H

#include <stdbool.h>
#include "base/ctx.h"
#include "base/locale.h"

struct call { strait_ctx *cx; struct locale_fence fence; };

/* `ok`: the arguments that must be there are.  STRAIT_EUSAGE otherwise; call_leave is due in any case. */
strait_status call_enter(struct call *k, strait_ctx *cx, const char *function, bool ok) MUST_USE;
/* Passes st on; STRAIT_ENOMEM without a message gets one. */
strait_status call_leave(struct call *k, strait_status st) MUST_USE;

#endif
