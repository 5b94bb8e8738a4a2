/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every key that a reader of plan.json looks at: its type, whether it must be there, and the member it goes to. */
#include "input/plan_keys.h"

#define TEXT(type, member, need) {#member, J_TEXT, need, offsetof(struct type, member)}
#define REAL(type, member, need) {#member, J_REAL, need, offsetof(struct type, member)}
#define WHOLE(type, member) {#member, J_INT, MUST, offsetof(struct type, member)}
#define FLAG(type, member) {#member, J_BOOL, MUST, offsetof(struct type, member)}
#define END {NULL, J_TEXT, MUST, 0}

static const struct key_desc top_keys[] = {TEXT(plan_file, schema, MUST), TEXT(plan_file, status, MUST), END};
static const struct key_desc input_keys[] = {TEXT(plan_file, digest, MUST), END};
static const struct key_desc objective_keys[] = {
    REAL(plan_objective, value, NULLABLE), REAL(plan_objective, bound, NULLABLE), REAL(plan_objective, gap, NULLABLE),
    TEXT(plan_objective, currency, MUST), WHOLE(plan_objective, price_year), END};
static const struct key_desc cost_keys[] = {
    REAL(plan_cost, total, NULLABLE), REAL(plan_cost, compute, NULLABLE), REAL(plan_cost, idle_lease, NULLABLE),
    REAL(plan_cost, energy, NULLABLE), REAL(plan_cost, movement, NULLABLE), REAL(plan_cost, duty, NULLABLE),
    REAL(plan_cost, penalty, NULLABLE), REAL(plan_cost, carbon, NULLABLE), REAL(plan_cost, assumed_share, OPTIONAL),
    END};
static const struct key_desc cost_by_keys[] = {
    TEXT(plan_cost_by, by, MUST), TEXT(plan_cost_by, name, MUST), REAL(plan_cost_by, cost, MUST), END};
static const struct key_desc split_keys[] = {
    TEXT(plan_split, kind, MUST), TEXT(plan_split, shore, MUST), TEXT(plan_split, vendor, MUST),
    REAL(plan_split, accel_hours, MUST), REAL(plan_split, cost, MUST), END};
static const struct key_desc idle_keys[] = {
    TEXT(plan_idle, shore, NULLABLE), TEXT(plan_idle, vendor, NULLABLE), REAL(plan_idle, accel_hours, NULLABLE),
    REAL(plan_idle, cost, MUST), REAL(plan_idle, beyond, MUST), END};
static const struct key_desc offer_keys[] = {
    TEXT(plan_offer, offer, MUST), TEXT(plan_offer, site, MUST), TEXT(plan_offer, accelerator, MUST),
    TEXT(plan_offer, contract, MUST), TEXT(plan_offer, status, MUST), REAL(plan_offer, accel_hours, MUST),
    TEXT(plan_offer, reason, NULLABLE), TEXT(plan_offer, rule, NULLABLE), REAL(plan_offer, dearer_by, NULLABLE), END};
static const struct key_desc placement_keys[] = {
    TEXT(plan_placement, workload, MUST), TEXT(plan_placement, phase, MUST),
    TEXT(plan_placement, user_region, NULLABLE), TEXT(plan_placement, offer, MUST), TEXT(plan_placement, site, MUST),
    TEXT(plan_placement, accelerator, MUST), TEXT(plan_placement, period, MUST), TEXT(plan_placement, from, OPTIONAL),
    TEXT(plan_placement, offer_decode, OPTIONAL), REAL(plan_placement, accel_hours, MUST),
    REAL(plan_placement, tokens, MUST), REAL(plan_placement, cost, MUST),
    REAL(plan_placement, accelerators, OPTIONAL), TEXT(plan_placement, flag, OPTIONAL), END};
static const struct key_desc lease_keys[] = {
    TEXT(plan_lease, offer, MUST), TEXT(plan_lease, sign_by, NULLABLE), TEXT(plan_lease, start, MUST),
    TEXT(plan_lease, end, NULLABLE), TEXT(plan_lease, kind, OPTIONAL), REAL(plan_lease, accelerators, MUST),
    REAL(plan_lease, cost, MUST), REAL(plan_lease, owed_beyond, MUST), REAL(plan_lease, inside, OPTIONAL),
    REAL(plan_lease, counted_beyond, OPTIONAL), REAL(plan_lease, capex, OPTIONAL), REAL(plan_lease, waiting, OPTIONAL), END};
static const struct key_desc unmet_keys[] = {
    TEXT(plan_unmet, workload, MUST), TEXT(plan_unmet, phase, NULLABLE), TEXT(plan_unmet, user_region, NULLABLE),
    TEXT(plan_unmet, period, NULLABLE), TEXT(plan_unmet, from, OPTIONAL), REAL(plan_unmet, tokens, MUST),
    REAL(plan_unmet, penalty, MUST), END};
static const struct key_desc rule_keys[] = {
    TEXT(plan_rule, id, MUST), TEXT(plan_rule, file, NULLABLE), TEXT(plan_rule, status, MUST), WHOLE(plan_rule, line),
    WHOLE(plan_rule, columns_barred), WHOLE(plan_rule, rows_made), REAL(plan_rule, dual, NULLABLE), END};
static const struct key_desc rounded_keys[] = {
    REAL(plan_rounded, objective, NULLABLE), REAL(plan_rounded, gap, NULLABLE), TEXT(plan_rounded, status, OPTIONAL),
    TEXT(plan_rounded, note, OPTIONAL), END};
static const struct key_desc certificate_keys[] = {
    FLAG(plan_certificate, ok), FLAG(plan_certificate, farkas), REAL(plan_certificate, primal_residual, OPTIONAL),
    REAL(plan_certificate, dual_residual, OPTIONAL), REAL(plan_certificate, primal_objective, NULLABLE),
    REAL(plan_certificate, dual_objective, NULLABLE), REAL(plan_certificate, gap, NULLABLE), END};
static const struct key_desc dual_keys[] = {
    TEXT(plan_dual, name, MUST), TEXT(plan_dual, period, NULLABLE), TEXT(plan_dual, from, OPTIONAL),
    TEXT(plan_dual, unit, OPTIONAL), REAL(plan_dual, value, NULLABLE), REAL(plan_dual, low, OPTIONAL),
    REAL(plan_dual, high, OPTIONAL), REAL(plan_dual, now, OPTIONAL), END};
static const struct key_desc unique_keys[] = {FLAG(plan_unique, alternatives), END};
static const struct key_desc file_keys[] = {
    TEXT(plan_input_file, path, MUST), TEXT(plan_input_file, digest, MUST), END};

const char *const dual_family_name[N_DUAL] = {"capacity", "power", "limit", "demand", "priority"};

const struct plan_keys plan_keys = {
    .top = top_keys,
    .input = input_keys,
    .objective = objective_keys,
    .cost = cost_keys,
    .cost_by = cost_by_keys,
    .split = split_keys,
    .idle = idle_keys,
    .offer = offer_keys,
    .placement = placement_keys,
    .lease = lease_keys,
    .unmet = unmet_keys,
    .rule = rule_keys,
    .rounded = rounded_keys,
    .certificate = certificate_keys,
    .dual = dual_keys,
    .unique = unique_keys,
    .file = file_keys,
};
