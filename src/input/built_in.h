/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tables of data/ that were built in (embedded.c, written by scripts/embed.awk). */
#ifndef STRAIT_INPUT_BUILT_IN_H
#define STRAIT_INPUT_BUILT_IN_H

#include <stddef.h>
#include "base/arena.h"

struct built_in { const char *name; const char *const *line; size_t n_line; };
extern const struct built_in built_in[];   /* ended by a NULL name */

/* The text of one by its name below data/, n bytes and a NUL, in the arena; NULL: no memory. */
char *built_in_text(arena *a, const char *name, size_t *n);

#endif
