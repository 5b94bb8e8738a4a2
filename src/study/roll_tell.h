/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inside the room: the tables of a rolling horizon. */
#ifndef STRAIT_STUDY_ROLL_TELL_H
#define STRAIT_STUDY_ROLL_TELL_H

#include "study/roll.h"

extern const char *const roll_word[];   /* of a strait_outcome */

/* A plan of the roll: its program and its answer, borrowed. */
struct roll_view { const struct lp *m; const struct solution *s; };

/* One step, as it goes into its row. */
struct roll_step {
    size_t step, from, n_known;
    size_t seen, seen_before;           /* periods: where this plan's view ends, and the last one's */
    struct roll_view now, before;       /* before.m NULL: the first */
    const struct roll *r;
};

/* What a roll came to; NaN: not known. */
struct roll_sum {
    strait_outcome outcome;
    double rolling, foresight, first_signings, first_plan, excess;
    double rolling_penalty, foresight_penalty, first_signings_penalty, first_plan_penalty;   /* of these, for work left undone */
    strait_outcome foresight_outcome;
    double foresight_gap;
    size_t n_step;
};

/* All tables, empty. */
strait_status roll_tables_new(strait_ctx *cx, const strait_case *c, struct roll_result *out) MUST_USE;
/* Rows of steps and changes. */
strait_status roll_tell_step(strait_ctx *cx, const struct roll_step *q, struct roll_result *out) MUST_USE;
/* Signings of the three ways to decide; first: what the first plan wanted. */
strait_status roll_tell_signings(strait_ctx *cx, const struct roll_view *rolling, const struct roll_view *foresight,
                                 const struct decisions *first, const struct roll *r, struct roll_result *out) MUST_USE;
/* Rows of cost_by and unmet; roll_cost.c. */
strait_status roll_tell_costs(strait_ctx *cx, const struct roll_view *rolling, const struct roll_view *foresight, struct roll_result *out) MUST_USE;
/* What a plan's cost holds of penalties; roll_cost.c. */
strait_status roll_penalty(strait_ctx *cx, const struct roll_view *v, double *out);
/* Why there is no plan: `when` goes before each line. */
strait_status roll_tell_proof(strait_ctx *cx, const struct roll_view *v, const char *when, struct roll_result *out) MUST_USE;
strait_status roll_warn(struct roll_result *out, const char *text) MUST_USE;
strait_status roll_tell_sum(strait_ctx *cx, const struct roll *r, const struct roll_sum *q, struct roll_result *out) MUST_USE;

#endif
