#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""`strait plan --baseline`: the plan beside a previous one says what moved, all of it and nothing else."""
import collections
import json
import math
import os
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(os.environ.get("STRAIT_SRCDIR", pathlib.Path(__file__).resolve().parents[2]))
STRAIT = os.environ.get("STRAIT", "./strait")
TINY = str(ROOT / "tests/data/tiny/case.cfg")
MAIN = str(ROOT / "data/cases/main/case.cfg")
DEARER = ["--set", "offers.jh_h200_3m.price*=1.1"]
PARTS = ("compute", "idle_lease", "energy", "movement", "duty", "penalty", "carbon")
failed = False


def ok(good, text):
    global failed
    print(("ok - " if good else "not ok - ") + text, flush=True)
    failed = failed or not good


def run(*words, code=0):
    done = subprocess.run([STRAIT, "plan", *map(str, words)], capture_output=True, text=True, check=False)
    if done.returncode != code:
        sys.exit(f"not ok - strait plan {' '.join(map(str, words))} ended with {done.returncode}, not {code}: {done.stderr.strip()[:300]}")
    return done


def hours(plan):
    sums = collections.Counter()
    for r in plan["placements"]:
        sums[r["workload"], r["site"], r["accelerator"]] += r["accel_hours"]
    return sums


def signed(plan):
    sums = collections.Counter()
    for r in plan["leases"]:
        sums[r["offer"], r["start"], r["end"], r["kind"]] += r["accelerators"]
    return sums


def same(a, b):
    return math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-6)


def holds_rows(rows, keys, before, now):
    """Each row has the sums of both plans; what is in no row is the same in both; the largest change comes first."""
    told = {tuple(r[k] for k in keys): r for r in rows}
    for key in before.keys() | now.keys():
        row = told.pop(key, None)
        if row is None:
            if not same(before[key], now[key]):
                return False
        elif same(before[key], now[key]) or not (same(row["before"], before[key]) and same(row["now"], now[key])
                                                 and row["change"] == row["now"] - row["before"]):
            return False
    changes = [abs(r["change"]) for r in rows]
    return not told and changes == sorted(changes, reverse=True)


def test_same(folder, old, plan):
    new = json.loads(run(MAIN, "--format", "json", "--quiet", "--baseline", old).stdout)
    b = new.pop("baseline")
    ok(b["same_files"] and b["digest"] == plan["input"]["digest"] and b["before"] == b["now"] and b["change"] == 0, "the same plan costs the same")
    ok(b["moved"] == [] and b["leases"] == [] and all(r["change"] == 0 for r in b["cost"]), "of the same plan nothing moved")
    ok(new == plan, "a baseline changes nothing else")
    page = run(MAIN, "--quiet", "--baseline", old).stdout
    ok("moved, accelerator-hours: nothing\nleases, accelerators: nothing\n" in page, "the page says that nothing moved")


def test_dearer(folder, old, plan):
    new = folder / "new.json"
    page = run(MAIN, *DEARER, "--quiet", "--baseline", old, "-o", f"json:{new}", "-o", f"csv:{folder / 'csv'}").stdout
    now = json.loads(new.read_text())
    b, cost = now["baseline"], {r["part"]: r for r in now["baseline"]["cost"]}
    ok(b["before"] == plan["objective"]["value"] and b["now"] == now["objective"]["value"] > b["before"] and b["change"] == b["now"] - b["before"],
       "a dearer lease costs more than before")
    ok(list(cost) == ["total", *PARTS] and all(cost[p]["before"] == plan["cost"][p] and cost[p]["now"] == now["cost"][p] for p in cost),
       "each part of the cost is told as both plans tell it")
    ok(math.isclose(sum(cost[p]["change"] for p in PARTS), b["change"], rel_tol=0, abs_tol=1e-9 * b["now"]) and
       math.isclose(cost["total"]["change"], b["change"], rel_tol=0, abs_tol=1e-9 * b["now"]), "changes of the parts add up to that of the cost")
    ok(len(b["moved"]) > 2 and holds_rows(b["moved"], ("workload", "site", "accelerator"), hours(plan), hours(now)), "hours moved as both plans have them")
    ok(len(b["leases"]) > 2 and holds_rows(b["leases"], ("offer", "start", "end", "kind"), signed(plan), signed(now)), "leases are told as both plans have them")
    first = b["moved"][0]
    ok(f"moved, accelerator-hours: {first['workload']} {first['site']} {first['accelerator']} " in page, "the page names what moved most")
    lines = page.splitlines()
    ok(len(lines) <= 40 and max(map(len, lines)) <= 100, "the page stays within 40 lines of 100 columns")
    rows = (folder / "csv" / "baseline_moved.csv").read_text().splitlines()
    ok(len(rows) == 1 + len(b["moved"]) and rows[0].startswith("workload,site,accelerator,before"), "baseline_moved.csv has the same rows")
    again = folder / "again.json"
    run(MAIN, *DEARER, "--quiet", "--threads", "2", "--baseline", old, "-o", f"json:{again}")
    ok(again.read_bytes() == new.read_bytes(), "the same bytes with two threads")
    done = subprocess.run([STRAIT, "verify", MAIN, *DEARER, new], capture_output=True, text=True, check=False)
    ok(done.returncode == 0, "a plan that holds a baseline verifies")


def test_other(folder, old):
    page = run(TINY, "--quiet", "--baseline", old).stdout
    ok("baseline of other files: " in page, "a baseline of another case is said to be one")
    run(TINY, "--quiet", "-o", f"csv:{folder / 'plain'}")
    ok(not list((folder / "plain").glob("baseline*")), "without a baseline there is no table of it")


def test_refused(folder, old, plan):
    bad = folder / "bad.json"

    def refused(text, said, name, code=3):
        bad.write_text(text)
        done = run(TINY, "--quiet", "--baseline", bad, code=code)
        ok(done.stdout == "" and done.stderr.count("\n") == 1 and said in done.stderr, f"{name} is refused in one line")
    refused("{", "error: json:", "what is no JSON")
    refused(json.dumps(dict(plan, schema="strait.plan/9")), 'schema: "strait.plan/9"', "another schema")
    refused(json.dumps(dict(plan, placements=7)), "placements: ", "a plan with a broken table")
    money = dict(plan["objective"], currency="EUR")
    refused(json.dumps(dict(plan, objective=money)), 'objective.currency: "EUR"', "other money")
    money = dict(plan["objective"], price_year=2001)
    refused(json.dumps(dict(plan, objective=money)), 'objective.price_year: "2001"', "another price year")
    run(TINY, "--quiet", "--set", "workloads.pretrain.tokens=2e16", "-o", f"json:{bad}", code=1)
    done = run(TINY, "--quiet", "--baseline", bad, code=3)
    ok('status: "infeasible"' in done.stderr, "a document without a plan is refused")
    done = run(TINY, "--quiet", "--baseline", folder / "missing.json", code=7)
    ok("missing.json: cannot read" in done.stderr, "a missing file ends with 7")
    done = run(MAIN, "--quiet", "--baseline", old, "-o", f"json:{old}", code=2)
    ok("would replace a file that this run reads" in done.stderr and json.loads(old.read_text()) == plan, "the baseline is not overwritten")


with tempfile.TemporaryDirectory() as name:
    scratch = pathlib.Path(name)
    first_plan = scratch / "old.json"
    run(MAIN, "--quiet", "-o", f"json:{first_plan}")
    made = json.loads(first_plan.read_text())
    test_same(scratch, first_plan, made)
    test_dearer(scratch, first_plan, made)
    test_other(scratch, first_plan)
    test_refused(scratch, first_plan, made)
sys.exit(1 if failed else 0)
