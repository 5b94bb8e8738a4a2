/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One case at any prices: every kind of price is in it, and each moves with a factor. */
#ifndef STRAIT_TESTS_PRICED_CASE_H
#define STRAIT_TESTS_PRICED_CASE_H

#include "estimate/price.h"
#include "support/lp_bench.h"

enum { PF_HIRE, PF_RENT, PF_CAPEX, PF_TARIFF, PF_TRANSFER, PF_EGRESS, PF_CARBON, PF_TAX, PF_FEE, N_PF };

/* The program of the case with each price multiplied by its factor. */
struct lp_bench priced_case(const double factor[N_PF]);
/* The same factors as the kernel is told of them. */
struct price_factors *priced_factors(const struct lp_bench *b);
/* Factor `f` of scenario k: from 0.7 to 1.7, nothing random. */
double priced_factor(int f, uint64_t k);
/* The source of these. */
struct factor_source priced_source(void);

#endif
