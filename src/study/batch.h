/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Run a sweep into a store. */
#ifndef STRAIT_STUDY_BATCH_H
#define STRAIT_STUDY_BATCH_H

#include "study/outcome.h"

struct batch_options {
    bool resume;
    uint64_t shard, n_shard;    /* scenarios with k % n_shard == shard; 0 of 1: all */
    unsigned keep;
};

/* What is in the store at the end, of the shard's scenarios; undone: plans that leave work undone. */
struct batch_counts { uint64_t total, done, optimal, feasible, infeasible, no_plan, error, warm, undone; bool stopped; };

/**
 * Evaluate all scenarios of the shard that the store does not have yet, on cx->threads threads, each with a context and a
 * GLPK environment of its own; one writer, a transaction every half second.  A row depends on its number alone, so the
 * store's content, ordered by k, is the same at any number of threads, in any number of runs.
 *
 * @param c  the base, as sweep_load hands it over; borrowed
 * @return STRAIT_OK, also when stopped (counts->stopped: what is committed stays, resume goes on); STRAIT_EIO (a full disk;
 *         files that changed), STRAIT_EINPUT (a store of other inputs), STRAIT_ENOMEM
 * Test: tests/unit/check_batch.c
 */
strait_status batch_run(strait_ctx *cx, const struct sweep *s, const strait_case *c, const char *store, const struct batch_options *o,
                        struct batch_counts *counts) MUST_USE;

/* batch_meta.c: write what a new store is of, or hold a resumed one against it. */
strait_status batch_meta(strait_ctx *cx, struct store *db, const struct sweep *s, const strait_case *c, const struct batch_options *o) MUST_USE;
/* Which of the shard's scenarios are there: done[k / n_shard]. */
strait_status batch_done(strait_ctx *cx, struct store *db, const struct batch_options *o, bool *done, size_t n) MUST_USE;
strait_status batch_count(strait_ctx *cx, struct store *db, struct batch_counts *counts) MUST_USE;
/* batch_reprice.c: evaluate = "reprice". */
strait_status batch_reprice(strait_ctx *cx, const struct origin_plan *b, struct store *db, const struct batch_options *o, bool *done,
                            struct batch_counts *counts) MUST_USE;
/* Scenarios of the shard: their number, and the i-th. */
static inline uint64_t shard_size(uint64_t n, const struct batch_options *o) { return n > o->shard ? (n - o->shard + o->n_shard - 1) / o->n_shard : 0; }
static inline uint64_t shard_scenario(uint64_t i, const struct batch_options *o) { return i * o->n_shard + o->shard; }
/* Progress in words: done, rate, time left.  True: stop. */
bool batch_tick(strait_ctx *cx, uint64_t before, uint64_t done, uint64_t total);

/* merge.c: see strait_study_merge. */
strait_status study_merge(strait_ctx *cx, const char *out, const char *const *in, size_t n, bool partial) MUST_USE;
/* summary.c: see strait_study_summary. */
strait_status study_summary(strait_ctx *cx, const char *path, strait_table **out) MUST_USE;

#endif
