/* SPDX-License-Identifier: GPL-3.0-or-later */
/* strait.h: the case. */
#include "api/call.h"
#include "api/tables.h"
#include "domain/domain.h"
#include "input/input.h"

static bool all_given(const char *const *text, size_t n)
{
    for (size_t i = 0; text && i < n; i++)
        if (!text[i])
            return false;
    return text || n == 0;
}

strait_status strait_case_load(strait_ctx *cx, const char *file, const char *scenario, const char *const *set,
                               size_t n_set, strait_case **out)
{
    struct call k;
    strait_status st;

    TRY(call_enter(&k, cx, __func__, file && out && all_given(set, n_set)));
    cx_clear(cx);
    TRY(input_load(cx, file, scenario, set, n_set, out));
out:
    return call_leave(&k, st);
}

void strait_case_free(strait_case *c)
{
    case_free(c);
}

strait_status strait_case_get(strait_ctx *cx, const strait_case *c, const char *path, const char **value)
{
    struct call k;
    strait_status st;

    TRY(call_enter(&k, cx, __func__, c && path && value));
    TRY(case_get(cx, c, path, value));
out:
    return call_leave(&k, st);
}

strait_status strait_case_table(strait_ctx *cx, const strait_case *c, const char *name, strait_table **out)
{
    struct call k;
    strait_status st;

    TRY(call_enter(&k, cx, __func__, c && name && out));
    TRY(case_table(cx, c, name, out));
out:
    return call_leave(&k, st);
}

strait_status strait_fields(strait_ctx *cx, strait_table **out)
{
    struct call k;
    strait_status st;

    TRY(call_enter(&k, cx, __func__, out != NULL));
    TRY(fields_table(out));
out:
    return call_leave(&k, st);
}
