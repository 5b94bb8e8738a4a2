/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/oracle.h"

#include <ftw.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

bool near_rel(double a, double b, double rel)
{
    if (isnan(a) || isnan(b))
        return false;
    if (isinf(a) || isinf(b))
        return a == b;
    return fabs(a - b) <= rel * fmax(fabs(a), fabs(b));
}

bool near_abs_rel(double a, double b, double abs, double rel)
{
    return near_rel(a, b, rel) || fabs(a - b) <= abs;
}

static void must(bool ok, const char *what)
{
    if (!ok) {
        perror(what);
        abort();
    }
}

void temp_dir_new(char path[256])
{
    const char *base = getenv("TMPDIR");
    int n = snprintf(path, 256, "%s/strait-test-XXXXXX", base == NULL ? "/tmp" : base);

    must(n > 0 && n < 256, "TMPDIR");
    must(mkdtemp(path) != NULL, path);
}

static int delete(const char *path, const struct stat *st, int type, struct FTW *at)
{
    (void)st;
    (void)type;
    (void)at;
    return remove(path);
}

void temp_dir_free(const char *path)
{
    must(nftw(path, delete, 16, FTW_DEPTH | FTW_PHYS) == 0, path);
}

void temp_file(const char *dir, const char *name, const void *bytes, size_t n, char path[512])
{
    int len = snprintf(path, 512, "%s/%s", dir, name);
    FILE *f;

    must(len > 0 && len < 512, name);
    f = fopen(path, "wb");
    must(f != NULL, path);
    must(n == 0 || fwrite(bytes, 1, n, f) == n, path);
    must(fclose(f) == 0, path);
}
