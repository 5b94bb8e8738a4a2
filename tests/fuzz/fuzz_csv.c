/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes as a CSV table; the first byte chooses the kind. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "input/file.h"
#include "input/load.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void load(strait_ctx *cx, strait_case *c, enum kind k, char *text, size_t n)
{
    struct load l = {.cx = cx, .c = c};
    uint32_t file;

    if (file_record(cx, c, "fuzz.csv", text, n, &file) != STRAIT_OK)
        return;
    if (load_csv_bytes(&l, k, file, text, n) == STRAIT_OK && !l.torn && case_finish(cx, c) != STRAIT_OK)
        cx_log(cx, "%zu faults", cx->n_error);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    strait_ctx *cx = strait_ctx_new();
    strait_case *c = case_new();
    char *text = n == 0 ? NULL : mem_calloc(n, 1);

    if (cx != NULL && c != NULL && text != NULL) {
        memcpy(text, data + 1, n - 1);
        load(cx, c, (enum kind)(1 + data[0] % (N_KIND - 1)), text, n - 1);
    }
    mem_free(text);
    case_free(c);
    strait_ctx_free(cx);
    return 0;
}
