/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Foreign files (price catalogues, request traces, measured rates) into tables of ours.  Files stream through a fixed
 * window; rows that cannot be used are counted and the first of each kind told.
 */
#ifndef STRAIT_CONVERT_CONVERT_H
#define STRAIT_CONVERT_CONVERT_H

#include "base/ctx.h"
#include "base/table.h"

/* The tables of an import, in order; see strait_import in strait.h. */
struct converted {
    strait_table *v[STRAIT_IMPORT_TABLES];
    size_t n;
};

void converted_free(struct converted *c);

strait_status convert(strait_ctx *cx, const char *what, const char *const *file, size_t n_file,
                      const strait_import_option *option, size_t n_option, struct converted *out) MUST_USE;

#endif
