#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The plan's page: it fits, it adds up, README shows it as it is; and what cannot be planned says why."""
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

STRAIT = os.environ.get("STRAIT", "./strait")
ROOT = pathlib.Path(os.environ.get("STRAIT_SRCDIR", "."))
CASES = ROOT / "data/cases"
MAIN = CASES / "main/case.cfg"
NUMBER = re.compile(r"-?[0-9][0-9,]*(?:\.[0-9]+)?")
failed = False


def run(*args):
    return subprocess.run([STRAIT, *map(str, args)], capture_output=True, text=True, check=False)


def ok(holds, what):
    global failed
    failed = failed or not holds
    print(f"{'ok' if holds else 'not ok'} - {what}")


def number(text):
    return float(text.replace(",", ""))


def block(lines, head):
    """The lines from one that begins with `head` to the next blank one, without it."""
    start = next((i for i, line in enumerate(lines) if line.startswith(head)), None)
    if start is None:
        return []
    end = next((i for i in range(start, len(lines)) if not lines[i]), len(lines))
    return lines[start + 1:end]


def split_sum(lines):
    """USD of the split, the last but one number of a line; `cost:` stands below it."""
    rows = [NUMBER.findall(line.rsplit(" %", 1)[0].rsplit("  ", 1)[0]) for line in block(lines, "split") if not line.startswith("cost:")]
    return sum(number(r[-1]) for r in rows), len(rows)


def check_page(name):
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "plan.json"
        page = run("plan", CASES / name / "case.cfg", "-q", "-o", f"json:{path}")
        plan = json.loads(path.read_text())
    lines = page.stdout.split("\n")[:-1]
    shown = plan["rounded"] if plan["rounded"]["objective"] else plan
    total = plan["rounded"]["objective"] or plan["objective"]["value"]
    ok(page.returncode == 0 and len(lines) <= 40 and max(map(len, lines)) <= 100, f"{name}: at most 40 lines of 100 columns")
    sum_split, n = split_sum(lines)
    ok(abs(sum_split - total) <= 1e-5 * abs(total) + n, f"{name}: the split adds up to the cost of the plan shown")
    where = [NUMBER.findall(re.sub(r"^\S+\s+[0-9.]+(?: [kMGT])?", "", line)) for line in block(lines, "workload")]
    placed = sum(p["cost"] for p in shown["placements"])
    ok(abs(sum(number(r[0]) for r in where) - placed) <= 1e-9 * abs(placed) + len(where), f"{name}: so do the workloads")
    sheet = [NUMBER.findall(line)[-3:] for line in block(lines, "sign by") if "to pay when bought" not in line]
    todo = [r for r in shown["leases"] if r["kind"] != "signed"]
    ok(all(abs(sum(number(r[i]) for r in sheet) - sum(r[key] for r in todo)) <= 1e-9 * abs(total) + len(sheet)
           for i, key in enumerate(("inside", "owed_beyond", "cost"))), f"{name}: and the sheet, all of it")
    ok(not re.search(r"(?<![0-9])-0 %|-0\.00\b|e\+[0-9]", page.stdout), f"{name}: no minus nought and no exponents of ten")


for case in sorted(p.parent.name for p in CASES.glob("*/case.cfg")):
    check_page(case)

def without_noise(text):
    """Residuals are the rounding of one processor."""
    return re.sub(r"(gap|residual) [0-9.e-]+", r"\1 0", text)


readme = without_noise((ROOT / "README.md").read_text())
ok("```\n" + without_noise(run("plan", MAIN, "-q").stdout) + "```\n" in readme, "README shows the plan as it prints")

nowhere = ("--set", "workloads.chat_cn.data_home=US")
done = run("check", MAIN, *nowhere)
ok(done.returncode == 0 and re.search(r'workloads\.csv:[0-9]+: warning: name: "chat_cn": no offer can do the firm work of chat_cn for cn_north; '
                                      r"of [0-9]+ offers: .* are barred \(pii_stays\)", done.stderr) is not None,
   "check names firm work that no offer can do, and why")
ok(run("check", MAIN, "--strict", *nowhere).returncode == 3, "which --strict takes for a fault")
done = run("plan", MAIN, "-q", *nowhere)
proof = [line for line in done.stdout.split("\n") if line.startswith("the proof rests on")]
ok(done.returncode == 1 and "no offer can do the firm work of chat_cn for cn_east" in done.stdout, "an infeasible plan names it, too")
ok(0 < len(proof) == len({line.split(" in ")[0] for line in proof}) and " to " in proof[0], "its proof names each row once, with a span of periods")
sys.exit(failed)
