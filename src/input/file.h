/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The bytes of an input file, checked to be text, with its digest kept in the case. */
#ifndef STRAIT_INPUT_FILE_H
#define STRAIT_INPUT_FILE_H

#include <sys/types.h>
#include "domain/domain.h"

#define FILE_CONFIG_MAX ((size_t)64 << 20)   /* bytes of a config file; tables belong into CSV files */
#define FILE_TABLE_MAX ((size_t)4 << 30)     /* bytes of a CSV table */
#define FILE_PLAN_MAX ((size_t)1 << 30)      /* bytes of a plan.json */
#define FILE_WHY 160

struct file_text {
    char *s;          /* n bytes and a NUL; mem_free */
    size_t n;
    dev_t dev;
    ino_t ino;
};

/* The whole file; `why` says what STRAIT_EIO came from.  `regular`: refuse anything else. */
strait_status file_read(strait_ctx *cx, const char *path, size_t limit, bool regular, struct file_text *out,
                        char why[FILE_WHY]) MUST_USE;

/* NULL when n bytes are UTF-8 without NUL; else what is wrong, with its line. */
const char *text_fault(const char *s, size_t n, unsigned *line);
/* Offset of the first byte that is not UTF-8 (RFC 3629) or is NUL, or n. */
size_t text_valid(const char *s, size_t n);
/* Bytes of a leading byte order mark: 3 or 0. */
size_t text_bom(const char *s, size_t n);
/* A copy of at most 60 bytes of n for a message, cut between characters. */
#define TEXT_SNIP 72
void text_snip(char out[TEXT_SNIP], const char *s, size_t n);

/* Note in c->files that a file was read, with its digest; its index. */
strait_status file_record(strait_ctx *cx, strait_case *c, const char *path, const char *bytes, size_t n,
                          uint32_t *index) MUST_USE;
/* `name` as seen from the folder of `file`; NULL: no memory. */
char *path_beside(arena *a, const char *file, const char *name);

#endif
