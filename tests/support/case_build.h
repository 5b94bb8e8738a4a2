/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Cases from lines of text, without files:
 *   KEY=VALUE                           a setting, or any override: offers.o1.price=2 EUR/h, offers.*.price*=2
 *   +PLURAL [NAME]; KEY=VALUE; ...      a new row; NAME for kinds that have one
 * Empty lines and lines that begin with # say nothing.  Rows come from "test.cfg", settings too, other overrides from
 * "--set".
 */
#ifndef STRAIT_TESTS_CASE_BUILD_H
#define STRAIT_TESTS_CASE_BUILD_H

#include "domain/domain.h"

/*
 * The smallest case that holds together: weeks from Monday 2027-01-04, company acme, region home (CN), chip h200, site
 * johor, offer rent (on_demand, 1000 at 2 per hour), model m70, training run t1.
 */
extern const char *const case_small;

/* A case of these lines, not finished; faults are in cx.  NULL when out of memory.  Free with case_free. */
strait_case *case_from_text(strait_ctx *cx, const char *text);
/* More lines to a case that is not finished. */
strait_status case_add_text(strait_ctx *cx, strait_case *c, const char *text);
/* case_small and more lines, finished; fails the running test with the first fault. */
strait_case *case_finished(strait_ctx *cx, const char *more);
/* The fault with this key whose text or allowed holds `part`, or NULL. */
const struct fault *fault_find(const strait_ctx *cx, enum severity sev, const char *key, const char *part);

#endif
