/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the files of a study have in common: values out of libconfig's tree, with the faults of a case file.  A wrong value
 * is a fault in cx and STRAIT_OK, so that all of them are told; what is returned else is no fault of the file.
 */
#ifndef STRAIT_STUDY_READER_H
#define STRAIT_STUDY_READER_H

#include "domain/domain.h"
#include "input/cfg.h"

struct study_mark { uint32_t file, line; };

/* The file that is read: all borrowed.  What is taken lives in arena; files: a case that keeps names and digests, no more. */
struct reader {
    strait_ctx *cx;
    arena *arena;
    strait_case *files;
    const char *file;
};

/* What is read: a group under the name that faults call it by ("" for the file itself). */
struct reader_group { const struct cfg_node *node; char path[100]; struct study_mark at; };

/* A fault at a place of the files; at a value under the group `path`; at a group that lacks a key. */
strait_status reader_fault_at(strait_ctx *cx, const strait_case *files, struct study_mark at, const char *key, const char *value,
                              const char *allowed, const char *what) MUST_USE;
strait_status reader_fault(const struct reader *r, const char *path, const struct cfg_node *v, const char *allowed, const char *what) MUST_USE;
strait_status reader_missing(const struct reader *r, const struct reader_group *q, const char *key, const char *allowed) MUST_USE;

/* A key of a group that none of its words is, or that stands there twice. */
strait_status reader_check_keys(const struct reader *r, const struct reader_group *q, const char *const *known, size_t n) MUST_USE;
/* NULL: not there. */
const struct cfg_node *reader_member(const struct reader_group *q, const char *key);

/* A number as the file writes one; false: none.  The others tell the fault and leave *out (a name that is no good stays). */
bool reader_number_of(const struct cfg_node *v, double *out);
strait_status reader_take_number(const struct reader *r, const struct reader_group *q, const struct cfg_node *v, double lo, double hi,
                                 double *out) MUST_USE;
strait_status reader_take_whole(const struct reader *r, const struct reader_group *q, const struct cfg_node *v, double hi, uint64_t *out) MUST_USE;
strait_status reader_take_text(const struct reader *r, const struct reader_group *q, const struct cfg_node *v, const char **out) MUST_USE;
strait_status reader_take_name(const struct reader *r, const struct reader_group *q, const struct cfg_node *v, const char **out) MUST_USE;
/* One text, or a list of texts, with `mark` before each; with `numbers` also of numbers, as they are written. */
strait_status reader_take_list(const struct reader *r, const struct reader_group *q, const struct cfg_node *v, bool numbers,
                               const char *mark, struct name_list *out) MUST_USE;

/* A list of groups into an array of `size` bytes each, by `read`; out is the element. */
typedef strait_status reader_one(const struct reader *r, const struct reader_group *q, void *out);
strait_status reader_records(const struct reader *r, const struct cfg_node *list, size_t size, reader_one *read, void **v, size_t *n) MUST_USE;

#endif
