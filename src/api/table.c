/* SPDX-License-Identifier: GPL-3.0-or-later */
/* strait.h: writing one table.  Faults have forms of their own: lines and a document that readers rely on. */
#include <string.h>
#include "api/call.h"
#include "write/write.h"

typedef strait_status table_writer(strait_ctx *, const strait_table *, strait_write_fn *, void *);

static const struct { const char *format; table_writer *any, *faults; } writers[] = {
    {"table", write_table_text, write_faults_text},
    {"json", write_table_json, write_faults_json},
    {"csv", write_table_csv, write_table_csv},
};

strait_status strait_table_write(strait_ctx *cx, const strait_table *t, const char *format, strait_write_fn *fn, void *data)
{
    struct call k;
    strait_status st;

    TRY(call_enter(&k, cx, __func__, t && format && fn));
    st = STRAIT_EUSAGE;
    for (size_t i = 0; i < sizeof writers / sizeof *writers; i++) {
        if (strcmp(writers[i].format, format) == 0) {
            table_writer *write = strcmp(t->name, "faults") == 0 ? writers[i].faults : writers[i].any;
            st = write(cx, t, fn, data);
            goto out;
        }
    }
    st = cx_fail(cx, STRAIT_EUSAGE, "no format \"%s\" of a table; allowed: table, json, csv", format);
out:
    return call_leave(&k, st);
}
