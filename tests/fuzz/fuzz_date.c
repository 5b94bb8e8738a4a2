/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any text as a date: what is read and written is read again as the same. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "domain/domain.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    char text[64] = "", out[24];
    int64_t date, again;

    if (n >= sizeof text)
        return 0;
    memcpy(text, data, n);
    if (!date_parse(text, &date))
        return 0;
    date_format(date, out);
    if (!date_parse(out, &again) || again != date)
        abort();
    for (int months = 0; months < 24; months++)
        if (date_add_months(date, months) < date)
            abort();
    return 0;
}
