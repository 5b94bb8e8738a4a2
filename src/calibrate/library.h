/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Chips and model shapes by the names that published rows use: those of a case or a sheet first, then the shipped ones. */
#ifndef STRAIT_CALIBRATE_LIBRARY_H
#define STRAIT_CALIBRATE_LIBRARY_H

#include "base/vec.h"
#include "domain/domain.h"

struct shape_row { const char *name; struct model m; };

struct library {
    strait_ctx *cx;
    arena *arena;
    VEC(struct accelerator) chip;
    VEC(struct shape_row) shape;      /* later ones win */
};

strait_status library_new(strait_ctx *cx, const strait_case *c, struct library **out) MUST_USE;   /* c may be NULL */
void library_free(struct library *l);
/* Shapes of a file in the layout of data/calibration/models.csv. */
strait_status library_add_shapes(struct library *l, const char *file, char *bytes, size_t n) MUST_USE;

/* The last of that name; else of its letters and digits in any case; NULL: none. */
const struct model *library_shape(const struct library *l, const char *name);

/* What a row's accelerator is. */
struct chip {
    struct accelerator a;
    double power;            /* limit over rating; 1 */
    bool package;            /* counted as a package of two dies */
    bool guessed;            /* taken for another chip */
    bool variant;            /* the name says more than is listed ("H200 NVL") */
};
bool library_chip(const struct library *l, const char *name, struct chip *out);

#endif
