/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sums of a table's rows by the texts in some of its columns, for a page that shows totals. */
#ifndef STRAIT_WRITE_GROUP_H
#define STRAIT_WRITE_GROUP_H

#include "base/table.h"
#include "base/vec.h"

#define GROUP_KEYS 3
#define GROUP_SUMS 3

struct group {
    size_t row;               /* its first row: the names are there */
    size_t n;                 /* rows */
    double sum[GROUP_SUMS];
    double largest;           /* by magnitude, of the first summed column, with its sign */
};

struct groups {
    VEC(struct group) g;      /* in order of first appearance */
    size_t *slot, n_slot;     /* hash: index + 1 into g, 0 empty */
    const struct column *key[GROUP_KEYS];
    size_t n_key;
};

/* keys and sums end with NULL; a key must be a text column, a sum a real one.  NaN counts as 0. */
strait_status group_rows(const strait_table *t, const char *const *keys, const char *const *sums,
                         struct groups *out) MUST_USE;
strait_status group_some(const strait_table *t, const char *const *keys, const char *const *sums,
                         bool (*want)(const strait_table *t, size_t row), struct groups *out) MUST_USE;
void group_free(struct groups *g);
/* Text of key i of a group; "" when none. */
const char *group_key(const struct groups *g, const struct group *one, size_t i);
/* Largest sum i first; equal ones in order of first appearance. */
void group_sort(struct groups *g, size_t i);

#endif
