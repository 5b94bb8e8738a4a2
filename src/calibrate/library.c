/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The shelves: accelerators and shapes, read from the built-in tables, a case and a sheet beside the rows. */
#include "calibrate/library.h"

#include <ctype.h>
#include <string.h>

#include "calibrate/sheet.h"
#include "input/built_in.h"

static int64_t whole(const struct sheet *s, const char *name)
{
    return (int64_t)sheet_count(s, name);
}

static struct accelerator chip_row(const struct library *l, const struct sheet *s)
{
    return (struct accelerator){
        .name = arena_strdup(l->arena, sheet_text(s, "name")), .family = arena_strdup(l->arena, sheet_text(s, "family")),
        .bf16 = sheet_count(s, "bf16"), .fp8 = sheet_count(s, "fp8"),
        .fp4 = sheet_count(s, "fp4"), .int8 = sheet_count(s, "int8"),
        .memory = sheet_count(s, "memory"), .memory_bandwidth = sheet_count(s, "memory_bandwidth"),
        .scaleup_size = whole(s, "scaleup_size"),
        .scaleup_bandwidth = sheet_count(s, "scaleup_bandwidth"),
        .scaleout_bandwidth = sheet_count(s, "scaleout_bandwidth"),
        .failures = sheet_count(s, "failures"),
    };
}

static strait_status add_chips(struct library *l, const char *name)
{
    static const char *const need[] = { "name", "family", "bf16", "memory", "memory_bandwidth", NULL };
    struct sheet s = { 0 };
    size_t n;
    char *text = built_in_text(l->arena, name, &n);
    strait_status st = STRAIT_OK;
    bool more = true;

    if (text == NULL)
        return cx_nomem(l->cx);
    TRY(sheet_begin(&s, l->cx, name, text, n, need));
    while (st == STRAIT_OK && more) {
        TRY(sheet_next(&s, &more));
        if (more && VEC_PUSH(&l->chip, chip_row(l, &s)) != STRAIT_OK)
            st = cx_nomem(l->cx);
    }
out:
    sheet_end(&s);
    return st;
}

/* Words of the published layout: "GQA+SWA", "MLA+DSA", "compressed/sparse MQA", "GQA+linear", "MFA". */
static void read_attention(struct model *m, const char *word)
{
    m->attention = strncmp(word, "MLA", 3) == 0 ? ATTN_MLA : strncmp(word, "MHA", 3) == 0 ? ATTN_MHA
                   : strstr(word, "MQA") != NULL || strcmp(word, "MFA") == 0 ? ATTN_MQA : ATTN_GQA;
    m->full_attention = 1;
    if (strstr(word, "SWA") != NULL) {         /* every other layer sees 128 tokens (gpt-oss) */
        m->full_attention = 0.5;
        m->window = 128;
    } else if (strstr(word, "linear") != NULL) {
        m->full_attention = 0.25;              /* one layer in four is full (Qwen3-Next, Qwen3.5) */
    }
    if (strstr(word, "DSA") != NULL || strstr(word, "sparse") != NULL)
        m->sparse = 2048;                      /* top-k of the indexer (DeepSeek-V3.2) */
}

static struct model shape_row(const struct sheet *s)
{
    struct model m = {
        .total_params = sheet_count(s, "total_params_b"), .active_params = sheet_count(s, "active_params_b"),
        .layers = whole(s, "layers"), .hidden = whole(s, "hidden"),
        .heads = whole(s, "heads"), .kv_heads = whole(s, "kv_heads"),
        .head_dim = whole(s, "head_dim"), .vocab = whole(s, "vocab"),
        .kv_bytes_per_token = sheet_count(s, "kv_bytes_per_token_bf16"),
        .experts = whole(s, "experts"), .experts_active = whole(s, "experts_active"),
        .expert_width = whole(s, "moe_ffn_hidden"),
    };

    read_attention(&m, sheet_text(s, "attention"));
    return m;
}

/**
 * Add the shapes of a sheet; they win over those of the same name that are there.
 *
 * @param bytes  n and a NUL, cut in place, borrowed for the call
 * @return STRAIT_OK, STRAIT_EINPUT (faults), STRAIT_ENOMEM.  Test: tests/unit/check_points.c
 */
strait_status library_add_shapes(struct library *l, const char *file, char *bytes, size_t n)
{
    static const char *const need[] = { "name", "total_params_b", "active_params_b", "layers", "hidden", NULL };
    struct sheet s = { 0 };
    strait_status st = STRAIT_OK;
    bool more = true;

    TRY(sheet_begin(&s, l->cx, file, bytes, n, need));
    while (st == STRAIT_OK && more) {
        struct shape_row row;

        TRY(sheet_next(&s, &more));
        if (!more)
            break;
        row = (struct shape_row){ arena_strdup(l->arena, sheet_text(&s, "name")), shape_row(&s) };
        if (row.name == NULL || VEC_PUSH(&l->shape, row) != STRAIT_OK)
            st = cx_nomem(l->cx);
    }
out:
    sheet_end(&s);
    return st;
}

static strait_status add_case(struct library *l, const strait_case *c)
{
    for (size_t i = 0; c != NULL && i < c->accelerator.n; i++)
        if (VEC_PUSH(&l->chip, c->accelerator.v[i]) != STRAIT_OK)
            return cx_nomem(l->cx);
    for (size_t i = 0; c != NULL && i < c->model.n; i++)
        if (VEC_PUSH(&l->shape, ((struct shape_row){ c->model.v[i].name, c->model.v[i] })) != STRAIT_OK)
            return cx_nomem(l->cx);
    return STRAIT_OK;
}

/**
 * A library of the built-in chips and shapes, with those of a case over them.
 *
 * @param c    borrowed while the library lives; NULL: built-in only
 * @param out  owned by the caller
 * @return STRAIT_OK, STRAIT_ENOMEM
 */
strait_status library_new(strait_ctx *cx, const strait_case *c, struct library **out)
{
    struct library *l = mem_calloc(1, sizeof *l);
    strait_status st = STRAIT_OK;
    char *text;
    size_t n;

    if (l == NULL)
        return cx_nomem(cx);
    l->cx = cx;
    l->arena = arena_new();
    TRY(l->arena != NULL ? STRAIT_OK : cx_nomem(cx));
    TRY(add_chips(l, "accelerators.csv"));
    TRY(add_chips(l, "calibration/accelerators.csv"));
    text = built_in_text(l->arena, "calibration/models.csv", &n);
    TRY(text != NULL ? library_add_shapes(l, "models.csv", text, n) : cx_nomem(cx));
    TRY(add_case(l, c));
    *out = l;
    l = NULL;
out:
    library_free(l);
    return st;
}

void library_free(struct library *l)
{
    if (l == NULL)
        return;
    VEC_FREE(&l->chip);
    VEC_FREE(&l->shape);
    arena_free(l->arena);
    mem_free(l);
}

/* Do two names have the same letters and digits, in any case? */
static bool alike(const char *a, const char *b)
{
    for (;; a++, b++) {
        while (*a != '\0' && !isalnum((unsigned char)*a))
            a++;
        while (*b != '\0' && !isalnum((unsigned char)*b))
            b++;
        if (*a == '\0' || *b == '\0' || tolower((unsigned char)*a) != tolower((unsigned char)*b))
            return *a == *b;
    }
}

const struct model *library_shape(const struct library *l, const char *name)
{
    for (size_t i = l->shape.n; *name != '\0' && i > 0; i--)
        if (strcmp(l->shape.v[i - 1].name, name) == 0)
            return &l->shape.v[i - 1].m;
    for (size_t i = l->shape.n; *name != '\0' && i > 0; i--)
        if (alike(l->shape.v[i - 1].name, name))
            return &l->shape.v[i - 1].m;
    return NULL;
}
