/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/small_case.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

/* The part of `text` up to `stop`, without spaces around it; returns what follows. */
static const char *take(const char *text, char stop, char *out, size_t n)
{
    const char *end = strchrnul(text, stop), *next = *end == '\0' ? end : end + 1;

    while (*text == ' ')
        text++;
    while (end > text && end[-1] == ' ')
        end--;
    snprintf(out, n, "%.*s", (int)(end - text), text);
    return next;
}

static void put(strait_ctx *cx, strait_case *c, enum kind k, size_t row, const char *text, struct origin at)
{
    while (*text != '\0') {
        char pair[400], key[64];
        const char *value;
        size_t field = 0;

        text = take(text, ';', pair, sizeof pair);
        if (pair[0] == '\0')
            continue;
        value = take(pair, '=', key, sizeof key);
        while (*value == ' ')
            value++;
        ck_assert_msg(field_by_key(kind_desc(k), key, &field) != NULL, "no key %s", key);
        ck_assert_msg(case_set_field(cx, c, k, row, field, value, NULL, at) == STRAIT_OK, "%s = %s", key, value);
    }
}

strait_case *small_case(strait_ctx *cx, const struct small_record *records)
{
    strait_case *c = case_new();
    struct source_file file = { "small.cfg", "" };

    ck_assert_ptr_nonnull(c);
    ck_assert_int_eq(VEC_PUSH(&c->files, file), STRAIT_OK);
    for (uint32_t i = 0; records[i].text != NULL; i++) {
        struct origin at = { 0, i + 1, NULL };
        size_t row = 0;

        if (records[i].kind != KIND_settings)
            ck_assert_int_eq(case_add(cx, c, records[i].kind, at, &row), STRAIT_OK);
        put(cx, c, records[i].kind, row, records[i].text, at);
    }
    if (case_finish(cx, c) != STRAIT_OK)
        ck_abort_msg("line %u: %s: %s", cx->faults.n > 0 ? cx->faults.v[0].line : 0,
                     cx->faults.n > 0 ? cx->faults.v[0].key : "", cx->faults.n > 0 ? cx->faults.v[0].text : cx->message);
    return c;
}
