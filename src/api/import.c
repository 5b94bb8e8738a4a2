/* SPDX-License-Identifier: GPL-3.0-or-later */
/* strait.h: foreign files into tables. */
#include <string.h>

#include "api/call.h"
#include "convert/convert.h"

strait_status strait_import(strait_ctx *cx, const char *what, const char *const *file, size_t n_file,
                            const strait_import_option *option, size_t n_option, strait_table *out[STRAIT_IMPORT_TABLES])
{
    struct converted made = {.n = 0};
    struct call k;
    strait_status st;

    TRY(call_enter(&k, cx, __func__, what && (file || n_file == 0) && (option || n_option == 0) && out));
    TRY(convert(cx, what, file, n_file, option, n_option, &made));
    memset(out, 0, STRAIT_IMPORT_TABLES * sizeof(*out));
    memcpy(out, made.v, made.n * sizeof(*out));
out:
    return call_leave(&k, st);
}
