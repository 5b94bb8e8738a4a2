/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A plan under many prices: cost (lines x scenarios) = money (lines x terms) * terms (terms x scenarios). */
#include "estimate/reprice.h"

#include "base/mem.h"
#include "base/pool.h"

/** Free an exposure and all that lives in its arena; NULL is fine. */
void exposure_free(struct exposure *e)
{
    if (e == NULL)
        return;
    arena_free(e->arena);
    mem_free(e);
}

/**
 * Add the lines of an exposure up in groups; costs add up as the money does, so this saves products.
 *
 * @param group    n_line, each below n_group; negative: left out
 * @param out      owned by the caller, free with exposure_free; keeps nothing of e
 * @return STRAIT_OK, STRAIT_ENOMEM.  Cost O(lines * terms).  Test: tests/unit/check_reprice.c
 */
strait_status exposure_group(strait_ctx *cx, const struct exposure *e, const int *group, size_t n_group,
                             struct exposure **out)
{
    struct exposure *g = mem_calloc(1, sizeof *g);
    struct price_term *term;

    if (g == NULL || (g->arena = arena_new()) == NULL) {
        mem_free(g);
        return cx_nomem(cx);
    }
    g->n_line = n_group;
    g->n_term = e->n_term;
    g->money = arena_alloc(g->arena, n_group * e->n_term, sizeof *g->money);
    g->term = term = arena_alloc(g->arena, e->n_term, sizeof *term);
    if (g->money == NULL || term == NULL) {
        exposure_free(g);
        return cx_nomem(cx);
    }
    for (size_t j = 0; j < e->n_term; j++)
        term[j] = e->term[j];
    for (size_t i = 0; i < e->n_line; i++)
        for (size_t j = 0; group[i] >= 0 && j < e->n_term; j++)
            g->money[(size_t)group[i] * e->n_term + j] += e->money[i * e->n_term + j];
    *out = g;
    return STRAIT_OK;
}

struct repricing {
    const struct exposure *e;
    const struct factor_source *f;
    uint64_t first;
    size_t n;
    reprice_fn *use;
    void *data;
    struct scratch scratch;      /* factors, their scratch, terms, a block of costs */
};

/* One block of scenarios, all lines. */
static void reprice_scenarios(void *data, size_t i, int worker)
{
    struct repricing *r = data;
    const struct exposure *e = r->e;
    struct scenario_span s = scenario_span(r->first, r->n, i);
    double *m = scratch_of(&r->scratch, worker), *work = m + r->f->n * SCENARIO_BLOCK;
    double *term = work + r->f->n * SCENARIO_BLOCK, *cost = term + e->n_term * SCENARIO_BLOCK;

    r->f->make(r->f->data, s.block, m, work);
    price_terms_fill(e->term, e->n_term, m, term);
    for (size_t line = 0; line < e->n_line; line += LINALG_ROWS) {
        size_t n_line = e->n_line - line < LINALG_ROWS ? e->n_line - line : LINALG_ROWS;
        struct reprice_block b = { s.first, s.n, line, n_line, SCENARIO_BLOCK, cost + s.offset };

        linalg_block(n_line, e->n_term, e->money + line * e->n_term, term, cost);
        r->use(r->data, worker, &b);
    }
}

/**
 * The cost of each line of a plan in scenarios first .. first + n - 1, given to `use` in blocks while in cache.
 *
 * @param e     at least one line and one term
 * @param f     its factors are those that e's terms name
 * @param pool  threads; NULL: the caller's
 * @param use   each block once; see reprice_fn for its threads
 * @return STRAIT_OK, STRAIT_ENOMEM.  A scenario's bits depend on nothing but its number, e and f.
 * Cost O(n * lines * terms); memory O(threads * (factors + terms) * SCENARIO_BLOCK).  Test: tests/unit/check_reprice.c
 */
strait_status reprice(strait_ctx *cx, const struct exposure *e, const struct factor_source *f, struct pool *pool,
                      uint64_t first, size_t n, reprice_fn *use, void *data)
{
    struct repricing r = { .e = e, .f = f, .first = first, .n = n, .use = use, .data = data };
    size_t rows = 2 * f->n + e->n_term + LINALG_ROWS;

    if (linalg_ready(pool_threads(pool)) != STRAIT_OK
        || scratch_new(&r.scratch, pool_threads(pool), rows * SCENARIO_BLOCK) != STRAIT_OK)
        return cx_nomem(cx);
    pool_run(pool, scenario_blocks(first, n), reprice_scenarios, &r);
    scratch_free(&r.scratch);
    return STRAIT_OK;
}
