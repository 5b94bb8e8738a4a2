/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Unit costs in many scenarios.  For offer o and segment t,  C (phases x scenarios) = A_o diag(P_o[:, t]) * F_o, where
 * row k of F_o (features x scenarios) is what the price of feature k is multiplied by: the prices of all segments and
 * scenarios, K x (segments * scenarios), are never written down.
 */
#include "base/mem.h"
#include "base/pool.h"
#include "estimate/reprice.h"

struct pricing {
    const struct costs *k;
    const struct factor_source *f;
    const struct price_term *const *term;   /* by offer */
    uint64_t first;
    size_t n, k_max;
    unit_cost_fn *use;
    void *data;
    struct scratch scratch;      /* factors, their scratch, F_o, a block of costs, of A_o diag(P_o), P_o[:, t] */
};

/* Rows of A, diagonal of prices: out = A diag(p). */
static void price_rows(size_t n_act, size_t k, const double *restrict a, const double *restrict p, double *restrict out)
{
    for (size_t i = 0; i < n_act; i++)
        for (size_t f = 0; f < k; f++)
            out[i * k + f] = a[i * k + f] * p[f];
}

/* The activities of an offer in a segment; `room` holds the costs, the priced rows, the prices. */
static void offer_segment(const struct pricing *q, int worker, struct unit_cost_block u, const struct scenario_span *s,
                          const double *factor, double *room)
{
    const struct cost_block *b = &q->k->block[u.o];
    double *cost = room, *row = cost + LINALG_ROWS * SCENARIO_BLOCK, *price = row + LINALG_ROWS * q->k_max;

    for (size_t f = 0; f < b->k; f++)
        price[f] = b->price[f * b->n_seg + u.t];
    for (int basis = COST_PER_HOUR; basis <= COST_PER_WORK; basis++)
        for (u.act0 = 0; u.act0 < b->n_act; u.act0 += LINALG_ROWS) {
            u.basis = (enum cost_basis)basis;
            u.n_act = b->n_act - u.act0 < LINALG_ROWS ? b->n_act - u.act0 : LINALG_ROWS;
            price_rows(u.n_act, b->k, (basis == COST_PER_HOUR ? b->hour : b->work) + u.act0 * b->k, price, row);
            linalg_block(u.n_act, b->k, row, factor, cost);
            u.cost = cost + s->offset;
            q->use(q->data, worker, &u);
        }
}

/* One block of scenarios, all offers and segments. */
static void price_scenarios(void *data, size_t i, int worker)
{
    const struct pricing *q = data;
    struct scenario_span s = scenario_span(q->first, q->n, i);
    double *m = scratch_of(&q->scratch, worker), *work = m + q->f->n * SCENARIO_BLOCK;
    double *factor = work + q->f->n * SCENARIO_BLOCK, *room = factor + q->k_max * SCENARIO_BLOCK;
    struct unit_cost_block u = { .first = s.first, .n = s.n, .ld = SCENARIO_BLOCK };

    q->f->make(q->f->data, s.block, m, work);
    for (u.o = 0; u.o < (int)q->k->n_offer; u.o++) {
        price_terms_fill(q->term[u.o], q->k->block[u.o].k, m, factor);
        for (u.t = 0; u.t < q->k->n_seg; u.t++)
            offer_segment(q, worker, u, &s, factor, room);
    }
}

/* What each feature of each offer is multiplied by. */
static strait_status find_terms(const strait_case *c, const struct price_factors *p, struct pricing *q, struct arena *a)
{
    const struct price_term **term = arena_alloc(a, q->k->n_offer, sizeof *term);

    if (term == NULL)
        return STRAIT_ENOMEM;
    for (size_t o = 0; o < q->k->n_offer; o++) {
        size_t k = q->k->block[o].k;
        struct price_term *v = arena_alloc(a, k, sizeof *v);

        if (v == NULL)
            return STRAIT_ENOMEM;
        for (size_t f = 0; f < k; f++)
            v[f] = price_term_feature(c, p, (int)o, f);
        term[o] = v;
        q->k_max = k > q->k_max ? k : q->k_max;
    }
    q->term = term;
    return STRAIT_OK;
}

/**
 * Unit costs of every activity on every offer in every segment, per hour and per unit of work, in scenarios first ..
 * first + n - 1, given to `use` in blocks while in cache.
 *
 * @param k     the case's costs, whose prices the factors multiply
 * @param p     which factor multiplies which price; p->n factors come from f
 * @param pool  threads; NULL: the caller's
 * @param use   each block once; the blocks of the same scenarios one after the other on one thread, by offer, segment,
 *              basis and activity
 * @return STRAIT_OK, STRAIT_ENOMEM.  A scenario's bits depend on nothing but its number, k, p and f.
 * Cost O(n * offers * segments * activities * features); memory O(threads * (factors + features) * SCENARIO_BLOCK).
 * Test: tests/unit/check_reprice.c
 */
strait_status unit_costs(strait_ctx *cx, const strait_case *c, const struct costs *k, const struct price_factors *p,
                         const struct factor_source *f, struct pool *pool, uint64_t first, size_t n, unit_cost_fn *use,
                         void *data)
{
    struct pricing q = { .k = k, .f = f, .first = first, .n = n, .use = use, .data = data };
    struct arena *a = arena_new();
    strait_status st = STRAIT_ENOMEM;

    if (a == NULL)
        goto out;
    TRY(find_terms(c, p, &q, a));
    TRY(linalg_ready(pool_threads(pool)));
    TRY(scratch_new(&q.scratch, pool_threads(pool),
                    (2 * f->n + q.k_max + LINALG_ROWS) * SCENARIO_BLOCK + (LINALG_ROWS + 1) * q.k_max));
    pool_run(pool, scenario_blocks(first, n), price_scenarios, &q);
out:
    scratch_free(&q.scratch);
    arena_free(a);
    return st == STRAIT_OK ? STRAIT_OK : cx_nomem(cx);
}
