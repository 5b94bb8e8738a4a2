/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes as a case file, without its tables: the text stage, libconfig and the loader. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "input/cfg.h"
#include "input/load.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

/* Table files that the text names must not be opened. */
static bool names_tables(const struct cfg *cfg)
{
    for (size_t i = 0; i < cfg->root.n; i++)
        if (strcmp(cfg->root.child[i].key, "tables") == 0)
            return true;
    return false;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    strait_ctx *cx = strait_ctx_new();
    strait_case *c = case_new();
    struct cfg *cfg = NULL;
    strait_status st = cx == NULL || c == NULL
                           ? STRAIT_ENOMEM : cfg_read_text(cx, c, "fuzz.cfg", (const char *)data, n, &cfg);

    /* A text is read, or it has a fault; libconfig must never find one that we did not. */
    if (st == STRAIT_EBUG || (st == STRAIT_EINPUT && cx->n_error == 0))
        abort();
    if (st == STRAIT_OK && !names_tables(cfg)) {
        struct load l = {.cx = cx, .c = c};

        if (load_cfg(&l, cfg) == STRAIT_OK && !l.torn && case_finish(cx, c) == STRAIT_EINPUT && cx->n_error == 0)
            abort();
    }
    cfg_free(cfg);
    case_free(c);
    strait_ctx_free(cx);
    return 0;
}
