#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Cases made hard on purpose: strait, plain GLPK and Clp reach the same cost or all find none, verify agrees, none hangs.

  agreement.py [SEED...]      all of STRAIT_AGREEMENT (60; 500 under make soak), or these

A case that fails is kept in STRAIT_AGREEMENT_KEEP, if that names a folder.
"""
import collections
import json
import math
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import hard_cases  # noqa: E402

STRAIT = os.environ.get("STRAIT", "strait")
NEAR = 1e-6            # of the cost
CLOSED = 1e-9          # src/solve/stages.c
NOTHING = 1e-9         # in money: that there is no cost
HANGS = 60.0           # seconds; the slowest takes 1


class Wrong(Exception):
    pass


def run(*args):
    try:
        return subprocess.run([str(a) for a in args], capture_output=True, text=True, timeout=HANGS, check=False)
    except subprocess.TimeoutExpired:
        raise Wrong(f"{' '.join(map(str, args))}: hangs for {HANGS:g} s") from None


def planned(case, out, *more):
    """The plan's document; its objective's value is None when there is proven to be none."""
    p = run(STRAIT, "plan", case, "--quiet", "--stats", "-o", f"json:{out}", *more)
    if p.returncode not in (0, 1):
        raise Wrong(f"plan {' '.join(more)} ended with {p.returncode}: {p.stderr.strip()[:300]}")
    plan = json.loads(out.read_text())
    status = "optimal" if p.returncode == 0 else "infeasible"
    if plan["status"] != status or not plan["certificate"]["ok"] or plan["certificate"]["farkas"] != (status == "infeasible"):
        raise Wrong(f"plan {' '.join(more)}: {p.returncode}, {plan['status']}, {plan['certificate']}")
    return plan


def of_clp(mps):
    """Clp holds reduced costs to an absolute tolerance, which is nothing or all where money has another size: the middle cost
    becomes about 1.  Its own -objectiveScale is forgotten where its presolve leaves nothing."""
    text = mps.read_text(encoding="utf-8")
    objective = re.escape(re.search(r"^ N +(\S+)", text, re.M).group(1))
    entry = re.compile(rf"^( \S+ +{objective} +)(\S+)", re.M)
    costs = sorted(abs(float(v)) for _, v in entry.findall(text) if float(v))
    unit = 2.0 ** round(math.log2(costs[len(costs) // 2])) if costs else 1.0
    scaled = mps.with_suffix(".scaled.mps")
    scaled.write_text(entry.sub(lambda m: f"{m[1]}{float(m[2]) / unit!r}", text), encoding="utf-8")
    p = run("clp", scaled, "-primalTolerance", "1e-9", "-dualTolerance", "1e-9", "-solve")
    found = re.search(r"^Optimal objective (\S+)", p.stdout, re.M)
    if found:
        return float(found.group(1)) * unit
    if re.search(r"^Primal ?infeasible", p.stdout, re.M | re.I):
        return None
    raise Wrong("clp: " + p.stdout.strip()[-300:])


def agree(a, b, loose=0.0):
    if a is None or b is None:
        return a is b
    return abs(a - b) <= NOTHING + loose + NEAR * max(abs(a), abs(b))


def looseness(plan):
    """A class is closed at what its stage reached, to CLOSED of it; what that is worth in money is open where it has a price."""
    return sum(CLOSED * abs(row["now"] * row["value"]) for row in plan["duals"]["priority"])


def limited(case, out):
    """A limit ends in an outcome that is told."""
    p = run(STRAIT, "plan", case, "--quiet", "--time-limit", "1e-9", "-o", f"json:{out}")
    status = json.loads(out.read_text())["status"] if out.exists() else None
    told = {0: ["optimal"], 1: ["infeasible"], 5: ["feasible"], 6: ["no_plan", None]}
    if p.returncode not in told or status not in told[p.returncode]:
        raise Wrong(f"plan --time-limit 1e-9: {p.returncode}, {status}: {p.stderr.strip()[:200]}")


def one(folder, seed):
    """Every way for one seed: how it ended and how many columns it has."""
    case, mps, out = folder / "case.cfg", folder / "p.mps", folder / "plan.json"
    case.write_text(hard_cases.text(seed), encoding="utf-8")
    plan = planned(case, out)
    value = plan["objective"]["value"]
    for what, other in [("--engine glpk", lambda: planned(case, folder / "glpk.json", "--engine", "glpk")["objective"]["value"]),
                        ("clp", lambda: of_clp(mps))]:
        if what == "clp":
            p = run(STRAIT, "export", case, "--to", "mps", "-o", mps, "--quiet")
            if p.returncode:
                raise Wrong(f"export ended with {p.returncode}: {p.stderr.strip()[:300]}")
        found = other()
        if not agree(value, found, looseness(plan)):
            raise Wrong(f"the plan costs {value}, by {what} {found}")
    p = run(STRAIT, "verify", case, out)
    if p.returncode != 0:
        raise Wrong(f"verify ended with {p.returncode}: {(p.stdout + p.stderr).strip()[-300:]}")
    limited(case, folder / "limited.json")
    columns = next(row["value"] for row in plan["stats"] if row["name"] == "columns")
    return ("no plan" if value is None else "plan"), columns


def keep(folder, seed):
    where = os.environ.get("STRAIT_AGREEMENT_KEEP")
    if where:
        shutil.copytree(folder, pathlib.Path(where) / str(seed), dirs_exist_ok=True)


def main():
    if shutil.which("clp") is None:
        print("skip - clp is not here")
        return 77
    seeds = [int(a) for a in sys.argv[1:]] or range(int(os.environ.get("STRAIT_AGREEMENT", "60")))
    ends, faults, large, slowest = collections.defaultdict(collections.Counter), collections.defaultdict(list), 0, (0.0, None)
    for seed in seeds:
        name, began = hard_cases.kind(seed).__name__, time.monotonic()
        with tempfile.TemporaryDirectory() as scratch:
            folder = pathlib.Path(scratch)
            try:
                end, columns = one(folder, seed)
                large += columns >= 1000
            except Wrong as e:
                end = "wrong"
                faults[name].append(f"seed {seed}: {e}")
                keep(folder, seed)
        ends[name][end] += 1
        slowest = max(slowest, (time.monotonic() - began, seed))
    for name, n in sorted(ends.items()):
        print(f"{'not ok' if n['wrong'] else 'ok'} - {name}: " + ", ".join(f"{v} with {k}" for k, v in sorted(n.items()) if k != "wrong"))
        for fault in faults[name]:
            print("  " + fault)
    if len(seeds) >= 60:   # else they say less than they should
        none = sum(n["no plan"] for n in ends.values())
        enough = len(seeds) // 5 <= large and len(seeds) // 20 <= none <= len(seeds) // 2
        print(f"{'ok' if enough else 'not ok'} - {large} of {len(seeds)} are large enough for a structured start, {none} have no plan")
        faults["all"] = [] if enough else ["drifted"]
    print(f"# the slowest, seed {slowest[1]}, took {slowest[0]:.1f} s in all ways")
    return 1 if any(faults.values()) else 0


sys.exit(main())
