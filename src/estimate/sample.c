/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "estimate/sample.h"

#include <math.h>
#include <string.h>

#include "base/ctx.h"
#include "base/mem.h"
#include "base/tolerance.h"

struct sampler {
    size_t n;
    struct random_source random;
    double *root;       /* n x n: the Cholesky factor of the correlations */
    double *sigma;      /* n */
};

static strait_status check_spread(strait_ctx *cx, const struct sampler_spec *p)
{
    for (size_t i = 0; i < p->n; i++)
        if (!(p->sigma[i] >= 0 && isfinite(p->sigma[i])))
            return cx_fail(cx, STRAIT_EINPUT, "the spread of \"%s\" is %g; allowed: 0 or more", p->name[i], p->sigma[i]);
    return STRAIT_OK;
}

static strait_status check_entries(strait_ctx *cx, const struct sampler_spec *p)
{
    for (size_t i = 0; i < p->n; i++) {
        const double *row = p->correlation + i * p->n;

        if (row[i] != 1)
            return cx_fail(cx, STRAIT_EINPUT, "the correlation of \"%s\" with itself is %g; allowed: 1", p->name[i], row[i]);
        for (size_t j = 0; j < i; j++) {
            if (!(fabs(row[j]) <= 1))
                return cx_fail(cx, STRAIT_EINPUT, "the correlation of \"%s\" and \"%s\" is %g; allowed: -1 to 1", p->name[i],
                               p->name[j], row[j]);
            if (row[j] != p->correlation[j * p->n + i])
                return cx_fail(cx, STRAIT_EINPUT, "the correlation of \"%s\" and \"%s\" is %g one way and %g the other",
                               p->name[i], p->name[j], row[j], p->correlation[j * p->n + i]);
        }
    }
    return STRAIT_OK;
}

/* No such correlations can be: say from which factor on, and how much less would do. */
static strait_status refuse(strait_ctx *cx, const struct sampler_spec *p, size_t at)
{
    double least;
    strait_status st = linalg_least_eigenvalue(p->n, p->correlation, &least);

    if (st == STRAIT_ENOMEM)
        return cx_nomem(cx);
    return cx_fail(cx, STRAIT_EINPUT, "the correlations contradict each other, at \"%s\" and those before it: the matrix is not "
                   "positive definite (least eigenvalue %.3g); all of them times %.3g would do", p->name[at], least,
                   floor(1000 / (1 - least)) / 1000);
}

/* The factor of (R + jitter I) / (1 + jitter). */
static strait_status factorise(const struct sampler_spec *p, double jitter, double *root, bool *definite, size_t *at)
{
    double *r = mem_calloc(p->n * p->n, sizeof *r);
    strait_status st;

    if (r == NULL)
        return STRAIT_ENOMEM;
    for (size_t i = 0; i < p->n; i++)
        for (size_t j = 0; j < p->n; j++)
            r[i * p->n + j] = i == j ? 1 : p->correlation[i * p->n + j] / (1 + jitter);
    st = linalg_cholesky(p->n, r, root, definite, at);
    mem_free(r);
    return st;
}

static strait_status take_root(strait_ctx *cx, const struct sampler_spec *p, double *root)
{
    bool definite = true;
    size_t at = 0;
    strait_status st = STRAIT_OK;

    for (size_t i = 0; i < p->n && p->correlation == NULL; i++)
        root[i * p->n + i] = 1;
    if (p->correlation == NULL)
        return STRAIT_OK;
    TRY(check_entries(cx, p));
    st = factorise(p, 0, root, &definite, &at);
    if (st == STRAIT_OK && !definite)
        st = factorise(p, CORRELATION_JITTER, root, &definite, &at);
    if (st == STRAIT_ENOMEM)
        return cx_nomem(cx);
    if (st != STRAIT_OK)
        return cx_fail(cx, st, "%zu correlated factors are too many", p->n);
    if (!definite)
        return refuse(cx, p, at);
out:
    return st;
}

/**
 * Factors  exp(sigma z - sigma^2 / 2),  mean 1, with z standard normal and correlated as given:  z = L g,  L L' = R.  A
 * matrix R that is singular but for rounding (two prices that move as one) is factorised after dividing its off-diagonals
 * by 1 + CORRELATION_JITTER; one that is not even then positive definite is refused.
 *
 * @param spec  borrowed during the call
 * @param out   owned by the caller, free with sampler_free
 * @return STRAIT_OK, STRAIT_EINPUT with a message that names the factor, STRAIT_ENOMEM
 * Cost O(n^3).  Test: tests/unit/check_sample.c
 */
strait_status sampler_new(strait_ctx *cx, const struct sampler_spec *spec, struct sampler **out)
{
    struct sampler *s = mem_calloc(1, sizeof *s);
    strait_status st = STRAIT_OK;

    if (s == NULL)
        return cx_nomem(cx);
    s->n = spec->n;
    s->random = spec->random;
    s->sigma = mem_calloc(spec->n, sizeof *s->sigma);
    s->root = mem_calloc(spec->n * spec->n, sizeof *s->root);
    if (s->sigma == NULL || s->root == NULL) {
        st = cx_nomem(cx);
        goto out;
    }
    TRY(check_spread(cx, spec));
    TRY(take_root(cx, spec, s->root));
    if (spec->n > 0)
        memcpy(s->sigma, spec->sigma, spec->n * sizeof *s->sigma);
    *out = s;
    s = NULL;
out:
    sampler_free(s);
    return st;
}

/** Free a sampler; NULL is fine. */
void sampler_free(struct sampler *s)
{
    if (s == NULL)
        return;
    mem_free(s->root);
    mem_free(s->sigma);
    mem_free(s);
}

/* factor_source.make: z = L g in blocks of rows, then the exponential. */
static void make_block(const void *data, uint64_t block, double *m, double *g)
{
    const struct sampler *s = data;

    random_normals(&s->random, block * SCENARIO_BLOCK, SCENARIO_BLOCK, s->n, g, SCENARIO_BLOCK);
    for (size_t i = 0; i < s->n; i += LINALG_ROWS) {
        size_t n = s->n - i < LINALG_ROWS ? s->n - i : LINALG_ROWS;

        linalg_block(n, s->n, s->root + i * s->n, g, m + i * SCENARIO_BLOCK);
    }
    for (size_t i = 0; i < s->n; i++)
        for (size_t j = 0; j < SCENARIO_BLOCK; j++)
            m[i * SCENARIO_BLOCK + j] = exp(s->sigma[i] * (m[i * SCENARIO_BLOCK + j] - 0.5 * s->sigma[i]));
}

/** The sampler as a source of factors; borrows it.  Cost O(1). */
struct factor_source sampler_source(const struct sampler *s)
{
    return (struct factor_source){ .n = s->n, .make = make_block, .data = s };
}
