/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cases written in a test: one text a record, "key=value; key=value". */
#ifndef STRAIT_TESTS_SMALL_CASE_H
#define STRAIT_TESTS_SMALL_CASE_H

#include "domain/domain.h"

struct small_record { enum kind kind; const char *text; };

/*
 * A finished case of the records (KIND_settings sets the case's own keys), ended by one with a NULL text.  Fails the
 * running test with the first fault when the case has one.  Free with case_free.
 */
strait_case *small_case(strait_ctx *cx, const struct small_record *records);

#endif
