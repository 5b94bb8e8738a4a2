#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""strait batch as a user meets it: stores, kills, full disks, shards, other people's files.

STRAIT_KILLS (default 40) is how often a run is killed at a random moment; `make soak` takes 1000.
"""
import json
import math
import os
import pathlib
import random
import resource
import signal
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time

STRAIT = os.environ.get("STRAIT", "build/strait")
SRC = pathlib.Path(os.environ.get("STRAIT_SRCDIR", ".")).resolve()
TINY = SRC / "tests/data/tiny/case.cfg"
KILLS = int(os.environ.get("STRAIT_KILLS", "40"))
TABLES = ("meta", "scenario", "scenario_input", "placement", "unmet", "lease", "dual", "clash")
SWEEP = """base = "%s"; seed = 7; draws = %d;
scenarios = ( { name = "asis"; probability = 0.8; },
              { name = "dear"; probability = 0.2; set = [ "offers.strait_rent.price*=3" ]; } );
grids = ( { path = "workloads.pretrain.tokens"; times = "0.8:1.2:0.2"; } );
events = ( { name = "cut"; probability = 0.3; set = [ "workloads.tune.penalty=10" ]; } );
quantities = ( { name = "load"; path = "demands.*.requests"; spread = 0.25; },
               { name = "price"; path = "offers.*.price"; sigma = 0.2; } );
correlations = ( { a = "price"; b = "cut"; value = 0.5; } );
"""
failed = 0


def case(name):
    def wrap(test):
        global failed
        with tempfile.TemporaryDirectory() as folder:
            try:
                test(pathlib.Path(folder))
                print(f"ok - {name}")
            except Exception as error:  # pylint: disable=broad-except
                failed += 1
                print(f"not ok - {name}: {type(error).__name__}: {error}")
        return test
    return wrap


def batch(*args, code=0, says="", **more):
    run = subprocess.run([STRAIT, "batch", *map(str, args)], capture_output=True, text=True, check=False, **more)
    if run.returncode != code or says not in run.stderr:
        raise AssertionError(f"{args} ended with {run.returncode}, not {code} ({says!r}): {run.stderr[:400]}")
    return run.stdout


def sweep(folder, draws=10, text=SWEEP):
    path = folder / "sweep.cfg"
    path.write_text(text % (TINY, draws) if "%s" in text else text)
    return path


def rows(path):
    db = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    if db.execute("PRAGMA integrity_check").fetchone() != ("ok",):
        raise AssertionError(f"{path} is not whole")
    out = {t: sorted(db.execute(f'SELECT * FROM "{t}"').fetchall(), key=repr) for t in TABLES}
    db.close()
    return out


def equal(a, b, what="stores"):
    for table in a:
        if a[table] != b[table]:
            raise AssertionError(f"{what} differ in {table}: {len(a[table])} and {len(b[table])} rows")


def scenarios(path):
    db = sqlite3.connect(path)
    db.row_factory = sqlite3.Row
    out = {r["k"]: dict(r) for r in db.execute("SELECT * FROM scenario")}
    db.close()
    return out


@case("threads, runs in pieces and merged shards give the same rows")
def same_rows(folder):
    s = sweep(folder)
    batch(s, "--store", folder / "a.sqlite", "--keep", "placements,leases,duals")
    whole = rows(folder / "a.sqlite")
    assert len(whole["scenario"]) == 60 and whole["placement"] and whole["dual"]
    batch(s, "--store", folder / "b.sqlite", "--keep", "placements,leases,duals", "--threads", "3")
    equal(whole, rows(folder / "b.sqlite"), "1 and 3 threads")
    parts = []
    for i in range(3):
        parts.append(folder / f"s{i}.sqlite")
        batch(s, "--store", parts[-1], "--shard", f"{i}/3", "--keep", "placements,leases,duals")
    batch("--merge", folder / "m.sqlite", *reversed(parts))
    equal(whole, rows(folder / "m.sqlite"), "unsharded and merged")


@case("application_id, user_version and meta say whose the store is")
def names(folder):
    batch(sweep(folder, 1), "--store", folder / "a.sqlite")
    db = sqlite3.connect(folder / "a.sqlite")
    assert db.execute("PRAGMA application_id").fetchone()[0] == 0x53747261
    assert db.execute("PRAGMA user_version").fetchone()[0] == 2
    assert len(db.execute("SELECT value FROM meta WHERE key = 'digest'").fetchone()[0]) == 64
    assert not list(folder.glob("*-journal")) and not list(folder.glob("*-wal"))


@case("each answer is the one of strait plan with the same inputs")
def as_plan(folder):
    batch(sweep(folder), "--store", folder / "a.sqlite")
    db = sqlite3.connect(folder / "a.sqlite")
    warm = 0
    for k, row in list(scenarios(folder / "a.sqlite").items())[::7]:
        sets = [a for p, v in db.execute("SELECT path, value FROM scenario_input WHERE k = ? ORDER BY i", (k,))
                for a in ("--set", f"{p}={v}")]
        run = subprocess.run([STRAIT, "plan", TINY, "--format", "json", "--engine", "glpk", *sets], capture_output=True, text=True, check=True)
        value = json.loads(run.stdout)["objective"]["value"]
        assert abs(value - row["objective"]) <= 1e-6 * abs(value), (k, value, row)
        assert row["status"] == "optimal" and row["gap"] <= 1e-6
        warm += row["warm"]
    assert warm > 0, "nothing was solved from the base's basis"


UNDONE = """base = "%s"; seed = 5; draws = %d;
grids = ( { path = "workloads.pretrain.tokens"; times = [ 1, 1.2 ]; } );
events = ( { name = "cheap"; probability = 0.3; set = [ "workloads.tune.penalty=0.001" ]; },
           { name = "shed"; probability = 0.4; set = [ "workloads.chat.penalty=0.0001", "demands.*.requests*=1.5" ]; } );
quantities = ( { name = "price"; path = "offers.*.price"; sigma = 0.2; } );
"""


def value_of(summary):
    return {tuple(x.split(",")[:3]): float(x.split(",")[3]) for x in summary.splitlines()[1:]}


@case("work undone is told: by scenario, by workload, in the summary and on stderr, and equals the plan's")
def undone(folder):
    s, store = sweep(folder, 12, UNDONE), folder / "a.sqlite"
    batch(s, "--store", store, says="scenarios leave work undone")
    db = sqlite3.connect(store)
    got = scenarios(store)
    cut, whole, mixed = 0, 0, 0
    for k, row in got.items():
        rows_of = db.execute("SELECT workload, phase, user_region, tokens, penalty FROM unmet WHERE k = ? ORDER BY i", (k,)).fetchall()
        assert len({r[:3] for r in rows_of}) == len(rows_of), rows_of
        assert abs(sum(r[4] for r in rows_of) - row["penalty"]) <= 1e-12 * row["objective"], (k, row, rows_of)
        sets = [a for p, v in db.execute("SELECT path, value FROM scenario_input WHERE k = ? ORDER BY i", (k,))
                for a in ("--set", f"{p}={v}")]
        run = subprocess.run([STRAIT, "plan", TINY, "--format", "json", "--rounding", "off", *sets], capture_output=True, text=True, check=True)
        plan = json.loads(run.stdout)
        assert abs(plan["cost"]["penalty"] - row["penalty"]) <= 1e-6 * row["objective"], (k, plan["cost"], row)
        for name in ("tune", "chat"):
            mine, theirs = (sum(x) for x in ([r[3] for r in rows_of if r[0] == name], [u["tokens"] for u in plan["unmet"] if u["workload"] == name]))
            assert abs(mine - theirs) <= 1e-6 * max(mine, theirs), (k, name, mine, theirs)
        cut += bool(rows_of)
        whole += not rows_of
        mixed += len(rows_of) > 1
    assert cut and whole and mixed, (cut, whole, mixed)
    value = value_of(batch("--summary", store, "--format", "csv"))
    total = sum(r["weight"] for r in got.values())
    near = lambda a, b: abs(a - b) <= 1e-9 * max(abs(a), abs(b))
    mean = sum(r["weight"] * r["penalty"] for r in got.values()) / total
    assert near(value["unmet", "all", "share"], sum(r["weight"] for r in got.values() if r["penalty"] > 0) / total), value
    assert near(value["unmet", "all", "mean"], mean)
    assert near(value["cost", "all", "mean_without_penalty"], value["cost", "all", "mean"] - mean)
    seen = 0
    for r in sorted(got.values(), key=lambda r: r["penalty"]):
        seen += r["weight"]
        if seen >= 0.95 * total * (1 - 1e-12):
            assert value["unmet", "all", "p95"] == r["penalty"]
            break
    for name in ("tune", "chat"):
        of = dict(db.execute("SELECT k, sum(penalty) FROM unmet WHERE workload = ? GROUP BY k", (name,)))
        w = sum(got[k]["weight"] for k in of)
        assert near(value["unmet", name, "share"], w / total)
        assert near(value["unmet", name, "mean_penalty"], sum(got[k]["weight"] * p for k, p in of.items()) / w)
    batch(s, "--store", folder / "b.sqlite", "--keep", "none", says=f"{cut} of {len(got)} scenarios leave work undone")
    bare = scenarios(folder / "b.sqlite")
    assert [r["penalty"] for r in bare.values()] == [r["penalty"] for r in got.values()] and not rows(folder / "b.sqlite")["unmet"]
    assert value_of(batch("--summary", folder / "b.sqlite", "--format", "csv"))["unmet", "all", "share"] == value["unmet", "all", "share"]


@case("a sweep without undone work says nothing of it, and the penalty of a plan that is priced again stays")
def undone_or_not(folder):
    s = sweep(folder, text=f'base = "{TINY}"; grids = ( {{ path = "offers.*.price"; times = [ 1, 2 ]; }} );')
    run = subprocess.run([STRAIT, "batch", s, "--store", folder / "a.sqlite"], capture_output=True, text=True, check=True)
    assert "undone" not in run.stderr and [r["penalty"] for r in scenarios(folder / "a.sqlite").values()] == [0, 0]
    assert value_of(batch("--summary", folder / "a.sqlite", "--format", "csv"))["unmet", "all", "share"] == 0
    s.write_text(s.read_text() + ' evaluate = "reprice"; set = [ "workloads.tune.penalty=0.001", "offers.east_own.count=64", "workloads.pretrain.tokens=4e11" ];')
    batch(s, "--store", folder / "b.sqlite", says="2 of 2 scenarios leave work undone")
    first, second = scenarios(folder / "b.sqlite").values()
    assert first["penalty"] == second["penalty"] > 0 and first["objective"] < second["objective"]
    assert [(r[0], r[-1]) for r in rows(folder / "b.sqlite")["unmet"]] == [(-1, first["penalty"])]


@case("a plan that does no work at all is a row as any other")
def nothing_done(folder):
    s = sweep(folder, text=f'''base = "{TINY}"; scenarios = ( {{ name = "none"; set = [ "workloads.pretrain.penalty=1e-6",
      "workloads.tune.penalty=1e-6", "workloads.chat.penalty=1e-9" ]; }} );''')
    batch(s, "--store", folder / "a.sqlite", says="1 of 1 scenarios")
    whole = rows(folder / "a.sqlite")
    assert not whole["placement"] and {r[2] for r in whole["unmet"]} == {"pretrain", "tune", "chat"}, whole


@case(f"{KILLS} kills at random moments lose nothing that was committed, and --resume ends equal")
def kills(folder):
    s = sweep(folder, 60)
    batch(s, "--store", folder / "whole.sqlite", "--threads", "2")
    whole, store, before = rows(folder / "whole.sqlite"), folder / "k.sqlite", set()
    rng = random.Random(6)
    for _ in range(KILLS):
        if len(before) == len(whole["scenario"]):
            store.unlink()
            before = set()
        run = subprocess.Popen([STRAIT, "batch", s, "--store", store, "--resume", "--threads", "2"], stdout=subprocess.DEVNULL)
        time.sleep(rng.uniform(0, 0.25))
        run.send_signal(signal.SIGKILL)
        run.wait()
        if store.exists() and store.stat().st_size:
            db = sqlite3.connect(store)      # rolls back what was in flight
            now = {r for r in db.execute("SELECT * FROM scenario")} if db.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0] else set()
            db.close()
            assert before <= now, f"{len(before - now)} rows were lost"
            before = now
    batch(s, "--store", store, "--resume")
    equal(whole, rows(store), "uninterrupted and killed")


@case("SIGINT ends with 5, and --resume goes on")
def stop(folder):
    s = sweep(folder, 3000)
    run = subprocess.Popen([STRAIT, "batch", s, "--store", folder / "a.sqlite"], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
                           preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))     # a job in the background ignores it
    time.sleep(1.5)
    run.send_signal(signal.SIGINT)
    words = run.communicate(timeout=300)[1]
    assert run.returncode == 5 and "stopped; the same line with --resume goes on" in words, (run.returncode, words)
    n = len(scenarios(folder / "a.sqlite"))
    assert 0 < n < 18000, n
    says = subprocess.run([STRAIT, "batch", "--summary", folder / "a.sqlite", "--format", "csv"], capture_output=True, text=True, check=True)
    assert f"{18000 - n} of 18000 scenarios are missing" in says.stderr, says.stderr
    value = value_of(says.stdout)
    assert value["scenarios", "total", "count"] == 18000 and value["scenarios", "missing", "count"] == 18000 - n, value


@case("a full disk ends with 7, the store is whole, and --resume goes on")
def full(folder):
    s, store = sweep(folder, 40), folder / "a.sqlite"

    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000))
    batch(s, "--store", store, code=7, preexec_fn=limit)
    rows(store)
    batch(s, "--store", store, "--resume")
    batch(s, "--store", folder / "b.sqlite")
    equal(rows(store), rows(folder / "b.sqlite"), "after a full disk")


@case("a second writer is refused while the first runs")
def writers(folder):
    s, store = sweep(folder, 3000), folder / "a.sqlite"
    first = subprocess.Popen([STRAIT, "batch", s, "--store", store], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(1)
    try:
        batch(s, "--store", store, "--resume", code=7, says="another run")
        batch("--summary", store, code=7, says="another run")
    finally:
        first.send_signal(signal.SIGTERM)
        assert first.wait(30) == 5


@case("other files are refused and stay as they are")
def foreign(folder):
    s = sweep(folder, 1)
    other = folder / "other.sqlite"
    db = sqlite3.connect(other)
    db.executescript("PRAGMA journal_mode=WAL; CREATE TABLE t(x); INSERT INTO t VALUES(1);")
    db.close()
    text = folder / "text.sqlite"
    text.write_text("not a database, but long enough to be looked at\n" * 40)
    for path, says in ((other, "another program"), (text, "is not a store")):
        was = path.read_bytes()
        for mode in ([], ["--resume"]):
            batch(s, "--store", path, *mode, code=3, says=says)
        batch("--summary", path, code=3, says=says)
        assert path.read_bytes() == was, f"{path} was changed"
    batch(s, "--store", folder / "a.sqlite")
    batch(s, "--store", folder / "a.sqlite", code=7, says="is there already")
    for version, says in ((3, "version 3"), (1, "version 1, which does not tell work left undone")):
        db = sqlite3.connect(folder / "a.sqlite")
        db.execute(f"PRAGMA user_version = {version}")
        db.close()
        batch(s, "--store", folder / "a.sqlite", "--resume", code=3, says=says)
        batch("--summary", folder / "a.sqlite", code=3, says=says)
        batch("--merge", folder / "m.sqlite", folder / "a.sqlite", code=3, says=says)
    batch(s, "--store", folder, code=7, says="not a regular file")
    batch("--summary", folder / "none.sqlite", code=7)


@case("--resume refuses a store of other inputs")
def other_inputs(folder):
    s, store = sweep(folder, 1), folder / "a.sqlite"
    batch(s, "--store", store)
    batch(s, "--store", store, "--resume", "--set", "offers.east_own.count=2000", code=3, says="input digest")
    batch(s, "--store", store, "--resume", "--keep", "none", code=3, says="keep")
    batch(s, "--store", store, "--resume", "--shard", "0/2", code=3, says="shard")


@case("--merge refuses other digests, overlaps and gaps, and leaves nothing behind")
def merging(folder):
    s, out = sweep(folder, 2), folder / "m.sqlite"
    a, b, c = (folder / f"{x}.sqlite" for x in "abc")
    batch(s, "--store", a, "--shard", "0/2")
    batch(s, "--store", b, "--shard", "1/2")
    batch(s, "--store", c, "--shard", "1/2", "--set", "offers.east_own.count=2000")
    batch("--merge", out, a, c, code=3, says="input digest")
    batch("--merge", out, a, b, a, code=3, says="scenario 0 is in an earlier store")
    batch("--merge", out, b, code=3, says="6 scenarios are missing, the first is 0")
    assert not list(folder.glob("m.sqlite*"))
    batch("--merge", out, b, "--partial")
    assert len(scenarios(out)) == 6
    batch("--summary", out, says="6 of 12 scenarios are missing")
    batch("--merge", out, a, b, code=7, says="is there already")


@case("a bad scenario is recorded with its reason, and the rest goes on: 8")
def bad(folder):
    s = sweep(folder, text=f'''base = "{TINY}"; scenarios = ( {{ name = "good"; }}, {{ name = "bad"; set = [ "sites.east.pue=0.5" ]; }},
      {{ name = "impossible"; set = [ "workloads.pretrain.tokens=2e16" ]; }}, {{ name = "last"; }} );''')
    batch(s, "--store", folder / "a.sqlite", code=8)
    got = scenarios(folder / "a.sqlite")
    assert [got[k]["status"] for k in range(4)] == ["optimal", "error", "infeasible", "optimal"], got
    assert "sites.east.pue" in got[1]["error"] and "0.5" in got[1]["error"], got[1]
    assert "proof" in got[2]["error"] and got[2]["objective"] is None
    summary = json.loads(batch("--summary", folder / "a.sqlite", "--format", "json"))
    text = json.dumps(summary)
    assert "clash" in text and "demand pretrain" in text, text


@case("events without draws are enumerated with their probabilities")
def enumerated(folder):
    s = sweep(folder, text=f'''base = "{TINY}"; events = (
      {{ name = "a"; probability = 0.25; set = [ "offers.*.price*=2" ]; }},
      {{ name = "b"; probability = 0.5; set = [ "demands.*.requests*=1.1" ]; otherwise = [ "demands.*.requests*=0.9" ]; }} );''')
    batch(s, "--store", folder / "a.sqlite")
    got = scenarios(folder / "a.sqlite")
    assert [(r["name"], r["weight"]) for _, r in sorted(got.items())] == [
        ("base", 0.375), ("base+a", 0.125), ("base+b", 0.375), ("base+a+b", 0.125)], got


@case("a sweep that reprices one plan equals that plan at the other prices")
def reprice(folder):
    s = sweep(folder, text=f'''base = "{TINY}"; evaluate = "reprice"; set = [ "offers.east_own.count=64", "workloads.pretrain.tokens=4e11", "offers.strait_rent.price=2" ];
      grids = ( {{ path = "offers.strait_rent.price"; times = [ 1, 1.5 ]; }}, {{ path = "sites.*.tariff"; times = [ 1, 2 ]; }} );''')
    batch(s, "--store", folder / "a.sqlite")
    got = scenarios(folder / "a.sqlite")
    plan = json.loads(subprocess.run([STRAIT, "plan", TINY, "--format", "json", "--set", "offers.east_own.count=64",
                                      "--set", "workloads.pretrain.tokens=4e11", "--set", "offers.strait_rent.price=2"],
                                     capture_output=True, text=True, check=True).stdout)
    hours = sum(p["accel_hours"] for p in plan["placements"] if p["offer"] == "strait_rent")
    assert hours > 0, "the case rents nothing"
    base, rent, energy = plan["cost"]["total"], plan["cost"]["compute"], plan["cost"]["energy"]
    for k, want in ((0, base), (1, base + energy), (2, base + 0.5 * rent), (3, base + 0.5 * rent + energy)):
        assert abs(got[k]["objective"] - want) <= 1e-9 * want, (k, got[k]["objective"], want)
        assert got[k]["status"] == "feasible" and got[k]["warm"] == 0
    text = s.read_text().replace("sites.*.tariff", "sites.*.pue")
    s.write_text(text)
    batch(s, "--store", folder / "b.sqlite", code=3, says="no price that the cost kernel moves")


@case("the summary is what its definition says of the store")
def summed(folder):
    batch(sweep(folder), "--store", folder / "a.sqlite")
    got = scenarios(folder / "a.sqlite").values()
    lines = batch("--summary", folder / "a.sqlite", "--format", "csv").splitlines()[1:]
    value = {tuple(x.split(",")[:3]): float(x.split(",")[3]) for x in lines}
    total = sum(r["weight"] for r in got)
    mean = sum(r["weight"] * r["objective"] for r in got) / total
    assert abs(value["cost", "all", "mean"] - mean) < 1e-9 * mean
    seen = 0
    for r in sorted(got, key=lambda r: r["objective"]):
        seen += r["weight"]
        if seen >= 0.95 * total * (1 - 1e-12):
            assert value["cost", "all", "p95"] == r["objective"]
            break
    assert value["driver", "workloads.pretrain.tokens", "share"] > 0.5
    assert abs(sum(v for k, v in value.items() if k[0] == "driver" and k[2] == "share") - value["driver", "all", "r2"]) < 1e-9
    assert value["placement", "pretrain on east_own", "share"] == 1


@case("drivers are called by their quantity or event, and an effect that is rounding is 0")
def drivers(folder):
    s = sweep(folder, text=f'''base = "{TINY}"; draws = 40; seed = 3;
      scenarios = ( {{ name = "asis"; probability = 0.8; }}, {{ name = "hot"; probability = 0.2; set = [ "sites.east.pue*=1.05" ]; }} );
      events = ( {{ name = "cut"; probability = 0.3; set = [ "rules.residency.enabled=false" ]; otherwise = [ "rules.residency.enabled=true" ]; }} );
      quantities = ( {{ name = "load"; path = "demands.*.requests"; spread = 0.25; }}, {{ name = "heat"; path = "sites.east.pue"; spread = 0.05; }},
        {{ name = "idle"; path = "offers.strait_rent.price"; sigma = 0.2; }},
        {{ name = "price"; path = [ "offers.strait_lease.price", "sites.*.tariff" ]; sigma = 0.2; }} );''')
    batch(s, "--store", folder / "a.sqlite", "--threads", "2")
    value = value_of(batch("--summary", folder / "a.sqlite", "--format", "csv"))
    names = {k[1] for k in value if k[0] == "driver"} - {"all"}
    event = [n for n in names if n.startswith("cut: rules.residency.enabled=")]
    assert names - set(event) == {"load", "price", "idle", "sites.east.pue"} and len(event) == 1, names     # two parts move the pue
    assert value["driver", "price", "effect"] > 0
    s.write_text(f'''base = "{TINY}"; draws = 40; quantities = ( {{ name = "power"; path = "sites.*.tariff"; spread = 0.1; }},
      {{ name = "idle"; path = "workloads.tune.penalty"; spread = 0.1; }} );''')
    batch(s, "--store", folder / "b.sqlite")
    value = value_of(batch("--summary", folder / "b.sqlite", "--format", "csv"))
    assert value["driver", "idle", "effect"] == 0 == value["driver", "idle", "share"] and value["driver", "power", "effect"] > 0, value


@case("faults of a sweep are told with file, line and what is allowed")
def faults(folder):
    base = f'base = "{TINY}";\n'
    for line, says in (
            ('draw = 3;', 'did you mean draws?'),
            ('draws = 1.5; events = ( { name = "a"; probability = 1; set = [ "title=x" ]; } );', "is not whole"),
            ('draws = 5;', "there is nothing to draw"),
            ('evaluate = "plans";', "is not a way to evaluate"),
            ('grids = ( { path = "offers.nosuch.price"; times = [ 1 ]; } );', "nosuch"),
            ('grids = ( { path = "offers.*.price"; times = "1:2:0"; } );', "is not a range"),
            ('grids = ( { path = "offers.*.price"; times = [ "a" ]; } );', "is not a list of factors"),
            ('grids = ( { path = "offers.*.price"; } );', "one of both"),
            ('grids = ( { path = "title"; times = [ 2 ]; } );', "cannot be multiplied"),
            ('grids = { path = "title"; };', "is not a list"),
            ('grids = ( 3 );', "is not a group"),
            ('scenarios = ( { name = "a"; set = [ "offers" ]; } );', "is not an override"),
            ('scenarios = ( { name = "a"; }, { name = "a"; } );', "is there twice"),
            ('scenarios = ( { probability = 2; } );', "a number from 0 to 1"),
            ('events = ( { name = "a"; set = [ "title=x" ]; } );', "events.#1.probability"),
            ('events = ( { name = "a b"; probability = 1; set = [ "title=x" ]; } );', "is not a name"),
            ('quantities = ( { name = "q"; path = "offers.*.price"; sigma = 0.1; } );', "draws"),
            ('draws = 2; quantities = ( { name = "q"; path = "offers.*.price"; } );', "is not given; one of sigma, spread and history"),
            ('draws = 2; quantities = ( { name = "q"; path = "offers.*.price"; sigma = 0.1; spread = 0.2; } );', 'spread: "0.2": is one too many; one of sigma'),
            ('draws = 2; quantities = ( { name = "q"; path = "offers.*.price"; history = "h.csv"; } );', "quantities.#1.column"),
            ('draws = 2; quantities = ( { name = "q"; path = "offers.*.price"; history = "h.csv"; column = "x"; } );', "h.csv"),
            ('draws = 2; quantities = ( { name = "q"; path = "offers.*.price"; sigma = 1; } ); correlations = ( { a = "q"; b = "z"; value = 1; } );', "is neither"),
            ('draws = 2; quantities = ( { name = "q"; path = "offers.*.price"; sigma = 1; } ); correlations = ( { a = "q"; b = "q"; value = 1; } );', "is the same"),
            ('draws = 2; quantities = ( { name = "q"; path = "a.*.b"; sigma = 1; }, { name = "q"; path = "title"; sigma = 1; } );', "have one name"),
            ('seed = 1; seed = 2;', "twice")):
        s = sweep(folder, text=base + line)
        run = subprocess.run([STRAIT, "batch", s, "--store", folder / "x.sqlite"], capture_output=True, text=True, check=False)
        assert run.returncode == 3 and says in run.stderr, (line, run.returncode, run.stderr)
        assert "sweep.cfg:2: error: " in run.stderr or "sweep.cfg:1: error: " in run.stderr, run.stderr
        assert not (folder / "x.sqlite").exists()
    s = sweep(folder, text=base + '''draws = 2; quantities = ( { name = "p"; path = "offers.*.price"; sigma = 1; }, { name = "q"; path = "offers.*.price"; sigma = 1; },
      { name = "r"; path = "offers.*.price"; sigma = 1; } );
      correlations = ( { a = "p"; b = "q"; value = 0.9; }, { a = "q"; b = "r"; value = 0.9; }, { a = "p"; b = "r"; value = -0.9; } );''')
    batch(s, "--store", folder / "x.sqlite", code=3, says="contradict")


@case("a bootstrap draws from its history alone")
def bootstrap(folder):
    (folder / "h.csv").write_text("time,price[USD/h]\n1,2\n2,4\n3,6\n")
    s = sweep(folder, text=f'''base = "{TINY}"; draws = 40; seed = 3;
      quantities = ( {{ name = "q"; path = "offers.strait_rent.price"; history = "h.csv"; column = "price"; }} );''')
    batch(s, "--store", folder / "a.sqlite")
    db = sqlite3.connect(folder / "a.sqlite")
    got = {v for v, in db.execute("SELECT DISTINCT value FROM scenario_input")}
    assert got == {"*0.5", "*1", "*1.5"}, got


HISTORY = "from,h200[USD/h],b200[USD/h],still,held\n2026-01-01,2,5,3,1\n2026-01-03,2.2,5.1,3,2\n2026-01-08,1.9,4.6,3,0\n2026-02-01,2.4,5.6,3,4\n2026-02-02,2.3,5.2,3,9\n"


@case("prices that are joint are rows of their history, and what was fitted stands in the store")
def fitted(folder):
    (folder / "h.csv").write_text(HISTORY)
    s = sweep(folder, text=f'''base = "{TINY}"; draws = 60; seed = 3;
      quantities = ( {{ name = "a"; path = "offers.strait_rent.price"; history = "h.csv"; column = "h200"; as = "values"; since = "from"; joint = true; }},
                     {{ name = "b"; path = "sites.*.tariff"; history = "h.csv"; column = "b200"; as = "values"; since = "from"; joint = true; }},
                     {{ name = "c"; path = "demands.*.requests"; sigma = "fitted"; history = "h.csv"; column = "b200"; ahead = 2; }} );
      correlations = ( {{ history = "h.csv"; quantities = [ "a", "c" ]; columns = [ "h200", "b200" ]; of = "levels"; }} );''')
    batch(s, "--store", folder / "a.sqlite", "--threads", "2")
    db = sqlite3.connect(folder / "a.sqlite")
    got = {}
    for k, path, value in db.execute("SELECT k, path, value FROM scenario_input"):
        got.setdefault(k, {})[path] = value
    pairs = {(float(x["offers.strait_rent.price"]), float(x["sites.*.tariff"])) for x in got.values()}
    table = [[float(cell) for cell in line.split(",")[1:3]] for line in HISTORY.splitlines()[1:]]
    assert pairs == {tuple(row) for row in table[:4]}, pairs      # not the last: how long it held is not known
    meta = dict(db.execute("SELECT key, value FROM meta"))
    h200, b200 = zip(*table)
    steps = [math.log(y / x) for x, y in zip(b200, b200[1:])]
    assert abs(float(meta["sigma of c"]) - math.sqrt(2) * statistics.stdev(steps)) < 1e-12, meta
    scores = [[statistics.NormalDist().inv_cdf((sorted(v).index(x) + 0.5) / 5) for x in v] for v in (h200, b200)]
    assert abs(float(meta["correlation of a and c"]) - statistics.correlation(*scores)) < 1e-9, meta
    (folder / "h.csv").write_text(HISTORY.replace("2.4", "2.5"))
    batch(s, "--store", folder / "a.sqlite", "--resume", code=3, says="digest")


@case("faults of a history are told with file, line and what is allowed")
def history_faults(folder):
    (folder / "h.csv").write_text(HISTORY)
    (folder / "back.csv").write_text("from,p\n2026-01-03,1\n2026-01-02,2\n")
    (folder / "zero.csv").write_text("p,q,w\n1,2,0\n0,3,0\n")
    (folder / "below.csv").write_text("p,q\n1,nan\n-0.5,3\n")
    (folder / "short.csv").write_text("p,q\n1,2\n2,3\n")
    price = 'path = "offers.*.price";'
    one = f'draws = 2; quantities = ( {{ name = "p"; {price} history = "%s"; %s }} );'
    two = ('draws = 2; events = ( { name = "e"; probability = 0.5; set = [ "title=x" ]; } );'
           f' quantities = ( {{ name = "p"; {price} sigma = 0.2; }}, {{ name = "q"; {price} sigma = 0.2; }} );'
           ' correlations = ( { history = "h.csv"; quantities = [ "p", "q" ]; columns = [ "h200", "b200" ]; %s } %s );')
    joint = (f'draws = 2; quantities = ( {{ name = "p"; {price} history = "h.csv"; column = "h200"; joint = true; }},'
             f' {{ name = "q"; {price} history = "h.csv"; column = "b200"; joint = true; %s }} ); correlations = ( %s );')
    for text, at, says in (
            (one % ("below.csv", 'column = "p";'), "below.csv:3", "0 or more"),
            (one % ("below.csv", 'column = "q"; as = "values";'), "below.csv:2", "a number"),
            (one % ("h.csv", 'column = "h200"; weight = "nosuch";'), "h.csv:1", "no such column; the name of a column: from, h200, b200, still, held"),
            (one % ("h.csv", 'column = "h200"; weight = "from";'), "h.csv:2", "not such an amount"),
            (one % ("h.csv", 'column = "h200"; since = "held";'), "h.csv:2", "is not a date"),
            (one % ("h.csv", 'column = "h200"; since = "from"; until = "soon";'), "sweep.cfg:2", "is not a date"),
            (one % ("h.csv", 'column = "h200"; since = "from"; until = "2026-01-05";'), "sweep.cfg:2", "goes on"),
            (one % ("h.csv", 'column = "h200"; until = "2027-01-05";'), "sweep.cfg:2", "no dates"),
            (one % ("h.csv", 'column = "h200"; since = "from"; weight = "held";'), "sweep.cfg:2", "weighed by since"),
            (one % ("h.csv", 'column = "h200"; of = "levels";'), "sweep.cfg:2", "says nothing here"),
            (one % ("h.csv", 'column = "h200"; joint = 1;'), "sweep.cfg:2", "true or false"),
            (one % ("h.csv", 'column = "h200"; joint = true;'), "sweep.cfg:2", "none that it could draw with"),
            (one % ("back.csv", 'column = "p"; since = "from";'), "back.csv:3", "not after the row before"),
            (one % ("zero.csv", 'column = "p"; weight = "w";'), "zero.csv:1", "no row of the history counts"),
            (one % ("zero.csv", 'sigma = "fitted"; column = "p";'), "zero.csv:3", "above 0"),
            (one % ("short.csv", 'sigma = "fitted"; column = "p";'), "sweep.cfg:2", "cannot be fitted"),
            (one % ("h.csv", 'sigma = "fitted"; column = "h200"; joint = true;'), "sweep.cfg:2", "says nothing here"),
            (one % ("h.csv", 'sigma = "fitted"; column = "h200"; of = "level";'), "sweep.cfg:2", "not what can be fitted"),
            (one % ("h.csv", 'sigma = "fitted"; column = "h200"; of = "levels"; ahead = 3;'), "sweep.cfg:2", "says nothing of levels"),
            (one % ("h.csv", 'sigma = 0.2; column = "h200";'), "sweep.cfg:2", 'history: "h.csv": is one too many; one of sigma, spread and history'),
            ('draws = 2; quantities = ( { name = "p"; %s sigma = 0.2; ahead = 3; } );' % price, "sweep.cfg:2", "says nothing here"),
            (joint % ('weight = "held";', ""), "sweep.cfg:2", "none that it could draw with"),
            (joint % ("", '{ a = "p"; b = "q"; value = 0.5; }'), "sweep.cfg:2", "the first of those that are joint"),
            (two % ("", ', { a = "q"; b = "p"; value = 0.1; }'), "sweep.cfg:2", "correlated with it already"),
            (two % ("", ', { a = "e"; b = "p"; value = 0.9; }, { a = "e"; b = "q"; value = -0.9; }'), "sweep.cfg:2", "contradict"),
            (two.replace('"b200"', '"still"') % ("", ""), "sweep.cfg:2", '"q": its correlation cannot be fitted'),
            (two.replace('[ "p", "q" ]', '[ "p", "e" ]') % ("", ""), "sweep.cfg:2", "an event has no column"),
            (two.replace('[ "p", "q" ]', '[ "p" ]') % ("", ""), "sweep.cfg:2", "not as many"),
            (two % ('weight = "held";', ""), "h.csv:4", "above 0"),
            (two.replace('quantities = [ "p", "q" ];', '') % ("", ""), "sweep.cfg:2", "names of quantities")):
        s = sweep(folder, text=f'base = "{TINY}";\n' + text)
        run = subprocess.run([STRAIT, "batch", s, "--store", folder / "x.sqlite"], capture_output=True, text=True, check=False)
        assert run.returncode == 3, (text, run.returncode, run.stderr)
        assert any(f"{at}: error: " in line and says in line for line in run.stderr.splitlines()), (text, run.stderr)
        assert not (folder / "x.sqlite").exists()
    (folder / "h.csv").write_text("".join(line + "\n" for line in HISTORY.splitlines()[:4]))
    batch(sweep(folder, text=f'base = "{TINY}";\n' + two % ("", "")), "--store", folder / "y.sqlite", says="sweep.cfg:2: warning: correlations.#1")
    text = f'base = "{TINY}"; draws = 9; quantities = ( {{ name = "p"; path = "sites.*.utc_offset"; history = "below.csv"; column = "p"; as = "values"; }} );'
    batch(sweep(folder, text=text), "--store", folder / "z.sqlite")     # below 0, where the field takes it
    assert {v for v, in sqlite3.connect(folder / "z.sqlite").execute("SELECT value FROM scenario_input")} == {"1", "-0.5"}


@case("usage: what does not go together is refused")
def wrong(folder):
    s = sweep(folder)
    for args in ([s], [s, "--store", "a", "--merge", "b"], ["--merge", "b"], ["--summary", "a", s], [s, "--store", folder / "a", "--shard", "2/2"],
                 [s, "--store", folder / "a", "--keep", "all"], ["--summary", "a", "--resume"], [s, "--store", folder / "a", "--partial"]):
        batch(*args, code=2)


sys.exit(1 if failed else 0)
