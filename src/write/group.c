/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <assert.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "write/group.h"

static const char *key_at(const struct groups *g, size_t i, size_t row)
{
    const char *s = ((const char *const *)g->key[i]->data)[row];

    return s ? s : "";
}

const char *group_key(const struct groups *g, const struct group *one, size_t i)
{
    return key_at(g, i, one->row);
}

/* FNV-1a over the key texts with their ends. */
static uint64_t hash(const struct groups *g, size_t row)
{
    uint64_t h = 14695981039346656037u;

    for (size_t i = 0; i < g->n_key; i++) {
        const char *s = key_at(g, i, row);
        do
            h = (h ^ (unsigned char)*s) * 1099511628211u;
        while (*s++);
    }
    return h;
}

static bool same(const struct groups *g, size_t a, size_t b)
{
    for (size_t i = 0; i < g->n_key; i++)
        if (strcmp(key_at(g, i, a), key_at(g, i, b)) != 0)
            return false;
    return true;
}

/* The slot of the row's group, or the empty one where it belongs. */
static size_t *find(const struct groups *g, size_t row)
{
    size_t i = (size_t)hash(g, row) & (g->n_slot - 1);

    while (g->slot[i] && !same(g, g->g.v[g->slot[i] - 1].row, row))
        i = (i + 1) & (g->n_slot - 1);
    return &g->slot[i];
}

/* Room for one more group with the hash at most half full. */
static strait_status widen(struct groups *g)
{
    size_t n = g->n_slot ? g->n_slot * 2 : 64;
    size_t *slot;

    if (2 * (g->g.n + 1) <= g->n_slot)
        return STRAIT_OK;
    slot = mem_calloc(n, sizeof *slot);
    if (!slot)
        return STRAIT_ENOMEM;
    mem_free(g->slot);
    g->slot = slot;
    g->n_slot = n;
    for (size_t i = 0; i < g->g.n; i++)
        *find(g, g->g.v[i].row) = i + 1;
    return STRAIT_OK;
}

static strait_status group_of(struct groups *g, size_t row, struct group **out)
{
    strait_status st = STRAIT_OK;
    size_t *at;

    TRY(widen(g));
    at = find(g, row);
    if (*at == 0) {
        TRY(VEC_PUSH(&g->g, ((struct group){.row = row})));
        *at = g->g.n;
    }
    *out = &g->g.v[*at - 1];
out:
    return st;
}

/**
 * Sum rows by their keys.
 *
 * @param t     borrowed; must outlive the groups
 * @param keys  at most GROUP_KEYS text columns, then NULL
 * @param sums  at most GROUP_SUMS real columns, then NULL
 * @param want  which rows count; NULL: all
 * @param out   in: zeroed; out: free with group_free, also on failure
 * @return STRAIT_OK, STRAIT_ENOMEM
 * Cost O(rows).  Test: tests/unit/check_write.c
 */
strait_status group_some(const strait_table *t, const char *const *keys, const char *const *sums,
                         bool (*want)(const strait_table *t, size_t row), struct groups *out)
{
    strait_status st = STRAIT_OK;
    const struct column *sum[GROUP_SUMS];
    size_t n_sum = 0;

    for (; *keys; keys++)
        out->key[out->n_key++] = table_col(t, *keys);
    for (; *sums; sums++)
        sum[n_sum++] = table_col(t, *sums);
    for (size_t i = 0; i < t->n_row; i++) {
        struct group *g;
        if (want && !want(t, i))
            continue;
        TRY(group_of(out, i, &g));
        g->n++;
        for (size_t k = 0; k < n_sum; k++) {
            double v = ((const double *)sum[k]->data)[i];
            g->sum[k] += isnan(v) ? 0 : v;
            if (k == 0 && fabs(v) > fabs(g->largest))
                g->largest = v;
        }
    }
out:
    return st;
}

strait_status group_rows(const strait_table *t, const char *const *keys, const char *const *sums, struct groups *out)
{
    return group_some(t, keys, sums, NULL, out);
}

void group_free(struct groups *g)
{
    VEC_FREE(&g->g);
    mem_free(g->slot);
    g->slot = NULL;
    g->n_slot = 0;
}

static int by_sum(const void *a, const void *b, void *which)
{
    const struct group *x = a, *y = b;
    size_t i = *(const size_t *)which;

    if (x->sum[i] != y->sum[i])
        return x->sum[i] > y->sum[i] ? -1 : 1;
    return x->row < y->row ? -1 : x->row > y->row;
}

void group_sort(struct groups *g, size_t i)
{
    if (g->g.n > 1)
        qsort_r(g->g.v, g->g.n, sizeof *g->g.v, by_sum, &i);
}
