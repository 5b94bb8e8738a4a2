#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What verify says of documents that hold no plan, of plans whose case has changed since, and of files that are none.

0: consistent with itself and the case; 3: no plan.json that can be read; 4: something in it is not so; 7: no file.
"""
import copy
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(os.environ.get("STRAIT_SRCDIR", pathlib.Path(__file__).resolve().parents[2]))
STRAIT = str(pathlib.Path(os.environ.get("STRAIT", "./strait")).resolve())
TINY = ROOT / "tests/data/tiny"
MAIN = ROOT / "data/cases/main/case.cfg"
failed = 0


def ok(holds, what, seen=""):
    global failed
    print(f"{'ok' if holds else 'not ok'} - {what}" + (f" ({str(seen).strip()[:300]})" if not holds else ""))
    failed += not holds


def run(*words):
    return subprocess.run([STRAIT, *map(str, words)], capture_output=True, text=True, check=False)


def make(case, path, *words):
    done = run("plan", case, "--format", "json", "-q", "-o", path, *words)
    return done.returncode, json.loads(path.read_text())


def verify(case, path, *words):
    """Exit code, stderr, and the promises that are broken."""
    done = run("verify", case, path, "--format", "json", *words)
    try:
        rows = json.loads(done.stdout)
        rows = rows["verify"] if isinstance(rows, dict) else rows
    except ValueError:
        rows = []
    return done.returncode, done.stderr, {r["promise"] for r in rows if not r["ok"]}


def refuted(case, path, document, promise, what, *words):
    path.write_text(json.dumps(document))
    code, said, broken = verify(case, path, *words)
    ok(code == 4 and promise in broken, f"{what}: 4, {promise}", (code, broken, said))


# ---- infeasible ----


INFEASIBLE = [
    ("more requests than there is", TINY / "case.cfg", ["--set", "demands.#1.requests=2e7"]),
    ("a run that is too wide for its window", TINY / "case.cfg", ["--set", "workloads.pretrain.max_parallel=1", "--set", "workloads.pretrain.gang=0"]),
    ("a limit that cannot be met", TINY / "case.cfg",
     ["--set", "rules.residency.effect=limit", "--set", "rules.residency.acts=use", "--set", "rules.residency.expect=any",
      "--set", "rules.residency.when=workload.task == 'training'", "--set", "rules.residency.quantity=energy",
      "--set", "rules.residency.at_most=10", "--set", "workloads.tune.penalty="]),
    ("too little power", TINY / "case.cfg", ["--set", "sites.east.power_cap=4000", "--set", "sites.strait.power_cap=100"]),
    ("dear rent does not matter, replicas do", MAIN,
     ["--set", "workloads.*.replica=64", "--set", "workloads.*.gang=0", "--set", "demands.*.requests*=4"]),
]


def weigh(document, family, factor):
    for row in document["proof"][family]:
        row["value"] *= factor


def infeasible(path):
    for what, case, words in INFEASIBLE:
        code, document = make(case, path, *words)
        ok(code == 1 and document["status"] == "infeasible", f"infeasible: {what}", code)
        code, said, broken = verify(case, path, *words)
        ok(code == 0 and not broken and "proven again" in said, "  its proof is derived again: 0", (code, broken, said))
        code, said, _ = verify(case, path, "--quiet", *words)
        ok(code == 0 and said == "", "  --quiet says nothing", said)
    tampered(path, *INFEASIBLE[0][1:])
    case = TINY / "case.cfg"
    make(case, path, *INFEASIBLE[0][2])
    code, said, broken = verify(case, path)
    ok(code == 4 and "bound" in broken, "the proof does not hold for the case as it is without --set: 4", (code, broken))
    ok("made with --set" in said, "  and verify reminds of --set", said)


def tampered(path, case, words):
    _, whole = make(case, path, *words)
    changes = [
        ("the demand weighs less", "bound", lambda d: weigh(d, "demand", 1e-6)),
        ("the capacity weighs more", "bound", lambda d: weigh(d, "capacity", 1e6)),
        ("the capacity weighs nothing", "bound", lambda d: d["proof"].update(capacity=[])),
        ("a weight with a wrong sign", "shadow prices", lambda d: weigh(d, "capacity", -1)),
        ("a weight of nothing", "shadow prices", lambda d: d["proof"]["demand"][0].update(name="chat atlantis")),
        ("no proof", "shadow prices", lambda d: d.update(proof=None)),
        ("no Farkas ray", "certificate", lambda d: d["certificate"].update(farkas=False)),
        ("a certificate that is not ok", "certificate", lambda d: d["certificate"].update(ok=False)),
        ("stopped, with a proof", "certificate", lambda d: d.update(status="no_plan")),
        ("a value", "status", lambda d: d["objective"].update(value=1.0)),
        ("a cost", "status", lambda d: d["certificate"].update(primal_objective=1.0)),
        ("unmet work", "status", lambda d: d["unmet"].append(
            {"workload": "tune", "phase": "train", "user_region": None, "period": None, "from": None, "tokens": 1e6, "penalty": 0})),
        ("another digest", "input digest", lambda d: d["input"].update(digest="0" * 64)),
        ("a rule told as off", "rules told", lambda d: d["rules"][0].update(status="off")),
        ("a rule that bars more", "rules told", lambda d: d["rules"][0].update(columns_barred=999)),
        ("a price", "status", lambda d: d["duals"]["demand"].append({"name": "tune", "period": None, "value": 1, "low": None, "high": None, "unit": "x"})),
    ]
    for what, promise, change in changes:
        document = copy.deepcopy(whole)
        change(document)
        refuted(case, path, document, promise, f"infeasible with {what}", *words)


# ---- no plan, and stopped plans ----


def no_plan(path):
    case = TINY / "case.cfg"
    _, document = make(case, path, "--set", "demands.#1.requests=2e7")
    document.update(status="no_plan", proof=None)
    document["certificate"].update(ok=False, farkas=False)
    path.write_text(json.dumps(document))
    code, said, broken = verify(case, path)
    ok(code == 0 and "stopped before" in said, "no_plan: 0, and the words say that there is none", (code, said, broken))
    document["certificate"]["ok"] = True
    refuted(case, path, document, "certificate", "no_plan with a certificate that is ok")
    _, document = make(case, path)
    document["status"] = "no_plan"
    refuted(case, path, document, "status", "no_plan with a plan in it")
    document["status"] = "uncertified"
    refuted(case, path, document, "status", "uncertified")


# ---- plans of odd sizes hold: no false alarm ----


ODD = [
    ["workloads.pretrain.tokens=2e13", "workloads.pretrain.penalty=30", "discount_rate=0.2", "workloads.tune.kind=reported"],
    ["demands.#1.requests=1e-3", "workloads.pretrain.tokens=1e6", "workloads.tune.tokens=1e3", "offers.east_own.kind=official",
     "sites.east.kind=official"],
    # the solver leaves a ten-millionth of an accelerator below none, at 1470 an hour
    ["workloads.pretrain.penalty=0.0836307", "workloads.pretrain.tokens=1.92839e+13", "workloads.chat.replica=16",
     "offers.strait_lease.price=1469.59", "workloads.chat.disaggregate=true", "offers.east_own.count=1000",
     "workloads.pretrain.interruptible=true", "workloads.chat.priority=2", "offers.strait_rent.price=0.268851",
     "rules.residency.enabled=false", "offers.strait_lease.term=400", "workloads.tune.priority=3",
     "workloads.pretrain.max_parallel=1000", "offers.strait_lease.maximum=1000", "terminal=full", "discount_rate=0.219"],
    # classes that are held at what their stages reach
    ["workloads.pretrain.tokens=1e14", "workloads.pretrain.penalty=1", "workloads.tune.tokens=1e13", "workloads.tune.penalty=90",
     "workloads.tune.priority=2", "workloads.chat.penalty=1", "workloads.chat.priority=3", "demands.#1.requests=1e7"],
    # rules without effect: a charge of nothing, a charge on hours of what has none; a limit of what is nowhere
    *(["rules.residency.effect=price", "rules.residency.expect=any", "rules.residency.basis=hour", *more]
      for more in (["rules.residency.acts=use", "rules.residency.charge=0"], ["rules.residency.acts=move_data", "rules.residency.charge=1"])),
    ["rules.residency.effect=limit", "rules.residency.expect=any", "rules.residency.acts=use", "rules.residency.quantity=energy",
     "rules.residency.at_most=1e9", "rules.residency.when=site.name == 'moon'"],
]


def odd(path):
    for sets in ODD:
        words = [word for one in sets for word in ("--set", one)]
        code, _ = make(TINY / "case.cfg", path, *words)
        held = verify(TINY / "case.cfg", path, *words)
        ok(code == 0 and held[0] == 0, f"a plan with {' '.join(sets[:3])} ... holds", (code, held))


def installed(path):
    """What is installed has its price by the kW that is there all the time, not by the kWh."""
    case = TINY / "case.cfg"
    words = [word for one in ("workloads.pretrain.tokens=2e13", "workloads.pretrain.penalty=30", "workloads.pretrain.max_parallel=1000",
                              "offers.strait_lease.term=60", "sites.strait.installed_limit=20 kW") for word in ("--set", one)]
    _, document = make(case, path, *words)
    held = verify(case, path, *words)
    rows = [row for row in document["duals"]["power"] if row["name"] == "strait installed"]
    ok(held[0] == 0 and rows and all(row["unit"] == "USD/kW" and row["now"] == 20 for row in rows), "a price of installed power holds", (held, rows))
    for row in rows:
        row["value"] /= 168
    refuted(case, path, document, "bound", "a price of installed power by the kWh", *words)


# ---- the case has changed ----


def changed(folder):
    for name in TINY.iterdir():
        shutil.copy(name, folder)
    case, offers, path = folder / "case.cfg", folder / "offers.csv", folder / "plan.json"
    before = offers.read_text()
    make(case, path)
    ok(verify(case, path)[0] == 0, "the plan of a case as it is: 0")
    offers.write_text(before + "\n")
    code, said, broken = verify(case, path)
    first = said.splitlines()[0] if said else ""
    ok(code == 4 and first == "strait: the case has changed since this plan was made: offers.csv differs",
       "a blank line more in a table: 4, and the first words name the file", (code, said))
    ok("as it was it may have been one" in said, "  and the last words say what the 4 means", said)
    ok(broken == {"input files", "input digest"}, "  all else holds", broken)
    offers.write_text(before.replace("2.1", "2.4"))
    ok("offers.csv differs" in verify(case, path)[1], "a price that changed: the file is named", before)
    offers.write_text(before)
    ok(verify(case, path)[0] == 0, "the file as it was: 0 again")
    (folder / "tariffs.csv").write_text("site,tariff [USD/kWh],from\neast,0.09,2026-12-14\n")
    case.write_text(case.read_text().replace('offers = "offers.csv";', 'offers = "offers.csv"; tariffs = "tariffs.csv";'))
    said = verify(case, path)[1]
    ok("case.cfg differs" in said and "tariffs.csv is new" in said, "a table more: both files are named", said)


# ---- files that are no plan ----


def broken_files(path):
    case = TINY / "case.cfg"
    _, document = make(case, path)
    for what, change in [("an unknown status", {"status": "best"}), ("another schema", {"schema": "strait.plan/2"}),
                         ("no placements", {"placements": None}), ("prices that are a list", {"duals": []}),
                         ("ties that are a word", {"unique": "yes"}), ("files that are numbers", {"input": {"digest": "a", "files": [1]}}),
                         ("no value", {"objective": {"value": None, "bound": None, "gap": None, "currency": "USD", "price_year": 2026}})]:
        path.write_text(json.dumps({**document, **change}))
        code, said, _ = verify(case, path)
        ok(code == 3 and str(path) in said, f"a file with {what}: 3, and the file is named", (code, said))
    path.write_text("{")
    ok(verify(case, path)[0] == 3, "a file that is not JSON: 3")
    ok(verify(case, path.with_name("none.json"))[0] == 7, "no file: 7")


with tempfile.TemporaryDirectory() as name:
    scratch = pathlib.Path(name)
    infeasible(scratch / "plan.json")
    no_plan(scratch / "plan.json")
    odd(scratch / "plan.json")
    installed(scratch / "plan.json")
    broken_files(scratch / "plan.json")
    (scratch / "case").mkdir()
    changed(scratch / "case")
sys.exit(1 if failed else 0)
