/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which rows are divided, dense or border, which columns link, and what each block touches. */
#include <stdlib.h>
#include "base/mem.h"
#include "solve/arrow_room.h"

static void block_free(struct block *b)
{
    mem_free(b->div);
    mem_free(b->dense);
    mem_free(b->ext);
    mem_free(b->couple0);
    mem_free(b->couple);
    mem_free(b->link);
    mem_free(b->sd);
    mem_free(b->c);
    mem_free(b->l);
    mem_free(b->x);
    mem_free(b->schur);
}

void arrow_order_free(struct arrow *w)
{
    for (int t = 0; w->block && t < w->a->n_block; t++)
        block_free(&w->block[t]);
    mem_free(w->block);
    mem_free(w->kind);
    mem_free(w->at);
    mem_free(w->by_block);
    mem_free(w->border);
    mem_free(w->link);
    mem_free(w->k);
    mem_free(w->kl);
    mem_free(w->s);
    mem_free(w->mark);
    mem_free(w->place);
    mem_free(w->entry);
    mem_free(w->bad);
    mem_free(w->work);
}

/* Of the rows of a block that one column touches, all but the first are dense: no two divided rows share a column. */
static void choose_kinds(struct arrow *w)
{
    const struct matrix *a = w->a;

    for (size_t i = 0; i < a->n_row; i++)
        w->kind[i] = a->row_block[i] < 0 ? ROW_BORDER : ROW_DIVIDED;
    for (size_t j = 0; j < a->n_col; j++) {
        int first = -1;
        if (a->col_block[j] < 0)
            continue;
        for (size_t k = a->start[j]; k < a->start[j + 1]; k++) {
            int i = a->row[k];
            if (w->kind[i] != ROW_DIVIDED)
                continue;
            if (first < 0) {
                first = i;
                continue;
            }
            w->kind[i > first ? i : first] = ROW_DENSE;
            first = i < first ? i : first;
        }
    }
}

static strait_status number_rows(strait_ctx *cx, struct arrow *w)
{
    const struct matrix *a = w->a;

    for (size_t i = 0; i < a->n_row; i++) {
        struct block *b = a->row_block[i] < 0 ? NULL : &w->block[a->row_block[i]];
        w->at[i] = (int)(w->kind[i] == ROW_BORDER ? w->n_border++ : w->kind[i] == ROW_DENSE ? b->n_dense++ : b->n_div++);
    }
    w->border = mem_calloc(w->n_border, sizeof *w->border);
    for (int t = 0; t < a->n_block; t++) {
        struct block *b = &w->block[t];
        b->div = mem_calloc(b->n_div, sizeof *b->div);
        b->dense = mem_calloc(b->n_dense, sizeof *b->dense);
        b->sd = mem_calloc(b->n_div, sizeof *b->sd);
        b->c = mem_calloc(b->n_div * b->n_dense, sizeof *b->c);
        b->l = mem_calloc(b->n_dense * b->n_dense, sizeof *b->l);
        b->couple0 = mem_calloc(b->n_div + 1, sizeof *b->couple0);
        if (!b->div || !b->dense || !b->sd || !b->c || !b->l || !b->couple0)
            return cx_nomem(cx);
    }
    if (!w->border)
        return cx_nomem(cx);
    for (size_t i = 0; i < a->n_row; i++) {
        struct block *b = a->row_block[i] < 0 ? NULL : &w->block[a->row_block[i]];
        (w->kind[i] == ROW_BORDER ? w->border : w->kind[i] == ROW_DENSE ? b->dense : b->div)[w->at[i]] = (int)i;
    }
    return STRAIT_OK;
}

/* Columns of each block together, in their own order; and the list of links. */
static strait_status sort_columns(strait_ctx *cx, struct arrow *w)
{
    const struct matrix *a = w->a;
    size_t n = 0, n_local = 0;

    for (size_t j = 0; j < a->n_col; j++) {
        w->n_link += a->col_block[j] == BLOCK_LINK;
        if (a->col_block[j] >= 0) {
            size_t n_entry = a->start[j + 1] - a->start[j];
            w->max_entry = n_entry > w->max_entry ? n_entry : w->max_entry;
            w->block[a->col_block[j]].n_col++;
            n_local++;
        }
    }
    w->by_block = mem_calloc(n_local, sizeof *w->by_block);
    w->link = mem_calloc(w->n_link, sizeof *w->link);
    if (!w->by_block || !w->link)
        return cx_nomem(cx);
    n_local = 0;
    for (int t = 0; t < a->n_block; t++) {
        w->block[t].col = w->by_block + n_local;
        n_local += w->block[t].n_col;
        w->block[t].n_col = 0;
    }
    for (size_t j = 0; j < a->n_col; j++) {
        if (a->col_block[j] == BLOCK_LINK)
            w->link[n++] = (int)j;
        if (a->col_block[j] >= 0) {
            struct block *b = &w->block[a->col_block[j]];
            w->by_block[(size_t)(b->col - w->by_block) + b->n_col++] = (int)j;
        }
    }
    return STRAIT_OK;
}

/* An entry of B or of the border that a block has to know: couplings of divided rows, and B in dense rows. */
struct touch { int block, row, member; double v; };
struct touches { struct touch *v; size_t n, cap; };

static int by_block_and_row(const void *p, const void *q)
{
    const struct touch *x = p, *y = q;

    if (x->block != y->block)
        return x->block < y->block ? -1 : 1;
    if (x->row != y->row)
        return x->row < y->row ? -1 : 1;
    return (x->member > y->member) - (x->member < y->member);
}

/* Border rows of one column of a block, each with the column's divided row, or with none: then row is -1. */
static strait_status touch_border(strait_ctx *cx, const struct arrow *w, size_t j, struct touches *out)
{
    const struct matrix *a = w->a;
    struct touch e = { a->col_block[j], -1, 0, 0.0 };

    for (size_t k = a->start[j]; k < a->start[j + 1]; k++)
        if (w->kind[a->row[k]] == ROW_DIVIDED)
            e.row = w->at[a->row[k]];
    for (size_t k = a->start[j]; k < a->start[j + 1]; k++) {
        const struct touch *last = out->n > 0 ? &out->v[out->n - 1] : NULL;
        if (w->kind[a->row[k]] != ROW_BORDER)
            continue;
        e.member = w->at[a->row[k]];
        if (last && last->block == e.block && last->row == e.row && last->member == e.member)
            continue;   /* neighbours are mostly alike */
        if (VEC_PUSH(out, e) != STRAIT_OK)
            return cx_nomem(cx);
    }
    return STRAIT_OK;
}

/* Rows of blocks that a link touches; dense rows are told apart by coming after all divided ones. */
static strait_status touch_link(strait_ctx *cx, const struct arrow *w, size_t i, struct touches *out)
{
    const struct matrix *a = w->a;
    size_t j = (size_t)w->link[i];

    for (size_t k = a->start[j]; k < a->start[j + 1]; k++) {
        int r = a->row[k], t = a->row_block[r];
        struct touch e = { t, w->at[r], (int)(w->n_border + i), a->val[k] };
        if (t < 0)
            continue;
        if (w->kind[r] == ROW_DENSE)
            e.row += (int)w->block[t].n_div;
        if (VEC_PUSH(out, e) != STRAIT_OK)
            return cx_nomem(cx);
    }
    return STRAIT_OK;
}

static strait_status collect_touches(strait_ctx *cx, const struct arrow *w, struct touches *out)
{
    strait_status st = STRAIT_OK;

    for (size_t j = 0; j < w->a->n_col; j++)
        if (w->a->col_block[j] >= 0)
            TRY(touch_border(cx, w, j, out));
    for (size_t i = 0; i < w->n_link; i++)
        TRY(touch_link(cx, w, i, out));
    if (out->n > 0)
        qsort(out->v, out->n, sizeof *out->v, by_block_and_row);
out:
    return st;
}

/* Place of a member of the border in the block's list, which it joins when new. */
static int join(struct arrow *w, struct block *b, int member)
{
    if (w->mark[member] < 0) {
        w->mark[member] = (int)b->n_ext;
        b->ext[b->n_ext++] = member;
    }
    return w->mark[member];
}

static strait_status allocate_touched(strait_ctx *cx, struct arrow *w, struct block *b, const struct touch *e, size_t n)
{
    size_t n_couple = 0, n_ext = 0;

    for (size_t i = 0; i < n; i++) {
        n_couple += e[i].row >= 0 && e[i].row < (int)b->n_div;
        n_ext += w->mark[e[i].member] < 0;
        w->mark[e[i].member] = 0;
    }
    for (size_t i = 0; i < n; i++)
        w->mark[e[i].member] = -1;
    b->ext = mem_calloc(n_ext, sizeof *b->ext);
    b->couple = mem_calloc(n_couple, sizeof *b->couple);
    b->link = mem_calloc(n, sizeof *b->link);
    b->x = mem_calloc(n_ext * b->n_dense, sizeof *b->x);
    b->schur = mem_calloc(n_ext * n_ext, sizeof *b->schur);
    return b->ext && b->couple && b->link && b->x && b->schur ? STRAIT_OK : cx_nomem(cx);
}

/* The block's touches, sorted by row, into its lists; the same pair again adds up. */
static strait_status take_touches(strait_ctx *cx, struct arrow *w, struct block *b, const struct touch *e, size_t n)
{
    size_t n_couple = 0;
    strait_status st = allocate_touched(cx, w, b, e, n);

    if (st != STRAIT_OK)
        return st;
    for (size_t i = 0; i < n; i++) {
        int ext = join(w, b, e[i].member);
        struct coupling *last = n_couple > 0 ? &b->couple[n_couple - 1] : NULL;
        if (e[i].row >= (int)b->n_div) {
            b->link[b->n_link].dense = e[i].row - (int)b->n_div;
            b->link[b->n_link].ext = ext;
            b->link[b->n_link++].v = e[i].v;
        } else if (e[i].row >= 0 && i > 0 && last && e[i - 1].row == e[i].row && last->ext == ext) {
            last->base += e[i].v;
        } else if (e[i].row >= 0) {
            b->couple[n_couple++] = (struct coupling){ ext, e[i].v, 0.0 };
            b->couple0[e[i].row + 1] = n_couple;
        }
    }
    for (size_t g = 0; g < b->n_div; g++)
        if (b->couple0[g + 1] < b->couple0[g])
            b->couple0[g + 1] = b->couple0[g];
    for (size_t i = 0; i < b->n_ext; i++)
        w->mark[b->ext[i]] = -1;
    return STRAIT_OK;
}

static strait_status allocate_border(strait_ctx *cx, struct arrow *w)
{
    size_t n = w->n_border + w->n_link, threads = (size_t)pool_threads(w->pool);

    w->k = mem_calloc(w->n_border * w->n_border, sizeof *w->k);
    w->kl = mem_calloc(w->n_link * w->n_border, sizeof *w->kl);
    w->s = mem_calloc(w->n_link * w->n_link, sizeof *w->s);
    w->mark = mem_calloc(n * threads, sizeof *w->mark);
    w->place = mem_calloc(w->max_entry * threads, sizeof *w->place);
    w->entry = mem_calloc(w->max_entry * threads, sizeof *w->entry);
    w->bad = mem_calloc((size_t)w->a->n_block, sizeof *w->bad);
    w->work = mem_calloc(w->a->n_row + n, sizeof *w->work);
    if (!w->k || !w->kl || !w->s || !w->mark || !w->place || !w->entry || !w->bad || !w->work)
        return cx_nomem(cx);
    for (size_t i = 0; i < n * threads; i++)
        w->mark[i] = -1;
    return STRAIT_OK;
}

strait_status arrow_order(strait_ctx *cx, struct arrow *w)
{
    strait_status st = STRAIT_OK;
    struct touches e = { 0 };
    size_t from = 0;

    w->kind = mem_calloc(w->a->n_row, sizeof *w->kind);
    w->at = mem_calloc(w->a->n_row, sizeof *w->at);
    w->block = mem_calloc((size_t)w->a->n_block, sizeof *w->block);
    if (!w->kind || !w->at || !w->block)
        return cx_nomem(cx);
    choose_kinds(w);
    TRY(number_rows(cx, w));
    TRY(sort_columns(cx, w));
    TRY(allocate_border(cx, w));
    TRY(collect_touches(cx, w, &e));
    for (int t = 0; t < w->a->n_block; t++) {
        size_t to = from;
        while (to < e.n && e.v[to].block == t)
            to++;
        TRY(take_touches(cx, w, &w->block[t], e.v + from, to - from));
        from = to;
    }
out:
    VEC_FREE(&e);
    return st;
}
