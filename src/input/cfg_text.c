/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "input/cfg_text.h"

#include <stdio.h>
#include <string.h>

#include "input/cfg_scan.h"

static strait_status scan_text(struct scan *s, const char *path, const char *bytes, size_t n)
{
    struct at at = {.p = bytes + text_bom(bytes, n), .end = bytes + n, .name = path, .line = 1};
    const char *wrong;
    unsigned line;
    strait_status st = STRAIT_OK;

    TRY(file_record(s->cx, s->c, path, bytes, n, &at.file));
    TRY(VEC_PUSH(&s->t->line, ((struct cfg_mark){at.file, 1})));
    wrong = text_fault(bytes, n, &line);
    if (wrong != NULL) {
        s->t->broken = true;
        return scan_complain(s, &at, line, NULL, 0, "UTF-8 text without NUL bytes", wrong);
    }
    while (at.p < at.end)
        TRY(scan_step(s, &at));
out:
    return st;
}

static strait_status scan_file(struct scan *s, const char *path, const struct file_text *f)
{
    strait_status st;

    s->chain[s->n_chain++] = *f;
    st = scan_text(s, path, f->s, f->n);
    s->n_chain--;
    return st;
}

/* Open the file that @include names, unless it is open already. */
static strait_status include_file(struct scan *s, struct at *at, const char *name)
{
    struct file_text f = {0};
    char why[FILE_WHY];
    char *path = path_beside(s->t->arena, at->name, name);
    strait_status st;

    if (path == NULL)
        return STRAIT_ENOMEM;
    if (s->n_chain >= CFG_INCLUDE_DEPTH) {
        snprintf(why, sizeof why, "at most %d files inside each other", CFG_INCLUDE_DEPTH);
        return scan_complain(s, at, at->line, name, strlen(name), why, "included too deep");
    }
    if (++s->n_include > CFG_INCLUDES) {
        snprintf(why, sizeof why, "at most %d in all", CFG_INCLUDES);
        return s->n_include > CFG_INCLUDES + 1 ? STRAIT_OK
                                               : scan_complain(s, at, at->line, name, strlen(name), why,
                                                               "too many files included");
    }
    st = file_read(s->cx, path, FILE_CONFIG_MAX, true, &f, why);
    if (st == STRAIT_EIO)
        return scan_complain(s, at, at->line, name, strlen(name), "a readable regular file, named from this file's folder",
                        why);
    TRY(st);
    for (size_t i = 0; i < s->n_chain; i++) {
        if (s->chain[i].dev == f.dev && s->chain[i].ino == f.ino) {
            st = scan_complain(s, at, at->line, name, strlen(name), NULL, "includes itself");
            goto out;
        }
    }
    str_putc(&s->t->flat, '\n');
    TRY(scan_file(s, path, &f));
    str_putc(&s->t->flat, '\n');
    st = VEC_PUSH(&s->t->line, ((struct cfg_mark){at->file, at->line}));
out:
    mem_free(f.s);
    return st;
}

static void skip_blanks(struct at *at)
{
    while (at->p < at->end && (*at->p == ' ' || *at->p == '\t'))
        at->p++;
}

strait_status scan_include(struct scan *s, struct at *at)
{
    static const char word[] = "@include";
    strait_status st = STRAIT_OK;
    str name = {0};
    bool bad = true;
    const char *key = s->key;

    if ((size_t)(at->end - at->p) < sizeof word - 1 || memcmp(at->p, word, sizeof word - 1) != 0) {
        st = scan_syntax(s, at, at->p, 1, "@include \"file\"", "unknown directive");
        at->p++;
        return st;
    }
    s->key = "@include";
    at->p += sizeof word - 1;
    skip_blanks(at);
    if (at->p < at->end && *at->p == '"')
        TRY(scan_string(s, at, &name, &bad));
    else
        TRY(scan_syntax(s, at, NULL, 0, "@include \"file\"", "no file named"));
    skip_blanks(at);
    if (at->p < at->end && *at->p == ';')
        at->p++;
    if (name.failed)
        st = STRAIT_ENOMEM;
    else if (!bad && !s->follow)
        st = scan_complain(s, at, at->line, name.s, name.n, NULL, "a text without a file cannot include others");
    else if (!bad)
        st = include_file(s, at, name.s == NULL ? "" : name.s);
out:
    s->key = key;
    str_free(&name);
    return st;
}

/* Nothing may be open when the text ends. */
static strait_status scan_end(struct scan *s, const char *name)
{
    struct at at = {.name = name, .line = s->t->line.n > 0 ? s->t->line.v[s->t->line.n - 1].line : 1};
    char open[2] = {0};

    if (s->last == LAST_KEY || s->last == LAST_EQUALS)
        return scan_syntax(s, &at, NULL, 0, "a value", "the text ends before the value");
    if (s->depth == 0)
        return STRAIT_OK;
    open[0] = s->bracket[s->depth - 1].open;
    at.name = s->bracket[s->depth - 1].file;
    at.line = s->bracket[s->depth - 1].line;
    s->key = "";
    return scan_syntax(s, &at, open, 1, "a closing bracket for each opening one", "the bracket is not closed");
}

static strait_status end_of(strait_ctx *cx, struct scan *s, const char *name, strait_status st)
{
    if (st == STRAIT_OK)
        st = scan_end(s, name);
    if (st == STRAIT_ENOMEM || s->t->flat.failed)
        return cx_nomem(cx);
    return st;
}

strait_status cfg_text_new(strait_ctx *cx, struct cfg_text **out)
{
    struct cfg_text *t = mem_calloc(1, sizeof *t);

    if (t == NULL)
        return cx_nomem(cx);
    t->arena = arena_new();
    if (t->arena == NULL) {
        mem_free(t);
        return cx_nomem(cx);
    }
    *out = t;
    return STRAIT_OK;
}

void cfg_text_free(struct cfg_text *t)
{
    if (t == NULL)
        return;
    str_free(&t->flat);
    VEC_FREE(&t->token);
    VEC_FREE(&t->line);
    arena_free(t->arena);
    mem_free(t);
}

/**
 * Scan a config file and all that it includes into one flat text.
 *
 * @param cx    context; gains a fault for all that is wrong in the text, with its file and line
 * @param c     the case; its list of files gains every file read
 * @param file  as the user named it
 * @param t     from cfg_text_new; `broken` says that no tree can be made
 * @return STRAIT_OK (see cx->n_error), STRAIT_EIO (the file itself cannot be read, named in the message), STRAIT_ENOMEM
 * Cost O(bytes).  Test: tests/unit/check_cfg.c
 */
strait_status cfg_text_file(strait_ctx *cx, strait_case *c, const char *file, struct cfg_text *t)
{
    struct scan s = {.cx = cx, .c = c, .t = t, .key = "", .follow = true};
    struct file_text f = {0};
    char why[FILE_WHY];
    strait_status st = file_read(cx, file, FILE_CONFIG_MAX, false, &f, why);

    if (st == STRAIT_EIO)
        return cx_fail(cx, st, "%s: %s", file, why);
    if (st != STRAIT_OK)
        return st;
    st = end_of(cx, &s, file, scan_file(&s, file, &f));
    mem_free(f.s);
    return st;
}

/**
 * The same for a text in memory, as the fuzzer does it.
 *
 * @param name   stands for the file in faults
 * @param bytes  n, borrowed, any bytes
 * @return STRAIT_OK (see cx->n_error), STRAIT_ENOMEM
 * Cost O(n).  Test: tests/unit/check_cfg.c
 */
strait_status cfg_text_bytes(strait_ctx *cx, strait_case *c, const char *name, const char *bytes, size_t n,
                             struct cfg_text *t)
{
    struct scan s = {.cx = cx, .c = c, .t = t, .key = ""};

    return end_of(cx, &s, name, scan_text(&s, name, bytes, n));
}
