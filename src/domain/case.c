/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tables of a case: making, adding rows, finding them, and where they came from. */
#include "domain/room.h"

#include <math.h>
#include <string.h>

/* The settings are one record and no table; every other kind has its table under its own id. */
#define settings settings_unused_

static void *table_of(const strait_case *c, enum kind k, size_t *n)
{
    switch (k) {
#define KIND_BEGIN(id, plural, doc)                                                                                \
    case KIND_##id:                                                                                                \
        *n = c->id.n;                                                                                              \
        return c->id.v;
#define FIELD(kind, member, TYPE, unit, dflt, lo, hi, extra, doc)
#define KIND_END(id)
#include "domain/fields.def"
#undef KIND_BEGIN
#undef KIND_END
    default:
        *n = 0;
        return NULL;
    }
}

/* Room for one row more; counts it. */
static strait_status table_grow(strait_case *c, enum kind k, size_t size)
{
    switch (k) {
#define KIND_BEGIN(id, plural, doc)                                                                                \
    case KIND_##id:                                                                                                \
        if (vec_reserve((void **)&c->id.v, &c->id.cap, c->id.n + 1, size) != STRAIT_OK)                            \
            return STRAIT_ENOMEM;                                                                                  \
        c->id.n++;                                                                                                 \
        return STRAIT_OK;
#define KIND_END(id)
#include "domain/fields.def"
#undef KIND_BEGIN
#undef KIND_END
    default:
        return STRAIT_ENOMEM;
    }
}

static void tables_free(strait_case *c)
{
#define KIND_BEGIN(id, plural, doc) mem_free(c->id.v);
#define KIND_END(id)
#include "domain/fields.def"
#undef KIND_BEGIN
#undef KIND_END
#undef FIELD
}

#undef settings

/** Has the kind a NAME, by which paths and references find its rows? */
bool kind_is_named(enum kind k)
{
    return kind_desc(k)->field[0].type == TYPE_NAME;
}

/** Row `row` of a kind, borrowed until the next case_add of that kind. */
void *case_row(const strait_case *c, enum kind k, size_t row)
{
    size_t n;
    char *v = table_of(c, k, &n);

    if (k != KIND_settings)
        return v + row * kind_desc(k)->size;
    /* The caller of a const case must not write through this; a record has no const twin to return. */
    return (void *)(uintptr_t)(const void *)&c->settings;
}

/** Rows of a kind; the settings are one. */
size_t case_rows(const strait_case *c, enum kind k)
{
    size_t n;

    table_of(c, k, &n);
    return k == KIND_settings ? 1 : n;
}

void *field_ptr(const strait_case *c, enum kind k, size_t row, const struct field_desc *fd)
{
    return (char *)case_row(c, k, row) + fd->offset;
}

uint64_t *given_ptr(const strait_case *c, enum kind k, size_t row)
{
    return (uint64_t *)(void *)((char *)case_row(c, k, row) + kind_desc(k)->given_offset);
}

struct origin *origin_ptr(const strait_case *c, enum kind k, size_t row)
{
    return (struct origin *)(void *)((char *)case_row(c, k, row) + kind_desc(k)->origin_offset);
}

bool field_given(const strait_case *c, enum kind k, size_t row, size_t i_field)
{
    return (*given_ptr(c, k, row) >> i_field & 1) != 0;
}

bool field_has_value(const strait_case *c, enum kind k, size_t row, size_t i_field)
{
    const struct field_desc *fd = &kind_desc(k)->field[i_field];
    const void *p = field_ptr(c, k, row, fd);

    switch (fd->type) {
    case TYPE_NAME: case TYPE_TEXT: return *(const char *const *)p != NULL;
    case TYPE_NUMBER: return !isnan(*(const double *)p);
    case TYPE_INTEGER: case TYPE_DATE: return *(const int64_t *)p != INT64_MIN;
    case TYPE_ENUM: case TYPE_REF: return *(const int *)p != -1;
    case TYPE_LIST: return ((const struct name_list *)p)->n > 0;
    case TYPE_EXPR: return *(struct expr *const *)p != NULL;
    case TYPE_BOOL: break;
    }
    return true;
}

/* Back to "not given". */
void field_clear(strait_case *c, enum kind k, size_t row, size_t i_field)
{
    const struct field_desc *fd = &kind_desc(k)->field[i_field];
    void *p = field_ptr(c, k, row, fd);

    switch (fd->type) {
    case TYPE_NAME: case TYPE_TEXT: *(const char **)p = NULL; break;
    case TYPE_NUMBER: *(double *)p = (double)NAN; break;
    case TYPE_INTEGER: case TYPE_DATE: *(int64_t *)p = INT64_MIN; break;
    case TYPE_ENUM: case TYPE_REF: *(int *)p = -1; break;
    case TYPE_LIST: *(struct name_list *)p = (struct name_list){0, NULL}; break;
    case TYPE_EXPR: *(struct expr **)p = NULL; break;
    case TYPE_BOOL: *(bool *)p = false; break;
    }
    *given_ptr(c, k, row) &= ~(UINT64_C(1) << i_field);
}

static void clear_record(strait_case *c, enum kind k, size_t row, struct origin at)
{
    memset(case_row(c, k, row), 0, kind_desc(k)->size);
    for (size_t i = 0; i < kind_desc(k)->n_field; i++)
        field_clear(c, k, row, i);
    *origin_ptr(c, k, row) = (struct origin){.file = at.file, .line = at.line};
}

/** A case without rows, settings not given; NULL when out of memory.  Free with case_free. */
strait_case *case_new(void)
{
    strait_case *c = mem_calloc(1, sizeof *c);

    if (c == NULL)
        return NULL;
    c->arena = arena_new();
    c->draft = mem_calloc(1, sizeof *c->draft);
    if (c->arena == NULL || c->draft == NULL) {
        case_free(c);
        return NULL;
    }
    c->draft->names.arena = c->arena;
    clear_record(c, KIND_settings, 0, (struct origin){0});
    return c;
}

/** Free a case and all that it holds; NULL is fine. */
void case_free(strait_case *c)
{
    if (c == NULL)
        return;
    tables_free(c);
    VEC_FREE(&c->files);
    if (c->draft != NULL) {
        symbols_free(&c->draft->names);
        for (int k = 0; k < N_KIND; k++)
            mem_free(c->draft->named[k]);
        VEC_FREE(&c->draft->labels);
        VEC_FREE(&c->draft->money);
        mem_free(c->draft);
    }
    arena_free(c->arena);
    mem_free(c);
}

/**
 * Append an empty record of a kind (not of the settings, which are always there); defaults come with case_finish.
 *
 * @param at   file and line of the record
 * @param row  gets its row
 * @return STRAIT_OK, STRAIT_ENOMEM
 */
strait_status case_add(strait_ctx *cx, strait_case *c, enum kind k, struct origin at, size_t *row)
{
    size_t n = case_rows(c, k);

    if (n >= INT32_MAX || table_grow(c, k, kind_desc(k)->size) != STRAIT_OK)
        return cx_nomem(cx);
    clear_record(c, k, n, at);
    *row = n;
    return STRAIT_OK;
}

const char *row_name(const strait_case *c, enum kind k, size_t row)
{
    if (!kind_is_named(k) || row >= case_rows(c, k))
        return NULL;
    return *(const char *const *)field_ptr(c, k, row, &kind_desc(k)->field[0]);
}

/** Row of the record with this name, or -1.  O(1) after case_finish, O(rows) before. */
int case_find(const strait_case *c, enum kind k, const char *name)
{
    uint32_t symbol = symbol_find(&c->draft->names, name);
    size_t n = case_rows(c, k);

    if (symbol == SYMBOL_NONE || !kind_is_named(k))
        return -1;
    if (c->draft->named[k] != NULL)
        return symbol < c->draft->n_named ? c->draft->named[k][symbol] : -1;
    for (size_t i = 0; i < n; i++)
        if (row_name(c, k, i) == c->draft->names.v[symbol])
            return (int)i;
    return -1;
}

static const char *file_name(const strait_case *c, uint32_t file)
{
    if (file >= LABEL_BASE)
        return c->draft->labels.v[file - LABEL_BASE];
    return file < c->files.n ? c->files.v[file].path : "";
}

/**
 * File and line of a field, or of its record when i_field is -1; of "--set" the line is its number.
 *
 * @param file  gets a borrowed name, "" when unknown
 */
void case_origin(const strait_case *c, enum kind k, size_t row, int i_field, const char **file, unsigned *line)
{
    const struct origin *o = origin_ptr(c, k, row);
    size_t n = kind_desc(k)->n_field;

    *file = file_name(c, o->file);
    *line = o->line;
    if (i_field < 0 || o->field_line == NULL || !field_given(c, k, row, (size_t)i_field))
        return;
    *line = o->field_line[i_field];
    *file = file_name(c, o->field_line[n + (size_t)i_field]);
}

/* Remember where a field came from: lines of all fields, then their files; nothing when it is the record's own line. */
strait_status field_mark(strait_case *c, enum kind k, size_t row, size_t i_field, struct origin at)
{
    struct origin *o = origin_ptr(c, k, row);
    size_t n = kind_desc(k)->n_field;

    if (o->field_line == NULL && at.file == o->file && at.line == o->line)
        return STRAIT_OK;
    if (o->field_line == NULL) {
        o->field_line = arena_alloc(c->arena, 2 * n, sizeof *o->field_line);
        if (o->field_line == NULL)
            return STRAIT_ENOMEM;
        for (size_t i = 0; i < n; i++) {
            o->field_line[i] = o->line;
            o->field_line[n + i] = o->file;
        }
    }
    o->field_line[i_field] = at.line;
    o->field_line[n + i_field] = at.file;
    return STRAIT_OK;
}
