/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Warnings: fields that were given and mean nothing for the task of their workload or the contract of their offer. */
#include "domain/room.h"

#include <stdio.h>
#include <string.h>

/* The words of the record's ENUM for which a field means something, as bits. */
struct meant { size_t field; unsigned words; };

enum {
    TRAINS = 1u << TASK_TRAINING | 1u << TASK_FINE_TUNING, BATCH = 1u << TASK_BATCH, SERVES = 1u << TASK_SERVICE,
    OWNED = 1u << CONTRACT_OWNED, RENTED = 1u << CONTRACT_ON_DEMAND | 1u << CONTRACT_SPOT, SPOT = 1u << CONTRACT_SPOT,
    LEASE = 1u << CONTRACT_LEASE, BOUGHT = 1u << CONTRACT_PURCHASE
};

static const struct meant of_task[] = {
    {FLD_workload_tokens, TRAINS}, {FLD_workload_context, TRAINS}, {FLD_workload_flop_per_param, TRAINS},
    {FLD_workload_requests, BATCH}, {FLD_workload_input_len, BATCH | SERVES}, {FLD_workload_output_len, BATCH | SERVES},
    {FLD_workload_prefix_hit, BATCH | SERVES}, {FLD_workload_ttft, SERVES}, {FLD_workload_tpot, SERVES},
    {FLD_workload_egress, SERVES}, {FLD_workload_gang, TRAINS | BATCH}, {FLD_workload_max_parallel, TRAINS | BATCH},
    {FLD_workload_replica, SERVES}, {FLD_workload_disaggregate, SERVES},
};

static const struct meant of_contract[] = {
    {FLD_offer_capex, BOUGHT}, {FLD_offer_count, OWNED | RENTED}, {FLD_offer_acquired, OWNED},
    {FLD_offer_autoscale, RENTED}, {FLD_offer_interruptions, SPOT}, {FLD_offer_term, LEASE},
    {FLD_offer_lead, LEASE | BOUGHT}, {FLD_offer_start_grid, LEASE | BOUGHT}, {FLD_offer_block, LEASE},
    {FLD_offer_minimum, LEASE}, {FLD_offer_maximum, LEASE | BOUGHT}, {FLD_offer_exit, LEASE},
    {FLD_offer_exit_notice, LEASE}, {FLD_offer_life, BOUGHT}, {FLD_offer_residual, BOUGHT},
    {FLD_offer_capital_rate, BOUGHT},
};

/* A kind, the ENUM that decides, and the fields that it decides about. */
struct decided { enum kind kind; size_t by; const struct meant *v; size_t n; };

/* "task training or fine_tuning" into buf. */
static void list_words(const struct field_desc *by, unsigned words, char *buf, size_t n)
{
    struct word w[WORDS_MAX];
    size_t k = words_split(by->extra, w), used = (size_t)snprintf(buf, n, "%s ", by->key);
    const char *glue = "";

    for (size_t i = 0; i < k && used < n; i++) {
        if (!(words >> i & 1))
            continue;
        used += (size_t)snprintf(buf + used, n - used, "%s%.*s", glue, (int)w[i].n, w[i].s);
        glue = " or ";
    }
}

/* A column that is filled with its default, or with 0, for all rows alike is no slip. */
static strait_status says_nothing(strait_ctx *cx, const strait_case *c, enum kind k, size_t row, size_t i_field, bool *yes)
{
    str text = {0};
    bool failed;

    value_print(c, k, row, i_field, &text);
    *yes = text.n == 0 || strcmp(text.s, "0") == 0 || strcmp(text.s, kind_desc(k)->field[i_field].dflt) == 0;
    failed = text.failed;
    str_free(&text);
    return failed ? cx_nomem(cx) : STRAIT_OK;
}

static strait_status check_row(strait_ctx *cx, const strait_case *c, const struct decided *d, size_t row)
{
    const struct kind_desc *kd = kind_desc(d->kind);
    int word = *(const int *)field_ptr(c, d->kind, row, &kd->field[d->by]);
    strait_status st = STRAIT_OK;
    char own[64], allowed[128];

    if (word < 0)
        return STRAIT_OK;
    list_words(&kd->field[d->by], 1u << word, own, sizeof own);
    for (size_t i = 0; i < d->n; i++) {
        const struct meant *m = &d->v[i];
        bool nothing;

        if ((m->words >> word & 1) || !field_given(c, d->kind, row, m->field))
            continue;
        TRY(says_nothing(cx, c, d->kind, row, m->field, &nothing));
        if (nothing)
            continue;
        list_words(&kd->field[d->by], m->words, allowed, sizeof allowed);
        TRY(fault_field(cx, c, SEV_WARNING, d->kind, row, m->field, allowed, "means nothing with %s and is not used", own));
    }
out:
    return st;
}

/** Warnings for fields of workloads and offers that their task or contract does not use.  Cost O(rows). */
strait_status domain_check_ignored(strait_ctx *cx, const strait_case *c)
{
    static const struct decided all[] = {
        {KIND_workload, FLD_workload_task, of_task, sizeof of_task / sizeof of_task[0]},
        {KIND_offer, FLD_offer_contract, of_contract, sizeof of_contract / sizeof of_contract[0]},
    };
    strait_status st = STRAIT_OK;

    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        for (size_t row = 0; row < case_rows(c, all[i].kind); row++)
            TRY(check_row(cx, c, &all[i], row));
out:
    return st;
}
