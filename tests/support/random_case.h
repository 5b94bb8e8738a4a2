/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Small random cases: 2-6 sites, 3-10 offers of all contracts, 2-8 workloads of all tasks, 2-8 periods, some rules. */
#ifndef STRAIT_TESTS_RANDOM_CASE_H
#define STRAIT_TESTS_RANDOM_CASE_H

#include "domain/domain.h"

/* What is changed of the case that the seed makes; {0}: nothing. */
struct random_twist {
    const char *prefix;   /* before every name; NULL: none */
    bool reversed;        /* the rows of every table in the other order */
    double money;         /* every amount of money times this; 0: 1 */
    double supply;        /* what can be rented, leased and bought, and power, times this; 0: 1 */
    const char *extra;    /* overrides, one a line; NULL: none */
};

/* A splitmix generator, the same on every machine. */
uint64_t random_next(uint64_t *state);
double random_unit(uint64_t *state);                    /* [0, 1) */
int random_int(uint64_t *state, int least, int most);   /* both included */

/* A finished case; fails the running test when the case has a fault. */
strait_case *random_case(strait_ctx *cx, uint64_t seed, const struct random_twist *twist);

#endif
