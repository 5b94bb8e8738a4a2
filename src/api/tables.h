/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tables about the input: its counts, its rules, the documentation of its keys. */
#ifndef STRAIT_API_TABLES_H
#define STRAIT_API_TABLES_H

#include "base/table.h"
#include "domain/domain.h"

/* "summary", "rules" or "unserved"; STRAIT_EUSAGE for another name. */
strait_status case_table(strait_ctx *cx, const strait_case *c, const char *name, strait_table **out) MUST_USE;
/* kind, key, type, unit, default, allowed, doc of every field; a row with an empty key describes the kind. */
strait_status fields_table(strait_table **out) MUST_USE;

#endif
