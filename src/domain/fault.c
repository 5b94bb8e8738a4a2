/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Faults of a case: who is meant, where it stands, and in what order they are told. */
#include "domain/room.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/**
 * The path of a field as `--set` takes it: "offers.johor.price", "demands.#7.from", "case.start"; of the record when
 * i_field is NO_FIELD.
 *
 * @param buf  gets at most n - 1 characters; n > 0
 */
void fault_key(const strait_case *c, enum kind k, size_t row, size_t i_field, char *buf, size_t n)
{
    const struct kind_desc *kd = kind_desc(k);
    const char *name = row_name(c, k, row);
    size_t used;

    if (k == KIND_settings)
        snprintf(buf, n, "%s", kd->plural);
    else if (name != NULL)
        snprintf(buf, n, "%s.%s", kd->plural, name);
    else
        snprintf(buf, n, "%s.#%zu", kd->plural, row + 1);
    used = strlen(buf);
    if (i_field != NO_FIELD)
        snprintf(buf + used, n - used, ".%s", kd->field[i_field].key);
}

/** "FILE:LINE" of a record into buf, or its label alone. */
void fault_where(const strait_case *c, enum kind k, size_t row, char *buf, size_t n)
{
    const char *file;
    unsigned line;

    case_origin(c, k, row, -1, &file, &line);
    if (line == 0)
        snprintf(buf, n, "%s", file);
    else
        snprintf(buf, n, "%s:%u", file, line);
}

PRINTF_LIKE(10, 0)
static strait_status fault_va(strait_ctx *cx, const strait_case *c, enum severity sev, enum kind k, size_t row,
                              size_t i_field, struct place at, const char *value, const char *allowed,
                              const char *fmt, va_list ap)
{
    char key[256], text[1024];

    fault_key(c, k, row, i_field, key, sizeof key);
    vsnprintf(text, sizeof text, fmt, ap);
    return cx_fault(cx, sev, at.file, at.line, key, value, allowed, "%s", text);
}

/** Collect a fault of a field that stands at `at`; see cx_fault for value, allowed and fmt. */
strait_status fault_at(strait_ctx *cx, const strait_case *c, enum severity sev, enum kind k, size_t row,
                       size_t i_field, struct place at, const char *value, const char *allowed, const char *fmt, ...)
{
    strait_status st;
    va_list ap;

    va_start(ap, fmt);
    st = fault_va(cx, c, sev, k, row, i_field, at, value, allowed, fmt, ap);
    va_end(ap);
    return st;
}

/* What a field takes, for faults that say no more than that it is not so. */
static const char *allowed_of(const struct field_desc *fd, char *buf, size_t n)
{
    switch (fd->type) {
    case TYPE_NUMBER: case TYPE_INTEGER: value_range(fd, buf, n); return buf;
    case TYPE_ENUM: words_list(fd->extra, buf, n); return buf;
    case TYPE_REF: snprintf(buf, n, "the name of one of %s", kind_desc((enum kind)fd->ref_kind)->plural); return buf;
    case TYPE_DATE: return "YYYY-MM-DD or YYYY-MM-DDTHH:MMZ";
    case TYPE_BOOL: return "true or false";
    case TYPE_NAME: return "a name";
    case TYPE_TEXT: return "a text";
    case TYPE_LIST: return "a list of texts";
    case TYPE_EXPR: break;
    }
    return "a predicate such as site.country == 'SG'";
}

/** Collect a fault of a field at its own origin, with its value where it has one; allowed NULL: what the field takes. */
strait_status fault_field(strait_ctx *cx, const strait_case *c, enum severity sev, enum kind k, size_t row,
                          size_t i_field, const char *allowed, const char *fmt, ...)
{
    struct place at;
    strait_status st;
    str value = {0};
    char own[256];
    va_list ap;

    if (allowed == NULL && i_field != NO_FIELD)
        allowed = allowed_of(&kind_desc(k)->field[i_field], own, sizeof own);
    case_origin(c, k, row, i_field == NO_FIELD ? -1 : (int)i_field, &at.file, &at.line);
    if (i_field != NO_FIELD)
        value_print(c, k, row, i_field, &value);
    va_start(ap, fmt);
    st = value.failed ? cx_nomem(cx)
                      : fault_va(cx, c, sev, k, row, i_field, at, value.n == 0 ? NULL : value.s, allowed, fmt, ap);
    va_end(ap);
    str_free(&value);
    return st;
}

struct ranked { size_t file, index; struct fault fault; };

static int compare_ranked(const void *a, const void *b)
{
    const struct ranked *x = a, *y = b;

    if (x->file != y->file)
        return x->file < y->file ? -1 : 1;
    if (x->fault.line != y->fault.line)
        return x->fault.line < y->fault.line ? -1 : 1;
    return x->index < y->index ? -1 : x->index > y->index;
}

/* Files in the order they were read; labels and unknown files after them. */
static size_t file_rank(const strait_case *c, const char *file, size_t last)
{
    if (last < c->files.n && strcmp(c->files.v[last].path, file) == 0)
        return last;
    for (size_t i = 0; i < c->files.n; i++)
        if (strcmp(c->files.v[i].path, file) == 0)
            return i;
    return c->files.n;
}

/** Order the context's faults by file and line; those of one line stay in the order found.  STRAIT_ENOMEM. */
strait_status faults_sort(strait_ctx *cx, const strait_case *c)
{
    struct ranked *v = mem_calloc(cx->faults.n, sizeof *v);

    if (v == NULL)
        return cx_nomem(cx);
    for (size_t i = 0; i < cx->faults.n; i++)
        v[i] = (struct ranked){file_rank(c, cx->faults.v[i].file, i == 0 ? 0 : v[i - 1].file), i, cx->faults.v[i]};
    qsort(v, cx->faults.n, sizeof *v, compare_ranked);
    for (size_t i = 0; i < cx->faults.n; i++)
        cx->faults.v[i] = v[i].fault;
    mem_free(v);
    return STRAIT_OK;
}
