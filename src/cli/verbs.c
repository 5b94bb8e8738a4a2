/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>
#include "cli/cli.h"

#define READS (FLAG_FORMAT | FLAG_OUT | FLAG_CASE)

static const struct verb verbs[] = {
    {"check", cmd_check, 1, READS, "CASE", "read a case and say all that is wrong with it",
     "Prints what the case holds and what each rule applies to.  With --format json or csv:\n"
     "the faults, of which there may be none.  Faults also go to standard error, one a line.\n", false},
    {"estimate", cmd_estimate, 1, READS | FLAG_POINTS, "CASE", "how fast each workload runs on each offer, and at what cost",
     "One row per workload, phase and offer; where it cannot run, the reason.  With --points: one\n"
     "row per published measurement in ROWS.csv, predicted without a look at what was measured.\n", false},
    {"plan", cmd_plan, 1, READS | FLAG_SOLVE | FLAG_PLAN | FLAG_STATS, "CASE", "the certified least-cost plan",
     "Prints the plan on one page.  -o json:PATH and -o csv:DIR write all of it: one document,\n"
     "or one table a file.  --format csv without -o writes the placements.\n", false},
    {"verify", cmd_verify, 2, READS, "CASE PLAN.json", "re-derive every promise of a plan from the case",
     "Uses no part of the planner.  Ends with 4 when a promise does not hold.\n", false},
    {"batch", cmd_batch, 1, FLAG_FORMAT | FLAG_OUT | FLAG_SET | FLAG_SOLVE | FLAG_BATCH, "SWEEP.cfg", "plan thousands of scenarios into a store",
     "With --store F.sqlite: one row a scenario as it comes; --resume goes on after a stop or a kill.\n"
     "Or --merge OUT.sqlite IN...: the stores of shards into one.  Or --summary F.sqlite: the spread\n"
     "of cost and hours, what is placed and leased how often, and what drives the cost.\n"
     "Ends with 0 when every scenario has an outcome, 5 stopped, 8 some are recorded as errors.\n"
     "--time-limit holds for each scenario.  doc/BATCH.md tells the keys of a sweep and the tables of a store.\n", false},
    {"roll", cmd_roll, 1, FLAG_FORMAT | FLAG_OUT | FLAG_SET | FLAG_SOLVE | FLAG_STATS | FLAG_ROLL, "ROLL.cfg",
     "plan, commit, move on; beside perfect foresight",
     "Plans, commits the first periods, sees what happened (histories of prices, availability and\n"
     "demand, news of rules) and plans again, until the horizon's end; and says what knowing all of\n"
     "it from the start would have saved.  -o json:PATH writes all of it, -o csv:DIR a table a file.\n"
     "Ends with 1 where a step has no plan.  --time-limit holds for each plan.  doc/ROLL.md.\n", false},
    {"export", cmd_export, 1, FLAG_OUT | FLAG_CASE | FLAG_TO, "CASE --to mps|lp|mathprog", "the linear program, for other solvers",
     "The objective's constant is the cost of a column fixed at 1.  --to mathprog writes the data\n"
     "of models/strait.mod: glpsol -m strait.mod -d DATA.\n", false},
    {"calibrate", cmd_calibrate, 0, FLAG_FORMAT | FLAG_OUT | FLAG_ROWS, "", "fit the estimator to published measurements",
     "Prints the fitted parameters with standard errors and bars, a table that --rates takes back.\n"
     "Rows in RATES.csv with pinned = true keep their value.  --report DIR shows how far off the\n"
     "estimator is for models, sources and accelerators that it has not seen.\n", false},
    {"import", cmd_import, 2, FLAG_FORMAT | FLAG_OUT | FLAG_IMPORT, "skypilot|trace|rates FILE...", "catalogues, traces and measured rates into tables",
     "skypilot: price catalogues into offers, prices, availabilities.  trace: times with input and\n"
     "output tokens into profiles, demands, lengths.  rates: tokens per second into rates.  Plain CSV\n"
     "or gzip.  --format csv -o DIR writes a folder of tables; without -o the first of them.\n", true},
    {"fields", cmd_fields, 0, FLAG_FORMAT | FLAG_OUT, "", "every key and column of the input, documented",
     "The reference that strait-case(5) is made from.\n", false},
    {"help", cmd_help, 0, 0, "[VERB]", "this overview, or a verb's options", "", false},
};
#define N_VERBS (sizeof verbs / sizeof *verbs)

const struct verb *verb_at(size_t i)
{
    return i < N_VERBS ? &verbs[i] : NULL;
}

bool verb_later(const char *name)
{
    static const char *const later[] = {"explain", "diff", "report", "new"};

    for (size_t i = 0; i < sizeof later / sizeof *later; i++)
        if (strcmp(later[i], name) == 0)
            return true;
    return false;
}

const struct verb *verb_find(const char *name)
{
    const char *names[N_VERBS], *near;

    for (size_t i = 0; i < N_VERBS; i++) {
        if (strcmp(verbs[i].name, name) == 0)
            return &verbs[i];
        names[i] = verbs[i].name;
    }
    near = nearest(name, names, N_VERBS);
    if (verb_later(name))
        say("%s is not part of this version; see strait help", name);
    else if (near)
        say("unknown verb \"%s\"; did you mean %s?", name, near);
    else
        say("unknown verb \"%s\"; see strait help", name);
    return NULL;
}
