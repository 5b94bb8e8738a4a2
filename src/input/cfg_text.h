/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The raw text of a config file.  libconfig 1.5 reads wide integers, large exponents and \x00 wrongly without a word,
 * loses what follows an unclosed comment, and ends the process on an @include of a folder.  So it never sees them: this
 * stage resolves @include, checks the syntax, and writes one flat text in which every key is k<i> and every value is
 * the integer i, where i is the token that holds the user's own text with its file and line.
 */
#ifndef STRAIT_INPUT_CFG_TEXT_H
#define STRAIT_INPUT_CFG_TEXT_H

#include "base/str.h"
#include "domain/domain.h"

#define CFG_INCLUDE_DEPTH 16   /* files inside files */
#define CFG_INCLUDES 1000      /* in all: files that include files twice grow without bound */
#define CFG_NESTING 32         /* brackets inside brackets; a case needs 4 */

enum cfg_scalar { CFG_KEY, CFG_STRING, CFG_NUMBER, CFG_BOOL };

struct cfg_token {
    const char *text;          /* a key, a string's content, or a number or bool as written */
    uint32_t file, line;       /* file indexes strait_case.files */
    enum cfg_scalar type;
    bool bad;                  /* a fault was recorded for it */
};

struct cfg_mark { uint32_t file, line; };

struct cfg_text {
    arena *arena;              /* owns the tokens' texts */
    str flat;
    VEC(struct cfg_token) token;
    VEC(struct cfg_mark) line; /* of the flat text's lines, from 0 */
    bool broken;               /* faults that leave no tree */
};

strait_status cfg_text_new(strait_ctx *cx, struct cfg_text **out) MUST_USE;
void cfg_text_free(struct cfg_text *t);
/* Scan a file with all it includes; its fault list tells what is wrong.  STRAIT_EIO: `file` itself cannot be read. */
strait_status cfg_text_file(strait_ctx *cx, strait_case *c, const char *file, struct cfg_text *t) MUST_USE;
/* Scan n bytes as if they were the file `name`; @include is refused. */
strait_status cfg_text_bytes(strait_ctx *cx, strait_case *c, const char *name, const char *bytes, size_t n,
                             struct cfg_text *t) MUST_USE;

#endif
