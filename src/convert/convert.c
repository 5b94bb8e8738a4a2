/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "convert/convert.h"

#include <string.h>

#include "convert/job.h"

void converted_free(struct converted *c)
{
    for (size_t i = 0; i < c->n; i++)
        table_free(c->v[i]);
    c->n = 0;
}

static void job_end(struct job *j)
{
    VEC_FREE(&j->ask.regions);
    VEC_FREE(&j->ask.columns);
    VEC_FREE(&j->ask.where);
    VEC_FREE(&j->ask.rename);
    VEC_FREE(&j->bad);
    VEC_FREE(&j->file);
    arena_free(j->arena);
}

/**
 * Convert foreign files.
 *
 * @param what    "skypilot", "trace" or "rates"
 * @param file    n_file paths, at least 1; plain CSV or gzip
 * @param option  n_option of them, see asked.c
 * @param out     in: empty; the caller's tables on STRAIT_OK, empty otherwise
 * @return STRAIT_OK (warnings in cx), STRAIT_EUSAGE, STRAIT_EINPUT (faults in cx), STRAIT_EIO, STRAIT_ENOMEM
 * Cost O(bytes); memory does not grow with the rows of a catalogue or trace, but with offers and hours that they hold.
 * Test: tests/unit/check_convert.c, tests/cli/import.py
 */
strait_status convert(strait_ctx *cx, const char *what, const char *const *file, size_t n_file,
                      const strait_import_option *option, size_t n_option, struct converted *out)
{
    static const struct {
        const char *what;
        strait_status (*run)(struct job *, const char *const *, size_t);
    } imports[] = {{"skypilot", import_skypilot}, {"trace", import_trace}, {"rates", import_rates}};
    struct job j = {.cx = cx, .arena = arena_new(), .out = out};
    strait_status st = j.arena == NULL ? cx_nomem(cx) : STRAIT_OK;
    size_t i = 0;

    TRY(st);
    while (i < 3 && strcmp(imports[i].what, what) != 0)
        i++;
    if (i == 3)
        TRY(cx_fail(cx, STRAIT_EUSAGE, "nothing is imported from \"%s\"; allowed: skypilot, trace, rates", what));
    if (n_file == 0)
        TRY(cx_fail(cx, STRAIT_EUSAGE, "import %s: no file is named", what));
    TRY(asked_read(&j, what, option, n_option));
    TRY(imports[i].run(&j, file, n_file));
out:
    if (st != STRAIT_OK)
        converted_free(out);
    job_end(&j);
    return st == STRAIT_ENOMEM ? cx_nomem(cx) : st;
}
