/* SPDX-License-Identifier: GPL-3.0-or-later */
/* strait.h: writing one table.  Faults have forms of their own, lines and a document that readers rely on; the estimate
   has too many columns for a terminal. */
#include <string.h>
#include "api/call.h"
#include "write/write.h"

typedef strait_status table_writer(strait_ctx *, const strait_table *, strait_write_fn *, void *);

static const struct { const char *format; table_writer *any, *faults, *estimate; } writers[] = {
    {"table", write_table_text, write_faults_text, write_estimate_text},
    {"json", write_table_json, write_faults_json, write_table_json},
    {"csv", write_table_csv, write_table_csv, write_table_csv},
};

static table_writer *writer_of(size_t format, const char *table)
{
    if (strcmp(table, "faults") == 0)
        return writers[format].faults;
    return strcmp(table, "estimate") == 0 ? writers[format].estimate : writers[format].any;
}

strait_status strait_table_write(strait_ctx *cx, const strait_table *t, const char *format, strait_write_fn *fn, void *data)
{
    struct call k;
    strait_status st;

    TRY(call_enter(&k, cx, __func__, t && format && fn));
    st = STRAIT_EUSAGE;
    for (size_t i = 0; i < sizeof writers / sizeof *writers; i++) {
        if (strcmp(writers[i].format, format) == 0) {
            st = writer_of(i, t->name)(cx, t, fn, data);
            goto out;
        }
    }
    st = cx_fail(cx, STRAIT_EUSAGE, "no format \"%s\" of a table; allowed: table, json, csv", format);
out:
    return call_leave(&k, st);
}
