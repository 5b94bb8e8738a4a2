/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The reference of the input, from the descriptors that loading itself uses. */
#include <stdio.h>
#include <string.h>
#include "api/tables.h"
#include "base/str.h"

static const char *const type_word[] = {
    [TYPE_NAME] = "name", [TYPE_TEXT] = "text", [TYPE_NUMBER] = "number", [TYPE_INTEGER] = "whole number",
    [TYPE_BOOL] = "true or false", [TYPE_DATE] = "date", [TYPE_ENUM] = "word", [TYPE_REF] = "name",
    [TYPE_LIST] = "list", [TYPE_EXPR] = "expression",
};

#define OPEN 1e299   /* fields.def writes an open end as 1e300 */

static void range(str *b, const struct field_desc *f)
{
    if (f->hi < OPEN && f->lo > -OPEN)
        str_printf(b, "%.10g to %.10g", f->lo, f->hi);
    else if (f->lo > -OPEN)
        str_printf(b, "%.10g or more", f->lo);
}

/* What a value may be, in words. */
static void allowed(str *b, const struct field_desc *f)
{
    str_puts(b, "");
    if (f->type == TYPE_NUMBER || f->type == TYPE_INTEGER)
        range(b, f);
    else if (f->type == TYPE_ENUM)
        for (const char *s = f->extra; *s; s++)
            str_puts(b, *s == '|' ? ", " : (char[]){*s, '\0'});
    else if (f->type == TYPE_REF)
        str_printf(b, "a row of %s", kind_desc((enum kind)f->ref_kind)->plural);
    else if (f->type == TYPE_DATE)
        str_puts(b, "YYYY-MM-DD or YYYY-MM-DDTHH:MMZ");
}

static strait_status add_field(strait_table *t, const struct kind_desc *k, const struct field_desc *f)
{
    const char *dflt = strcmp(f->dflt, "!") == 0 ? "required" : f->dflt;
    str words = {0};
    strait_status st;

    allowed(&words, f);
    st = words.failed ? STRAIT_ENOMEM
                      : table_add(t, k->plural, f->key, type_word[f->type], f->unit, dflt, words.s, f->doc);
    str_free(&words);
    return st;
}

/**
 * The documentation of every key and column of the input.
 *
 * @param out  owned by the caller; columns kind, key, type, unit, default, allowed, doc
 * @return STRAIT_OK, STRAIT_ENOMEM
 * Test: tests/unit/check_api.c
 */
strait_status fields_table(strait_table **out)
{
    static const struct column_def def[] = {
        {"kind", STRAIT_TEXT, ""}, {"key", STRAIT_TEXT, ""}, {"type", STRAIT_TEXT, ""}, {"unit", STRAIT_TEXT, ""},
        {"default", STRAIT_TEXT, ""}, {"allowed", STRAIT_TEXT, ""}, {"doc", STRAIT_TEXT, ""}, {NULL, STRAIT_TEXT, NULL},
    };
    strait_status st = STRAIT_OK;
    strait_table *t = NULL;

    TRY(table_new(&t, "fields", def));
    for (int i = 0; i < N_KIND; i++) {
        const struct kind_desc *k = kind_desc((enum kind)i);
        TRY(table_add(t, k->plural, "", "table", "", "", "", k->doc));
        for (size_t j = 0; j < k->n_field; j++)
            TRY(add_field(t, k, &k->field[j]));
    }
    *out = t;
    t = NULL;
out:
    table_free(t);
    return st;
}
