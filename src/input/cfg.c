/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The only user of libconfig.  It judges and builds the structure; keys and values in its text are numbers of tokens
 * (cfg_text.h), so none of its conversions touches what the user wrote.
 */
#include "input/cfg.h"

#include <libconfig.h>
#include <locale.h>
#include <stdlib.h>

static strait_status copy_node(const struct cfg_text *t, config_setting_t *from, struct cfg_node *to);

/* libconfig gives lists of lists no exact line; the first element's is right for what is told about them. */
static void place(const struct cfg_text *t, const config_setting_t *from, struct cfg_node *to)
{
    unsigned line = config_setting_source_line(from);
    const char *key = config_setting_name(from);

    if (key != NULL) {
        const struct cfg_token *k = &t->token.v[strtoul(key + 1, NULL, 10)];

        to->key = k->text;
        to->file = k->file;
        to->line = k->line;
    } else if (line > 0 && line <= t->line.n) {
        to->file = t->line.v[line - 1].file;
        to->line = t->line.v[line - 1].line;
    }
}

static strait_status copy_children(const struct cfg_text *t, config_setting_t *from, struct cfg_node *to)
{
    int n = config_setting_length(from);
    struct cfg_node *child;

    if (n <= 0)
        return STRAIT_OK;
    child = arena_alloc(t->arena, (size_t)n, sizeof *child);
    if (child == NULL)
        return STRAIT_ENOMEM;
    for (int i = 0; i < n; i++)
        if (copy_node(t, config_setting_get_elem(from, (unsigned)i), &child[i]) != STRAIT_OK)
            return STRAIT_ENOMEM;
    to->child = child;
    to->n = (size_t)n;
    return STRAIT_OK;
}

static strait_status copy_node(const struct cfg_text *t, config_setting_t *from, struct cfg_node *to)
{
    place(t, from, to);
    if (config_setting_is_scalar(from)) {
        const struct cfg_token *k = &t->token.v[config_setting_get_int(from)];

        to->shape = CFG_SCALAR;
        to->type = k->type;
        to->text = k->text;
        to->bad = k->bad;
        if (to->key == NULL) {
            to->file = k->file;
            to->line = k->line;
        }
        return STRAIT_OK;
    }
    to->shape = config_setting_is_group(from) ? CFG_GROUP : CFG_LIST;
    return copy_children(t, from, to);
}

/* Our scan admits only what libconfig's grammar does, so a failure here is a difference between the two. */
static strait_status parse(strait_ctx *cx, struct cfg *cfg)
{
    const struct cfg_text *t = cfg->text;
    locale_t fence = uselocale((locale_t)0);    /* libconfig leaves the thread in the program's own locale */
    strait_status st;
    config_t lib;
    int read;

    config_init(&lib);
    read = config_read_string(&lib, t->flat.s == NULL ? "" : t->flat.s);
    uselocale(fence);
    if (read == CONFIG_TRUE) {
        st = copy_node(t, config_root_setting(&lib), &cfg->root);
        if (st == STRAIT_ENOMEM)
            st = cx_nomem(cx);
    } else {
        int line = config_error_line(&lib);
        struct cfg_mark at = line > 0 && (size_t)line <= t->line.n ? t->line.v[line - 1] : (struct cfg_mark){0, 0};

        st = cx_fail(cx, STRAIT_EBUG, "libconfig refuses line %u: %s", at.line, config_error_text(&lib));
    }
    config_destroy(&lib);
    return st;
}

static strait_status read_any(strait_ctx *cx, strait_case *c, const char *name, const char *bytes, size_t n,
                              struct cfg **out)
{
    strait_status st = STRAIT_OK;
    struct cfg *cfg = mem_calloc(1, sizeof *cfg);

    if (cfg == NULL)
        return cx_nomem(cx);
    TRY(cfg_text_new(cx, &cfg->text));
    TRY(bytes == NULL ? cfg_text_file(cx, c, name, cfg->text) : cfg_text_bytes(cx, c, name, bytes, n, cfg->text));
    if (cfg->text->broken) {
        st = STRAIT_EINPUT;
        goto out;
    }
    cfg->root.shape = CFG_GROUP;
    TRY(parse(cx, cfg));
    *out = cfg;
    cfg = NULL;
out:
    cfg_free(cfg);
    return st;
}

/**
 * Read a config file with all that it includes.
 *
 * @param cx    context; gains all faults of the text
 * @param c     gains every file read in its list of files
 * @param file  as the user named it
 * @param out   the tree, the caller's; untouched unless STRAIT_OK
 * @return STRAIT_OK (perhaps with faults on single values, see cx->n_error), STRAIT_EINPUT (faults that leave no tree),
 *         STRAIT_EIO (named in the message), STRAIT_ENOMEM
 * Cost O(bytes + keys^2 of the largest group: libconfig compares all its keys).  Test: tests/unit/check_cfg.c
 */
strait_status cfg_read(strait_ctx *cx, strait_case *c, const char *file, struct cfg **out)
{
    return read_any(cx, c, file, NULL, 0, out);
}

strait_status cfg_read_text(strait_ctx *cx, strait_case *c, const char *name, const char *bytes, size_t n,
                            struct cfg **out)
{
    return read_any(cx, c, name, bytes, n, out);
}

void cfg_free(struct cfg *cfg)
{
    if (cfg == NULL)
        return;
    cfg_text_free(cfg->text);
    mem_free(cfg);
}
