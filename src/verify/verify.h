/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A second pair of eyes: every promise of a plan file, derived again from the case's tables without LP code. */
#ifndef STRAIT_VERIFY_VERIFY_H
#define STRAIT_VERIFY_VERIFY_H

#include "base/table.h"
#include "domain/domain.h"
#include "input/plan_file.h"

/**
 * Hold a plan file against its case.
 *
 * Table "verify": promise, where, said, found, ok.  Each promise has at least one row; one that holds everywhere has the
 * place where it came nearest to breaking, one that does not has a row per broken place (at most 50, then their number).
 *
 * @param cx      context; on STRAIT_EINPUT holds the faults of a plan file that is none
 * @param c       finished case, borrowed
 * @param file    path of a plan.json
 * @param out     the table, the caller's; untouched unless STRAIT_OK
 * @param all_ok  whether every row is ok
 * @return STRAIT_OK, STRAIT_EINPUT, STRAIT_EIO, STRAIT_ENOMEM
 * Cost O(placements (features + rules) + (offers + sites) segments).  Test: tests/unit/check_verify.c
 */
strait_status verify_plan(strait_ctx *cx, const strait_case *c, const char *file, strait_table **out, bool *all_ok) MUST_USE;
/** The same for a plan that has been read. */
strait_status verify_plan_read(strait_ctx *cx, const strait_case *c, const struct plan_file *plan, strait_table **out,
                               bool *all_ok) MUST_USE;

#endif
