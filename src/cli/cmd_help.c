/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>
#include "cli/cli.h"

struct sink { strait_write_fn *fn; void *data; bool failed; };

static void put(struct sink *k, const char *text)
{
    if (!k->failed && k->fn(k->data, text, strlen(text)) != 0)
        k->failed = true;
}

static void overview(struct sink *k)
{
    char line[200];

    put(k, "strait plans where training and inference run: a case in, a certified least-cost plan out.\n\n"
           "usage: strait VERB [ARGUMENT]... [OPTION]...\n\n");
    for (size_t i = 0; verb_at(i); i++) {
        snprintf(line, sizeof line, "  %-9s %-18s %s\n", verb_at(i)->name, verb_at(i)->usage, verb_at(i)->summary);
        put(k, line);
    }
    put(k, "\nstrait help VERB tells a verb's options; man strait tells the rest.\n"
           "\nEnds with 0 proven and certified, 1 proven infeasible, 2 usage, 3 input, 4 a bug or a failed\n"
           "certificate, 5 a certified plan not proven optimal, 6 no plan within the limit, 7 cannot read or write.\n");
}

static void about(struct sink *k, const struct verb *v)
{
    char line[300];

    snprintf(line, sizeof line, "usage: strait %s %s [OPTION]...\n\n%s.\n\n", v->name, v->usage, v->summary);
    put(k, line);
    put(k, v->more);
    put(k, "\n");
    k->failed = options_print(v->flags, k->fn, k->data) != 0 || k->failed;
}

static strait_status render_help(struct session *s, const void *what, const char *format, strait_write_fn *fn, void *data)
{
    struct sink k = {fn, data, false};

    (void)s;
    (void)format;
    if (what)
        about(&k, what);
    else
        overview(&k);
    return k.failed ? STRAIT_EIO : STRAIT_OK;
}

static strait_status render_version(struct session *s, const void *what, const char *format, strait_write_fn *fn,
                                    void *data)
{
    char line[100];

    (void)s;
    (void)what;
    (void)format;
    snprintf(line, sizeof line, "strait %s\n", strait_version());
    return fn(data, line, strlen(line)) == 0 ? STRAIT_OK : STRAIT_EIO;
}

int cmd_help(struct session *s)
{
    const struct verb *v = s->help && s->verb && s->verb->run != cmd_help ? s->verb : NULL;

    if (s->version)
        return deliver_one(s, render_version, NULL, "", NULL);
    if (!v && s->n_arg > 0 && s->verb && s->verb->run == cmd_help) {
        v = verb_find(s->arg[0]);
        if (!v)
            return END_USAGE;
    }
    return deliver_one(s, render_help, v, "", NULL);
}
