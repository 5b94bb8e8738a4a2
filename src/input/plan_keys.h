/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The keys of a plan.json by the objects they stand in; the reader goes by these tables alone. */
#ifndef STRAIT_INPUT_PLAN_KEYS_H
#define STRAIT_INPUT_PLAN_KEYS_H

#include <stddef.h>

#include "input/plan_file.h"

enum json_kind { J_TEXT, J_REAL, J_INT, J_BOOL };
enum { MUST, NULLABLE, OPTIONAL };   /* NULLABLE: there, perhaps null; OPTIONAL: perhaps not there */

/* One key and the member of its struct that it goes to; the last of an object has no key. */
struct key_desc { const char *key; enum json_kind kind; int need; size_t offset; };

extern const struct plan_keys {
    const struct key_desc *top, *input, *objective, *cost, *cost_by, *split, *idle, *offer, *placement, *lease, *unmet, *rule, *rounded, *certificate, *dual, *unique, *file;
} plan_keys;

#endif
