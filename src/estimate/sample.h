/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Correlated lognormal factors, seeded: scenario k is the same whatever the order, the threads or the shard. */
#ifndef STRAIT_ESTIMATE_SAMPLE_H
#define STRAIT_ESTIMATE_SAMPLE_H

#include "base/random.h"
#include "estimate/price.h"

struct sampler_spec {
    size_t n;
    const char *const *name;        /* n, for messages */
    const double *sigma;            /* n: standard deviation of the logarithm */
    const double *correlation;      /* n x n, of the logarithms; NULL: independent */
    struct random_source random;
};

struct sampler;

strait_status sampler_new(strait_ctx *cx, const struct sampler_spec *spec, struct sampler **out) MUST_USE;
void sampler_free(struct sampler *s);
struct factor_source sampler_source(const struct sampler *s);      /* borrows s */

#endif
