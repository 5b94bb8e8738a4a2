#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""strait estimate --points: rows in the layout of the published measurements, predicted without a look at what was measured."""
import csv
import io
import math
import os
import statistics
import subprocess
import sys
import tempfile

STRAIT = os.environ.get("STRAIT", "./strait")
ROOT = os.environ.get("STRAIT_SRCDIR", ".")
TINY = os.path.join(ROOT, "tests/data/tiny/case.cfg")
OWN = os.path.join(ROOT, "data/calibration")
MEASURED = {"training": ["accelerator_hours", "mfu_pct", "mfu_kind", "tokens_per_s_per_accelerator", "tflops_per_accelerator",
                         "wall_days", "derived_fields"],
            "inference": ["tpot_ms", "ttft_ms", "tokens_per_s_per_accelerator", "derived_fields"]}
failed = False


def ok(holds, what):
    global failed
    failed = failed or not holds
    print(f"{'ok' if holds else 'not ok'} - {what}")


def run(rows, *args, code=0):
    done = subprocess.run([STRAIT, "estimate", TINY, "--points", rows, "--format", "csv", "--quiet", *args], capture_output=True,
                          text=True, check=False)
    ok(done.returncode == code, f"{os.path.basename(rows)} {' '.join(args)} ends with {code} {done.stderr.strip()[:200]}")
    return done


def read(text):
    return list(csv.DictReader(io.StringIO(text)))


def write(path, rows, header):
    with open(path, "w", newline="", encoding="utf-8") as f:
        w = csv.DictWriter(f, header, lineterminator="\n")
        w.writeheader()
        w.writerows(rows)


def one_kind(kind, folder, scratch):
    path = os.path.join(folder, kind + ".csv")
    with open(path, encoding="utf-8", newline="") as f:
        rows = list(csv.DictReader(f))
    out = run(path).stdout
    points = read(out)
    ok(list(points[0]) == ["id", "predicted", "low", "high", "unit", "extrapolation", "reason"], f"{kind}: the columns of the contract")
    ok([p["id"] for p in points] == [r["id"] for r in rows], f"{kind}: one answer for each row, in order")
    told = [p for p in points if p["predicted"]]
    ok(len(told) >= 0.98 * len(points) and all(p["reason"] for p in points if not p["predicted"]),
       f"{kind}: {len(told)} of {len(points)} predicted, the rest say why")
    ok(all(float(p["low"]) < float(p["predicted"]) < float(p["high"]) and float(p["extrapolation"]) >= 0 for p in told),
       f"{kind}: each inside its bar")

    blank = os.path.join(scratch, kind, "rows.csv")
    os.makedirs(os.path.dirname(blank))
    write(blank, [{k: "" if k in MEASURED[kind] else v for k, v in r.items()} for r in rows], list(rows[0]))
    if os.path.exists(os.path.join(folder, "models.csv")):
        with open(os.path.join(folder, "models.csv"), "rb") as f, open(os.path.join(scratch, kind, "models.csv"), "wb") as g:
            g.write(f.read())
    ok(run(blank).stdout == out, f"{kind}: blanking the measured columns changes no byte")

    less = os.path.join(scratch, kind, "less.csv")
    keep = [k for k in rows[0] if k not in MEASURED[kind]][::-1]
    write(less, [{k: r[k] for k in keep} for r in rows], keep)
    ok(run(less).stdout == out, f"{kind}: without them, in another order, the same")

    rate = {r["id"]: float(r["tokens_per_s_per_accelerator"]) for r in rows if r["tokens_per_s_per_accelerator"]}
    off = [math.exp(abs(math.log(float(p["predicted"]) / rate[p["id"]]))) - 1 for p in told if p["id"] in rate]
    ok(statistics.median(off) < 0.2, f"{kind}: median error {100 * statistics.median(off):.1f} % of rows with a rate")


def faults(scratch):
    def text(name, content):
        path = os.path.join(scratch, name)
        with open(path, "w", encoding="utf-8") as f:
            f.write(content)
        return path

    done = run(text("neither.csv", "id,accelerator,precision\na,H100,BF16\n"), code=3)
    ok("neither.csv:1: error: " in done.stderr and "neither that of training" in done.stderr, "a header of neither kind is told")
    done = run(text("short.csv", "id,accelerator,precision,task,seq_len\na,H100\nb,H100-80GB,BF16,pretrain,4096\n"), code=3)
    ok("short.csv:2: error: " in done.stderr and not done.stdout, "a short row is told with its line")
    done = run(text("column.csv", "id,precision,task,seq_len\na,BF16,pretrain,4096\n"), code=3)
    ok('error: accelerator: ' in done.stderr, "a missing column is told")
    run(os.path.join(scratch, "absent.csv"), code=7)
    done = run(text("empty.csv", "id,accelerator,precision,task,seq_len\n"))
    ok(read(done.stdout) == [] and done.stdout.startswith("id,predicted"), "no rows, no answers")
    points = read(run(text("strange.csv", "id,accelerator,precision,task,seq_len,shape_ref\na,Abacus,BF16,pretrain,1,Llama-2-7B\n"
                           "b,H100-80GB,BF16,pretrain,4096,Nobody-7B\n")).stdout)
    ok(all(p["predicted"] == "" and p["reason"] for p in points), "what is not known gets a reason and no number")


def extremes(scratch):
    """Numbers at the ends of what can be written: an answer or a reason, never a crash, never a number that is none."""
    strange = ["", "0", "-1", "1e-300", "1e300", "1e9", "nan", "inf", "x", "3.5"]
    for kind, header, base in (
            ("train", "id,accelerator,precision,task,shape_ref,seq_len,n_accelerators,layers,hidden,total_params_b,active_params_b,"
                      "global_batch,train_tokens_b,year,parallelism", "a,H100-80GB,FP8,pretrain,DeepSeek-V3,4096,256,61,7168,671,37,4096,,2025,PP8"),
            ("serve", "id,accelerator,precision,phase,shape_ref,input_len,output_len,n_accelerators,batch_or_concurrency,total_params_b,"
                      "active_params_b,parallelism", "a,H200,FP8,mixed,DeepSeek-V3,1000,1000,8,64,671,37,TP8")):
        path, cells = os.path.join(scratch, kind + "-extremes.csv"), base.split(",")
        with open(path, "w", encoding="utf-8") as f:
            f.write(header + "\n")
            for i in range(5, len(cells)):
                f.writelines(",".join(cells[:i] + [v] + cells[i + 1:]) + "\n" for v in strange)
        points = read(run(path).stdout)
        good = [0 < float(p["low"]) < float(p["predicted"]) < float(p["high"]) < 1e300 if p["predicted"] else bool(p["reason"])
                for p in points]
        ok(len(points) == 10 * (len(cells) - 5) and all(good), f"{kind}: {len(points)} strange rows get an answer or a reason")


def shapes(scratch):
    folder = os.path.join(scratch, "beside")
    os.makedirs(folder)
    rows = os.path.join(folder, "rows.csv")
    with open(rows, "w", encoding="utf-8") as f:
        f.write("id,accelerator,precision,task,seq_len,shape_ref,n_accelerators\na,H100-80GB,BF16,pretrain,4096,Mine-9B,64\n")
    ok(not read(run(rows).stdout)[0]["predicted"], "an unknown shape is not predicted")
    with open(os.path.join(folder, "models.csv"), "w", encoding="utf-8") as f:
        f.write("name,total_params_b,active_params_b,layers,hidden,attention\nMine-9B,9,9,32,4096,GQA\n")
    ok(float(read(run(rows).stdout)[0]["predicted"]) > 1000, "models.csv beside the rows brings it")


with tempfile.TemporaryDirectory() as temp:
    for name in ("training", "inference"):
        one_kind(name, OWN, os.path.join(temp, "own"))
    shared = os.path.join(ROOT, "../shared/measured")
    if os.path.isdir(shared):
        for name in ("training", "inference"):
            one_kind(name, shared, os.path.join(temp, "shared"))
    else:
        print("skip - ../shared/measured is not here")
    faults(temp)
    extremes(temp)
    shapes(temp)
sys.exit(failed)
