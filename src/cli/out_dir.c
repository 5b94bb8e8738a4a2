/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "cli/out.h"

#define MOST_TEMPS 1000

static bool fail(struct out_dir *d, int error)
{
    if (d->error == 0)
        d->error = error;
    return false;
}

static bool is_plain(DIR *dir, const char *name)
{
    struct stat st;

    return fstatat(dirfd(dir), name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(st.st_mode);
}

static bool dots(const char *name)
{
    return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

/* An existing folder may be replaced when nothing of the user's own is lost with it. */
static bool may_replace(struct out_dir *d, const char *mark, out_ours_fn *ours, const void *data)
{
    DIR *dir = opendir(d->target);
    bool marked = false, any = false;
    struct dirent *e;

    if (!dir)
        return fail(d, errno);
    while ((e = readdir(dir)) && !d->why) {
        if (dots(e->d_name))
            continue;
        any = true;
        marked = marked || strcmp(e->d_name, mark) == 0;
        snprintf(d->entry, sizeof d->entry, "%s", e->d_name);
        if (!ours(data, e->d_name) || !is_plain(dir, e->d_name))
            d->why = "which this command does not write there";
    }
    closedir(dir);
    if (!d->why && any && !marked)
        d->why = "but nothing that marks it as written by this command";
    return !d->why;
}

/* Private until it is whole. */
static bool make_temp(struct out_dir *d)
{
    for (unsigned n = 0; n < MOST_TEMPS; n++) {
        if (!out_path_beside(d->target, n, d->temp))
            break;
        if (mkdir(d->temp, 0777) == 0)
            return true;
        if (errno != EEXIST)
            break;
    }
    d->temp[0] = '\0';
    return fail(d, errno);
}

/**
 * Begin a folder of files.
 *
 * @param d     out; to be ended with out_dir_commit or out_dir_abort
 * @param path  the folder; new, empty, or one that an earlier run wrote
 * @param mark  a file that every folder written by this command holds
 * @param ours  with data: whether a name is one that the command writes there; any other entry is the user's
 * @return false: d->why (with d->entry) or d->error says why
 * Test: tests/cli/out.sh
 */
bool out_dir_open(struct out_dir *d, const char *path, const char *mark, out_ours_fn *ours, const void *data)
{
    *d = (struct out_dir){.name = path};
    if (!out_path_resolve(path, d->target))
        return fail(d, errno);
    if (lstat(d->target, &d->old) == 0) {
        if (!S_ISDIR(d->old.st_mode))
            return fail(d, ENOTDIR);
        if (!may_replace(d, mark, ours, data))
            return false;
        d->replaces = true;
    } else if (errno != ENOENT) {
        return fail(d, errno);
    }
    return make_temp(d);
}

bool out_dir_file(struct out_dir *d, const char *name, struct out *o)
{
    char path[PATH_MAX];
    int n = snprintf(path, sizeof path, "%s/%s", d->temp, name);

    *o = (struct out){.name = d->name, .fd = -1};
    if (n < 0 || (size_t)n >= sizeof path) {
        o->error = ENAMETOOLONG;
        return false;
    }
    if (!out_open(o, path))
        return false;
    o->name = d->name;
    return true;
}

/* Remove a folder of plain files. */
static void remove_dir(const char *path)
{
    DIR *dir = opendir(path);
    struct dirent *e;

    while (dir && (e = readdir(dir)))
        if (!dots(e->d_name))
            unlinkat(dirfd(dir), e->d_name, 0);
    if (dir)
        closedir(dir);
    rmdir(path);
}

/* Where the file system cannot exchange two names: move the old folder aside, and back if the new one does not go in. */
static bool swap_by_hand(struct out_dir *d)
{
    char aside[PATH_MAX];

    if (!out_path_beside(d->target, MOST_TEMPS, aside) || rename(d->target, aside) != 0)
        return fail(d, errno);
    if (rename(d->temp, d->target) != 0) {
        int error = errno;
        if (rename(aside, d->target) != 0)
            error = errno;
        return fail(d, error);
    }
    memcpy(d->temp, aside, sizeof d->temp);
    return true;
}

/* After it the new folder has the target's name and d->temp names the old one, if there was one. */
static bool put_in_place(struct out_dir *d)
{
    if (!d->replaces) {
        if (rename(d->temp, d->target) != 0)
            return fail(d, errno);
        d->temp[0] = '\0';
        return true;
    }
    if (chmod(d->temp, d->old.st_mode & 07777) != 0)
        return fail(d, errno);
    if (renameat2(AT_FDCWD, d->temp, AT_FDCWD, d->target, RENAME_EXCHANGE) == 0)
        return true;
    return errno == EINVAL || errno == ENOSYS ? swap_by_hand(d) : fail(d, errno);
}

bool out_dir_commit(struct out_dir *d)
{
    char inside[PATH_MAX];
    bool done;

    if (snprintf(inside, sizeof inside, "%s/", d->temp) < (int)sizeof inside)
        out_path_sync(inside);
    done = put_in_place(d);
    if (done)
        out_path_sync(d->target);
    out_dir_abort(d);   /* removes what is left beside the target: the old folder, or the new one on failure */
    return done;
}

void out_dir_abort(struct out_dir *d)
{
    if (d->temp[0])
        remove_dir(d->temp);
    d->temp[0] = '\0';
}
