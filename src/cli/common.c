/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the verbs share: loading a case, telling faults, delivering data. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include "cli/cli.h"
#include "cli/out.h"
#include "cli/progress.h"

int end_of(strait_status st)
{
    switch (st) {
    case STRAIT_OK: return END_OK;
    case STRAIT_EUSAGE: return END_USAGE;
    case STRAIT_EINPUT: return END_INPUT;
    case STRAIT_EIO: case STRAIT_ENOMEM: return END_IO;
    case STRAIT_EBUG: break;
    }
    return END_BUG;
}

int failed(struct session *s, strait_status st)
{
    say("%s", *strait_message(s->cx) ? strait_message(s->cx) : "failed without a message");
    return end_of(st);
}

/* Lines to stderr, one fault each, but for the first *data of them, which were told before. */
static int put_fault_lines(void *data, const char *bytes, size_t n)
{
    size_t *skip = data;

    while (n > 0) {
        const char *end = memchr(bytes, '\n', n);
        size_t len = end ? (size_t)(end - bytes) + 1 : n;
        if (*skip == 0)
            fwrite(bytes, 1, len, stderr);
        *skip -= *skip > 0 && end;
        bytes += len;
        n -= len;
    }
    return 0;
}

static size_t count_warnings(const strait_table *t)
{
    const char *const *severity = strait_table_col_data(t, 0);
    size_t n = 0;

    for (size_t i = 0; i < strait_table_rows(t); i++)
        n += strcmp(severity[i], "warning") == 0;
    return n;
}

int tell_faults(struct session *s, size_t *n_new)
{
    size_t n, skip = s->n_fault_told;
    strait_table *t = NULL;
    strait_status st = strait_faults(s->cx, &t);

    *n_new = 0;
    if (st != STRAIT_OK)
        return failed(s, st);
    n = strait_table_rows(t);
    *n_new = n - s->n_fault_told;
    progress_clear();
    if (!s->quiet || count_warnings(t) < n)
        st = strait_table_write(s->cx, t, "table", put_fault_lines, &skip);
    s->n_fault_told = n;
    strait_table_free(t);
    return st == STRAIT_OK ? END_OK : failed(s, st);
}

int failed_on_input(struct session *s, strait_status st)
{
    char message[1024];
    size_t n;
    int end;

    snprintf(message, sizeof message, "%s", strait_message(s->cx));
    end = tell_faults(s, &n);
    if (end != END_OK)
        return end;
    if (st != STRAIT_EINPUT || n == 0)
        say("%s", *message ? message : "failed without a message");
    return end_of(st);
}

/* Is the path, after its links, a file that this run reads? */
static bool is_argument(const struct session *s, const char *path)
{
    struct stat in, out;

    if (!path || stat(path, &out) != 0 || !S_ISREG(out.st_mode))
        return false;
    for (size_t i = 0; i <= s->n_arg; i++) {
        const char *read = i < s->n_arg ? s->arg[i] : s->baseline;
        if (read && stat(read, &in) == 0 && in.st_dev == out.st_dev && in.st_ino == out.st_ino)
            return true;
    }
    return false;
}

/* A slip of the keyboard must not cost the case. */
int spare_arguments(const struct session *s)
{
    const char *path = is_argument(s, s->plain_out) ? s->plain_out : NULL;

    for (size_t i = 0; i < s->n_out && !path; i++)
        path = is_argument(s, s->out[i].path) ? s->out[i].path : NULL;
    if (!path)
        return END_OK;
    say("-o %s would replace a file that this run reads; name another", path);
    return END_USAGE;
}

int load_case(struct session *s, strait_case **out)
{
    strait_status st;
    size_t n;
    int end = spare_arguments(s);

    if (end != END_OK)
        return end;
    st = strait_case_load(s->cx, s->arg[0], s->scenario, s->set, s->n_set, out);
    if (st != STRAIT_OK)
        return failed_on_input(s, st);
    end = tell_faults(s, &n);
    if (end == END_OK && s->strict && n > 0)
        end = END_INPUT;
    if (end != END_OK) {
        strait_case_free(*out);
        *out = NULL;
    }
    return end;
}

strait_status render_table(struct session *s, const void *what, const char *format, strait_write_fn *fn, void *data)
{
    return strait_table_write(s->cx, what, format, fn, data);
}

static int cannot_write(const struct out *o)
{
    say("cannot write %s: %s", o->name, strerror(o->error));
    return END_IO;
}

int deliver_one(struct session *s, render_fn *render, const void *what, const char *format, const char *path)
{
    struct out o;
    strait_status st;

    progress_clear();
    if (!out_open(&o, path)) {
        out_abort(&o);
        return cannot_write(&o);
    }
    st = render(s, what, format, out_write, &o);
    if (o.error == 0 && st != STRAIT_OK) {
        out_abort(&o);
        return failed(s, st);
    }
    if (out_commit(&o) || o.left)
        return END_OK;   /* a reader who has seen enough is no failure */
    return cannot_write(&o);
}

int deliver(struct session *s, render_fn *render, const void *what)
{
    int end = END_OK;

    for (size_t i = 0; i < s->n_out && end == END_OK; i++)
        end = deliver_one(s, render, what, s->out[i].format, s->out[i].path);
    return end == END_OK ? deliver_one(s, render, what, s->format, s->plain_out) : end;
}

int say_folder(const struct out_dir *d)
{
    if (d->why)
        say("cannot write %s: the folder holds \"%s\", %s; name a new or empty folder", d->name, d->entry, d->why);
    else
        say("cannot write %s: %s", d->name, strerror(d->error));
    return END_IO;
}

int deliver_into(struct session *s, struct out_dir *d, const char *name, render_fn *render, const void *what)
{
    strait_status st = STRAIT_OK;
    struct out o;

    if (out_dir_file(d, name, &o))
        st = render(s, what, "csv", out_write, &o);
    if (o.error == 0 && st != STRAIT_OK) {
        out_abort(&o);
        return failed(s, st);
    }
    if (o.error == 0 && out_commit(&o))
        return END_OK;
    out_abort(&o);
    d->error = o.error;
    return say_folder(d);
}
