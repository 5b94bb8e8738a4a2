#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""strait calibrate: a refit, its report, the user's rows, pins and tables of rates."""
import csv
import io
import math
import os
import re
import subprocess
import sys
import tempfile

STRAIT = os.environ.get("STRAIT", "./strait")
ROOT = os.environ.get("STRAIT_SRCDIR", ".")
TINY = os.path.join(ROOT, "tests/data/tiny/case.cfg")
failed = False


def ok(holds, what):
    global failed
    failed = failed or not holds
    print(f"{'ok' if holds else 'not ok'} - {what}")


def run(*args, code=0):
    done = subprocess.run([STRAIT, *args], capture_output=True, text=True, check=False)
    ok(done.returncode == code, f"strait {' '.join(os.path.basename(a) for a in args)} ends with {code} {done.stderr.strip()[:200]}")
    return done


def table(text):
    return list(csv.DictReader(io.StringIO(text)))


def values(text):
    return {r["parameter"]: float(r["value"]) for r in table(text)}


def shipped():
    """name -> value of src/estimate/fitted.def."""
    out = {}
    with open(os.path.join(ROOT, "src/estimate/fitted.def"), encoding="utf-8") as f:
        for line in f:
            m = re.match(r"(FIT|FIT_OF|BAR|RANGE)\((.*)\)$", line.strip())
            if not m:
                continue
            a = m.group(2).split(", ")
            if m.group(1) == "FIT":
                out[a[0]] = float(a[1])
            elif m.group(1) == "FIT_OF":
                out[f"{a[0]}.{a[1].lower()}"] = float(a[2])
            elif m.group(1) == "BAR":
                family = "*" if a[2] == "N_FAMILY" else a[2][7:].lower()
                out[f"bar.{a[0].lower()}.{'moe' if a[1] == '1' else 'dense'}.{family}"] = float(a[3])
            else:
                out[f"range.{a[0].lower()}.{a[1].lower()}"] = float(a[2])
    return out


first = run("calibrate", "--format", "csv").stdout
fit, ship = values(first), shipped()
ok(first == run("calibrate", "--format", "csv").stdout, "twice, the same bytes")
ok(set(fit) == set(ship), "the shipped table has the same entries")
worst = max((abs(math.log(fit[k] / ship[k])), k) for k in fit)
ok(worst[0] < 2e-3, f"a refit of data/calibration is what is shipped ({worst[1]} off by {worst[0]:.1e}); else run scripts/fitted")

with tempfile.TemporaryDirectory() as temp:
    report = os.path.join(temp, "report")
    run("calibrate", "--report", report, "-o", os.path.join(temp, "summary.csv"), "--format", "csv")
    ok(sorted(os.listdir(report)) == ["errors.csv", "errors.html", "rates.csv", "summary.csv"], "the report's files")
    with open(os.path.join(report, "errors.csv"), encoding="utf-8") as f:
        errors = table(f.read())
    with open(os.path.join(report, "summary.csv"), encoding="utf-8") as f:
        summary = table(f.read())
    ok(len(errors) > 1300 and len({r["source"] for r in errors}) > 30, "errors.csv: each row with its source")
    by = {(r["phase"], r["family"], r["left_out"]): r for r in summary if r["kind"] == "*"}
    kinds = {k: sum(int(r["rows"]) for r in summary if r["family"] == "*" and r["kind"] == k) for k in ("*", "dense", "moe")}
    ok(kinds["dense"] + kinds["moe"] == kinds["*"] > 0, "summary.csv: dense models and mixtures apart")
    ok({w for _, _, w in by} == {"fitted", "model", "source", "accelerator", "baseline"}, "summary.csv: every way of leaving out")
    for phase in ("train", "mixed", "prefill", "decode"):
        ours, base = (float(by[phase, "*", w]["median[%]"]) for w in ("model", "baseline"))
        ok(ours < base, f"{phase}: {ours:.1f} % without its model, {base:.1f} % by the baseline")
    with open(os.path.join(report, "errors.html"), encoding="utf-8") as f:
        page = f.read()
    ok(">0.1</text>" in page and ">0</text>" not in page, "errors.html: the axes name powers of ten")
    done = subprocess.run([os.path.join(ROOT, "scripts/published_spread"), report], capture_output=True, text=True, check=False)
    ok(done.returncode == 0 and done.stdout.count("train, ") == 4, "scripts/published_spread reads the report")
    ok(page.count("<svg") == 4 and page.count("<circle") > 1300 and "</html>" in page, "errors.html: four charts with all rows")
    ok(not re.search(r"(src|href)=|<script|@import|url\(", page), "errors.html: nothing from outside")
    with open(os.path.join(report, "mine.txt"), "w", encoding="utf-8") as f:
        f.write("x")
    run("calibrate", "--report", report, code=7)
    ok(os.path.exists(os.path.join(report, "mine.txt")), "a folder with other files is left alone")

    rates = os.path.join(temp, "rates.csv")
    with open(rates, "w", encoding="utf-8") as f:
        f.write(first)
    plain = run("estimate", TINY, "--format", "csv").stdout
    ok(all(abs(math.log(float(a["rate[1/h]"]) / float(b["rate[1/h]"]))) < 1e-2
           for a, b in zip(table(plain), table(run("estimate", TINY, "--rates", rates, "--format", "csv").stdout))
           if float(a["rate[1/h]"]) > 0), "the written table, brought back, changes nothing")
    with open(rates, "w", encoding="utf-8") as f:
        f.write("parameter,value,pinned\ntrain_gemm,0.3,true\n")
    slow = table(run("estimate", TINY, "--rates", rates, "--format", "csv").stdout)
    ok(any(float(a["rate[1/h]"]) < 0.8 * float(b["rate[1/h]"]) for a, b in zip(slow, table(plain)) if b["phase"] == "train"),
       "a table of rates moves the estimate")
    pinned = table(run("calibrate", "--rates", rates, "--format", "csv").stdout)
    row = next(r for r in pinned if r["parameter"] == "train_gemm")
    ok(float(row["value"]) == 0.3 and row["pinned"] == "true", "a pinned parameter stays")
    with open(rates, "w", encoding="utf-8") as f:
        f.write("parameter,value\nspeed,1\ntrain_gemm,-1\n")
    done = run("calibrate", "--rates", rates, code=3)
    ok(':2: error: parameter: "speed"' in done.stderr and ':3: error: value: "-1"' in done.stderr, "faults of the table are told")

    more = os.path.join(temp, "more.csv")
    with open(more, "w", encoding="utf-8") as f:
        f.write("id,shape_ref,seq_len,precision,accelerator,n_accelerators,task,year,family,tokens_per_s_per_accelerator\n")
        f.writelines(f"m{i},Llama-2-7B,4096,BF16,A100-80GB,8,pretrain,2025,mine,{1500 + i}\n" for i in range(8))
    moved = values(run("calibrate", "--rows", more, "--format", "csv").stdout)
    ok(moved["train_gemm"] * moved["train_gemm.ampere"] < 0.99 * fit["train_gemm"] * fit["train_gemm.ampere"],
       "slow rows of one's own make the family slower")
    ok(abs(math.log(moved["serve_gemm"] / fit["serve_gemm"])) < 1e-9, "and leave serving as it was")
    run("calibrate", "--rows", os.path.join(temp, "absent.csv"), code=7)
sys.exit(failed)
