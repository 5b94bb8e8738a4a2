/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lengths in tokens, counted in fixed memory: exact below LENGTHS_EXACT, to 1/64 of an octave (1.1 %) above. */
#ifndef STRAIT_CONVERT_LENGTHS_H
#define STRAIT_CONVERT_LENGTHS_H

#include <stddef.h>
#include <stdint.h>

#define LENGTHS_EXACT 65536
#define LENGTHS_OCTAVES 34                                   /* above it, to 1e15 */
#define LENGTHS_N (LENGTHS_EXACT + 64 * LENGTHS_OCTAVES)

struct lengths {
    double n, sum, most;
    int64_t count[LENGTHS_N];
};

void lengths_add(struct lengths *l, double tokens);
/* The smallest length that at least share q of the rows do not exceed; NaN without rows. */
double lengths_quantile(const struct lengths *l, double q);
/* Rows from lo to below hi, both powers of two or 0. */
int64_t lengths_between(const struct lengths *l, double lo, double hi);

#endif
