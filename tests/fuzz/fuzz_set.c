/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any text as an override "path=value" of a small case; lines are overrides one after the other. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "input/cfg.h"
#include "input/load.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static const char small[] =
    "start = \"2026-12-01\"; periods = 4;\n"
    "companies = ( { name = \"acme\"; seat = \"CN\"; } );\n"
    "sites = ( { name = \"s.1\"; country = \"SG\"; shore = \"offshore\"; pue = 1.3; tariff = 0.1; carbon = 400; } );\n"
    "rules = ( { name = \"r1\"; effect = \"deny\"; when = \"site.country == 'SG'\"; } );\n";

static void override_all(strait_ctx *cx, strait_case *c, char *text)
{
    char *rest = NULL;

    for (char *line = strtok_r(text, "\n", &rest); line != NULL; line = strtok_r(NULL, "\n", &rest)) {
        size_t before = cx->n_error;

        if (case_override(cx, c, line, "--set", 1) == STRAIT_EINPUT && cx->n_error == before)
            abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    strait_ctx *cx = strait_ctx_new();
    strait_case *c = case_new();
    char *text = mem_calloc(n + 1, 1);
    struct cfg *cfg = NULL;

    if (cx != NULL && c != NULL && text != NULL
        && cfg_read_text(cx, c, "small.cfg", small, sizeof small - 1, &cfg) == STRAIT_OK) {
        struct load l = {.cx = cx, .c = c};

        if (n > 0)
            memcpy(text, data, n);
        if (load_cfg(&l, cfg) == STRAIT_OK)
            override_all(cx, c, text);
        if (case_finish(cx, c) == STRAIT_EINPUT && cx->n_error == 0)
            abort();
    }
    cfg_free(cfg);
    mem_free(text);
    case_free(c);
    strait_ctx_free(cx);
    return 0;
}
