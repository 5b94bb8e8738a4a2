/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which placements are in parts: the rule by which a plan is flagged, and by which it is rounded. */
#ifndef STRAIT_SOLVE_WHOLE_H
#define STRAIT_SOLVE_WHOLE_H

#include "lp/lp.h"

/** Accelerators in use on one of a column's offers (which = 0, 1) on average; of a service at its peak. */
double whole_use(const struct lp *m, const struct lp_strip *s, int t, int which, double x);
/** The smallest gang or replica there, less a hair. */
double whole_least(const struct lp *m, const struct lp_strip *s, int which);
/** usable (offer x segment): accelerators there at least, without the spare share, with the holds of x. */
void whole_usable(const struct lp *m, const double *x, double *usable);
/** steady (offer x segment): of these, taken all the time: services' peaks, runs with their whole gang.  Not interruptible work. */
void whole_steady(const struct lp *m, const double *x, double *steady);
/**
 * Is x units of a column, in segment t on one of its offers, less than a gang or replica?
 * Cost O(1).  Test: tests/unit/check_plan.c
 */
bool whole_broken(const struct lp *m, const double *usable, const double *steady, const struct lp_strip *s, int t, int which, double x);

#endif
