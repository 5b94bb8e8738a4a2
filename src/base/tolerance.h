/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every tolerance of the project, with its reason. */
#ifndef STRAIT_BASE_TOLERANCE_H
#define STRAIT_BASE_TOLERANCE_H

/* A row is met when off by at most this, relative to 1 + |rhs|.  GLPK's own primal tolerance is
   1e-7 on scaled rows; our rows are scaled to about 1. */
#define TOL_PRIMAL 1e-6
/* A column is not attractive when its reduced cost exceeds minus this, relative to 1 + |cost|. */
#define TOL_DUAL 1e-6
/* Default relative gap between primal and dual objective for "optimal" (DESIGN 9). */
#define TOL_GAP 1e-6
/* A Farkas ray proves infeasibility when y'b exceeds this after scaling max |y| to 1, and no
   column has y'a above this share of it. */
#define TOL_FARKAS 1e-7
/* Amounts below this share of the largest of their kind are noise of the simplex. */
#define TOL_ZERO 1e-9
/* `verify`: cost to the cent. */
#define TOL_CENT 0.01

#endif
