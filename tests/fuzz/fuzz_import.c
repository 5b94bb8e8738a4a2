/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes as a foreign file; the first byte chooses the import. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>
#include <sys/mman.h>
#include <stdio.h>

#include "convert/convert.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static const char *const whats[] = {"skypilot", "trace", "rates"};
    static const strait_import_option start = {"start", "2024-05-06"};
    int fd = n == 0 ? -1 : memfd_create("fuzz", MFD_CLOEXEC);
    strait_ctx *cx = strait_ctx_new();
    struct converted made = {.n = 0};
    char path[64];
    const char *file = path;
    unsigned what = n == 0 ? 0 : data[0] % 3;
    strait_status st = STRAIT_OK;

    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    if (cx != NULL && fd >= 0 && write(fd, data + 1, n - 1) == (ssize_t)(n - 1)) {
        st = convert(cx, whats[what], &file, 1, &start, what == 1, &made);
        /* A refusal has a fault or a message; what is not refused has its table of counts. */
        if (st == STRAIT_OK ? made.n == 0 : cx->n_error == 0 && strait_message(cx)[0] == '\0')
            abort();
        converted_free(&made);
    }
    if (fd >= 0)
        close(fd);
    strait_ctx_free(cx);
    return 0;
}
