/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Requests and tokens by the minute of the trace, in any order of arrival. */
#ifndef STRAIT_CONVERT_BINS_H
#define STRAIT_CONVERT_BINS_H

#include <stdbool.h>
#include <stdint.h>
#include "base/vec.h"

#define MINUTE_US INT64_C(60000000)
#define BINS_MOST ((int64_t)3660 * 1440)   /* minutes between first and last: ten years, 127 MB */

struct bin { double requests, input, output; };

struct bins {
    struct bin *v;
    size_t n, cap, front;       /* v[front .. front + n) are the minutes from `first` on */
    int64_t first;              /* minutes since 1970 */
    int64_t from_us, to_us;     /* first and last request; to_us: end of the last bin, of rows that are bins */
};

/* Add at a time; *fits false: more than BINS_MOST between first and last, nothing added. */
strait_status bins_add(struct bins *b, int64_t us, const struct bin *add, bool *fits) MUST_USE;
void bins_free(struct bins *b);

/* Requests of each whole clock interval of `minutes` that lies inside [from_us, to_us]: mean, p95 and most over mean.
   None there: *n 0. */
struct peaks { size_t n; double mean, p95, peak; };
strait_status bins_peaks(const struct bins *b, int minutes, struct peaks *out) MUST_USE;

/* Requests and hours observed in each hour of the local week, from Monday 0:00; offset: seconds ahead of UTC. */
struct week { double requests[168], hours[168]; };
void bins_week(const struct bins *b, int64_t offset, struct week *out);

#endif
