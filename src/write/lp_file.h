/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The whole linear program as a file that other solvers read. */
#ifndef STRAIT_WRITE_LP_FILE_H
#define STRAIT_WRITE_LP_FILE_H

#include "lp/lp.h"

/* Free-format MPS. */
strait_status write_lp_mps(strait_ctx *cx, const struct lp *m, strait_write_fn *fn, void *data) MUST_USE;
/* CPLEX LP. */
strait_status write_lp_cplex(strait_ctx *cx, const struct lp *m, strait_write_fn *fn, void *data) MUST_USE;

/* The data section of models/strait.mod. */
strait_status write_lp_mathprog(strait_ctx *cx, const struct lp *m, strait_write_fn *fn, void *data) MUST_USE;

#endif
