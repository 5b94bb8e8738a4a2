/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A user's text for one field: parse, check, store. */
#include "domain/room.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define EXPR_TEXT_MAX 4096

/**
 * Collect a fault about the text being parsed.
 *
 * @return STRAIT_EINPUT, or STRAIT_ENOMEM
 */
strait_status value_fault(const struct parse *p, const char *allowed, const char *fmt, ...)
{
    char text[512];
    va_list ap;
    strait_status st;

    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    st = fault_at(p->cx, p->c, SEV_ERROR, p->kind, p->row, p->i_field, p->at, p->text, allowed, "%s", text);
    return st == STRAIT_OK ? STRAIT_EINPUT : st;
}

/* The text as a symbol, so that equal texts are one pointer. */
static strait_status keep_text(const struct parse *p, uint32_t *symbol)
{
    *symbol = symbol_add(&p->c->draft->names, p->text, strlen(p->text));
    return *symbol == SYMBOL_NONE ? cx_nomem(p->cx) : STRAIT_OK;
}

static strait_status parse_name(const struct parse *p, struct value *out)
{
    uint32_t symbol;
    strait_status st;

    if (!text_is_name(p->text))
        return value_fault(p, "1 to 64 letters, digits, '_', '.' or '-', the first a letter or digit", "is not a name");
    st = keep_text(p, &symbol);
    if (st != STRAIT_OK)
        return st;
    if (p->fd->type == TYPE_REF)
        out->u.word = ref_pending(symbol);
    else
        out->u.text = p->c->draft->names.v[symbol];
    return STRAIT_OK;
}

static strait_status parse_text(const struct parse *p, struct value *out)
{
    uint32_t symbol;
    strait_status st;

    if (!text_is_printable(p->text, strlen(p->text)))
        return value_fault(p, "printable UTF-8 on one line", "holds a control character or is not UTF-8");
    st = keep_text(p, &symbol);
    if (st == STRAIT_OK)
        out->u.text = p->c->draft->names.v[symbol];
    return st;
}

static strait_status parse_bool(const struct parse *p, struct value *out)
{
    bool yes = strcmp(p->text, "true") == 0;

    if (!yes && strcmp(p->text, "false") != 0)
        return value_fault(p, "true or false", "is neither true nor false");
    out->u.flag = yes;
    return STRAIT_OK;
}

static strait_status parse_date(const struct parse *p, struct value *out)
{
    if (!date_parse(p->text, &out->u.integer))
        return value_fault(p, "YYYY-MM-DD or YYYY-MM-DDTHH:MMZ (UTC), 1990 to 2200", "is not a date");
    return STRAIT_OK;
}

static strait_status parse_enum(const struct parse *p, struct value *out)
{
    char allowed[256], near[32];

    out->u.word = words_find(p->fd->extra, p->text, strlen(p->text));
    if (out->u.word >= 0)
        return STRAIT_OK;
    words_list(p->fd->extra, allowed, sizeof allowed);
    if (words_nearest(p->fd->extra, p->text, near, sizeof near))
        return value_fault(p, allowed, "is not known (did you mean \"%s\"?)", near);
    return value_fault(p, allowed, "is not known");
}

static strait_status parse_expr(const struct parse *p, struct value *out)
{
    char key[256];

    if (strlen(p->text) > EXPR_TEXT_MAX)
        return value_fault(p, "at most 4096 characters", "is too long a predicate");
    fault_key(p->c, p->kind, p->row, p->i_field, key, sizeof key);
    return expr_compile(p->cx, p->c, p->text, p->at.file, p->at.line, key, &out->u.expr);
}

/**
 * Parse a text for a field: its form, its unit, its range.  References are checked by case_finish.
 *
 * @param out  gets the value; texts and lists are the case's
 * @return STRAIT_OK; STRAIT_EINPUT when a fault was recorded; STRAIT_ENOMEM
 * Test: tests/unit/check_value.c
 */
strait_status value_parse(const struct parse *p, struct value *out)
{
    static strait_status (*const parser[])(const struct parse *, struct value *) = {
        [TYPE_NAME] = parse_name, [TYPE_TEXT] = parse_text, [TYPE_NUMBER] = value_number,
        [TYPE_INTEGER] = value_integer, [TYPE_BOOL] = parse_bool, [TYPE_DATE] = parse_date,
        [TYPE_ENUM] = parse_enum, [TYPE_REF] = parse_name, [TYPE_LIST] = value_list, [TYPE_EXPR] = parse_expr,
    };

    memset(out, 0, sizeof *out);
    out->currency = SYMBOL_NONE;
    out->word = -1;
    if (p->text[0] == '\0' && p->fd->type != TYPE_LIST)
        return value_fault(p, "leave it out where there is none", "is empty");
    return parser[p->fd->type](p, out);
}

/** Put a parsed value into its field and mark it as given. */
void value_store(strait_case *c, enum kind k, size_t row, size_t i_field, const struct value *v)
{
    const struct field_desc *fd = &kind_desc(k)->field[i_field];
    void *p = field_ptr(c, k, row, fd);

    switch (fd->type) {
    case TYPE_NAME: case TYPE_TEXT: *(const char **)p = v->u.text; break;
    case TYPE_NUMBER: *(double *)p = v->u.number; break;
    case TYPE_INTEGER: case TYPE_DATE: *(int64_t *)p = v->u.integer; break;
    case TYPE_ENUM: case TYPE_REF: *(int *)p = v->u.word; break;
    case TYPE_LIST: *(struct name_list *)p = v->u.list; break;
    case TYPE_EXPR: *(struct expr **)p = v->u.expr; break;
    case TYPE_BOOL: *(bool *)p = v->u.flag; break;
    }
    *given_ptr(c, k, row) |= UINT64_C(1) << i_field;
}

/* Money waits for case_finish: the exchange rates may come after it.  A plain value after a foreign one cancels it. */
static strait_status note_money(strait_case *c, const struct money_entry *e, const struct value *v, bool before)
{
    if (v->currency == SYMBOL_NONE && v->word < 0 && !before)
        return STRAIT_OK;
    return VEC_PUSH(&c->draft->money, *e);
}

/** Parse and store one field; the work of case_set_field and case_override. */
strait_status field_set(strait_ctx *cx, strait_case *c, enum kind k, size_t row, size_t i_field, const char *text,
                        const char *unit, struct origin at)
{
    const struct field_desc *fd = &kind_desc(k)->field[i_field];
    bool before = field_given(c, k, row, i_field) || at.file >= LABEL_BASE;
    struct parse p = {cx, c, k, row, i_field, fd, text, unit, {"", at.line}};
    struct value v;
    strait_status st = field_mark(c, k, row, i_field, at);

    if (st != STRAIT_OK)
        return cx_nomem(cx);
    *given_ptr(c, k, row) |= UINT64_C(1) << i_field;   /* also when it fails: it is not missing */
    case_origin(c, k, row, (int)i_field, &p.at.file, &p.at.line);
    st = value_parse(&p, &v);
    if (st != STRAIT_OK)
        return st;
    if (fd->type == TYPE_NUMBER && (strncmp(fd->unit, "CUR", 3) == 0 || fd->extra[0] != '\0')) {
        struct money_entry e = {(uint32_t)row, v.currency, (uint16_t)k, (uint16_t)i_field, v.word};

        if (note_money(c, &e, &v, before) != STRAIT_OK)
            return cx_nomem(cx);
    }
    value_store(c, k, row, i_field, &v);
    return STRAIT_OK;
}

/**
 * Set one field of a record from the user's text; see domain.h.
 *
 * @param unit  unit of a table's column, or NULL: the canonical one, or the one after the number in the text
 * @param at    file (index into c->files) and line of the text
 * @return STRAIT_OK; STRAIT_EINPUT when a fault was recorded (the field stays as it was); STRAIT_ENOMEM
 * Test: tests/unit/check_value.c
 */
strait_status case_set_field(strait_ctx *cx, strait_case *c, enum kind k, size_t row, size_t i_field,
                             const char *text, const char *unit, struct origin at)
{
    return field_set(cx, c, k, row, i_field, text, unit, at);
}
