/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inside the room: what the files of the cost kernel share. */
#ifndef STRAIT_ESTIMATE_COST_ROOM_H
#define STRAIT_ESTIMATE_COST_ROOM_H

#include "estimate/estimate.h"

/* ---- offer facts (cost_hold.c) ---- */

bool offer_is_held(const struct offer *f);              /* owned, lease, purchase: paid whether used or not */
bool offer_pays_energy(const struct offer *f);          /* `includes` lacks power */
strait_status cost_holds(const strait_case *c, struct costs *k) MUST_USE;

/* ---- movement (cost_feature.c) ---- */

double moved_gb(const strait_case *c, int w, int o, unsigned act);   /* ACT_MOVE_DATA or ACT_MOVE_WEIGHTS: GB in all */
double work_total(const strait_case *c, int w);                      /* tokens or requests of the horizon */

/* Fill features, parts and prices of the block of offer o; its activities are set. */
strait_status cost_features(const strait_case *c, const struct rates *r, struct costs *k, int o) MUST_USE;

#endif
