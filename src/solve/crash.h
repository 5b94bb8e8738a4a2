/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From the barrier's point to a basis that GLPK can factor. */
#ifndef STRAIT_SOLVE_CRASH_H
#define STRAIT_SOLVE_CRASH_H

#include "solve/barrier.h"

/* As many members as the program has rows: columns of the lp, and rows by their slack. */
struct basis { size_t n_col; size_t *col; bool *row; };

/**
 * Columns and slacks in order of x/z go into an elimination, block by block and the border last; each takes a row, or is
 * left out when it depends on those before it.  A row that none takes keeps its slack.  *out is a basis up to rounding.
 */
strait_status crash_basis(strait_ctx *cx, const struct matrix *a, const struct barrier *b, struct basis *out) MUST_USE;
void basis_free(struct basis *b);

#endif
