/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "input/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/mem.h"

#define CHUNK ((size_t)1 << 16)

static strait_status reason(char why[FILE_WHY], int err)
{
    char buf[FILE_WHY];

    snprintf(why, FILE_WHY, "cannot read: %s", strerror_r(err, buf, sizeof buf));
    return STRAIT_EIO;
}

static strait_status too_large(char why[FILE_WHY], size_t limit)
{
    snprintf(why, FILE_WHY, "larger than %zu MiB", limit >> 20);
    return STRAIT_EIO;
}

static strait_status look(int fd, size_t limit, bool regular, struct file_text *out, size_t *size, char why[FILE_WHY])
{
    struct stat s;

    if (fstat(fd, &s) != 0)
        return reason(why, errno);
    if (S_ISDIR(s.st_mode))
        return reason(why, EISDIR);
    if (regular && !S_ISREG(s.st_mode)) {
        snprintf(why, FILE_WHY, "not a regular file");
        return STRAIT_EIO;
    }
    if (S_ISREG(s.st_mode) && (uintmax_t)s.st_size > limit)
        return too_large(why, limit);
    *size = S_ISREG(s.st_mode) ? (size_t)s.st_size : 0;
    out->dev = s.st_dev;
    out->ino = s.st_ino;
    return STRAIT_OK;
}

/* A file with a NUL is refused later whatever follows, so reading stops there: /dev/zero has no end. */
static strait_status drain(strait_ctx *cx, int fd, size_t limit, size_t cap, struct file_text *out, char why[FILE_WHY])
{
    for (;;) {
        char *s;
        ssize_t got;

        if (out->n + 1 >= cap || out->s == NULL) {
            cap = cap < CHUNK || out->s == NULL ? cap + CHUNK : cap * 2;
            s = mem_realloc(out->s, cap, 1);
            if (s == NULL)
                return cx_nomem(cx);
            out->s = s;
        }
        got = read(fd, out->s + out->n, cap - out->n - 1);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return reason(why, errno);
        out->s[out->n + (size_t)got] = '\0';
        if (got == 0)
            return STRAIT_OK;
        s = out->s + out->n;
        out->n += (size_t)got;
        if (out->n > limit)
            return too_large(why, limit);
        if (memchr(s, '\0', (size_t)got) != NULL)
            return STRAIT_OK;
    }
}

/**
 * Read a whole file; a pipe or a device is read to its end, its first NUL or the limit.
 *
 * @param cx       context; holds the message of STRAIT_ENOMEM only
 * @param path     as the user named it
 * @param limit    bytes; larger files are refused
 * @param regular  refuse anything but a regular file
 * @param out      the bytes, the caller's; untouched on failure
 * @param why      on STRAIT_EIO the reason, for a fault or a message
 * @return STRAIT_OK, STRAIT_EIO, STRAIT_ENOMEM
 * Cost O(bytes).  Test: tests/unit/check_load.c
 */
strait_status file_read(strait_ctx *cx, const char *path, size_t limit, bool regular, struct file_text *out,
                        char why[FILE_WHY])
{
    strait_status st = STRAIT_OK;
    struct file_text f = {0};
    size_t size = 0;
    /* Opening a pipe without a writer must not wait when only a regular file is wanted. */
    int fd = open(path, O_RDONLY | O_CLOEXEC | (regular ? O_NONBLOCK : 0));

    if (fd < 0)
        return reason(why, errno);
    TRY(look(fd, limit, regular, &f, &size, why));
    TRY(drain(cx, fd, limit, size, &f, why));
    *out = f;
    f.s = NULL;
out:
    close(fd);
    mem_free(f.s);
    return st;
}

/* Length of the character at s, 0 when it is none. */
static size_t utf8_len(const unsigned char *s, size_t n)
{
    size_t len = s[0] < 0x80 ? 1 : s[0] < 0xC2 ? 0 : s[0] < 0xE0 ? 2 : s[0] < 0xF0 ? 3 : s[0] < 0xF5 ? 4 : 0;

    if (len == 0 || len > n || s[0] == 0)
        return 0;
    for (size_t i = 1; i < len; i++)
        if ((s[i] & 0xC0) != 0x80)
            return 0;
    if ((s[0] == 0xE0 && s[1] < 0xA0) || (s[0] == 0xED && s[1] > 0x9F) || (s[0] == 0xF0 && s[1] < 0x90)
        || (s[0] == 0xF4 && s[1] > 0x8F))
        return 0;
    return len;
}

size_t text_valid(const char *s, size_t n)
{
    const unsigned char *u = (const unsigned char *)s;
    size_t i = 0;

    while (i < n) {
        size_t len = u[i] != 0 && u[i] < 0x80 ? 1 : utf8_len(u + i, n - i);

        if (len == 0)
            return i;
        i += len;
    }
    return n;
}

const char *text_fault(const char *s, size_t n, unsigned *line)
{
    size_t bad = text_valid(s, n);

    if (bad == n)
        return NULL;
    *line = 1;
    for (size_t i = 0; i < bad; i++)
        *line += s[i] == '\n';
    return s[bad] == '\0' ? "a NUL byte in a text file" : "not UTF-8 text";
}

size_t text_bom(const char *s, size_t n)
{
    return n >= 3 && memcmp(s, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
}

void text_snip(char out[TEXT_SNIP], const char *s, size_t n)
{
    size_t keep = n > 60 ? 60 : n;

    while (keep > 0 && keep < n && ((unsigned char)s[keep] & 0xC0) == 0x80)
        keep--;
    memcpy(out, s, keep);
    memcpy(out + keep, "...", 4);
    if (keep == n)
        out[keep] = '\0';
}

/**
 * Note a file in c->files with the SHA-256 of its bytes.  A file read twice is listed once.
 *
 * @param path   copied
 * @param index  its place in c->files, for struct origin
 * @return STRAIT_OK, STRAIT_ENOMEM
 * Cost O(n).  Test: tests/unit/check_load.c
 */
strait_status file_record(strait_ctx *cx, strait_case *c, const char *path, const char *bytes, size_t n,
                          uint32_t *index)
{
    struct source_file f;
    char hex[65];
    strait_status st;

    for (size_t i = 0; i < c->files.n; i++) {
        if (strcmp(c->files.v[i].path, path) == 0) {
            *index = (uint32_t)i;
            return STRAIT_OK;
        }
    }
    st = digest_hex(bytes, n, hex);
    if (st != STRAIT_OK)
        return st == STRAIT_ENOMEM ? cx_nomem(cx) : cx_fail(cx, st, "%s: cannot make its digest", path);
    f.path = arena_strdup(c->arena, path);
    f.digest = arena_strdup(c->arena, hex);
    if (f.path == NULL || f.digest == NULL || VEC_PUSH(&c->files, f) != STRAIT_OK)
        return cx_nomem(cx);
    *index = (uint32_t)(c->files.n - 1);
    return STRAIT_OK;
}

char *path_beside(arena *a, const char *file, const char *name)
{
    const char *slash = strrchr(file, '/');
    size_t dir = slash == NULL || name[0] == '/' ? 0 : (size_t)(slash - file) + 1;
    char *path = arena_alloc(a, dir + strlen(name) + 1, 1);

    if (path == NULL)
        return NULL;
    memcpy(path, file, dir);
    memcpy(path + dir, name, strlen(name) + 1);
    return path;
}
