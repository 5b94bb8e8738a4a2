/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A config file as a plain tree: libconfig's structure, the user's own texts and lines. */
#ifndef STRAIT_INPUT_CFG_H
#define STRAIT_INPUT_CFG_H

#include "domain/domain.h"
#include "input/cfg_text.h"

enum cfg_shape { CFG_SCALAR, CFG_GROUP, CFG_LIST };   /* LIST: ( ) and [ ] */

struct cfg_node {
    enum cfg_shape shape;
    enum cfg_scalar type;            /* of a scalar */
    const char *key;                 /* NULL in lists */
    const char *text;                /* of a scalar */
    bool bad;                        /* a fault was recorded: say no more of it */
    uint32_t file, line;             /* of the key, or of the value in a list */
    size_t n;
    const struct cfg_node *child;    /* n members or elements, in order */
};

struct cfg {
    struct cfg_text *text;           /* owns all texts */
    struct cfg_node root;            /* a group */
};

/* Read a config file.  All that is wrong becomes faults; STRAIT_EINPUT: so wrong that there is no tree;
   STRAIT_EIO: the file itself cannot be read. */
strait_status cfg_read(strait_ctx *cx, strait_case *c, const char *file, struct cfg **out) MUST_USE;
/* The same for n bytes in memory under a name; @include is refused. */
strait_status cfg_read_text(strait_ctx *cx, strait_case *c, const char *name, const char *bytes, size_t n,
                            struct cfg **out) MUST_USE;
void cfg_free(struct cfg *cfg);

#endif
