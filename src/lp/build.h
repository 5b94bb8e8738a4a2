/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inside the room: the stations of lp_build, in order, and what they share. */
#ifndef STRAIT_LP_BUILD_H
#define STRAIT_LP_BUILD_H

#include "lp/lp.h"

struct lp_builder {
    strait_ctx *cx;
    struct lp *m;
    VEC(struct lp_row) rows;
    VEC(struct lp_strip) strips;
    VEC(struct lp_hold) holds;
    VEC(struct lp_limit) limits;
    VEC(struct lp_limit_ref) refs;
    bool *open;             /* offer * n_segment + t: accelerators there or to be had */
    uint8_t *used;          /* offer * n_segment + t: bit 1 interruptible work may use it, bit 2 firm work */
    bool *barred;           /* workload * n_offer + o, for one segment at a time */
};

strait_status lp_add_holds(struct lp_builder *b) MUST_USE;      /* build_hold.c: what is and may be held; open */
strait_status lp_add_runs(struct lp_builder *b) MUST_USE;       /* build_run.c: training, fine-tuning, batch */
strait_status lp_add_routes(struct lp_builder *b) MUST_USE;     /* build_route.c: services */
strait_status lp_add_unmet(struct lp_builder *b) MUST_USE;      /* build_run.c */
strait_status lp_add_hold_columns(struct lp_builder *b) MUST_USE;  /* build_hold.c */
strait_status lp_price_columns(struct lp_builder *b) MUST_USE;  /* build_cost.c: the price of each column */
strait_status lp_add_work_rows(struct lp_builder *b) MUST_USE;  /* build_rows.c: demand, parallel, priority */
strait_status lp_add_place_rows(struct lp_builder *b) MUST_USE; /* build_rows.c: mean, peak, lease, power, installed */
strait_status lp_add_limits(struct lp_builder *b) MUST_USE;     /* build_limit.c: which strips count */
strait_status lp_add_limit_rows(struct lp_builder *b) MUST_USE; /* build_limit.c: after columns are numbered */

/* Append a row; its index in *index when not NULL. */
strait_status lp_push_row(struct lp_builder *b, struct lp_row row, int *index) MUST_USE;
/* Add strips for the runs of consecutive segments where ok[t]; `s` is the pattern. */
strait_status lp_push_strips(struct lp_builder *b, struct lp_strip s, const bool *ok) MUST_USE;
/* Clear ok[t] where rules bar w on o, and count the bars per rule. */
void lp_mask_rules(struct lp_builder *b, int w, int o, bool *ok);

double lp_hold_most(const struct lp *m, const struct lp_hold *h);   /* most accelerators the column can hold */
bool lp_is_rented(const strait_case *c, int o);    /* on_demand, spot */
int lp_limit_row(const struct lp *m, const struct lp_limit *l, int t);   /* -1: not in force */
double lp_limit_use(const struct lp *m, const struct lp_limit *l, const struct lp_limit_ref *ref,
                    const struct lp_strip *s, int t);
double lp_limit_hold(const struct lp *m, const struct lp_limit *l, const struct lp_hold *h, int t);

#endif
