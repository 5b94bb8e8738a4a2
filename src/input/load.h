/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inside the room: what the loaders share. */
#ifndef STRAIT_INPUT_LOAD_H
#define STRAIT_INPUT_LOAD_H

#include "domain/domain.h"
#include "input/cfg.h"

/* Faults of one table after which the rest of it is not read: a wrong column would fill pages. */
#define LOAD_FAULTS_MAX 1000

struct load {
    strait_ctx *cx;
    strait_case *c;
    bool torn;      /* a part could not be read at all: checks between tables would tell nonsense */
};

/* load_cfg.c: everything in the tree, with the tables that it names. */
strait_status load_cfg(struct load *l, const struct cfg *cfg) MUST_USE;
/* load_csv.c: the CSV file of a kind; at is where the config names it. */
strait_status load_csv_file(struct load *l, enum kind k, const char *path, const char *name, struct cfg_mark at) MUST_USE;
/* The same for bytes in memory (n and a NUL, changed in place) that came from c->files[file]. */
strait_status load_csv_bytes(struct load *l, enum kind k, uint32_t file, char *bytes, size_t n) MUST_USE;
/* load_names.c: the near name or all names, for a fault; b is emptied first. */
void load_allowed(str *b, const char *word, const char *const *names, size_t n);
/* Keys of a kind; field_keys(k) are kind_desc(k)->n_field long. */
void load_allowed_key(str *b, const char *word, enum kind k);

#endif
