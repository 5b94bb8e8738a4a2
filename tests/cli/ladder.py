#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The cases of bench/ladder: the same bytes for the same name, planned, and over all shapes every family of rows binds."""
import filecmp
import json
import os
import subprocess
import sys
import tempfile

STRAIT = os.environ.get("STRAIT", "./strait")
LADDER = os.path.join(os.environ.get("STRAIT_SRCDIR", "."), "bench/ladder")
WANTED = {"capacity max_parallel", "capacity mean", "capacity peak", "capacity maximum", "power cap", "power installed", "limit", "demand",
          "priority"}
failed = False


def ok(holds, what):
    global failed
    failed = failed or not holds
    print(f"{'ok' if holds else 'not ok'} - {what}")


def ladder(*args):
    return subprocess.run(["/usr/bin/python3", LADDER, *args], capture_output=True, text=True, check=True).stdout.split()


def family(table, row):
    if table == "capacity":
        return f"capacity {row['name'].split()[-1]}"
    if table == "power":
        return "power installed" if row["name"].endswith(" installed") else "power cap"
    return table


def binding(plan):
    return {family(table, row) for table, rows in plan["duals"].items() for row in rows if abs(row["value"]) > 1e-9}


def same(a, b):
    names = sorted(os.listdir(a))
    return names == sorted(os.listdir(b)) and filecmp.cmpfiles(a, b, names, shallow=False)[0] == names


with tempfile.TemporaryDirectory() as folder:
    names = [n for n in ladder("list") if n.startswith("S-")]
    one = ladder("make", os.path.join(folder, "a"), *names)
    two = ladder("make", os.path.join(folder, "b"), *names)
    ok(all(same(os.path.dirname(x), os.path.dirname(y)) for x, y in zip(one, two)), "a name makes the same files each time")
    seen, wrong, sizes = set(), [], []
    for name, path in zip(names, one):
        done = subprocess.run([STRAIT, "plan", path, "--format", "json", "--stats", "--quiet"], capture_output=True, text=True, check=False)
        want = 1 if name.startswith("S-barred") else 0
        if done.returncode != want:
            wrong.append(f"{name}: {done.returncode} {done.stderr.strip()[:200]}")
            continue
        plan = json.loads(done.stdout)
        seen |= binding(plan) if want == 0 else set()
        sizes += [row["value"] for row in plan["stats"] if row["name"] == "columns"]
    ok(not wrong, "all of size S are planned, but the one that cannot be" + "".join(f"\n# {w}" for w in wrong))
    ok(seen == WANTED, f"every family of rows binds somewhere{'' if seen == WANTED else f': not {sorted(WANTED ^ seen)}'}")
    ok(sizes and 700 < min(sizes) and max(sizes) < 1400, "all have about 1000 columns")
sys.exit(1 if failed else 0)
