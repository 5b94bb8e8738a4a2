/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A fence around the caller's locale.  Under de_DE a number is written 2,75, and GLPK writes it so
 * into a file that it then cannot read.  Every public call enters the C locale for its own thread
 * and leaves it as it was.
 */
#ifndef STRAIT_BASE_LOCALE_H
#define STRAIT_BASE_LOCALE_H

#include <locale.h>
#include "base/status.h"

struct locale_fence {
    locale_t c;        /* 0 when not entered */
    locale_t before;
};

strait_status locale_enter(struct locale_fence *f) MUST_USE;   /* STRAIT_ENOMEM: nothing changed */
void locale_leave(struct locale_fence *f);                     /* of a zeroed fence: nothing */

#endif
