/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Prices that move together.  A factor multiplies all the prices that name it, over the whole horizon; a scenario is one
 * value of each factor (1: as in the case).  What an amount of money is multiplied by is the product of at most two of
 * them: a duty ad valorem goes with its own charge and with the offer's price.
 */
#ifndef STRAIT_ESTIMATE_PRICE_H
#define STRAIT_ESTIMATE_PRICE_H

#include <stdint.h>
#include "domain/domain.h"
#include "linalg/linalg.h"

struct arena;

/* The factor of each price, by row of the case's tables; -1: none. */
struct price_factors {
    size_t n;
    int *offer;       /* price per hour, a lease's rent, what a purchase costs */
    int *tariff;      /* site: kWh */
    int *transfer;    /* site: GB moved in */
    int *egress;      /* row of network: GB to the region */
    int *charge;      /* rule with a price */
    int carbon;       /* settings.carbon_price */
    struct arena *arena;
};

strait_status price_factors_new(strait_ctx *cx, const strait_case *c, size_t n, struct price_factors **out) MUST_USE;
void price_factors_free(struct price_factors *f);

struct price_term { int a, b; };   /* a >= b; -1: one */

struct price_term price_term(int a, int b);
/* Of a rule's charge on an offer. */
struct price_term price_term_charge(const strait_case *c, const struct price_factors *f, size_t rule, int o);
/* Of a feature (row of P) in the cost block of an offer. */
struct price_term price_term_feature(const strait_case *c, const struct price_factors *f, int o, size_t feature);

/* ---- scenarios, in blocks of as many as a product has columns ---- */

enum { SCENARIO_BLOCK = LINALG_COLUMNS };

/*
 * Where factors come from.  `make` fills m (n x SCENARIO_BLOCK) with the factors of scenarios block * SCENARIO_BLOCK and
 * after, all of them, so that a scenario has the same bits in whatever range it is asked for; scratch has the size of m.
 * It is called on several threads at once.
 */
struct factor_source {
    size_t n;
    void (*make)(const void *data, uint64_t block, double *m, double *scratch);
    const void *data;
};

/* out (n x SCENARIO_BLOCK) = the terms' products from the factors m. */
void price_terms_fill(const struct price_term *term, size_t n, const double *m, double *out);

/* The part of block i of a range that is asked for. */
struct scenario_span { uint64_t block, first; size_t offset, n; };

size_t scenario_blocks(uint64_t first, size_t n);
struct scenario_span scenario_span(uint64_t first, size_t n, size_t i);

/* Scratch of n doubles for each of `threads` workers, each on cache lines of its own. */
struct scratch { void *memory; double *v; size_t n; };

strait_status scratch_new(struct scratch *s, int threads, size_t n) MUST_USE;
void scratch_free(struct scratch *s);
static inline double *scratch_of(const struct scratch *s, int worker) { return s->v + (size_t)worker * s->n; }

#endif
