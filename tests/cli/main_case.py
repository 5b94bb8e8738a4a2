#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The main case plans as its README says, and for reasons that lie in its inputs: turn one cause, and the plan turns."""
import csv
import io
import json
import os
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import cases  # noqa: E402

STRAIT = os.environ.get("STRAIT", "./strait")
CASE = os.path.join(os.environ.get("STRAIT_SRCDIR", "."), "data/cases/main/case.cfg")
failed = False


def run(*args):
    done = subprocess.run([STRAIT, *args, "--quiet"], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        print(f"not ok - strait {' '.join(args)} ended with {done.returncode}: {done.stderr.strip()[:300]}")
        sys.exit(1)
    return done.stdout


def plan(*args):
    return json.loads(run("plan", CASE, "--format", "json", *args))


def share(p, kind, **where):
    rows = [r for r in p["split"] if r["kind"] == kind]
    part = sum(r["accel_hours"] for r in rows if all(r[k] == v for k, v in where.items()))
    return part / sum(r["accel_hours"] for r in rows)


def moved(a, b):
    """Largest change of a share of the split."""
    keys = {(r["kind"], r["shore"], r["vendor"]) for p in (a, b) for r in p["split"]}
    return max(abs(share(a, k, shore=s, vendor=v) - share(b, k, shore=s, vendor=v)) for k, s, v in keys)


def ok(holds, what):
    global failed
    failed = failed or not holds
    print(f"{'ok' if holds else 'not ok'} - {what}")


def domestic_on_ascend(p):
    served = [(r["tokens"], r["accelerator"].startswith("Ascend")) for r in p["placements"]
              if (r["user_region"] or "").startswith("cn_")]
    return sum(t for t, ascend in served if ascend) / sum(t for t, _ in served)


base = plan()
home = share(base, "training", shore="onshore")
ascend = share(base, "inference", vendor="Huawei")
ok(base["status"] == "optimal" and base["certificate"]["ok"], "the plan is optimal and certified")
ok(share(base, "training", shore="offshore", vendor="Nvidia") > 0.6, "most training is offshore on Nvidia")
ok(share(base, "inference", shore="onshore", vendor="Huawei") > 0.5, "most inference is onshore on Ascend")
ok(domestic_on_ascend(base) > 0.5, "most domestic tokens are served on Ascend")
ok(not base["unmet"], "nothing is unmet")

total = base["objective"]["value"]
for by in ("workload", "site", "vendor", "shore", "period"):
    parts = sum(r["cost"] for r in base["cost_by"] if r["by"] == by)
    ok(abs(parts - total) <= 1e-9 * total, f"costs by {by} add up")

bound = {d["name"].split()[-1] for d in base["duals"]["capacity"]}
ok({"mean", "peak", "maximum", "max_parallel"} <= bound, "mean, peak, lease and parallel rows bind")
power = [d["name"] for d in base["duals"]["power"]]
ok(any(n.endswith("installed") for n in power) and any(not n.endswith("installed") for n in power), "power and installed rows bind")
limits = {d["unit"].split("/", 1)[1] for d in base["duals"]["limit"]}
ok(len(limits) >= 5, f"limits of {', '.join(sorted(limits))} bind")
ok(bool(base["duals"]["demand"]), "demand rows have prices")

sites = {}
for row in csv.DictReader(io.StringIO(run("estimate", CASE, "--format", "csv"))):
    rate = next(v for k, v in row.items() if k.startswith("rate"))
    if float(rate) > 0 and not row["barred_by"]:
        sites.setdefault(row["workload"], set()).add(row["site"])
ok(sum(len(s) >= 3 for s in sites.values()) >= 15, "at least 15 workloads have 3 or more eligible sites")

no_rules = plan("--scenario", "no_rules")
ok(no_rules["objective"]["value"] < total and moved(base, no_rules) > 0.05, "without rules the plan is cheaper and elsewhere")
parity = plan("--scenario", "ascend_parity")
ok(share(parity, "training", shore="onshore") > 0.5 > 0.3 > home, "Ascend training at parity moves training home")
dear = plan("--scenario", "ascend_times_5")
ok(share(dear, "inference", vendor="Huawei") < ascend - 0.1, "every Ascend price times 5 moves inference away from Ascend")
stay = plan("--scenario", "remote_access")
ok(share(stay, "training", shore="offshore") == 0 and bool(stay["unmet"]), "no offshore sites: training is onshore or unmet")
for name in ("h200_cheaper", "h200_dearer"):
    ok(moved(base, plan("--scenario", name)) > 0.01, f"{name} moves the split")
# The rest on the first half of the horizon, which takes a quarter of the time.
half = cases.dashed(cases.shortened(pathlib.Path(CASE), 13))
base = plan(*half)
for name in ("ascend_slower", "ascend_faster"):
    ok(moved(base, plan("--scenario", name, *half)) > 0.01, f"{name} moves the split")
ok(moved(base, plan("--set", "rules.pii_stays.enabled=false", *half)) > 0.01, "one rule less moves the split")
sys.exit(failed)
