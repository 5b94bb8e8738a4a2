/* SPDX-License-Identifier: GPL-3.0-or-later */
/* First-order drivers of a batch's cost. */
#ifndef STRAIT_STUDY_DRIVERS_H
#define STRAIT_STUDY_DRIVERS_H

#include "study/store.h"

struct driver { const char *name; double effect, share; };
struct drivers { arena *arena; size_t n; struct driver *v; double r2; };

/**
 * Cost regressed on the inputs, weighted: cost = a + sum_j b_j x_j.  x_j is the value (or factor, 1 where there is none) of a
 * path whose values are numbers, else 1 where the path has that text.  Inputs that move as one are one, under the name of the
 * first: its quantity's, or "EVENT: PATH=VALUE", where no other part of the sweep sets the path, else the path.  effect = b_j sd(x_j), share = effect * correlation with the cost / sd(cost); the shares sum to r2.
 * An effect below 1e-9 of the mean cost is 0.
 * No drivers where there are fewer scenarios than inputs, or none moves.  STRAIT_EIO, STRAIT_ENOMEM.
 */
strait_status drivers_fit(strait_ctx *cx, struct store *db, struct drivers **out) MUST_USE;
void drivers_free(struct drivers *d);

#endif
