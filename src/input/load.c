/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "input/input.h"

#include <string.h>

#include "input/load.h"

static strait_status override(struct load *l, const char *path_value, const char *label, unsigned line)
{
    strait_status st = case_override(l->cx, l->c, path_value, label, line);

    return st == STRAIT_EINPUT ? STRAIT_OK : st;
}

static strait_status unknown_scenario(struct load *l, const char *name)
{
    const char **known = mem_calloc(l->c->scenario.n, sizeof *known);
    str allowed = {0};
    size_t n = 0;
    strait_status st;

    if (known == NULL)
        return cx_nomem(l->cx);
    for (size_t i = 0; i < l->c->scenario.n; i++)
        if (l->c->scenario.v[i].name != NULL)
            known[n++] = l->c->scenario.v[i].name;
    load_allowed(&allowed, name, known, n);
    st = allowed.failed ? cx_nomem(l->cx)
                        : cx_fault(l->cx, SEV_ERROR, "--scenario", 1, "scenarios", name, allowed.s,
                                   "unknown scenario");
    str_free(&allowed);
    mem_free(known);
    return st;
}

static strait_status apply_scenario(struct load *l, const char *name)
{
    int row = name == NULL ? -1 : case_find(l->c, KIND_scenario, name);
    struct name_list set;
    const char *file;
    unsigned line;
    strait_status st = STRAIT_OK;

    if (name == NULL)
        return STRAIT_OK;
    if (row < 0)
        return unknown_scenario(l, name);
    set = l->c->scenario.v[row].set;
    case_origin(l->c, KIND_scenario, (size_t)row, FLD_scenario_set, &file, &line);
    for (size_t i = 0; i < set.n; i++)
        TRY(override(l, set.v[i], file, line));
out:
    return st;
}

/* Faults between records are told together with those of single values, unless whole tables are missing. */
static strait_status finish(struct load *l)
{
    strait_status st = STRAIT_OK;

    if (!l->torn)
        st = case_finish(l->cx, l->c);
    if (st == STRAIT_OK && (l->torn || l->cx->n_error > 0))
        st = STRAIT_EINPUT;
    return st;
}

/**
 * Read a case file with its tables, apply a scenario's overrides and then `set`, and check the whole.
 *
 * @param cx        context; gains every fault and warning
 * @param file      the case file, as the user named it
 * @param scenario  a scenario of the case, or NULL
 * @param set       n_set overrides "path=value", later ones win
 * @param out       the case, the caller's; untouched unless STRAIT_OK
 * @return STRAIT_OK (perhaps with warnings), STRAIT_EINPUT (faults in cx), STRAIT_EIO (the case file cannot be read,
 *         named in the message), STRAIT_ENOMEM
 * Cost O(bytes of all files).  Test: tests/unit/check_load.c
 */
strait_status input_load(strait_ctx *cx, const char *file, const char *scenario, const char *const *set, size_t n_set,
                         strait_case **out)
{
    struct load l = {.cx = cx};
    struct cfg *cfg = NULL;
    strait_status st = STRAIT_OK;
    double begin = cx_now();

    l.c = case_new();
    if (l.c == NULL)
        return cx_nomem(cx);
    TRY(cfg_read(cx, l.c, file, &cfg));
    TRY(load_cfg(&l, cfg));
    TRY(apply_scenario(&l, scenario));
    for (size_t i = 0; i < n_set; i++)
        TRY(override(&l, set[i], "--set", (unsigned)i + 1));
    TRY(finish(&l));
    l.c->load_s = cx_now() - begin;
    *out = l.c;
    l.c = NULL;
out:
    if (st == STRAIT_EINPUT && cx->message[0] == '\0')
        st = cx_fail(cx, st, "%s: %zu error%s in the input", file, cx->n_error, cx->n_error == 1 ? "" : "s");
    cfg_free(cfg);
    case_free(l.c);
    return st;
}
