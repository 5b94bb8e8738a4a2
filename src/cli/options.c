/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The options of all verbs, in one table: parsing, help and suggestions are made from it. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "cli/cli.h"

enum { OPT_FORMAT = 256, OPT_SET, OPT_SCENARIO, OPT_STRICT, OPT_QUIET, OPT_TO, OPT_STATS, OPT_POINTS, OPT_RATES,
       OPT_ROWS, OPT_REPORT, OPT_BASELINE, OPT_STORE, OPT_RESUME, OPT_SHARD, OPT_KEEP, OPT_MERGE, OPT_PARTIAL, OPT_SUMMARY,
       OPT_PLAN, OPT_LIBRARY, OPT_IMPORT };

static const struct option_desc {
    const char *name, *arg;   /* arg NULL: takes none */
    char letter;
    int id;
    unsigned flag;            /* bit of verb.flags; 0: every verb */
    const char *library;      /* name for strait_option or strait_import */
    const char *doc;
} options[] = {
    {"format", "table|json|csv", 0, OPT_FORMAT, FLAG_FORMAT, NULL, "form of the data (default: table)"},
    {"output", "PATH", 'o', 'o', FLAG_OUT, NULL, "write to PATH; FORMAT:PATH writes one more copy, repeatable"},
    {"to", "mps|lp|mathprog", 0, OPT_TO, FLAG_TO, NULL, "file format of the linear program"},
    {"set", "PATH=VALUE", 0, OPT_SET, FLAG_CASE | FLAG_SET, NULL, "override an input, repeatable"},
    {"scenario", "NAME", 0, OPT_SCENARIO, FLAG_CASE, NULL, "apply a scenario of the case first"},
    {"strict", NULL, 0, OPT_STRICT, FLAG_CASE | FLAG_IMPORT, NULL, "end with 3 on warnings too"},
    {"threads", "N", 0, OPT_LIBRARY, FLAG_SOLVE, "threads", "threads (default 1); the answer is the same"},
    {"time-limit", "S", 0, OPT_LIBRARY, FLAG_SOLVE, "time_limit", "stop after S seconds with the best plan so far (0: never)"},
    {"gap", "G", 0, OPT_LIBRARY, FLAG_SOLVE, "gap", "relative gap that counts as proven (default 1e-6)"},
    {"seed", "N", 0, OPT_LIBRARY, FLAG_SOLVE, "seed", "seed of everything random"},
    {"engine", "auto|glpk", 0, OPT_LIBRARY, FLAG_SOLVE, "engine", "glpk: the whole program by plain GLPK"},
    {"rounding", "on|off", 0, OPT_LIBRARY, FLAG_PLAN, "rounding", "off: the plan in fractions alone"},
    {"baseline", "PLAN.json", 0, OPT_BASELINE, FLAG_PLAN, "baseline", "tell the plan beside a previous one"},
    {"points", "ROWS.csv", 0, OPT_POINTS, FLAG_POINTS, NULL, "predict these published rows instead"},
    {"rates", "RATES.csv", 0, OPT_RATES, FLAG_POINTS | FLAG_ROWS, NULL, "table of rates, as strait calibrate writes it"},
    {"rows", "ROWS.csv", 0, OPT_ROWS, FLAG_ROWS, NULL, "more published rows to fit, repeatable"},
    {"report", "DIR", 0, OPT_REPORT, FLAG_ROWS, NULL, "write errors.csv, summary.csv and errors.html to DIR"},
    {"regions", "REGION[=SITE],...", 0, OPT_IMPORT, FLAG_IMPORT, "regions", "skypilot: these regions, as these sites"},
    {"accelerators", "NAMES.csv", 0, OPT_IMPORT, FLAG_IMPORT, "accelerators", "more names: columns name, accelerator"},
    {"count", "N", 0, OPT_IMPORT, FLAG_IMPORT, "count", "skypilot: accelerators of each offer"},
    {"unit", "N", 0, OPT_IMPORT, FLAG_IMPORT, "unit", "skypilot: instances of N accelerators (default: most)"},
    {"interruptions", "PER_HOUR", 0, OPT_IMPORT, FLAG_IMPORT, "interruptions", "skypilot: interruptions of spot"},
    {"columns", "time=NAME,...", 0, OPT_IMPORT, FLAG_IMPORT, "columns", "trace, rates: the file's columns"},
    {"where", "COLUMN=VALUE,...", 0, OPT_IMPORT, FLAG_IMPORT, "where", "trace, rates: these rows alone"},
    {"profile", "NAME", 0, OPT_IMPORT, FLAG_IMPORT, "profile", "trace: name of the profile (default: the file's)"},
    {"demand", "WORKLOAD@REGION", 0, OPT_IMPORT, FLAG_IMPORT, "demand", "trace: also a row of demands"},
    {"utc-offset", "HOURS", 0, OPT_IMPORT, FLAG_IMPORT, "utc_offset", "trace: the users' local time minus UTC"},
    {"clock-offset", "HOURS", 0, OPT_IMPORT, FLAG_IMPORT, "clock_offset", "trace: the same of times without a zone"},
    {"start", "DATE", 0, OPT_IMPORT, FLAG_IMPORT, "start", "trace: beginning of times that are seconds"},
    {"rename", "NAME=WORKLOAD,...", 0, OPT_IMPORT, FLAG_IMPORT, "rename", "rates: these models or workloads alone"},
    {"source", "TEXT", 0, OPT_IMPORT, FLAG_IMPORT, "source", "import: where the files come from"},
    {"date", "TEXT", 0, OPT_IMPORT, FLAG_IMPORT, "date", "import: their date"},
    {"kind", "WORD", 0, OPT_IMPORT, FLAG_IMPORT, "kind", "import: measured, official, reported, estimated, assumed"},
    {"store", "F.sqlite", 0, OPT_STORE, FLAG_BATCH, NULL, "where each scenario's outcome goes, as it comes"},
    {"resume", NULL, 0, OPT_RESUME, FLAG_BATCH, NULL, "go on with a store that is there"},
    {"shard", "I/N", 0, OPT_SHARD, FLAG_BATCH, NULL, "only scenarios whose number modulo N is I (from 0)"},
    {"keep", "LIST", 0, OPT_KEEP, FLAG_BATCH, NULL, "of placements,leases,duals; or none (default: placements,leases)"},
    {"merge", "OUT.sqlite", 0, OPT_MERGE, FLAG_BATCH, NULL, "merge the stores of shards, named as arguments, into one"},
    {"partial", NULL, 0, OPT_PARTIAL, FLAG_BATCH, NULL, "merge though scenarios are missing"},
    {"summary", "F.sqlite", 0, OPT_SUMMARY, FLAG_BATCH, NULL, "what a store comes to"},
    {"plan", "PLAN.json", 0, OPT_PLAN, FLAG_ROLL, NULL, "write what was carried out as a plan"},
    {"stats", NULL, 0, OPT_STATS, FLAG_STATS, NULL, "add counts and durations"},
    {"quiet", NULL, 'q', OPT_QUIET, 0, NULL, "no progress, no warnings"},
    {"help", NULL, 'h', 'h', 0, NULL, "this help"},
    {"version", NULL, 'V', 'V', 0, NULL, "the version"},
};
#define N_OPTIONS (sizeof options / sizeof *options)

static int usage(const char *text, const char *word)
{
    say("%s%s%s%s; see strait help", text, *word ? " \"" : "", word, *word ? "\"" : "");
    return END_USAGE;
}

static const struct option_desc *by_id(int id, int index)
{
    for (size_t i = 0; i < N_OPTIONS; i++)
        if (id == OPT_LIBRARY || id == OPT_IMPORT ? (int)i == index : options[i].id == id || (options[i].letter && options[i].letter == id))
            return &options[i];
    return NULL;
}

static int unknown(const char *word)
{
    static const char *const later[] = {"--workload"};
    const char *names[N_OPTIONS], *near;

    for (size_t i = 0; i < sizeof later / sizeof *later; i++)
        if (strcmp(word, later[i]) == 0) {
            say("option %s is not part of this version", word);
            return END_USAGE;
        }
    for (size_t i = 0; i < N_OPTIONS; i++)
        names[i] = options[i].name;
    near = strncmp(word, "--", 2) == 0 ? nearest(word + 2, names, N_OPTIONS) : NULL;
    if (!near)
        return usage("unknown option", word);
    say("unknown option \"%s\"; did you mean --%s?", word, near);
    return END_USAGE;
}

static bool is_format(const char *s, size_t n)
{
    static const char *const formats[] = {"table", "json", "csv"};

    for (size_t i = 0; i < 3; i++)
        if (strlen(formats[i]) == n && strncmp(s, formats[i], n) == 0)
            return true;
    return false;
}

/* -o PATH or -o FORMAT:PATH; a PATH that looks like the latter is given as ./FORMAT:PATH. */
static int add_output(struct session *s, char *arg)
{
    size_t n = strcspn(arg, ":");

    if (*arg == '\0')
        return usage("-o needs a path", "");
    if (arg[n] != ':' || !is_format(arg, n)) {
        if (s->plain_out)
            return usage("a second -o needs a form, as json:PATH, csv:PATH or table:PATH:", arg);
        s->plain_out = arg;
        return END_OK;
    }
    if (s->n_out == MOST_TARGETS)
        return usage("too many -o", "");
    if (arg[n + 1] == '\0')
        return usage("-o needs a path after", arg);
    arg[n] = '\0';
    s->out[s->n_out++] = (struct target){arg, arg + n + 1};
    return END_OK;
}

static int set_format(struct session *s, const char *arg)
{
    if (!is_format(arg, strlen(arg)))
        return usage("--format is one of table, json, csv, not", arg);
    s->format = arg;
    return END_OK;
}

/* With "name=value" for the library's own options. */
static int set_library(struct session *s, const struct option_desc *o, const char *value)
{
    return strait_option(s->cx, o->library, value) == STRAIT_OK ? END_OK : failed(s, STRAIT_EUSAGE);
}

static int take(struct session *s, const struct option_desc *o, char *arg)
{
    switch (o->id) {
    case OPT_FORMAT: return set_format(s, arg);
    case 'o': return add_output(s, arg);
    case OPT_TO: s->to = arg; return END_OK;
    case OPT_SET: s->set[s->n_set++] = arg; return END_OK;
    case OPT_SCENARIO: s->scenario = arg; return END_OK;
    case OPT_STRICT: s->strict = true; return END_OK;
    case OPT_QUIET: s->quiet = true; return END_OK;
    case OPT_POINTS: s->points = arg; return END_OK;
    case OPT_RATES: s->rates = arg; return END_OK;
    case OPT_ROWS: s->rows[s->n_rows++] = arg; return END_OK;
    case OPT_REPORT: s->report = arg; return END_OK;
    case OPT_STORE: s->store = arg; return END_OK;
    case OPT_RESUME: s->resume = true; return END_OK;
    case OPT_SHARD: s->shard = arg; return END_OK;
    case OPT_KEEP: s->keep = arg; return END_OK;
    case OPT_MERGE: s->merge = arg; return END_OK;
    case OPT_PARTIAL: s->partial = true; return END_OK;
    case OPT_SUMMARY: s->summary = arg; return END_OK;
    case OPT_PLAN: s->plan = arg; return END_OK;
    case OPT_STATS:
        s->stats = true;
        return strait_option(s->cx, "stats", "on") == STRAIT_OK ? END_OK : failed(s, STRAIT_EUSAGE);
    case OPT_BASELINE: s->baseline = arg; return set_library(s, o, arg);
    case OPT_LIBRARY: return set_library(s, o, arg);
    case OPT_IMPORT: s->import[s->n_import++] = (strait_import_option){o->library, arg}; return END_OK;
    case 'h': s->help = true; return END_OK;
    default: s->version = true; return END_OK;
    }
}

static void fill_getopt(struct option *o)
{
    for (size_t i = 0; i < N_OPTIONS; i++)
        o[i] = (struct option){options[i].name, options[i].arg ? required_argument : no_argument, NULL, options[i].id};
    memset(&o[N_OPTIONS], 0, sizeof *o);
}

/* The words that are no options: the verb and its arguments. */
static int take_words(struct session *s, int argc, char **argv, int at)
{
    if (at < argc && !s->verb) {
        s->verb = verb_find(argv[at]);
        if (!s->verb)
            return END_USAGE;
        at++;
    }
    for (; at < argc; at++) {
        if (s->n_arg == MOST_ARGS && !s->merge && !(s->verb && s->verb->many))
            return usage("one argument too many:", argv[at]);
        s->arg[s->n_arg++] = argv[at];
    }
    return END_OK;
}

static int check_use(struct session *s, const bool *used)
{
    if (!s->verb || s->help || s->version)
        return END_OK;
    for (size_t i = 0; i < N_OPTIONS; i++)
        if (used[i] && options[i].flag && !(options[i].flag & s->verb->flags)) {
            say("%s takes no --%s; see strait help %s", s->verb->name, options[i].name, s->verb->name);
            return END_USAGE;
        }
    if ((s->verb->many ? s->n_arg < s->verb->n_arg : s->n_arg != s->verb->n_arg) && s->verb->run != cmd_help && !s->merge && !s->summary) {
        say("usage: strait %s %s [OPTION]...", s->verb->name, s->verb->usage);
        return END_USAGE;
    }
    return END_OK;
}

/**
 * Read the command line.  Options may stand anywhere; after "--" everything is a word.
 *
 * @param s     in: zeroed but for cx; out: what was asked
 * @return END_OK, END_USAGE (told on stderr), END_IO (no memory)
 * Test: tests/cli/usage.sh
 */
int options_parse(struct session *s, int argc, char **argv)
{
    struct option known[N_OPTIONS + 1];
    bool used[N_OPTIONS] = {false};
    int id, index = -1, end = END_OK;

    s->format = "table";
    s->set = calloc((size_t)argc + 1, sizeof *s->set);
    s->rows = calloc((size_t)argc + 1, sizeof *s->rows);
    s->arg = calloc((size_t)argc + 1, sizeof *s->arg);
    s->import = calloc((size_t)argc + 1, sizeof *s->import);
    if (!s->set || !s->rows || !s->arg || !s->import) {
        say("out of memory");
        return END_IO;
    }
    fill_getopt(known);
    opterr = 0;
    while (end == END_OK && (id = getopt_long(argc, argv, ":o:qhV", known, &index)) != -1) {
        const struct option_desc *o = by_id(id, index);
        if (id == ':')
            return usage("no value for", argv[optind - 1]);
        if (!o)
            return unknown(argv[optind - 1]);
        used[o - options] = true;
        end = take(s, o, optarg);
        index = -1;
    }
    if (end == END_OK)
        end = take_words(s, argc, argv, optind);
    return end == END_OK ? check_use(s, used) : end;
}

int options_print(unsigned flags, strait_write_fn *fn, void *data)
{
    char line[200], name[60];

    for (size_t i = 0; i < N_OPTIONS; i++) {
        const struct option_desc *o = &options[i];
        if (o->flag && !(o->flag & flags))
            continue;
        if (o->letter)
            snprintf(name, sizeof name, "-%c, --%s%s%s", o->letter, o->name, o->arg ? " " : "", o->arg ? o->arg : "");
        else
            snprintf(name, sizeof name, "    --%s%s%s", o->name, o->arg ? " " : "", o->arg ? o->arg : "");
        snprintf(line, sizeof line, "  %-29s %s\n", name, o->doc);
        if (fn(data, line, strlen(line)) != 0)
            return 1;
    }
    return 0;
}
