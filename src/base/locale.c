/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/locale.h"

/**
 * Put this thread under the C locale until locale_leave.  Fences nest.
 *
 * @param f  out; remembers the locale before
 * @return STRAIT_OK, STRAIT_ENOMEM (the locale is as it was and f is empty)
 * Test: tests/unit/check_base.c
 */
strait_status locale_enter(struct locale_fence *f)
{
    f->before = (locale_t)0;
    f->c = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    if (f->c == (locale_t)0)
        return STRAIT_ENOMEM;
    f->before = uselocale(f->c);
    return STRAIT_OK;
}

/** Restore the locale that locale_enter found; f is empty afterwards. */
void locale_leave(struct locale_fence *f)
{
    if (f->c == (locale_t)0)
        return;
    uselocale(f->before);
    freelocale(f->c);
    f->c = f->before = (locale_t)0;
}
