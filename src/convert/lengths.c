/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "convert/lengths.h"

#include <math.h>

static size_t slot_of(double tokens)
{
    double above;

    if (tokens < LENGTHS_EXACT)
        return (size_t)tokens;
    above = 64 * log2(tokens / LENGTHS_EXACT);
    return above < 64.0 * LENGTHS_OCTAVES - 1 ? LENGTHS_EXACT + (size_t)above : LENGTHS_N - 1;
}

/* The least length of a slot. */
static double length_of(size_t slot)
{
    return slot < LENGTHS_EXACT ? (double)slot : ceil(LENGTHS_EXACT * exp2((double)(slot - LENGTHS_EXACT) / 64));
}

void lengths_add(struct lengths *l, double tokens)
{
    l->n++;
    l->sum += tokens;
    l->most = tokens > l->most ? tokens : l->most;
    l->count[slot_of(tokens)]++;
}

double lengths_quantile(const struct lengths *l, double q)
{
    double need = ceil(q * l->n), seen = 0;

    for (size_t i = 0; i < LENGTHS_N; i++) {
        seen += (double)l->count[i];
        if (seen >= need && seen > 0)
            return fmin(length_of(i), l->most);
    }
    return (double)NAN;
}

int64_t lengths_between(const struct lengths *l, double lo, double hi)
{
    int64_t n = 0;

    for (size_t i = slot_of(lo); i < LENGTHS_N && length_of(i) < hi; i++)
        n += l->count[i];
    return n;
}
