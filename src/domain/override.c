/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Overrides: "path=value" and "path*=factor", from --set and from scenarios. */
#include "domain/room.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* The index of a label among the origins, made if new. */
static strait_status label_index(strait_case *c, const char *label, uint32_t *index)
{
    const char *copy;

    for (size_t i = 0; i < c->draft->labels.n; i++)
        if (strcmp(c->draft->labels.v[i], label) == 0) {
            *index = LABEL_BASE + (uint32_t)i;
            return STRAIT_OK;
        }
    copy = arena_strdup(c->arena, label);
    if (copy == NULL)
        return STRAIT_ENOMEM;
    *index = LABEL_BASE + (uint32_t)c->draft->labels.n;
    return VEC_PUSH(&c->draft->labels, copy);
}

static bool is_number(const struct field_desc *fd)
{
    return fd->type == TYPE_NUMBER || fd->type == TYPE_INTEGER;
}

/* The field's own default where it was not given, so that there is something to multiply. */
static strait_status fill_default(const struct parse *p)
{
    struct parse own = *p;
    struct value v;
    strait_status st;

    if (field_has_value(p->c, p->kind, p->row, p->i_field) || p->fd->dflt[0] == '\0' || p->fd->dflt[0] == '!')
        return STRAIT_OK;
    own.text = p->fd->dflt;
    st = value_parse(&own, &v);
    if (st == STRAIT_OK)
        value_store(p->c, p->kind, p->row, p->i_field, &v);
    return st;
}

static strait_status multiply(const struct parse *p, double factor, struct origin at)
{
    void *field = field_ptr(p->c, p->kind, p->row, p->fd);
    char range[128];
    double x;
    strait_status st = fill_default(p);

    if (st != STRAIT_OK)
        return st;
    if (p->fd->type == TYPE_NUMBER)
        x = *(double *)field * factor;
    else
        x = nearbyint((double)*(int64_t *)field * factor);
    if (!value_in_range(p->fd, x)) {
        value_range(p->fd, range, sizeof range);
        return value_fault(p, range, "makes it out of range");
    }
    if (p->fd->type == TYPE_NUMBER)
        *(double *)field = x;
    else
        *(int64_t *)field = (int64_t)x;
    *given_ptr(p->c, p->kind, p->row) |= UINT64_C(1) << p->i_field;
    return field_mark(p->c, p->kind, p->row, p->i_field, at) == STRAIT_OK ? STRAIT_OK : cx_nomem(p->cx);
}

/* One factor on one field or on all rows that have a value. */
static strait_status override_times(struct parse *p, const struct path *path, struct origin at)
{
    static const struct field_desc any = {"factor", "", "", "", "", TYPE_NUMBER, -1e300, 1e300, 0, -1};
    const struct field_desc *fd = p->fd;
    size_t n = path->all ? case_rows(p->c, path->kind) : path->row + 1, done = 0;
    struct value factor;
    strait_status st;

    if (!is_number(fd))
        return value_fault(p, "only numbers can", "cannot be multiplied");
    p->fd = &any;
    st = value_parse(p, &factor);
    p->fd = fd;
    for (p->row = path->row; p->row < n && st == STRAIT_OK; p->row++) {
        bool fixed = fd->dflt[0] != '\0' && fd->dflt[0] != '!';

        if (!fixed && !field_has_value(p->c, p->kind, p->row, p->i_field))
            continue;
        st = multiply(p, factor.u.number, at);
        done++;
    }
    p->row = path->row;
    if (st == STRAIT_OK && done == 0)
        return value_fault(p, "a field that has a value", "has nothing to multiply");
    return st;
}

static strait_status override_set(struct parse *p, const struct path *path, struct origin at)
{
    size_t n = path->all ? case_rows(p->c, path->kind) : path->row + 1;
    strait_status st = STRAIT_OK;

    if (p->fd->type == TYPE_NAME)
        return value_fault(p, "everything but names", "would rename a record");
    for (size_t row = path->row; row < n && st == STRAIT_OK; row++) {
        if (p->text[0] == '\0')
            field_clear(p->c, p->kind, row, p->i_field);
        else
            st = field_set(p->cx, p->c, p->kind, row, p->i_field, p->text, NULL, at);
    }
    return st;
}

/* The message of path_parse as a fault, its path as the key. */
static strait_status path_fault(strait_ctx *cx, const char *path, size_t n, struct place at)
{
    const char *text = cx->message;
    char key[256];
    strait_status st;

    snprintf(key, sizeof key, "%.*s", n < sizeof key ? (int)n : (int)sizeof key - 1, path);
    if (strncmp(text, key, strlen(key)) == 0 && strncmp(text + strlen(key), ": ", 2) == 0)
        text += strlen(key) + 2;
    st = cx_fault(cx, SEV_ERROR, at.file, at.line, key, path, "PLURAL.NAME.KEY=value or KEY=value", "%s", text);
    return st == STRAIT_OK ? STRAIT_EINPUT : st;
}

/**
 * Apply one override; see domain.h for the forms.  An empty value makes a field not given.
 *
 * @param label  origin of the fault and of the field: "--set", or the file of a scenario
 * @param line   its number among the overrides, or the scenario's line
 * @return STRAIT_OK; STRAIT_EINPUT when a fault was recorded; STRAIT_ENOMEM
 * Test: tests/unit/check_value.c
 */
strait_status case_override(strait_ctx *cx, strait_case *c, const char *path_value, const char *label, unsigned line)
{
    struct parse p = {.cx = cx, .c = c, .at = {label, line}};
    struct origin at = {.line = line};
    struct path path;
    bool times;
    size_t n;
    strait_status st;

    if (!override_split(path_value, &n, &p.text, &times)) {
        st = cx_fault(cx, SEV_ERROR, label, line, NULL, path_value, "path=value", "is not an override");
        return st == STRAIT_OK ? STRAIT_EINPUT : st;
    }
    st = path_parse(cx, c, path_value, n, &path);
    if (st == STRAIT_EUSAGE)
        return path_fault(cx, path_value, n, p.at);
    if (st != STRAIT_OK)
        return st;
    if (label_index(c, label, &at.file) != STRAIT_OK)
        return cx_nomem(cx);
    p.kind = path.kind;
    p.row = path.row;
    p.i_field = path.i_field;
    p.fd = &kind_desc(path.kind)->field[path.i_field];
    return times ? override_times(&p, &path, at) : override_set(&p, &path, at);
}
