/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/scratch.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[256];

static void give_up(const char *what)
{
    perror(what);
    abort();
}

void scratch_begin(void)
{
    const char *tmp = getenv("TMPDIR");

    snprintf(folder, sizeof folder, "%s/strait-test-XXXXXX", tmp == NULL ? "/tmp" : tmp);
    if (mkdtemp(folder) == NULL)
        give_up(folder);
}

static int drop(const char *path, const struct stat *s, int flag, struct FTW *at)
{
    (void)s;
    (void)flag;
    (void)at;
    return remove(path);
}

void scratch_end(void)
{
    if (folder[0] != '\0')
        nftw(folder, drop, 16, FTW_DEPTH | FTW_PHYS);
    folder[0] = '\0';
}

const char *scratch_path(const char *name)
{
    static char path[8][512];
    static int i;

    i = (i + 1) % 8;
    snprintf(path[i], sizeof path[i], "%s/%s", folder, name);
    return path[i];
}

static void make_folders(const char *path)
{
    char part[512];

    snprintf(part, sizeof part, "%s", path);
    for (char *p = part + strlen(folder) + 1; *p != '\0'; p++) {
        if (*p != '/')
            continue;
        *p = '\0';
        mkdir(part, 0700);
        *p = '/';
    }
}

const char *scratch_bytes(const char *name, const char *bytes, size_t n)
{
    const char *path = scratch_path(name);
    FILE *f;

    make_folders(path);
    f = fopen(path, "wb");
    if (f == NULL || fwrite(bytes, 1, n, f) != n || fclose(f) != 0)
        give_up(path);
    return path;
}

const char *scratch_text(const char *name, const char *text)
{
    return scratch_bytes(name, text, strlen(text));
}

static bool ends_in(const char *s, const char *end)
{
    size_t n = strlen(s), m = strlen(end);

    return n >= m && strcmp(s + n - m, end) == 0;
}

static bool holds(const char *s, const char *text)
{
    return s != NULL && strstr(s, text) != NULL;
}

size_t faults_at(const strait_ctx *cx, const char *file, unsigned line, const char *text)
{
    size_t n = 0;

    for (size_t i = 0; i < cx->faults.n; i++) {
        const struct fault *f = &cx->faults.v[i];

        n += ends_in(f->file, file) && (line == 0 || f->line == line)
             && (holds(f->key, text) || holds(f->value, text) || holds(f->text, text) || holds(f->allowed, text));
    }
    return n;
}

void faults_show(const strait_ctx *cx)
{
    for (size_t i = 0; i < cx->faults.n; i++) {
        const struct fault *f = &cx->faults.v[i];

        fprintf(stderr, "%s:%u: %s: %s: \"%s\": %s; %s\n", f->file, f->line,
                f->severity == SEV_ERROR ? "error" : "warning", f->key, f->value == NULL ? "" : f->value, f->text,
                f->allowed == NULL ? "" : f->allowed);
    }
}

double test_patience(void)
{
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    return 20;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
    return 20;
#endif
#endif
    return getenv("STRAIT_SLOW") == NULL ? 1 : 50;
}
