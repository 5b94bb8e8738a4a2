/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Descriptors of every kind and field, made from fields.def. */
#include "domain/domain.h"

#include <string.h>

/* A REF's key is the id of the kind it names. */
#define REF_KIND_REF(member) KIND_##member
#define REF_KIND_NAME(member) (-1)
#define REF_KIND_TEXT(member) (-1)
#define REF_KIND_NUMBER(member) (-1)
#define REF_KIND_INTEGER(member) (-1)
#define REF_KIND_BOOL(member) (-1)
#define REF_KIND_DATE(member) (-1)
#define REF_KIND_ENUM(member) (-1)
#define REF_KIND_LIST(member) (-1)
#define REF_KIND_EXPR(member) (-1)

#define KIND_BEGIN(id, plural, doc) static const struct field_desc id##_fields[] = {
#define FIELD(kind, member, TYPE, unit, dflt, lo, hi, extra, doc)                                                  \
    {#member, unit, dflt, extra, doc, TYPE_##TYPE, lo, hi, offsetof(struct kind, member), REF_KIND_##TYPE(member)},
#define KIND_END(id) };
#include "domain/fields.def"
#undef KIND_BEGIN
#undef FIELD
#undef KIND_END

static const struct kind_desc kinds[N_KIND] = {
#define KIND_BEGIN(id, plural, doc)                                                                                \
    {#id, #plural, doc, sizeof(struct id), N_FLD_##id, offsetof(struct id, origin), offsetof(struct id, given),      \
     id##_fields},
#define FIELD(kind, member, TYPE, unit, dflt, lo, hi, extra, doc)
#define KIND_END(id)
#include "domain/fields.def"
#undef KIND_BEGIN
#undef FIELD
#undef KIND_END
};

/**
 * The descriptor of a kind: its names, its size and its fields in the order of fields.def.  Static storage.
 *
 * Test: tests/unit/check_fields.c
 */
const struct kind_desc *kind_desc(enum kind k)
{
    return &kinds[k];
}

/** The kind whose table is called `plural` ("offers"; "case" for the settings), or -1. */
int kind_by_plural(const char *plural)
{
    for (int k = 0; k < N_KIND; k++)
        if (strcmp(kinds[k].plural, plural) == 0)
            return k;
    return -1;
}

/**
 * The field of a kind with this key, or NULL.
 *
 * @param index  gets its place in k->field; may be NULL
 */
const struct field_desc *field_by_key(const struct kind_desc *k, const char *key, size_t *index)
{
    for (size_t i = 0; i < k->n_field; i++) {
        if (strcmp(k->field[i].key, key) != 0)
            continue;
        if (index != NULL)
            *index = i;
        return &k->field[i];
    }
    return NULL;
}
