/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The only reader of JSON: a plan.json into plain structs, by a table of its keys. */
#include "input/plan_file.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "input/file.h"

#define PATH_LEN 160

enum json_kind { J_TEXT, J_REAL, J_INT, J_BOOL };
enum { MUST, NULLABLE, OPTIONAL };   /* NULLABLE: there, perhaps null; OPTIONAL: perhaps not there */

struct key_desc { const char *key; enum json_kind kind; int need; size_t offset; };

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
    REAL(plan_lease, counted_beyond, OPTIONAL), REAL(plan_lease, capex, OPTIONAL), END};
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

struct reader {
    strait_ctx *cx;
    const char *file;
    arena *arena;
    size_t n_fault;
};

static strait_status fault(struct reader *r, unsigned line, const char *path, const char *value, const char *allowed,
                           const char *what)
{
    if (r->n_fault++ >= PLAN_FAULTS_MAX)
        return STRAIT_OK;
    if (r->n_fault == 1)
        cx_fail(r->cx, STRAIT_EINPUT, "%s: %s: %s%s%s", r->file, path, what, allowed == NULL ? "" : "; allowed: ",
                allowed == NULL ? "" : allowed);
    return cx_fault(r->cx, SEV_ERROR, r->file, line, path, value, allowed, "%s", what);
}

static const char *type_name(const json_t *v)
{
    switch (json_typeof(v)) {
    case JSON_OBJECT: return "an object";
    case JSON_ARRAY: return "an array";
    case JSON_STRING: return "a string";
    case JSON_INTEGER: return "an integer";
    case JSON_REAL: return "a number";
    case JSON_NULL: return "null";
    default: return "true or false";
    }
}

static strait_status wrong_type(struct reader *r, const char *path, const json_t *v, const char *wanted)
{
    return v == NULL ? fault(r, 0, path, NULL, wanted, "the key is missing")
                     : fault(r, 0, path, type_name(v), wanted, "wrong type");
}

static strait_status read_text(struct reader *r, const char *path, const json_t *v, const char **to)
{
    if (json_string_length(v) > PLAN_TEXT_MAX)
        return fault(r, 0, path, NULL, "at most 4096 bytes", "the text is too long");
    *to = arena_strdup(r->arena, json_string_value(v));
    return *to == NULL ? cx_nomem(r->cx) : STRAIT_OK;
}

/* One value into its member; what is null or optional was set to "none" before. */
static strait_status read_value(struct reader *r, const char *path, const struct key_desc *d, const json_t *v, void *to)
{
    static const char *const wanted[] = {"a string", "a number", "an integer", "true or false"};

    if ((v == NULL && d->need == OPTIONAL) || (v != NULL && json_is_null(v) && d->need != MUST))
        return STRAIT_OK;
    if (v != NULL && d->kind == J_TEXT && json_is_string(v))
        return read_text(r, path, v, to);
    if (v != NULL && d->kind == J_REAL && json_is_number(v)) {
        *(double *)to = json_number_value(v);
        return STRAIT_OK;
    }
    if (v != NULL && d->kind == J_INT && json_is_integer(v)) {
        *(int64_t *)to = json_integer_value(v);
        return STRAIT_OK;
    }
    if (v != NULL && d->kind == J_BOOL && json_is_boolean(v)) {
        *(bool *)to = json_is_true(v);
        return STRAIT_OK;
    }
    return wrong_type(r, path, v, wanted[d->kind]);
}

static strait_status read_keys(struct reader *r, const char *path, const json_t *object, const struct key_desc *d,
                               void *to)
{
    char key[PATH_LEN];
    strait_status st = STRAIT_OK;

    for (; d->key != NULL; d++) {
        void *member = (char *)to + d->offset;

        snprintf(key, sizeof key, "%s%s%s", path, path[0] == '\0' ? "" : ".", d->key);
        if (d->kind == J_TEXT)
            *(const char **)member = NULL;
        else if (d->kind == J_REAL)
            *(double *)member = (double)NAN;
        TRY(read_value(r, key, d, json_object_get(object, d->key), member));
    }
out:
    return st;
}

static strait_status read_object(struct reader *r, const char *path, const json_t *v, const struct key_desc *d, void *to)
{
    if (!json_is_object(v))
        return wrong_type(r, path, v, "an object");
    return read_keys(r, path, v, d, to);
}

/* The same for a part that is null when there is no plan: its numbers are NaN then. */
static strait_status read_part(struct reader *r, const char *path, const json_t *v, const struct key_desc *d, void *to)
{
    if (v == NULL || !json_is_null(v))
        return read_object(r, path, v, d, to);
    for (; d->key != NULL; d++)
        if (d->kind == J_REAL)
            *(double *)(void *)((char *)to + d->offset) = (double)NAN;
    return STRAIT_OK;
}

/* An array of objects of `size` bytes each into a PLAN_ROWS. */
static strait_status read_rows(struct reader *r, const char *path, const json_t *v, const struct key_desc *d,
                               size_t size, size_t *n, void **rows)
{
    char at[PATH_LEN];
    strait_status st = STRAIT_OK;
    char *to;

    if (!json_is_array(v))
        return wrong_type(r, path, v, "an array");
    to = arena_alloc(r->arena, json_array_size(v), size);
    if (to == NULL)
        return cx_nomem(r->cx);
    for (size_t i = 0; i < json_array_size(v); i++) {
        snprintf(at, sizeof at, "%s[%zu]", path, i);
        TRY(read_object(r, at, json_array_get(v, i), d, to + i * size));
    }
    *n = json_array_size(v);
    *rows = to;
out:
    return st;
}

#define ROWS(r, path, json, keys, to) \
    read_rows_of(r, path, json, keys, sizeof *(to)->v, &(to)->n, (void *)&(to)->v)

/* Through memcpy: the member is a T *, which may not be written as a void *. */
static strait_status read_rows_of(struct reader *r, const char *path, const json_t *v, const struct key_desc *d,
                                  size_t size, size_t *n, void *member)
{
    void *rows = NULL;
    strait_status st = read_rows(r, path, v, d, size, n, &rows);

    memcpy(member, &rows, sizeof rows);
    return st;
}

static strait_status read_rounded(struct reader *r, const json_t *v, struct plan_rounded *to)
{
    strait_status st = STRAIT_OK;

    if (v != NULL && json_is_null(v))
        return STRAIT_OK;
    TRY(read_object(r, "rounded", v, rounded_keys, to));
    if (!json_is_object(v))
        goto out;
    to->given = true;
    TRY(ROWS(r, "rounded.placements", json_object_get(v, "placements"), placement_keys, &to->placements));
    TRY(ROWS(r, "rounded.leases", json_object_get(v, "leases"), lease_keys, &to->leases));
    if (json_object_get(v, "unmet") != NULL)
        TRY(ROWS(r, "rounded.unmet", json_object_get(v, "unmet"), unmet_keys, &to->unmet));
out:
    return st;
}

/* Shadow prices, or the ray of a proof; may be missing, the proof may be null. */
static strait_status read_duals(struct reader *r, const char *path, const json_t *v, bool nullable, struct plan_duals *to)
{
    char at[PATH_LEN];
    strait_status st = STRAIT_OK;

    if (v == NULL || (nullable && json_is_null(v)))
        return STRAIT_OK;
    if (!json_is_object(v))
        return wrong_type(r, path, v, "an object");
    to->given = true;
    for (int i = 0; i < N_DUAL; i++) {
        const json_t *rows = json_object_get(v, dual_family_name[i]);

        snprintf(at, sizeof at, "%s.%s", path, dual_family_name[i]);
        if (rows != NULL)
            TRY(ROWS(r, at, rows, dual_keys, &to->family[i]));
    }
out:
    return st;
}

static strait_status read_unique(struct reader *r, const json_t *v, struct plan_unique *to)
{
    const json_t *names = json_object_get(v, "workloads");
    char at[PATH_LEN];
    strait_status st = STRAIT_OK;

    if (v == NULL)
        return STRAIT_OK;
    TRY(read_object(r, "unique", v, unique_keys, to));
    to->given = true;
    if (!json_is_array(names))
        return wrong_type(r, "unique.workloads", names, "an array");
    to->workloads.v = arena_alloc(r->arena, json_array_size(names), sizeof *to->workloads.v);
    if (to->workloads.v == NULL)
        return cx_nomem(r->cx);
    for (size_t i = 0; i < json_array_size(names); i++) {
        const json_t *name = json_array_get(names, i);

        snprintf(at, sizeof at, "unique.workloads[%zu]", i);
        TRY(json_is_string(name) ? read_text(r, at, name, &to->workloads.v[i]) : wrong_type(r, at, name, "a string"));
    }
    to->workloads.n = json_array_size(names);
out:
    return st;
}

static strait_status read_input(struct reader *r, const json_t *v, struct plan_file *p)
{
    strait_status st = STRAIT_OK;

    TRY(read_object(r, "input", v, input_keys, p));
    p->files_given = json_object_get(v, "files") != NULL;
    if (p->files_given)
        TRY(ROWS(r, "input.files", json_object_get(v, "files"), file_keys, &p->files));
out:
    return st;
}

/* A plan without a certificate can be read; whoever relies on it must look. */
static strait_status read_certificate(struct reader *r, const json_t *v, struct plan_certificate *to)
{
    if (v == NULL)
        return STRAIT_OK;
    to->given = json_is_object(v);
    return read_object(r, "certificate", v, certificate_keys, to);
}

static strait_status check_words(struct reader *r, const struct plan_file *p)
{
    static const char *const words[] = {"optimal", "within_gap", "feasible", "infeasible", "no_plan", "uncertified"};
    bool known = p->status == NULL, solved = false;
    strait_status st = STRAIT_OK;

    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (p->status == NULL || strcmp(p->status, words[i]) != 0)
            continue;
        known = true;
        solved = i < 3 && r->n_fault == 0;
    }
    if (!known)
        TRY(fault(r, 0, "status", p->status, "optimal, within_gap, feasible, infeasible, no_plan or uncertified",
                  "unknown status"));
    if (p->schema != NULL && strcmp(p->schema, "strait.plan/1") != 0)
        TRY(fault(r, 0, "schema", p->schema, "strait.plan/1", "not a plan of this version"));
    if (solved && isnan(p->objective.value))
        TRY(fault(r, 0, "objective.value", "null", "a number where there is a plan", "no value"));
    if (solved && isnan(p->cost.total))
        TRY(fault(r, 0, "cost.total", "null", "a number where there is a plan", "no value"));
out:
    return st;
}

static strait_status read_plan(struct reader *r, const json_t *root, struct plan_file *p)
{
    strait_status st = STRAIT_OK;

    if (!json_is_object(root))
        return wrong_type(r, "", root, "an object");
    TRY(read_keys(r, "", root, top_keys, p));
    TRY(read_part(r, "objective", json_object_get(root, "objective"), objective_keys, &p->objective));
    TRY(read_part(r, "cost", json_object_get(root, "cost"), cost_keys, &p->cost));
    TRY(read_input(r, json_object_get(root, "input"), p));
    TRY(ROWS(r, "split", json_object_get(root, "split"), split_keys, &p->split));
    TRY(ROWS(r, "cost_by", json_object_get(root, "cost_by"), cost_by_keys, &p->cost_by));
    TRY(ROWS(r, "placements", json_object_get(root, "placements"), placement_keys, &p->placements));
    TRY(ROWS(r, "leases", json_object_get(root, "leases"), lease_keys, &p->leases));
    TRY(ROWS(r, "unmet", json_object_get(root, "unmet"), unmet_keys, &p->unmet));
    TRY(ROWS(r, "rules", json_object_get(root, "rules"), rule_keys, &p->rules));
    TRY(read_rounded(r, json_object_get(root, "rounded"), &p->rounded));
    TRY(read_certificate(r, json_object_get(root, "certificate"), &p->certificate));
    TRY(read_duals(r, "duals", json_object_get(root, "duals"), false, &p->duals));
    TRY(read_duals(r, "proof", json_object_get(root, "proof"), true, &p->proof));
    TRY(read_unique(r, json_object_get(root, "unique"), &p->unique));
    TRY(check_words(r, p));
out:
    return st;
}

/* Duplicate keys, NUL, bad UTF-8, numbers beyond a double and nesting beyond 2048 end here. */
static strait_status parse(struct reader *r, const char *bytes, size_t n, json_t **out)
{
    json_error_t e;

    *out = json_loadb(bytes, n, JSON_REJECT_DUPLICATES, &e);
    if (*out != NULL)
        return STRAIT_OK;
    if (json_error_code(&e) == json_error_out_of_memory)
        return cx_nomem(r->cx);
    return fault(r, e.line > 0 ? (unsigned)e.line : 0, "json", NULL, NULL, e.text);
}

/**
 * Read a plan from memory.
 *
 * @param cx     context; on STRAIT_EINPUT gains faults (at most PLAN_FAULTS_MAX) whose key is the JSON path
 * @param name   stands for the file in faults
 * @param bytes  n, borrowed, any bytes
 * @param out    the plan, the caller's (plan_file_free); untouched unless STRAIT_OK
 * @return STRAIT_OK, STRAIT_EINPUT, STRAIT_ENOMEM
 * Cost O(n).  Test: tests/unit/check_plan_file.c
 */
strait_status json_read_plan_bytes(strait_ctx *cx, const char *name, const char *bytes, size_t n,
                                   struct plan_file **out)
{
    struct reader r = {.cx = cx, .file = name};
    struct plan_file *p = mem_calloc(1, sizeof *p);
    json_t *root = NULL;
    strait_status st = STRAIT_OK;

    if (p == NULL)
        return cx_nomem(cx);
    r.arena = p->arena = arena_new();
    if (p->arena == NULL) {
        st = cx_nomem(cx);
        goto out;
    }
    TRY(parse(&r, bytes, n, &root));
    if (root != NULL)
        TRY(read_plan(&r, root, p));
    if (r.n_fault > 0) {
        st = STRAIT_EINPUT;
        goto out;
    }
    *out = p;
    p = NULL;
out:
    json_decref(root);
    plan_file_free(p);
    return st;
}

strait_status json_read_plan(strait_ctx *cx, const char *file, struct plan_file **out)
{
    struct file_text f = {0};
    char why[FILE_WHY];
    strait_status st = file_read(cx, file, FILE_PLAN_MAX, false, &f, why);

    if (st == STRAIT_EIO)
        return cx_fail(cx, st, "%s: %s", file, why);
    TRY(st);
    st = json_read_plan_bytes(cx, file, f.s, f.n, out);
out:
    mem_free(f.s);
    return st;
}

void plan_file_free(struct plan_file *p)
{
    if (p == NULL)
        return;
    arena_free(p->arena);
    mem_free(p);
}
