/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The scan of a config text, shared by its tokens (cfg_scan.c) and its files (cfg_text.c). */
#ifndef STRAIT_INPUT_CFG_SCAN_H
#define STRAIT_INPUT_CFG_SCAN_H

#include "input/cfg_text.h"
#include "input/file.h"

/* What stood before, as far as the grammar cares. */
enum last { LAST_START, LAST_KEY, LAST_EQUALS, LAST_STRING, LAST_VALUE, LAST_COMMA };

struct bracket { char open; uint32_t line; const char *file; };

struct scan {
    strait_ctx *cx;
    strait_case *c;
    struct cfg_text *t;
    struct bracket bracket[CFG_NESTING];
    size_t depth;
    enum last last;
    const char *key;                             /* the last key, for faults */
    bool follow;                                 /* @include may read files */
    struct file_text chain[CFG_INCLUDE_DEPTH];   /* open files, outermost first */
    size_t n_chain, n_include;
};

/* Where the scan stands in one file. */
struct at {
    const char *p, *end, *name;
    uint32_t file, line;
};

/* One comment, string, word or sign at at->p, which moves behind it. */
strait_status scan_step(struct scan *s, struct at *at) MUST_USE;
/* The directive at at->p. */
strait_status scan_include(struct scan *s, struct at *at) MUST_USE;
/* Read the string at the opening quote; *bad: a fault was recorded. */
strait_status scan_string(struct scan *s, struct at *at, str *text, bool *bad) MUST_USE;
/* Record a fault at a line of this file; value may be NULL. */
strait_status scan_complain(struct scan *s, const struct at *at, uint32_t line, const char *value, size_t n,
                            const char *allowed, const char *what) MUST_USE;
/* Record a fault of the grammar: the first one only, what follows it is guesswork. */
strait_status scan_syntax(struct scan *s, const struct at *at, const char *value, size_t n, const char *allowed,
                          const char *what) MUST_USE;

#endif
