/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Columns of a foreign file: by the names that the user gave or that are usual, and the rows that were asked for. */
#ifndef STRAIT_CONVERT_WHERE_H
#define STRAIT_CONVERT_WHERE_H

#include "convert/job.h"

#define MOST_WHERE 16

struct where { size_t n, column[MOST_WHERE]; const char *value[MOST_WHERE]; };

/* The file's name for a meaning as the user gave it; NULL: not given. */
const char *where_named(const struct job *j, const char *meaning);
/* Its column: as given, else the first of the usual names ("a|b|c") that the file has; ROWS_NONE: none. */
size_t where_column(const struct job *j, const char *meaning, const char *usual);
/* The columns of option where; STRAIT_EINPUT with its fault when one is missing. */
strait_status where_begin(struct job *j, struct where *w) MUST_USE;
bool where_holds(const struct job *j, const struct where *w);

#endif
