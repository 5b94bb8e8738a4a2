/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "cli/out.h"

#define MOST_LINKS 40   /* as the kernel */

static bool join(char out[PATH_MAX], const char *dir, size_t n_dir, const char *name)
{
    int n = snprintf(out, PATH_MAX, "%.*s%s", (int)n_dir, dir, name);

    if (n < 0 || n >= PATH_MAX) {
        errno = ENAMETOOLONG;
        return false;
    }
    return true;
}

/* Length of the part up to and with the last slash; 0 when there is none. */
static size_t dir_length(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? (size_t)(slash - path) + 1 : 0;
}

static void drop_end_slashes(char *path)
{
    size_t n = strlen(path);

    while (n > 1 && path[n - 1] == '/')
        path[--n] = '\0';
}

bool out_path_resolve(const char *path, char out[PATH_MAX])
{
    char link[PATH_MAX], from[PATH_MAX];

    if (*path == '\0') {
        errno = ENOENT;
        return false;
    }
    if (!join(out, "", 0, path))
        return false;
    drop_end_slashes(out);
    for (int i = 0; i < MOST_LINKS; i++) {
        ssize_t n = out_path_descriptor(out) >= 0 ? -1 : readlink(out, link, sizeof link - 1);
        if (n < 0)
            return true;   /* no link: a file, nothing yet, or one of our descriptors */
        link[n] = '\0';
        memcpy(from, out, sizeof from);
        if (!join(out, from, link[0] == '/' ? 0 : dir_length(from), link))
            return false;
        drop_end_slashes(out);
    }
    errno = ELOOP;
    return false;
}

static int number_after(const char *path, const char *prefix)
{
    size_t n = strlen(prefix);
    char *end;
    long v;

    if (strncmp(path, prefix, n) != 0 || !isdigit((unsigned char)path[n]))
        return -1;
    v = strtol(path + n, &end, 10);
    return *end == '\0' && v <= INT_MAX ? (int)v : -1;
}

int out_path_descriptor(const char *path)
{
    int fd;

    if (strcmp(path, "/dev/stdout") == 0)
        return STDOUT_FILENO;
    if (strcmp(path, "/dev/stderr") == 0)
        return STDERR_FILENO;
    fd = number_after(path, "/dev/fd/");
    return fd >= 0 ? fd : number_after(path, "/proc/self/fd/");
}

bool out_path_beside(const char *target, unsigned n, char out[PATH_MAX])
{
    char name[64];

    snprintf(name, sizeof name, ".strait-%ld-%u.tmp", (long)getpid(), n);
    return join(out, target, dir_length(target), name);
}

bool out_path_writable(const char *path)
{
    char target[PATH_MAX], dir[PATH_MAX];
    struct stat old;
    size_t n;

    if (out_path_descriptor(path) >= 0)
        return true;
    if (!out_path_resolve(path, target))
        return false;
    if (lstat(target, &old) == 0 && !S_ISREG(old.st_mode) && !S_ISDIR(old.st_mode))
        return true;   /* a device or a pipe: opening it early could block */
    n = dir_length(target);
    return join(dir, target, n, n ? "" : ".") && faccessat(AT_FDCWD, dir, W_OK | X_OK, AT_EACCESS) == 0;
}

/* A folder that cannot be read is not one to replace either. */
static bool dir_holds(const char *path)
{
    DIR *dir = opendir(path);
    struct dirent *e;
    bool any = !dir;

    while (dir && !any && (e = readdir(dir)))
        any = strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0;
    if (dir)
        closedir(dir);
    return any;
}

bool out_path_holds(const char *path)
{
    char target[PATH_MAX];
    struct stat old;

    if (strcmp(path, "-") == 0 || out_path_descriptor(path) >= 0)
        return false;
    if (!out_path_resolve(path, target) || lstat(target, &old) != 0)
        return false;
    return S_ISREG(old.st_mode) ? old.st_size > 0 : S_ISDIR(old.st_mode) && dir_holds(target);
}

void out_path_sync(const char *path)
{
    char dir[PATH_MAX];
    size_t n = dir_length(path);
    int fd;

    if (!join(dir, path, n, n ? "" : "."))
        return;
    fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return;   /* the rename is done; only its durability is in doubt */
    fsync(fd);
    close(fd);
}
