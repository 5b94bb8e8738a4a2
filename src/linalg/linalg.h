/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The only user of cblas.h.  Row-major.  BLAS runs on one thread. */
#ifndef STRAIT_LINALG_LINALG_H
#define STRAIT_LINALG_LINALG_H

#include <stddef.h>
#include "base/status.h"

/* BLAS at one thread for this process; called once per library call that uses products. */
void linalg_single_thread(void);
/* C (m x n) = A (m x k) * B (k x n), fixed blocks so that bits do not depend on callers' threads. STRAIT_EINPUT if a size exceeds int,
   STRAIT_ENOMEM if BLAS cannot have its buffer. */
strait_status linalg_product(size_t m, size_t n, size_t k, const double *a, const double *b, double *c) MUST_USE;

#endif
