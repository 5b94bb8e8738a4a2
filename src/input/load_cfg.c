/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tree of a config file into the case: settings, records given inline, and the CSV tables that it names. */
#include "input/load.h"

#include <stdio.h>
#include <string.h>

#include "input/file.h"

#define PATH_MAX_LEN 256   /* of a fault's key */

/* Where a fault is: a node under a path such as "offers.johor_h200". */
static strait_status fault(struct load *l, const struct cfg_node *at, const char *path, const char *value,
                           const char *allowed, const char *what)
{
    char key[PATH_MAX_LEN];
    const char *name = at->key == NULL ? "" : at->key;

    snprintf(key, sizeof key, "%s%s%s", path, path[0] != '\0' && name[0] != '\0' ? "." : "", name);
    return cx_fault(l->cx, SEV_ERROR, l->c->files.v[at->file].path, at->line, key, value, allowed, "%s", what);
}

/* A key that stood in the group before is a fault of the later one, which is not read. */
static strait_status is_repeated(struct load *l, const struct cfg_node *group, size_t i, const char *path, bool *yes)
{
    char allowed[64];

    *yes = false;
    for (size_t j = 0; j < i && !*yes; j++) {
        if (strcmp(group->child[j].key, group->child[i].key) != 0)
            continue;
        *yes = true;
        snprintf(allowed, sizeof allowed, "once; the first is on line %u", group->child[j].line);
    }
    return *yes ? fault(l, &group->child[i], path, NULL, allowed, "the key is there twice") : STRAIT_OK;
}

static const char *shape_wanted(const struct field_desc *fd)
{
    switch (fd->type) {
    case TYPE_NUMBER:
    case TYPE_INTEGER:
        return "a number, or text with a unit in double quotes";
    case TYPE_BOOL:
        return "true or false";
    case TYPE_LIST:
        return "a list of texts [\"a\", \"b\"] or one text \"a|b\"";
    case TYPE_DATE:
        return "a date in double quotes, \"YYYY-MM-DD\" or \"YYYY-MM-DDTHH:MMZ\"";
    default:
        return "text in double quotes";
    }
}

static bool scalar_fits(const struct field_desc *fd, const struct cfg_node *v)
{
    if (v->shape != CFG_SCALAR)
        return false;
    switch (fd->type) {
    case TYPE_NUMBER:
    case TYPE_INTEGER:
        return v->type == CFG_NUMBER || v->type == CFG_STRING;
    case TYPE_BOOL:
    case TYPE_EXPR:
        return v->type == CFG_BOOL || v->type == CFG_STRING;
    default:
        return v->type == CFG_STRING;
    }
}

static bool texts_only(const struct cfg_node *list)
{
    for (size_t i = 0; i < list->n; i++)
        if (list->child[i].shape != CFG_SCALAR || list->child[i].type != CFG_STRING)
            return false;
    return true;
}

/* Elements go in as they are where one text would divide them again: at | in an override such as "sites.a.tags=x|y",
   and at a blank when there is only one. */
static strait_status keep_elements(struct load *l, struct name_list *to, const struct cfg_node *list)
{
    const char **v = arena_alloc(l->c->arena, list->n, sizeof *v);

    for (size_t i = 0; v != NULL && i < list->n; i++) {
        v[i] = arena_strdup(l->c->arena, list->child[i].text);
        if (v[i] == NULL)
            v = NULL;
    }
    if (v == NULL)
        return cx_nomem(l->cx);
    *to = (struct name_list){list->n, v};
    return STRAIT_OK;
}

/* Where a value goes. */
struct target { enum kind kind; size_t row, i_field; const char *path; };

static strait_status set_text(struct load *l, struct target to, const struct cfg_node *at, const char *text)
{
    struct origin origin = {.file = at->file, .line = at->line};
    strait_status st = case_set_field(l->cx, l->c, to.kind, to.row, to.i_field, text, NULL, origin);

    return st == STRAIT_EINPUT ? STRAIT_OK : st;
}

/* A value that is wrong is not missing: one slip, one fault. */
static void mark_given(struct load *l, struct target to)
{
    char *record = case_row(l->c, to.kind, to.row);

    *(uint64_t *)(void *)(record + kind_desc(to.kind)->given_offset) |= UINT64_C(1) << to.i_field;
}

static strait_status set_list(struct load *l, struct target to, const struct cfg_node *list)
{
    const struct field_desc *fd = &kind_desc(to.kind)->field[to.i_field];
    bool override = to.kind == KIND_scenario && to.i_field == FLD_scenario_set;
    bool exact = list->n == 1 && fd->extra[0] == '\0' && strchr(list->child[0].text, ' ') != NULL;
    str text = {0};
    strait_status st = STRAIT_OK;

    str_puts(&text, "");
    for (size_t i = 0; i < list->n; i++) {
        str_printf(&text, "%s%s", i > 0 ? "|" : "", list->child[i].text);
        if (list->child[i].bad) {
            mark_given(l, to);
            goto out;
        }
        if (strchr(list->child[i].text, '|') == NULL)
            continue;
        exact = true;
        if (override)
            continue;
        mark_given(l, to);
        st = fault(l, list, to.path, list->child[i].text, "elements without |, which divides elements in one text",
                   "a list element with |");
        goto out;
    }
    if (text.failed)
        st = cx_nomem(l->cx);
    else
        st = set_text(l, to, list, text.s);
    if (st == STRAIT_OK && exact)
        st = keep_elements(l, (struct name_list *)((char *)case_row(l->c, to.kind, to.row) + fd->offset), list);
out:
    str_free(&text);
    return st;
}

static strait_status set_value(struct load *l, struct target to, const struct cfg_node *v)
{
    const struct field_desc *fd = &kind_desc(to.kind)->field[to.i_field];

    if (v->shape == CFG_SCALAR && v->bad) {
        mark_given(l, to);
        return STRAIT_OK;
    }
    if (fd->type == TYPE_LIST && v->shape == CFG_LIST && texts_only(v))
        return set_list(l, to, v);
    if (scalar_fits(fd, v))
        return set_text(l, to, v, v->text);
    mark_given(l, to);
    return fault(l, v, to.path, v->shape == CFG_SCALAR ? v->text : NULL, shape_wanted(fd),
                 v->shape == CFG_SCALAR ? "a wrong type of value"
                                        : v->shape == CFG_GROUP ? "a group where a value is wanted"
                                                                : "a list where a single value is wanted");
}

static strait_status unknown_key(struct load *l, const struct cfg_node *at, const char *path, enum kind k)
{
    str allowed = {0};
    strait_status st;

    load_allowed_key(&allowed, at->key, k);
    st = allowed.failed ? cx_nomem(l->cx) : fault(l, at, path, NULL, allowed.s, "unknown key");
    str_free(&allowed);
    return st;
}

/* offers.NAME, or offers.#3 for a record without a name. */
static void record_path(char *buf, size_t n, enum kind k, size_t row, const struct cfg_node *group)
{
    for (size_t i = 0; i < group->n; i++) {
        const struct cfg_node *v = &group->child[i];

        if (strcmp(v->key, "name") == 0 && v->shape == CFG_SCALAR && v->text[0] != '\0') {
            snprintf(buf, n, "%s.%.64s", kind_desc(k)->plural, v->text);
            return;
        }
    }
    snprintf(buf, n, "%s.#%zu", kind_desc(k)->plural, row + 1);
}

static strait_status load_record(struct load *l, enum kind k, const struct cfg_node *group)
{
    struct origin at = {.file = group->file, .line = group->line};
    struct target to = {.kind = k};
    char path[PATH_MAX_LEN];
    strait_status st = STRAIT_OK;
    bool repeated;

    TRY(case_add(l->cx, l->c, k, at, &to.row));
    record_path(path, sizeof path, k, to.row, group);
    to.path = path;
    for (size_t i = 0; i < group->n; i++) {
        TRY(is_repeated(l, group, i, path, &repeated));
        if (repeated)
            continue;
        if (field_by_key(kind_desc(k), group->child[i].key, &to.i_field) == NULL)
            TRY(unknown_key(l, &group->child[i], path, k));
        else
            TRY(set_value(l, to, &group->child[i]));
    }
out:
    return st;
}

static strait_status load_records(struct load *l, enum kind k, const struct cfg_node *list)
{
    strait_status st = STRAIT_OK;

    if (list->shape != CFG_LIST) {
        l->torn = true;
        return fault(l, list, "", list->shape == CFG_SCALAR ? list->text : NULL,
                     "a list of groups ( { key = value; }, ... ); a CSV file is named in tables", "not a list of records");
    }
    for (size_t i = 0; i < list->n; i++) {
        if (list->child[i].shape == CFG_GROUP)
            TRY(load_record(l, k, &list->child[i]));
        else
            TRY(fault(l, &list->child[i], list->key, NULL, "a group { key = value; ... }", "not a record"));
    }
out:
    return st;
}

static strait_status load_table(struct load *l, enum kind k, const struct cfg_node *named, const struct cfg_node *v)
{
    const char *base = l->c->files.v[v->file].path;
    char *path;

    if (v->shape != CFG_SCALAR || v->type != CFG_STRING || v->text[0] == '\0') {
        l->torn = true;
        return v->shape == CFG_SCALAR && v->bad ? STRAIT_OK
                                                : fault(l, named, "tables", v->text, "file names in double quotes",
                                                        "not the name of a CSV file");
    }
    if (v->bad)
        return STRAIT_OK;
    path = path_beside(l->c->arena, base, v->text);
    if (path == NULL)
        return cx_nomem(l->cx);
    return load_csv_file(l, k, path, v->text, (struct cfg_mark){v->file, v->line});
}

static strait_status unknown_table(struct load *l, const struct cfg_node *at)
{
    const char *name[N_KIND];
    str allowed = {0};
    size_t n = 0;
    strait_status st;

    for (int k = 0; k < N_KIND; k++)
        if (k != KIND_settings)
            name[n++] = kind_desc((enum kind)k)->plural;
    load_allowed(&allowed, at->key, name, n);
    st = allowed.failed ? cx_nomem(l->cx) : fault(l, at, "tables", NULL, allowed.s, "unknown table");
    str_free(&allowed);
    l->torn = true;
    return st;
}

static strait_status load_tables(struct load *l, const struct cfg_node *tables)
{
    strait_status st = STRAIT_OK;
    bool repeated;

    if (tables->shape != CFG_GROUP) {
        l->torn = true;
        return fault(l, tables, "", NULL, "tables : { offers = \"offers.csv\"; ... }", "not a group");
    }
    for (size_t i = 0; i < tables->n; i++) {
        const struct cfg_node *v = &tables->child[i];
        int k = kind_by_plural(v->key);

        TRY(is_repeated(l, tables, i, "tables", &repeated));
        if (repeated)
            continue;
        if (k < 0 || k == KIND_settings)
            TRY(unknown_table(l, v));
        else if (v->shape != CFG_LIST)
            TRY(load_table(l, (enum kind)k, v, v));
        else
            for (size_t j = 0; j < v->n; j++)
                TRY(load_table(l, (enum kind)k, v, &v->child[j]));
    }
out:
    return st;
}

static strait_status unknown_top(struct load *l, const struct cfg_node *at)
{
    const struct kind_desc *kd = kind_desc(KIND_settings);
    const char *name[N_KIND + N_FLD_settings];
    str allowed = {0};
    size_t n = 0;
    strait_status st;

    for (size_t i = 0; i < kd->n_field; i++)
        name[n++] = kd->field[i].key;
    name[n++] = "tables";
    for (int k = 0; k < N_KIND; k++)
        if (k != KIND_settings)
            name[n++] = kind_desc((enum kind)k)->plural;
    load_allowed(&allowed, at->key, name, n);
    st = allowed.failed ? cx_nomem(l->cx) : fault(l, at, "", NULL, allowed.s, "unknown key");
    str_free(&allowed);
    return st;
}

static strait_status load_top(struct load *l, const struct cfg_node *v)
{
    struct target to = {.kind = KIND_settings, .path = ""};
    int k = kind_by_plural(v->key);

    if (strcmp(v->key, "tables") == 0)
        return load_tables(l, v);
    if (k >= 0 && k != KIND_settings)
        return load_records(l, (enum kind)k, v);
    if (field_by_key(kind_desc(KIND_settings), v->key, &to.i_field) != NULL)
        return set_value(l, to, v);
    return unknown_top(l, v);
}

/**
 * Load a config tree into the case; the records of its tables come before those given inline.
 *
 * @param l    gains faults in its context; torn when a table is lost
 * @param cfg  borrowed
 * @return STRAIT_OK (faults are in the context), STRAIT_ENOMEM
 * Cost O(bytes of config and tables).  Test: tests/unit/check_load.c
 */
strait_status load_cfg(struct load *l, const struct cfg *cfg)
{
    const struct cfg_node *root = &cfg->root;
    strait_status st = STRAIT_OK;
    bool repeated;

    for (int tables = 1; tables >= 0; tables--) {
        for (size_t i = 0; i < root->n; i++) {
            if ((strcmp(root->child[i].key, "tables") == 0) != (tables == 1))
                continue;
            TRY(is_repeated(l, root, i, "", &repeated));
            if (!repeated)
                TRY(load_top(l, &root->child[i]));
        }
    }
out:
    return st;
}
