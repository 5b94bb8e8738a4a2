/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>
#include "write/write.h"

const strait_table *table_set_find(const struct table_set *set, const char *name)
{
    for (size_t i = 0; i < set->n; i++)
        if (set->v[i] && strcmp(set->v[i]->name, name) == 0)
            return set->v[i];
    return NULL;
}
