# SPDX-License-Identifier: GPL-3.0-or-later
"""The twin: models/strait.mod under glpsol against strait plan.

  compare.py FOLDER   runs everything; scratch files go to FOLDER

Environment: STRAIT (the command), STRAIT_SRCDIR, STRAIT_TWIN=all for all 300 random instances instead of some 60.
"""
import collections
import json
import os
import pathlib
import re
import subprocess
import sys

import eligibility
import instances
import mutants

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from cases import CASES, TOP, Broken, dashed, setting, shortened, strait  # noqa: E402

MODEL = TOP / "models" / "strait.mod"
FAMILIES = ["demand", "parallel", "mean", "peak", "lease", "power", "installed", "limit", "priority"]
TOLERANCE = 1e-7
ALL = os.environ.get("STRAIT_TWIN") == "all"
# Without STRAIT_TWIN=all: the first, and those that alone notice some change of the model or a mended fault.
SEEDS = range(300) if ALL else [*range(52), 54, 58, 83, 103, 180, 241]
failed = 0


def verdict(ok, text, faults=()):
    global failed
    print(("ok - " if ok else "not ok - ") + text, flush=True)
    for f in faults:
        print("  " + f)
    failed += not ok


def plan_objective(case, *more):
    """The plan's objective; None: proven infeasible."""
    p = strait("plan", case, "--format", "json", "--quiet", *more)
    if p.returncode not in (0, 1):
        raise Broken(f"strait plan ended with {p.returncode}: {p.stderr[:300]}")
    return json.loads(p.stdout)["objective"]["value"] if p.returncode == 0 else None


def export(case, to, path, *more):
    p = strait("export", case, "--to", to, "-o", path, "--quiet", *more)
    if p.returncode != 0:
        raise Broken(f"strait export ended with {p.returncode}: {p.stderr[:300]}")


class Answer:
    """What glpsol finds: objective (None: infeasible) and how many rows of each family bind."""

    def __init__(self, model, *data):
        args = ["glpsol", "-m", str(model)] + [x for d in data for x in ("-d", str(d))]
        out = subprocess.run(args, capture_output=True, text=True).stdout
        found = re.search(r"^strait objective (\S+)$", out, re.M)
        if re.search("HAS NO (PRIMAL )?FEASIBLE SOLUTION", out):
            self.objective = None
        elif found and re.search("OPTIMAL (LP )?SOLUTION FOUND", out):
            self.objective = float(found.group(1))
        elif re.search("HAS NO DUAL FEASIBLE SOLUTION|UNBOUNDED", out):
            self.objective = float("-inf")
        else:
            raise Broken("glpsol: " + out[-300:])
        self.binds = {k: int(v) for k, v in re.findall(r"^strait binds (\w+) (\d+)$", out, re.M)}


def agree(a, b):
    if a is None or b is None:
        return a is b
    return abs(a - b) <= TOLERANCE * max(1.0, abs(a), abs(b))


# ---- one instance ----


class Instance:
    def __init__(self, folder, seed):
        self.case = instances.instance(seed)
        self.seed = seed
        self.cfg, self.dat, self.mps = (folder / f"{seed}.{x}" for x in ("cfg", "dat", "mps"))
        self.cfg.write_text(instances.case_text(self.case))
        self.objective = plan_objective(self.cfg)
        export(self.cfg, "mathprog", self.dat)
        export(self.cfg, "mps", self.mps)
        self.answer = Answer(MODEL, self.dat)

    def closed(self):
        return eligibility.Data(self.dat.read_text()).pairs("reached")

    def stage_faults(self):
        """What each closed class reached is the least that its stage can reach, given the classes before it."""
        for c, reached in self.closed().items():
            extra = self.dat.with_suffix(".stage")
            extra.write_text(f"data;\nparam stage := {int(c)};\nend;\n")
            least = Answer(MODEL, self.dat, extra).objective
            if least is None or abs(least - reached) > 1e-6 * abs(reached) + TOLERANCE * abs(self.objective or 1):
                yield f"seed {self.seed}: class {int(c)} reached {reached}, its stage alone {least}"

    def eligibility_faults(self, changed=None):
        columns = set(re.findall(r"^ ((?:run|route)\d\S*) ", self.mps.read_text(), re.M))
        check = eligibility.Check(changed or self.case, self.dat.read_text(), columns)
        return [f"seed {self.seed}: {f}" for f in check.run()]


def random_instances(folder):
    out, faults = [], []
    for seed in SEEDS:
        try:
            out.append(Instance(folder, seed))
        except Broken as e:
            faults.append(f"seed {seed}: {e}")
    verdict(not faults, f"{len(SEEDS)} random cases are planned and exported", faults[:5])
    return out


def compare(cases, least):
    faults = [f"seed {i.seed}: strait {i.objective}, glpsol {i.answer.objective}" for i in cases if not agree(i.objective, i.answer.objective)]
    verdict(not faults, f"glpsol reaches the plan's objective to {TOLERANCE:g}, or both are infeasible", faults[:5])
    share = sum(i.objective is None for i in cases) / len(cases)
    verdict(0.15 <= share <= 0.30, f"{share:.0%} of them are infeasible")
    binds = collections.Counter()
    for i in cases:
        binds.update(i.answer.binds)
    for f in FAMILIES:
        verdict(binds[f] >= least, f"{f} binds {binds[f]} times")
    closed = [i for i in cases if i.closed()]
    faults = [f for i in closed for f in i.stage_faults()]
    verdict(not faults and closed, f"priority classes reach what their stages can ({len(closed)} cases)", faults[:5])


def without(plural, *keys):
    """A case whose rows of a table lack some fields, or which lacks the table."""
    def change(case):
        changed = dict(case)
        changed[plural] = [{k: v for k, v in row.items() if k not in keys} for row in case.get(plural, [])] if keys else []
        return changed
    return change


def eligible(cases):
    """The reference agrees; and it would notice if one of the definitions were left out."""
    faults = [f for i in cases for f in i.eligibility_faults()]
    verdict(not faults, "what is allowed, when leases start and which columns there are is what the definitions say", faults[:5])
    changes = {"rules": without("rules"), "dates of rules": without("rules", "from", "to"), "acts": lambda c: {
        **c, "rules": [{**r, "acts": ["use"]} for r in c.get("rules", [])]}, "grandfathering": without("rules", "grandfather"),
        "ports": without("ports"), "windows": without("workloads", "start", "end"), "families": without("workloads", "families"),
        "interruptible for spot": without("workloads", "interruptible"), "fallback": without("workloads", "fallback"),
        "latency": without("workloads", "ttft"), "fabrics": without("offers", "fabric"), "lead times": without("offers", "lead")}
    for name, change in changes.items():
        seen = next((i.seed for i in cases if i.eligibility_faults(change(i.case))), None)
        verdict(seen is not None, f"eligibility without {name}: seen by " + ("none" if seen is None else f"seed {seen}"))


def kill(folder, cases):
    """Each change of the model must change an answer somewhere."""
    text = MODEL.read_text()
    for m in mutants.MUTANTS:
        path = folder / "mutant.mod"
        path.write_text(m.of(text))
        first = [i for i in cases if i.answer.binds.get(m.family, 0) > 0] if m.family else cases
        seen = next((i for i in first if not agree(i.answer.objective, mutated(path, i))), None)
        verdict(seen is not None, f"{m.name}: seen" + (f" by seed {seen.seed}" if seen else f" by none of {len(first)}"))


def mutated(path, i):
    try:
        return Answer(path, i.dat).objective
    except Broken:
        return float("nan")


# ---- bundled cases ----


def bundled(folder, case, label, sets=()):
    try:
        data = folder / "bundled.dat"
        objective = plan_objective(case, *dashed(sets))
        export(case, "mathprog", data, *dashed(sets))
        answer = Answer(MODEL, data)
        verdict(agree(objective, answer.objective), f"{label}: strait {objective}, glpsol {answer.objective}; binding: "
                + ", ".join(f"{f} {answer.binds.get(f, 0)}" for f in FAMILIES))
    except Broken as e:
        verdict(False, f"{label}: {e}")


def bundled_all(folder):
    bundled(folder, TOP / "tests/data/tiny/case.cfg", "tiny")
    for case in CASES:
        name, periods = case.parent.name, 48 if setting(case, "period") == "hour" else 6
        try:
            bundled(folder, case, f"{name}, first {periods} periods", shortened(case, periods))
        except Broken as e:
            verdict(False, str(e))
        if ALL:
            bundled(folder, case, f"{name}, whole")


def main():
    folder = pathlib.Path(sys.argv[1])
    bundled_all(folder)
    cases = random_instances(folder)
    compare(cases, 20 if ALL else 1)
    eligible(cases)
    kill(folder, cases)
    return 1 if failed else 0


sys.exit(main())
