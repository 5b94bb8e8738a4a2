/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The only reader of JSON: a plan.json into plain structs, by the tables of plan_keys.c. */
#include "input/plan_file.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "input/plan_keys.h"

#define PATH_LEN 160

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
/* The same where the array may be missing; v stays NULL then. */
#define MAYBE_ROWS(r, path, json, keys, to) ((json) == NULL ? STRAIT_OK : ROWS(r, path, json, keys, to))

/* Through memcpy: the member is a T *, which may not be written as a void *. */
static strait_status read_rows_of(struct reader *r, const char *path, const json_t *v, const struct key_desc *d,
                                  size_t size, size_t *n, void *member)
{
    void *rows = NULL;
    strait_status st = read_rows(r, path, v, d, size, n, &rows);

    memcpy(member, &rows, sizeof rows);
    return st;
}

/* An array of texts. */
static strait_status read_names(struct reader *r, const char *path, const json_t *v, struct plan_names *to)
{
    char at[PATH_LEN];
    strait_status st = STRAIT_OK;

    if (!json_is_array(v))
        return wrong_type(r, path, v, "an array");
    to->v = arena_alloc(r->arena, json_array_size(v), sizeof *to->v);
    if (to->v == NULL)
        return cx_nomem(r->cx);
    for (size_t i = 0; i < json_array_size(v); i++) {
        const json_t *name = json_array_get(v, i);

        snprintf(at, sizeof at, "%s[%zu]", path, i);
        TRY(json_is_string(name) ? read_text(r, at, name, &to->v[i]) : wrong_type(r, at, name, "a string"));
    }
    to->n = json_array_size(v);
out:
    return st;
}

/* What a plan need not tell of its rounding. */
static strait_status read_rounded_extra(struct reader *r, const json_t *v, struct plan_rounded *to)
{
    const json_t *cost = json_object_get(v, "cost");
    strait_status st = STRAIT_OK;

    to->cost_given = cost != NULL && !json_is_null(cost);
    if (to->cost_given)
        TRY(read_object(r, "rounded.cost", cost, plan_keys.cost, &to->cost));
    TRY(MAYBE_ROWS(r, "rounded.unmet", json_object_get(v, "unmet"), plan_keys.unmet, &to->unmet));
    TRY(MAYBE_ROWS(r, "rounded.split", json_object_get(v, "split"), plan_keys.split, &to->split));
    TRY(MAYBE_ROWS(r, "rounded.idle", json_object_get(v, "idle"), plan_keys.idle, &to->idle));
    if (json_object_get(v, "flagged") != NULL)
        TRY(read_names(r, "rounded.flagged", json_object_get(v, "flagged"), &to->flagged));
    if (json_object_get(v, "undone") != NULL)
        TRY(read_names(r, "rounded.undone", json_object_get(v, "undone"), &to->undone));
out:
    return st;
}

static strait_status read_rounded(struct reader *r, const json_t *v, struct plan_rounded *to)
{
    strait_status st = STRAIT_OK;

    if (v != NULL && json_is_null(v))
        return STRAIT_OK;
    TRY(read_object(r, "rounded", v, plan_keys.rounded, to));
    if (!json_is_object(v))
        goto out;
    to->given = true;
    TRY(ROWS(r, "rounded.placements", json_object_get(v, "placements"), plan_keys.placement, &to->placements));
    TRY(ROWS(r, "rounded.leases", json_object_get(v, "leases"), plan_keys.lease, &to->leases));
    TRY(read_rounded_extra(r, v, to));
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
            TRY(ROWS(r, at, rows, plan_keys.dual, &to->family[i]));
    }
out:
    return st;
}

static strait_status read_unique(struct reader *r, const json_t *v, struct plan_unique *to)
{
    strait_status st = STRAIT_OK;

    if (v == NULL)
        return STRAIT_OK;
    TRY(read_object(r, "unique", v, plan_keys.unique, to));
    to->given = true;
    TRY(read_names(r, "unique.workloads", json_object_get(v, "workloads"), &to->workloads));
out:
    return st;
}

static strait_status read_input(struct reader *r, const json_t *v, struct plan_file *p)
{
    strait_status st = STRAIT_OK;

    TRY(read_object(r, "input", v, plan_keys.input, p));
    p->files_given = json_object_get(v, "files") != NULL;
    if (p->files_given)
        TRY(ROWS(r, "input.files", json_object_get(v, "files"), plan_keys.file, &p->files));
out:
    return st;
}

/* A plan without a certificate can be read; whoever relies on it must look. */
static strait_status read_certificate(struct reader *r, const json_t *v, struct plan_certificate *to)
{
    if (v == NULL)
        return STRAIT_OK;
    to->given = json_is_object(v);
    return read_object(r, "certificate", v, plan_keys.certificate, to);
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
    TRY(read_keys(r, "", root, plan_keys.top, p));
    TRY(read_part(r, "objective", json_object_get(root, "objective"), plan_keys.objective, &p->objective));
    TRY(read_part(r, "cost", json_object_get(root, "cost"), plan_keys.cost, &p->cost));
    TRY(read_input(r, json_object_get(root, "input"), p));
    TRY(ROWS(r, "split", json_object_get(root, "split"), plan_keys.split, &p->split));
    TRY(ROWS(r, "cost_by", json_object_get(root, "cost_by"), plan_keys.cost_by, &p->cost_by));
    TRY(ROWS(r, "placements", json_object_get(root, "placements"), plan_keys.placement, &p->placements));
    TRY(ROWS(r, "leases", json_object_get(root, "leases"), plan_keys.lease, &p->leases));
    TRY(ROWS(r, "unmet", json_object_get(root, "unmet"), plan_keys.unmet, &p->unmet));
    TRY(MAYBE_ROWS(r, "idle", json_object_get(root, "idle"), plan_keys.idle, &p->idle));
    TRY(MAYBE_ROWS(r, "offers", json_object_get(root, "offers"), plan_keys.offer, &p->offers));
    TRY(ROWS(r, "rules", json_object_get(root, "rules"), plan_keys.rule, &p->rules));
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
