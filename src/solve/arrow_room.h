/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inside arrow: what a block and the border hold. */
#ifndef STRAIT_SOLVE_ARROW_ROOM_H
#define STRAIT_SOLVE_ARROW_ROOM_H

#include "solve/arrow.h"

/* How a row is eliminated. */
enum row_kind { ROW_DIVIDED, ROW_DENSE, ROW_BORDER };

/* A coupling of a divided row with a member of the border. */
struct coupling { int ext; double base, v; };   /* ext: place in block.ext; base: of B, constant */

struct block {
    size_t n_div, n_dense, n_ext, n_col, n_link;
    int *div, *dense;           /* rows */
    int *ext;                   /* members of the border that the block touches: border rows, then n_border + link */
    const int *col;             /* columns of the block */
    size_t *couple0;            /* n_div + 1: couplings of each divided row */
    struct coupling *couple;
    struct { int dense, ext; double v; } *link;    /* entries of B in dense rows */
    double *sd;                 /* n_div: square root of the diagonal */
    double *c;                  /* n_div x n_dense, over sd */
    double *l;                  /* n_dense x n_dense */
    double *x;                  /* n_ext x n_dense: what is left of the couplings, L^-T */
    double *schur;              /* n_ext x n_ext: what the block gives to the border */
};

struct arrow {
    const struct matrix *a;
    struct pool *pool;
    unsigned char *kind;        /* n_row */
    int *at;                    /* n_row: index within its kind and block (border: within the border) */
    struct block *block;
    int *by_block;              /* columns of blocks, block by block */
    size_t n_border, n_link;
    int *border;                /* rows */
    int *link;                  /* columns of B */
    double *k;                  /* border matrix, n_border x n_border */
    double *kl;                 /* n_link x n_border: L^-1 of the coupling, by rows of links */
    double *s;                  /* n_link x n_link */
    int *mark;                  /* n_border + n_link: place in the ext of a block, or -1; one set a thread */
    size_t max_entry;           /* of any column of a block */
    int *place;                 /* max_entry a thread: where the column at hand has its entries */
    double *entry;              /* and what they are */
    const double *weight, *slack;   /* while factoring */
    bool *bad;                  /* n_block */
    double *work;               /* n_row + n_link */
};

strait_status arrow_order(strait_ctx *cx, struct arrow *w) MUST_USE;    /* arrow_order.c */
void arrow_order_free(struct arrow *w);

#endif
