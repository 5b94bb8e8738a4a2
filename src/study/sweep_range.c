/* SPDX-License-Identifier: GPL-3.0-or-later */
/* FIRST:LAST:STEP, both ends in. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "study/sweep.h"

#define POINTS_MOST 100000
#define NEARLY 1e-9   /* of a step: 1.2 is in 0.8:1.2:0.05 */

static bool number(const char **s, char end, double *v)
{
    char *stop;

    if (strspn(*s, "0123456789.eE+-") == 0)
        return false;
    *v = strtod(*s, &stop);
    if (stop == *s || *stop != end || !isfinite(*v))
        return false;
    *s = stop + (end != '\0');
    return true;
}

/* MARK and a number of at most 12 digits: 0.85, not 0.85000000000000009. */
static const char *point_text(arena *a, const char *mark, double v)
{
    char buf[64];

    snprintf(buf, sizeof buf, "%s%.12g", mark, v);
    return arena_strdup(a, buf);
}

bool sweep_range(arena *a, const char *text, const char *mark, struct name_list *out, bool *no_memory)
{
    double first, last, step, n;
    const char **v;

    *no_memory = false;
    if (!number(&text, ':', &first) || !number(&text, ':', &last) || !number(&text, '\0', &step))
        return false;
    n = floor((last - first) / step + NEARLY) + 1;
    if (!(step > 0 && n >= 1 && n <= POINTS_MOST))
        return false;
    v = arena_alloc(a, (size_t)n, sizeof *v);
    for (size_t i = 0; v != NULL && i < (size_t)n; i++) {
        v[i] = point_text(a, mark, first + (double)i * step);
        if (v[i] == NULL)
            v = NULL;
    }
    *no_memory = v == NULL;
    *out = (struct name_list){(size_t)n, v};
    return true;
}
