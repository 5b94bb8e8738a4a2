/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inside the import of price catalogues: offers as they add up, and the history of their prices. */
#ifndef STRAIT_CONVERT_SKYPILOT_H
#define STRAIT_CONVERT_SKYPILOT_H

#include "convert/job.h"

enum { ON_DEMAND, SPOT, N_CONTRACT };

/* A listing that an offer may be made of. */
struct listing { const char *instance, *region, *file; int64_t unit; double price; };

/* One offer: a provider's accelerator at a site under a contract. */
struct deal {
    const char *provider, *site, *accelerator;
    int contract;
    struct listing best;       /* the one that the offer stands for, of catalogues without dates */
    const char *name;          /* when all is read */
};

/* A price that holds from a day on; NaN: no longer listed. */
struct event { int64_t date; size_t deal, place, n; double price; int64_t unit; };

struct catalogue {
    struct chip_names names;
    struct strangers strangers;
    struct index deal_key, place_key, word;    /* word: texts that many rows share */
    VEC(struct deal) deal;
    VEC(struct event) event;
    size_t instance, accelerator, count, price[N_CONTRACT], region, zone, provider, date;   /* columns */
    size_t part[N_CONTRACT];                   /* price of the accelerator alone, where the sum has a column */
};

/* history.c: tables "prices" and, with a count, "availabilities", of what has dates; deals get their last listing. */
strait_status history_tables(struct job *j, struct catalogue *c) MUST_USE;

/* Is a better than b to stand for an offer: the unit asked for or the larger node, then cheaper, then the earlier name? */
bool listing_better(const struct asked *ask, const struct listing *a, const struct listing *b);

#endif
