/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every tolerance of the project, with its reason. */
#ifndef STRAIT_BASE_TOLERANCE_H
#define STRAIT_BASE_TOLERANCE_H

/* A row is met when off by at most this, relative to 1 + |rhs|, or to |rhs| where it is a demand: small work is work too.
   GLPK's own primal tolerance is 1e-7 on scaled rows; our rows are scaled to about 1. */
#define TOL_PRIMAL 1e-6
/* A column is not attractive when its reduced cost exceeds minus this, relative to
   |cost| + what a column of the program costs (lp.money). */
#define TOL_DUAL 1e-6
/* Default relative gap between primal and dual objective for "optimal" (DESIGN 9). */
#define TOL_GAP 1e-6
/* The least gap that may be asked for: below it rounding in sums of 1e5 products decides, not the plan. */
#define TOL_GAP_LEAST 1e-9
/* A Farkas ray proves infeasibility when y'b exceeds this after scaling max |y| to 1, and no
   column has y'a above this share of it. */
#define TOL_FARKAS 1e-7
/* Amounts below this share of the largest of their kind are noise of the simplex. */
#define TOL_ZERO 1e-9
/* Correlations that leave a matrix singular are taken this share smaller: far above rounding, far below what is known. */
#define CORRELATION_JITTER 1e-10
/* A run that does not fill its gang all the time fills it part of the time, if that is at least this many hours of a
   segment: a shorter stint would go into starting and stopping. */
#define GANG_LEAST_HOURS 1.0
/* What a person is shown: an amount below this share of the whole that it is part of is nothing.  Far above TOL_PRIMAL of
   one row, far below a percent. */
#define TOL_SHOWN 1e-5
/* Rounding to whole blocks that costs more than this share of the plan in fractions is warned of. */
#define ROUNDING_DEAR 0.1
/* `verify`: cost to the cent. */
#define TOL_CENT 0.01

#endif
