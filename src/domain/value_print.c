/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A field's value as text, in the form and unit in which it would be read again. */
#include "domain/room.h"

#include <inttypes.h>
#include <math.h>

static void print_ref(const strait_case *c, const struct field_desc *fd, int ref, str *b)
{
    const char *name = NULL;

    if (ref < -1)
        name = c->draft->names.v[ref_symbol(ref)];
    else if (ref >= 0)
        name = row_name(c, (enum kind)fd->ref_kind, (size_t)ref);
    if (name != NULL)
        str_puts(b, name);
}

static void print_list(const struct name_list *list, str *b)
{
    for (size_t i = 0; i < list->n; i++) {
        if (i > 0)
            str_putc(b, '|');
        str_puts(b, list->v[i]);
    }
}

static void print_word(const struct field_desc *fd, int word, str *b)
{
    struct word w[WORDS_MAX];
    size_t n = words_split(fd->extra, w);

    if (word >= 0 && (size_t)word < n)
        str_put(b, w[word].s, w[word].n);
}

static void print_date(int64_t date, str *b)
{
    char text[24];

    if (date == INT64_MAX)
        return;
    date_format(date, text);
    str_puts(b, text);
}

/** Append the value of a field; nothing where there is none. */
void value_print(const strait_case *c, enum kind k, size_t row, size_t i_field, str *b)
{
    const struct field_desc *fd = &kind_desc(k)->field[i_field];
    const void *p = field_ptr(c, k, row, fd);

    if (!field_has_value(c, k, row, i_field))
        return;
    switch (fd->type) {
    case TYPE_NAME: case TYPE_TEXT: str_puts(b, *(const char *const *)p); break;
    case TYPE_NUMBER: str_real(b, *(const double *)p); break;
    case TYPE_INTEGER: str_printf(b, "%" PRId64, *(const int64_t *)p); break;
    case TYPE_BOOL: str_puts(b, *(const bool *)p ? "true" : "false"); break;
    case TYPE_DATE: print_date(*(const int64_t *)p, b); break;
    case TYPE_ENUM: print_word(fd, *(const int *)p, b); break;
    case TYPE_REF: print_ref(c, fd, *(const int *)p, b); break;
    case TYPE_LIST: print_list(p, b); break;
    case TYPE_EXPR: str_puts(b, expr_text(*(struct expr *const *)p)); break;
    }
}

/**
 * The value at a path as text in the canonical unit, "" where it is not given; see domain.h.
 *
 * @param text  gets a text that lives as long as the case
 * @return STRAIT_OK; STRAIT_EUSAGE for a path that names nothing, or all rows; STRAIT_ENOMEM
 * Test: tests/unit/check_value.c
 */
strait_status case_get(strait_ctx *cx, const strait_case *c, const char *path, const char **text)
{
    struct path at;
    str b = {0};
    const char *copy;
    size_t n = 0;
    strait_status st;

    while (path[n] != '\0')
        n++;
    st = path_parse(cx, c, path, n, &at);
    if (st == STRAIT_OK && at.all)
        st = cx_fail(cx, STRAIT_EUSAGE, "%s: names all rows; name one", path);
    if (st != STRAIT_OK)
        return st;
    value_print(c, at.kind, at.row, at.i_field, &b);
    copy = b.failed ? NULL : arena_strndup(c->arena, b.n == 0 ? "" : b.s, b.n);
    str_free(&b);
    if (copy == NULL)
        return cx_nomem(cx);
    *text = copy;
    return STRAIT_OK;
}
