/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A linear program on the bench: built from a case, looked into by name, written out whole for the judge. */
#ifndef STRAIT_TESTS_LP_BENCH_H
#define STRAIT_TESTS_LP_BENCH_H

#include "lp/lp.h"
#include "support/certificate.h"
#include "support/small_case.h"

struct lp_bench { strait_ctx *cx; strait_case *c; struct rates *r; struct costs *k; struct lp *m; };

#define LP_NONE SIZE_MAX

/* Estimate and build; fails the running test when that fails.  Takes over cx and c. */
struct lp_bench lp_bench_of(strait_ctx *cx, strait_case *c);
/* The same from records of `base`, then of `more` (may be NULL), each ended by one with a NULL text. */
struct lp_bench lp_bench_new(const struct small_record *base, const struct small_record *more);
void lp_bench_free(struct lp_bench *b);

/* Column of work w on offer o (decoded on o2; NULL: o) in segment t, or LP_NONE; unmet: o NULL, t -1 for runs. */
size_t lp_col(const struct lp *m, enum col_family f, const char *w, const char *o, const char *o2, int t);
/* Column of the k-th start of an offer, or LP_NONE. */
size_t lp_hold_col(const struct lp *m, const char *offer, size_t k);
/* Row of a family by its workload, offer, site or rule, and segment (limits: bucket), or LP_NONE. */
size_t lp_row_at(const struct lp *m, enum row_family f, const char *name, int t);
/* Entry of the matrix; 0 when there is none. */
double lp_entry(const struct lp *m, size_t col, size_t row);

/* The whole program for the judge; the constant stays on its column.  Free with lp_dense_free. */
struct cert_lp lp_dense(const struct lp *m);
void lp_dense_free(struct cert_lp *d);

#endif
