/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names for written LPs: a unique head (family and index), then what a reader wants to know, cut to fit. */
#include <stdio.h>
#include "lp/lp.h"

static void clean(char *s)
{
    for (; *s; s++)
        if (!((*s >= 'a' && *s <= 'z') || (*s >= '0' && *s <= '9') || (*s >= 'A' && *s <= 'Z') || *s == '.'))
            *s = '_';
}

static const char *workload_name(const struct lp *m, int w) { return w < 0 ? "" : m->c->workload.v[w].name; }

static const char *offer_name(const struct lp *m, int o) { return o < 0 ? "" : m->c->offer.v[o].name; }

static const char *region_name(const struct lp *m, int pair)
{
    return pair < 0 ? "" : m->c->region.v[m->c->timeline->pair[pair].region].name;
}

void lp_row_name(const struct lp *m, size_t i, char *buf, size_t n)
{
    const struct lp_row *r = &m->row[i];
    bool site = r->family == ROW_POWER || r->family == ROW_INSTALLED;
    const char *place = r->place < 0 ? "" : site ? m->c->site.v[r->place].name : offer_name(m, r->place);
    const char *rule = r->family == ROW_LIMIT ? m->c->rule.v[r->rule].name : "";

    (void)snprintf(buf, n, "%s%zu.%.20s%.20s%.20s%.12s.t%d", row_family_name[r->family], i, workload_name(m, r->w), place, rule,
                   region_name(m, r->pair), r->t);
    clean(buf);
}

void lp_col_name(const struct lp *m, size_t j, char *buf, size_t n)
{
    int t;
    const struct lp_strip *s = lp_strip_of(m, j, &t);

    if (s->family == COL_CONST)
        (void)snprintf(buf, n, "constant");
    else
        (void)snprintf(buf, n, "%s%zu.%.20s.%.20s.%.12s.t%d", col_family_name[s->family], j, workload_name(m, s->w),
                       offer_name(m, s->o), region_name(m, s->pair), t);
    clean(buf);
}
