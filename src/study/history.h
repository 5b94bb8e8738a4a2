/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The past: columns of amounts of a CSV file, and for how much each row counts. */
#ifndef STRAIT_STUDY_HISTORY_H
#define STRAIT_STUDY_HISTORY_H

#include "study/reader.h"

/* What amounts may be: factors 0 or more; themselves anything, as prices of power are; for logarithms above 0. */
enum history_sign { HISTORY_FACTORS, HISTORY_ANY, HISTORY_POSITIVE };

/* Where it stands.  Rows weigh alike, or what the column `weight` says, or the days from their date in the column `since` to the
   next row's, the last one's to `until` (or nothing: how long it held is not known). */
struct history_source {
    const char *file, *weight, *since;
    int64_t until;               /* DATE_NONE: not given */
    enum history_sign sign;      /* of the amounts */
    bool steps;                  /* weights must be above 0: changes are taken over them */
    char key[100];
    struct study_mark at;
};

struct history {
    size_t n_row, n_col;         /* n_row 0: there were faults */
    uint32_t file;               /* index in the reader's files */
    const double *v;             /* n_col x n_row, a column after the other */
    const double *weight;        /* n_row, 0 or more, some above; NULL: all alike */
};

/** The keys history, weight, since and until of a group, faults as in reader.h.  Test: tests/cli/batch.py */
strait_status history_take_source(const struct reader *r, const struct reader_group *q, struct history_source *out) MUST_USE;
/** The key `of` of a fit: "changes" (the default: *out true) or "levels"; what it asks of the amounts goes into from.
    Test: tests/cli/batch.py */
strait_status history_take_of(const struct reader *r, const struct reader_group *q, struct history_source *from, bool *out) MUST_USE;

/**
 * Read columns of a history by their names, the unit in brackets left out ("price[USD/h]" is price).
 *
 * @param out  lives in r->arena; faults in the file leave n_row 0
 * @return STRAIT_OK (perhaps with faults), STRAIT_ENOMEM.  Cost O(file).  Test: tests/unit/check_sweep.c, tests/cli/batch.py
 */
strait_status history_read(const struct reader *r, const struct history_source *from, const struct name_list *column,
                           struct history *out) MUST_USE;

/**
 * Correlations of the normals of a normal copula, by normal scores:  z = Phi^-1(u), u the share of the weight below a value and
 * half of that at it, and their correlation (Klaassen and Wellner, Bernoulli 3, 1997: as good as any estimate of it can be when
 * the margins are not known).  Only ranks matter, so that no margin has to be lognormal; the matrix is a Gram matrix, positive
 * semidefinite whatever the rows are.
 *
 * @param changes  of the logarithms' changes from row to row, each over the root of what the row before it weighs (days), all
 *                 alike; else of the amounts themselves, weighed
 * @param out      n_col x n_col, by rows
 * @param still    written: the first column that never moves, or SIZE_MAX; then out says nothing
 * @return STRAIT_OK, STRAIT_ENOMEM.  Cost O(n_row n_col (log n_row + n_col)).  Test: tests/unit/check_history.c
 */
strait_status history_correlations(const struct history *h, bool changes, double *out, size_t *still) MUST_USE;

/**
 * The deviation of the first column's logarithm x.  Levels:  sigma^2 = sum w (x - m)^2 / (W - sum w^2 / W),  m = sum w x / W.
 * Changes d over steps t (1, or what the row before weighs):  sigma^2 = sum (d - m t)^2 / (T - sum t^2 / T)  of one unit of t,
 * m = sum d / T: unbiased for a random walk with drift, seen at any steps; and for weights of 1 the variance of a sample.
 *
 * @return NAN where there are fewer than two rows (changes) of weight.  Test: tests/unit/check_history.c
 */
double history_sigma(const struct history *h, bool changes);

#endif
