/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The data of models/strait.mod, table by table: what the files that write it share. */
#ifndef STRAIT_WRITE_MATHPROG_H
#define STRAIT_WRITE_MATHPROG_H

#include "lp/lp.h"
#include "write/emit.h"

struct data_file { struct emit e; const struct lp *m; const strait_case *c; };

/* Values of row i (and segment t); NaN or NULL: not written, the model's default holds. */
typedef const char *data_name(const struct data_file *f, size_t i);
typedef double data_real(const struct data_file *f, size_t i);
typedef double data_series(const struct data_file *f, size_t i, size_t t);

void data_symbol(struct data_file *f, const char *name);   /* a blank and the name in quotes */
void data_number(struct data_file *f, double v);           /* a blank and the number */
double data_hour(const struct data_file *f, int64_t date); /* hours since the first day; NaN for DATE_NONE */

void data_set(struct data_file *f, const char *name, size_t n, data_name *row);
void data_words(struct data_file *f, const char *name, size_t n, data_name *row, data_name *word);
void data_reals(struct data_file *f, const char *name, size_t n, data_name *row, data_real *value);
void data_table(struct data_file *f, const char *name, size_t n, data_name *row, data_series *value);

data_name data_offer_name, data_workload_name;             /* mathprog_place.c, mathprog_work.c */

void data_places(struct data_file *f);      /* mathprog_place.c: sites, networks, accelerators, offers */
void data_holds(struct data_file *f);       /* mathprog_place.c: leases signed, and starts */
void data_work(struct data_file *f);        /* mathprog_work.c: workloads, demand, rates, where they may be */
void data_rules(struct data_file *f);       /* mathprog_rule.c: duties, limits, what the priority classes reached */

#endif
