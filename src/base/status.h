/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Status codes and the one error idiom of the house. */
#ifndef STRAIT_BASE_STATUS_H
#define STRAIT_BASE_STATUS_H

#include "strait.h" /* strait_status, strait_ctx */

#define MUST_USE __attribute__((warn_unused_result))
#define PRINTF_LIKE(f, a) __attribute__((format(printf, f, a)))

/* One macro, one label: needs a local `st` and a label `out`. */
#define TRY(call) do { st = (call); if (st != STRAIT_OK) goto out; } while (0)

#endif
