/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes as a plan.json. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "input/plan_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    strait_ctx *cx = strait_ctx_new();
    struct plan_file *p = NULL;
    strait_status st = cx == NULL ? STRAIT_ENOMEM : json_read_plan_bytes(cx, "plan.json", (const char *)data, n, &p);

    if ((st == STRAIT_EINPUT && cx->n_error == 0) || (st == STRAIT_OK) != (p != NULL))
        abort();
    plan_file_free(p);
    strait_ctx_free(cx);
    return 0;
}
