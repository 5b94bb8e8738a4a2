#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""strait roll against what must hold whatever happened: perfect foresight never costs more, its plan is `strait plan`'s of the
case with the history written into its tables, `strait verify` holds what was carried out against that case, a history that was
believed changes nothing, steps add up, and what cannot be planned is told with its proof.  Small cases with random histories,
then the bundled ones."""
import csv
import json
import os
import pathlib
import random
import re
import signal
import subprocess
import sys
import tempfile
import time

STRAIT = os.environ.get("STRAIT", "./strait")
TOP = pathlib.Path(os.environ.get("STRAIT_SRCDIR", pathlib.Path(__file__).resolve().parents[2]))
TINY = TOP / "tests/data/tiny"
EQUAL = 1e-9
GAP = 2e-6
# So that the tiny case's choices matter: work for most of its chips, a lease that is dear and must be signed a week before.
TIGHT = ("offers.strait_lease.price=4", "offers.strait_lease.lead=7", "offers.strait_lease.start_grid=week", "workloads.pretrain.tokens=9e11")
WEEKS = ("2026-12-07", "2026-12-14", "2026-12-21", "2026-12-28")
failed = False


def verdict(good, text):
    global failed
    failed = failed or not good
    print(("ok - " if good else "not ok - ") + text, flush=True)


def strait(*args):
    return subprocess.run([STRAIT, *map(str, args), "--quiet"], capture_output=True, text=True)


def dashed(sets):
    return [x for s in sets for x in ("--set", s)]


def roll(path, *args, end=0):
    p = strait("roll", path, "--format", "json", *args)
    if p.returncode != end:
        verdict(False, f"roll {path} ended with {p.returncode}, not {end}: {p.stderr[:300]}{p.stdout[:300]}")
        return None
    return json.loads(p.stdout) if p.stdout else p.stderr


def close(a, b, tol=EQUAL):
    return abs(a - b) <= tol * (1 + abs(b))


def holds(r):
    """Why the tables of a roll do not fit together; empty: they do."""
    why, steps = [], r["steps"]
    if r["rolling"] < r["foresight"] - GAP * (1 + abs(r["foresight"])):
        why.append(f"rolling {r['rolling']} below foresight {r['foresight']}")
    if not close(r["regret"], r["rolling"] - r["foresight"]):
        why.append("regret is not the difference")
    if not close(steps[-1]["cost"], r["rolling"]):
        why.append(f"the last step costs {steps[-1]['cost']}, not {r['rolling']}")
    if r["excess"] > 1e-6:
        why.append(f"outside of the case by {r['excess']}")
    if sum(s["periods"] for s in steps) != r["periods"] or len(steps) != r["steps_made"]:
        why.append("the steps do not make up the horizon")
    for s in steps:
        if s["status"] != "optimal" or s["gap"] > 1e-6 or s["primal_residual"] > 1e-6:
            why.append(f"step {s['step']}: not certified")
        if not close(s["paid"] + s["to_go"], s["cost"]):
            why.append(f"step {s['step']}: paid and to go do not make up the cost")
        signed = sum(q["rolling"] for q in r["signings"] if q["step"] == s["step"])
        if not close(s["signed"], signed, 1e-5):
            why.append(f"step {s['step']}: signs {s['signed']}, the signings say {signed}")
    for who in ("rolling", "foresight"):
        part = next(q[who] for q in r["cost_by"] if (q["by"], q["name"]) == ("part", "penalty"))
        if not close(part, r[f"{who}_penalty"]) or abs(sum(q[who] for q in r["unmet"]) - part) > 1e-6 * (1 + abs(r[who])):
            why.append(f"penalties of {who}: {r[f'{who}_penalty']}, part {part}, unmet {r['unmet']}")
    if r["signings"] != sorted(r["signings"], key=lambda q: q["sign_by"]):
        why.append("signings out of the order of their days")
    for by in {q["by"] for q in r["cost_by"]} - {"part"}:
        for who in ("rolling", "foresight"):
            total = sum(q[who] for q in r["cost_by"] if q["by"] == by)
            if not close(total, r[who]):
                why.append(f"cost by {by} of {who} adds up to {total}")
    return why


# ---- a small case, and the same with what happened written into it ----


def tiny(folder, name="case.cfg", more="", demands="", tables=""):
    text = (TINY / "case.cfg").read_text(encoding="utf-8").replace('"offers.csv"', f'"{TINY}/offers.csv"')
    if demands:
        text = re.sub(r"demands = \(.*?\);", demands, text, flags=re.S)
    text = text.replace("rules = (", "rules = (" + more).replace("scenarios =", tables + "\nscenarios =")
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


def rows(values):
    return "x\n" + "\n".join(f"{v:.17g}" for v in values) + "\n"


def history(path, values, how="values", forecast="last"):
    return {"path": path, "values": values, "as": how, "forecast": forecast}


def write_roll(folder, histories, commit=1, more="", name="roll.cfg"):
    text = f'base = "case.cfg"; commit = {commit}; {more}\nhistories = ('
    for i, h in enumerate(histories):
        (folder / f"h{i}.csv").write_text(rows(h["values"]), encoding="utf-8")
        text += f'{"," if i else ""}\n  {{ path = "{h["path"]}"; history = "h{i}.csv"; column = "x"; as = "{h["as"]}"; forecast = "{h["forecast"]}"; }}'
    (folder / name).write_text(text + "\n);\n", encoding="utf-8")
    return folder / name


def written(folder, prices, counts, load):
    """The tiny case with what happened in its own tables."""
    def table(kind, key, field, values):
        return f"{kind} = (" + ", ".join(f'{{ {key}; from = "{d}"; {field} = {v:.17g}; }}' for d, v in zip(WEEKS, values)) + ");\n"
    demands = "demands = (" + ", ".join(f'{{ workload = "chat"; region = "home"; requests = {20000 * f:.17g}; peak = 1.5; from = "{d}"; }}'
                                        for d, f in zip(WEEKS, load)) + ");"
    (folder / "written").mkdir(exist_ok=True)
    return tiny(folder / "written", demands=demands,
                tables=table("prices", 'offer = "strait_rent"', "price", prices) + table("availabilities", 'offer = "strait_rent"', "count", counts))


def random_histories(rng):
    prices = [round(rng.uniform(0.5, 8), 3) for _ in WEEKS]
    counts = [rng.choice((0, 16, 48, 64, 96)) for _ in WEEKS]
    load = [round(rng.uniform(0.4, 1.8), 3) for _ in WEEKS]
    return prices, counts, load


def check_random(folder, seed):
    rng = random.Random(seed)
    prices, counts, load = random_histories(rng)
    believe = [rng.choice(("last", "base", "mean")) for _ in range(3)]
    tiny(folder)
    cfg = write_roll(folder, [history("offers.strait_rent.price", prices, forecast=believe[0]),
                              history("offers.strait_rent.count", counts, forecast=believe[1]),
                              history("demands.*.requests", load, "times", believe[2])], commit=rng.choice((1, 2, 3)),
                     more=rng.choice(("", "", "ahead = 3;")))
    p = strait("roll", cfg, "--format", "json", "--plan", folder / "done.json", *dashed(TIGHT))
    plan = strait("plan", written(folder, prices, counts, load), "--format", "json", *dashed(TIGHT))
    if p.returncode not in (0, 1) or plan.returncode not in (0, 1):
        return [f"ended with {p.returncode} and {plan.returncode}: {p.stderr[:200]}"], None
    r, best = json.loads(p.stdout), json.loads(plan.stdout)["objective"]["value"]
    if (best is None) != (r["foresight"] is None):
        return [f"foresight {r['foresight']}, the plan of the written case {best}"], None
    if best is not None and not close(r["foresight"], best):
        return [f"foresight {r['foresight']}, the plan of the written case {best}"], None
    if p.returncode == 0:
        v = strait("verify", folder / "written/case.cfg", folder / "done.json", "--format", "csv", *dashed(TIGHT))
        told = list(csv.DictReader(v.stdout.splitlines()))
        other = [x for x in told if x["ok"] != "true" and not x["promise"].startswith("input")]
        if len(told) < 20 or other:
            return [f"verify: {other[:2]} {v.stderr[:200]}"], None
    if p.returncode == 1:
        return ([] if r["warnings"] and r["proof"] else ["infeasible without a proof"]), None
    return holds(r), r["regret"] / r["foresight"]


def check_small(folder):
    regrets, why = [], []
    for seed in range(40):
        w, regret = check_random(folder, seed)
        why += [f"seed {seed}: {x}" for x in w]
        if regret is not None:
            regrets.append(regret)
    for w in why:
        print("# " + w)
    verdict(not why, "40 random histories: foresight is the plan of what happened and never costs more, all adds up, verify holds what was carried out")
    verdict(len(regrets) >= 20 and sum(r > 1e-4 for r in regrets) >= 10, f"{sum(r > 1e-4 for r in regrets)} of {len(regrets)} of them have a regret")


def check_believed(folder):
    tiny(folder)
    plan = json.loads(strait("plan", folder / "case.cfg", "--format", "json", *dashed(TIGHT)).stdout)["objective"]["value"]
    as_is = [history("offers.strait_rent.price", [3.2] * 4), history("demands.*.requests", [1] * 4, "times", "mean")]
    for commit in (1, 2, 4, 9):
        r = roll(write_roll(folder, as_is, commit), *dashed(TIGHT))
        verdict(r is not None and close(r["rolling"], plan, GAP) and close(r["foresight"], plan, EQUAL) and not holds(r)
                and r["steps_made"] == -(-4 // commit), f"what was believed comes true: commit = {commit} costs what the plan costs")


def page(path, *args):
    """The page, its wrapped lines as one text."""
    p = strait("roll", path, *args)
    if any(len(line) > 100 for line in p.stdout.splitlines()):
        verdict(False, f"{path}: a page of more than 100 columns")
    return p.returncode, " ".join(p.stdout.split())


def check_undone(folder):
    """Work that is left undone passes for no payment: said in the sentence, with its workload, and counted."""
    tiny(folder)
    sets = (*TIGHT, "workloads.pretrain.penalty=0.01", "offers.strait_lease.lead=60")
    cfg = write_roll(folder, [history("offers.strait_rent.count", [64, 0, 0, 0], forecast="base")])
    r = roll(cfg, *dashed(sets))
    left = r["unmet"] if r else []
    verdict([q["workload"] for q in left] == ["pretrain"] and left[0]["rolling"] > 0.01 * r["rolling"] and left[0]["rolling_tokens"] > 0
            and not holds(r) and close(left[0]["rolling"], 1e-8 * left[0]["rolling_tokens"], 0.2), f"work left undone is told: {left}")
    end, text = page(cfg, *dashed(sets))
    verdict(end == 0 and text.startswith("UNMET: 1 workload short of ") and ": pretrain " in text and "optimal: cost " in text
            and " of it for work left undone; " in text and " paid in " not in text, "and heads the page")
    end, text = page(write_roll(folder, [history("offers.strait_rent.price", [3, 4, 5, 6])]), *dashed(TIGHT))
    verdict(end == 0 and text.startswith("optimal: ") and " paid in 4 steps of 1 period; " in text and "undone" not in text, "where nothing is, it was paid")


def check_view(folder):
    """Who looks as far as the horizon looks to the end; who sees less than that pays more, for the history of policy_shift."""
    tiny(folder)
    h = [history("offers.strait_rent.price", [6, 5, 2, 7]), history("offers.strait_rent.count", [64, 16, 64, 16])]
    far, whole = (strait("roll", write_roll(folder, h, more=more), "--format", "json", *dashed(TIGHT)).stdout for more in ("ahead = 4;", ""))
    verdict(far == whole and far != "", "ahead = all periods is the default, to the byte")
    text = (TOP / "data/cases/policy_shift/roll.cfg").read_text(encoding="utf-8")
    (folder / "short.cfg").write_text(text.replace('"case.cfg"', f'"{TOP}/data/cases/policy_shift/case.cfg"') + "ahead = 13;\n", encoding="utf-8")
    r = roll(folder / "short.cfg")
    verdict(r is not None and not holds(r) and r["regret_share"] > 0.1 and r["first_signings"] is None, "a plan that sees a quarter of a year")
    _, text = page(folder / "short.cfg")
    verdict("the first plan saw 13 of 39 periods and believed " in text and "not to be held against the whole" in text and "what happened costs" not in text,
            "what it believed is not held against the whole")


def check_series(folder):
    """Tariffs, carbon and power caps, too, are what the case's own tables would have said."""
    happened = {"tariffs": ("site", "east", "tariff", "tariff", (0.05, 0.2, 0.4, 0.1)), "carbons": ("site", "east", "carbon", "intensity", (100, 900, 500, 50)),
                "power_caps": ("site", "east", "power_cap", "cap", (60e3, 45e3, 90e3, 50e3))}
    sets = dashed((*TIGHT, "case.carbon_price=50", "sites.east.power_cap=80000"))
    tables = "".join(f"{plural} = (" + ", ".join(f'{{ {key} = "{name}"; from = "{d}"; {column} = {float(v)}; }}' for d, v in zip(WEEKS, values)) + ");\n"
                     for plural, (key, name, _, column, values) in happened.items())
    tiny(folder)
    (folder / "written").mkdir(exist_ok=True)
    plan = json.loads(strait("plan", tiny(folder / "written", tables=tables), "--format", "json", *sets).stdout)["objective"]["value"]
    before = json.loads(strait("plan", folder / "case.cfg", "--format", "json", *sets).stdout)["objective"]["value"]
    r = roll(write_roll(folder, [history(f"sites.{name}.{field}", values) for _, name, field, _, values in happened.values()]), *sets)
    verdict(r is not None and close(r["foresight"], plan) and not holds(r) and not close(plan, before, 1e-3), "tariffs, carbon and power caps")


def check_dates(folder):
    """A log of changes is averaged by hours over each period; one that changes with the periods is their row a period."""
    tiny(folder)
    (folder / "log.csv").write_text("when,p[USD/h]\n2026-11-01,2\n2026-12-14,4\n2026-12-17T12:00Z,1\n2026-12-28,8\n", encoding="utf-8")
    (folder / "log.cfg").write_text('base = "case.cfg"; histories = ( { path = "offers.strait_rent.price"; history = "log.csv"; column = "p";'
                                    ' date = "when"; as = "values"; } );', encoding="utf-8")
    a = roll(folder / "log.cfg")
    b = roll(write_roll(folder, [history("offers.strait_rent.price", [2, 2.5, 1, 8], forecast="base")]))
    verdict(a is not None and a == b, "a log of changes counts by its hours")


def check_infeasible(folder):
    tiny(folder)
    cfg = write_roll(folder, [history("offers.strait_rent.price", [9, 1, 1, 1], forecast="base"),
                              history("offers.strait_rent.count", [64, 0, 0, 0], forecast="last")])
    sets = dashed(("offers.strait_lease.lead=60", "offers.strait_rent.price=1", "workloads.pretrain.tokens=2e11", "offers.east_own.count=16",
                   "workloads.tune.tokens=1e6", "demands.*.requests=2000"))
    r = roll(cfg, *sets, end=1)
    good = r is not None and r["status"] == "infeasible" and r["foresight"] is not None and r["rolling"] is None
    verdict(good and r["steps"][-1]["status"] == "infeasible" and len(r["steps"]) == 2
            and any(w.startswith("planning in 2026-12-14: the proof rests on") and "pretrain" in w for w in r["warnings"]) and r["proof"] is not None,
            "work that was put off cannot be done: ends with 1, the week, and its proof")
    p = strait("roll", cfg, *sets)
    verdict(p.returncode == 1 and "planning in 2026-12-14" in p.stdout, "and says so on the page")


BAN = '{ name = "ban"; effect = "deny"; when = "site.name == \'strait\'"; acts = [ "use", "rent", "lease" ]; enabled = false; },'


def check_news(folder):
    tiny(folder, more=BAN, tables='prices = ( { offer = "strait_rent"; from = "2026-12-07"; price = 6; }, { offer = "strait_rent"; from = "2026-12-21"; price = 2; } );')
    for day in ("2026-12-21", "2026-12-24"):
        (folder / "news.cfg").write_text(f'base = "case.cfg"; news = ( {{ from = "{day}"; set = [ "rules.ban.enabled=true", "rules.ban.from={day}" ]; }} );',
                                         encoding="utf-8")
        late = ("workloads.pretrain.tokens=6e11", "workloads.pretrain.penalty=0.5", "offers.strait_lease.lead=60", "offers.east_own.count=64")
        r = roll(folder / "news.cfg", *dashed(late))
        plan = json.loads(strait("plan", folder / "case.cfg", "--format", "json", *dashed(late), "--set", "rules.ban.enabled=true",
                                 "--set", f"rules.ban.from={day}").stdout)["objective"]["value"]
        verdict(r is not None and close(r["foresight"], plan) and not holds(r) and r["regret"] > 0.001 * plan, f"a ban of {day} that nobody saw coming" + (f": regret {r['regret_share']:.0%}" if r else ""))


def check_faults(folder):
    tiny(folder, more=BAN)
    (folder / "h.csv").write_text("x,when\n1,2026-12-07\n2,2026-12-14\n", encoding="utf-8")
    (folder / "late.csv").write_text("x,when\n1,2026-12-08\n2,2026-12-08\nz,2026-12-09\n", encoding="utf-8")
    h = 'history = "h.csv"; column = "x"'
    cases = [
        ('commit = 0;', "roll.cfg:1: error: commit: \"0\": is no period; 1 or more"),
        ('comit = 1;', "did you mean commit?"),
        (f'histories = ( {{ path = "offers.strait_rent.price"; {h}; }} );', "h.csv:1: error: x: \"2 rows\": does not tell of every period once"),
        (f'histories = ( {{ path = "offers.strait_rent.pric"; {h}; }} );', "unknown key \"pric\" (did you mean \"price\"?)"),
        (f'histories = ( {{ path = "offers.strait_rent.term"; {h}; }} );', "does not change from period to period"),
        (f'histories = ( {{ path = "sites.east.power_cap"; {h}; }} );', "there is no power_cap to multiply"),
        (f'histories = ( {{ path = "sites.*.power_cap"; {h}; }} );', "nothing of the case has such a series"),
        (f'histories = ( {{ path = "offers.strait_lease.count"; {h}; }} );', "must not change under what is signed"),
        (f'histories = ( {{ path = "offers.east_own.price"; {h}; }} );', "has no price per hour"),
        (f'histories = ( {{ path = "demands.#1.requests"; {h}; }} );', "names rows"),
        (f'histories = ( {{ path = "demands.*.requests"; workload = "nobody"; {h}; }} );', "there is none of that name"),
        (f'histories = ( {{ path = "demands.*.requests"; workload = "tune"; {h}; }} );', "there is no such demand"),
        ('histories = ( { path = "offers.strait_rent.price"; history = "none.csv"; column = "x"; } );', "none.csv"),
        ('histories = ( { path = "offers.strait_rent.price"; history = "h.csv"; column = "y"; } );', "there is no such column"),
        ('histories = ( { path = "offers.strait_rent.price"; history = "late.csv"; column = "x"; date = "when"; as = "values"; } );', "is out of order"),
        ('histories = ( { path = "offers.strait_rent.price"; history = "late.csv"; column = "x"; date = "when"; as = "values"; } );', "\"z\": is no such value"),
        (f'histories = ( {{ path = "offers.strait_rent.price"; {h}; forecast = "best"; }} );', "is none of them"),
        (f'histories = ( {{ path = "offers.*.price"; {h}; date = "when"; }}, {{ path = "offers.strait_rent.price"; {h}; date = "when"; }} );', "has a history already"),
        ('news = ( { from = "2026-12-21"; set = [ "offers.strait_rent.price=9" ]; } );', "is no news"),
        ('news = ( { from = "2026-12-21"; set = [ "rules.ban.enabled=true" ]; } );', "the rule is another one on days before the news"),
        ('news = ( { from = "2027-12-21"; set = [ "rules.ban.enabled=true" ]; } );', "lies outside of it"),
        ('news = ( { from = "soon"; set = [ ]; } );', "is not a date"),
    ]
    for text, want in cases:
        (folder / "roll.cfg").write_text('base = "case.cfg"; ' + text, encoding="utf-8")
        p = strait("roll", folder / "roll.cfg")
        verdict(p.returncode == 3 and want in p.stderr and "error" in p.stderr, f"refused: {want}" + ("" if want in p.stderr else f" -- {p.stderr}"))
    verdict(strait("roll", folder / "roll.cfg", "--baseline", "x").returncode == 2, "roll takes no --baseline")


def check_outputs(folder):
    tiny(folder)
    cfg = write_roll(folder, [history("offers.strait_rent.price", [3, 4, 5, 6])])
    runs = [strait("roll", cfg, "--format", "json", "--threads", n).stdout for n in (1, 2, 1)]
    verdict(runs[0] != "" and len(set(runs)) == 1, "the same bytes at any number of threads")
    p = strait("roll", cfg, "-o", f"csv:{folder}/out", "-o", f"json:{folder}/out.json")
    names = sorted(f.name for f in (folder / "out").iterdir())
    verdict(p.returncode == 0 and names == ["changes.csv", "cost_by.csv", "proof.csv", "roll.csv", "signings.csv", "steps.csv", "unmet.csv", "warnings.csv"]
            and json.loads((folder / "out.json").read_text())["schema"] == "strait.roll/1", "a table a file, one document")
    verdict(all(len(line) <= 100 for line in p.stdout.splitlines()) and "regret" in p.stdout, "a page of 100 columns")
    text = strait("roll", cfg, "--format", "csv").stdout
    verdict([r["step"] for r in csv.DictReader(text.splitlines())] == ["0", "1", "2", "3"], "--format csv: the steps")
    p = strait("roll", TOP / "data/cases/policy_shift/roll.cfg", "--time-limit", "0.01")
    verdict(p.returncode in (5, 6), f"a limit leaves no proof: ends with {p.returncode}")
    words = " ".join(p.stdout.split())
    verdict(p.returncode == 6 or ("not proven: " in words and "says nothing of what not knowing costs" in words and not p.stdout.rstrip().endswith("...")),
            "a regret that is not proven is said to be none")
    p = strait("roll", cfg, "--plan", folder / "plan.json")
    verdict(p.returncode == 0 and "strait verify, which reads the case's own, refuses it" in p.stderr
            and any("strait verify" in w for w in json.loads((folder / "plan.json").read_text())["warnings"]), "a plan made with histories says that verify does not know them")


def check_interrupted():
    p = subprocess.Popen([STRAIT, "roll", str(TOP / "data/cases/main/roll.cfg")], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    time.sleep(1.5)
    p.send_signal(signal.SIGTERM)
    out, err = p.communicate()
    verdict(p.returncode == 6 and re.search(r"^interrupted in (perfect foresight|step [0-9]+ of 13)$", out, re.M) is not None and "interrupted" in err,
            f"stopped by a signal: ends with {p.returncode} and says in which step")


def check_bundled(folder):
    for name, case in (("policy_shift", "policy_shift"), ("main", None)):
        done = folder / "done.json"
        r = roll(TOP / f"data/cases/{name}/roll.cfg", "--plan", done)
        why = holds(r) if r else ["no answer"]
        if r and case:
            verdict(strait("verify", TOP / f"data/cases/{case}/case.cfg", done).returncode == 0
                    and close(json.loads(done.read_text())["objective"]["value"], r["rolling"]), f"{name}: verify holds what was carried out against the tables")
        if r and case:
            plan = json.loads(strait("plan", TOP / f"data/cases/{case}/case.cfg", "--format", "json").stdout)["objective"]["value"]
            why += [] if close(r["foresight"], plan) else [f"foresight {r['foresight']}, the plan {plan}"]
        for w in why:
            print("# " + w)
        known = [q["news"] for q in r["steps"] if q["news"]] if r else []
        if case and known[:2] != ["2025-07-31 h20_refused", "2025-09-29 affiliates_interlude"] or len(known) != (4 if case else 0):
            why.append(f"news {known}")
        _, text = page(TOP / f"data/cases/{name}/roll.cfg")
        if case and f"news: {known[0]} known" not in text or "what happened costs +" not in text or "NOT signed by the steps" not in text:
            why.append(text[:900])
        verdict(not why and r["regret"] > 0, f"{name}: {r['steps_made'] if r else 0} steps, all certified, a regret")


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for check in (check_believed, check_small, check_undone, check_view, check_series, check_dates, check_infeasible, check_news, check_faults, check_outputs):
            check(folder)
        check_interrupted()
        check_bundled(folder)
    return 1 if failed else 0


sys.exit(main())
