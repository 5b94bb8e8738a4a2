/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Factors of prices, their products, and the blocks that scenarios come in. */
#include "estimate/price.h"

#include <string.h>

#include "base/ctx.h"
#include "base/mem.h"

static int *no_factors(struct arena *a, size_t n)
{
    int *v = arena_alloc(a, n, sizeof *v);

    for (size_t i = 0; v != NULL && i < n; i++)
        v[i] = -1;
    return v;
}

/**
 * Factors 0 .. n - 1, none of which multiplies any price of the case yet.
 *
 * @param out  owned by the caller, free with price_factors_free
 * @return STRAIT_OK, STRAIT_ENOMEM.  Cost O(rows of the case).  Test: tests/unit/check_reprice.c
 */
strait_status price_factors_new(strait_ctx *cx, const strait_case *c, size_t n, struct price_factors **out)
{
    struct price_factors *f = mem_calloc(1, sizeof *f);

    if (f == NULL || (f->arena = arena_new()) == NULL) {
        mem_free(f);
        return cx_nomem(cx);
    }
    f->n = n;
    f->carbon = -1;
    f->offer = no_factors(f->arena, c->offer.n);
    f->tariff = no_factors(f->arena, c->site.n);
    f->transfer = no_factors(f->arena, c->site.n);
    f->egress = no_factors(f->arena, c->network.n);
    f->charge = no_factors(f->arena, c->rule.n);
    if (!f->offer || !f->tariff || !f->transfer || !f->egress || !f->charge) {
        price_factors_free(f);
        return cx_nomem(cx);
    }
    *out = f;
    return STRAIT_OK;
}

/** Free factors; NULL is fine. */
void price_factors_free(struct price_factors *f)
{
    if (f == NULL)
        return;
    arena_free(f->arena);
    mem_free(f);
}

/** The product of two factors (-1: one), in the one order in which it is written.  Cost O(1). */
struct price_term price_term(int a, int b)
{
    return a >= b ? (struct price_term){ a, b } : (struct price_term){ b, a };
}

/** What a rule's charge on offer o is multiplied by: ad valorem also by what the offer's price is.  Cost O(1). */
struct price_term price_term_charge(const strait_case *c, const struct price_factors *f, size_t rule, int o)
{
    return price_term(f->charge[rule], c->rule.v[rule].basis == BASIS_AD_VALOREM ? f->offer[o] : -1);
}

/**
 * The products of factors that each term stands for, one row a term.
 *
 * @param m    factors x SCENARIO_BLOCK
 * @param out  n x SCENARIO_BLOCK
 * Cost O(n * SCENARIO_BLOCK).  Test: tests/unit/check_reprice.c
 */
void price_terms_fill(const struct price_term *term, size_t n, const double *m, double *out)
{
    for (size_t i = 0; i < n; i++) {
        double *row = out + i * SCENARIO_BLOCK;
        const double *a = m + (size_t)(term[i].a < 0 ? 0 : term[i].a) * SCENARIO_BLOCK;
        const double *b = m + (size_t)(term[i].b < 0 ? 0 : term[i].b) * SCENARIO_BLOCK;

        for (size_t s = 0; s < SCENARIO_BLOCK; s++)
            row[s] = term[i].a < 0 ? 1 : term[i].b < 0 ? a[s] : a[s] * b[s];
    }
}

/** Blocks that scenarios first .. first + n - 1 lie in.  Cost O(1). */
size_t scenario_blocks(uint64_t first, size_t n)
{
    return n == 0 ? 0 : (size_t)((first + n - 1) / SCENARIO_BLOCK - first / SCENARIO_BLOCK) + 1;
}

/** What of block i of the range is asked for.  Cost O(1).  Test: tests/unit/check_reprice.c */
struct scenario_span scenario_span(uint64_t first, size_t n, size_t i)
{
    struct scenario_span s = { .block = first / SCENARIO_BLOCK + i };
    uint64_t begin = s.block * SCENARIO_BLOCK, end = begin + SCENARIO_BLOCK;

    s.first = begin > first ? begin : first;
    s.offset = (size_t)(s.first - begin);
    s.n = (size_t)((end < first + n ? end : first + n) - s.first);
    return s;
}

enum { LINE = 64 };     /* bytes of a cache line */

/**
 * Scratch for workers, aligned to cache lines: a product whose rows straddle lines is up to a third slower.
 *
 * @return STRAIT_OK, STRAIT_ENOMEM.  Cost O(threads * n)
 */
strait_status scratch_new(struct scratch *s, int threads, size_t n)
{
    size_t rounded = (n + LINE / sizeof(double) - 1) / (LINE / sizeof(double)) * (LINE / sizeof(double));
    uintptr_t at;

    s->memory = mem_calloc((size_t)threads * rounded + LINE / sizeof(double), sizeof(double));
    if (s->memory == NULL)
        return STRAIT_ENOMEM;
    at = (uintptr_t)s->memory;
    s->v = (double *)((char *)s->memory + (LINE - at % LINE) % LINE);
    s->n = rounded;
    return STRAIT_OK;
}

/** Free scratch; one that was never made is fine. */
void scratch_free(struct scratch *s)
{
    mem_free(s->memory);
    s->memory = NULL;
}
