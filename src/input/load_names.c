/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an unknown name may have meant. */
#include "input/load.h"

#define NAMES_MAX 96   /* keys of one kind, or kinds with the settings */

/**
 * Say what is allowed instead of an unknown name: the nearest one, or all when none is near.
 *
 * @param b  emptied first; its `failed` tells out of memory
 * Test: tests/unit/check_load.c
 */
void load_allowed(str *b, const char *word, const char *const *names, size_t n)
{
    const char *near = str_nearest(word, names, n);

    b->n = 0;
    if (near != NULL) {
        str_printf(b, "did you mean %s?", near);
        return;
    }
    str_puts(b, n == 0 ? "there are none" : "one of ");
    for (size_t i = 0; i < n; i++)
        str_printf(b, "%s%s", i == 0 ? "" : ", ", names[i]);
}

void load_allowed_key(str *b, const char *word, enum kind k)
{
    const struct kind_desc *kd = kind_desc(k);
    const char *name[NAMES_MAX];
    size_t n = 0;

    for (; n < kd->n_field && n < NAMES_MAX; n++)
        name[n] = kd->field[n].key;
    load_allowed(b, word, name, n);
}
