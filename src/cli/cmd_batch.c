/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>
#include "cli/cli.h"
#include "cli/progress.h"

static int usage(const char *text)
{
    say("%s; see strait help batch", text);
    return END_USAGE;
}

static const void *column(const strait_table *t, const char *name)
{
    for (size_t i = 0; i < strait_table_cols(t); i++)
        if (strcmp(strait_table_col_name(t, i), name) == 0)
            return strait_table_col_data(t, i);
    return NULL;
}

static int64_t count(const strait_table *t, const char *name)
{
    const int64_t *v = column(t, name);

    return v ? *v : 0;
}

static int end_of_batch(const strait_table *t)
{
    if (count(t, "done") < count(t, "total"))
        return END_FEASIBLE;
    return count(t, "error") > 0 ? END_SOME_ERRORS : END_OK;
}

/* The study's options from those of the command. */
static size_t options(const struct session *s, char shard[64], char keep[64], const char **option)
{
    size_t n = 0;

    if (s->resume)
        option[n++] = "resume";
    if (s->shard) {
        snprintf(shard, 64, "shard=%.50s", s->shard);
        option[n++] = shard;
    }
    if (s->keep) {
        snprintf(keep, 64, "keep=%.50s", s->keep);
        option[n++] = keep;
    }
    return n;
}

/* What a reader of the counts must not miss. */
static void tell(const struct session *s, const strait_table *t)
{
    if (s->quiet)
        return;
    if (count(t, "done") < count(t, "total"))
        say("stopped; the same line%s goes on", s->resume ? "" : " with --resume");
    if (count(t, "undone") > 0)
        say("%lld of %lld scenarios leave work undone, and their cost includes its penalties; see topic unmet of strait batch --summary %s",
            (long long)count(t, "undone"), (long long)count(t, "done"), s->store);
}

static int run(struct session *s)
{
    char shard[64], keep[64];
    const char *option[3];
    size_t n = options(s, shard, keep, option), n_new;
    strait_study *study = NULL;
    strait_table *t = NULL;
    int end;
    strait_status st = strait_study_load(s->cx, s->arg[0], s->set, s->n_set, &study);

    end = st == STRAIT_OK ? tell_faults(s, &n_new) : failed_on_input(s, st);
    if (end == END_OK) {
        st = strait_study_run(s->cx, study, s->store, option, n, &t);
        end = st == STRAIT_OK ? deliver(s, render_table, t) : failed(s, st);
    }
    if (end == END_OK) {
        tell(s, t);
        end = end_of_batch(t);
    }
    strait_table_free(t);
    strait_study_free(study);
    return end;
}

static int merge(struct session *s)
{
    strait_status st;

    if (s->n_arg == 0)
        return usage("--merge needs the stores to merge");
    st = strait_study_merge(s->cx, s->merge, s->arg, s->n_arg, s->partial);
    return st == STRAIT_OK ? END_OK : failed(s, st);
}

/* scenarios NAME count */
static double scenarios(const strait_table *t, const char *name)
{
    const char *const *topic = column(t, "topic"), *const *of = column(t, "name"), *const *measure = column(t, "measure");
    const double *value = column(t, "value");

    for (size_t i = 0; i < strait_table_rows(t); i++)
        if (strcmp(topic[i], "scenarios") == 0 && strcmp(of[i], name) == 0 && strcmp(measure[i], "count") == 0)
            return value[i];
    return 0;
}

static int summary(struct session *s)
{
    strait_table *t = NULL;
    strait_status st = strait_study_summary(s->cx, s->summary, &t);
    int end = st == STRAIT_OK ? deliver(s, render_table, t) : failed(s, st);

    if (end == END_OK && scenarios(t, "missing") > 0 && !s->quiet)
        say("%s: %.0f of %.0f scenarios are missing; all that is told is of the others", s->summary, scenarios(t, "missing"), scenarios(t, "total"));
    strait_table_free(t);
    return end;
}

int cmd_batch(struct session *s)
{
    if ((s->store != NULL) + (s->merge != NULL) + (s->summary != NULL) != 1)
        return usage("batch needs one of --store, --merge, --summary");
    if (!s->store && (s->resume || s->shard || s->keep || s->n_set > 0))
        return usage("--resume, --shard, --keep and --set go with --store");
    if (s->partial && !s->merge)
        return usage("--partial goes with --merge");
    if (s->summary && s->n_arg > 0)
        return usage("--summary takes no other argument");
    return s->merge ? merge(s) : s->summary ? summary(s) : run(s);
}
