#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""strait import: its outputs and ends, and real catalogues and traces into a case that plans (skipped where they are not)."""
import csv
import gzip
import json
import os
import re
import subprocess
import sys
import tempfile

STRAIT = os.path.abspath(os.environ.get("STRAIT", "./strait"))
ROOT = os.path.abspath(os.environ.get("STRAIT_SRCDIR", "."))
DATA = os.path.join(ROOT, "..", "shared", "data")
TINY = os.path.join(ROOT, "tests/data/tiny/case.cfg")
failed = False


def ok(holds, what):
    global failed
    failed = failed or not holds
    print(f"{'ok' if holds else 'not ok'} - {what}")


def run(*args, code=0, **env):
    done = subprocess.run([STRAIT, *args], capture_output=True, text=True, check=False, env={**os.environ, **env})
    ok(done.returncode == code, f"strait {' '.join(os.path.basename(a) for a in args)[:90]} ends with {code} {done.stderr.strip()[:200] if done.returncode != code else ''}")
    return done


def table(path):
    with open(path, encoding="utf-8") as f:
        return list(csv.DictReader(f))


def write(path, text):
    with open(path, "w", encoding="utf-8") as f:
        f.write(text)
    return path


def small(temp):
    trace = write(os.path.join(temp, "t.csv"), "TIMESTAMP,ContextTokens,GeneratedTokens\n2024-05-06 00:00:00.5,10,2\n"
                  "2024-05-06 01:00:00.5,30,4\nx,1,1\n")
    folder = os.path.join(temp, "folder")
    done = run("import", "trace", trace)
    ok(re.search(rf'^{re.escape(trace)}:4: warning: TIMESTAMP: "x": .*; .+$', done.stderr, re.M), "a bad row is told with its place")
    doc = json.loads(run("import", "trace", trace, "--format", "json", "-q").stdout)
    ok(doc["schema"] == "strait.import/1" and doc["lengths"][0]["input_len"] == 20, "JSON is one document of all tables")
    run("import", "trace", trace, "--format", "csv", "-o", folder, "-q")
    ok(sorted(os.listdir(folder)) == ["histogram.csv", "import.csv", "lengths.csv", "skipped.csv", "trace.csv"], "CSV is a folder")
    one = run("import", "trace", trace, "-q", "-o", f"csv:{folder}").stdout
    ok(one == run("import", "trace", trace, "-q", LC_ALL="de_DE.UTF-8", TZ="Asia/Tokyo").stdout, "locale and time zone do not matter")
    with gzip.open(trace + ".gz", "wb") as f:
        f.write(open(trace, "rb").read())
    packed = run("import", "trace", trace + ".gz", "--profile", "t", "-q", "--format", "csv").stdout
    ok(packed == run("import", "trace", trace, "-q", "--format", "csv").stdout, "gzip reads as the plain file")
    with open(trace + ".gz", "rb") as f:
        cut = f.read()[:-9]
    with open(trace + ".cut.gz", "wb") as f:
        f.write(cut)
    before = os.stat(folder).st_mtime_ns
    done = run("import", "trace", trace + ".cut.gz", "--format", "csv", "-o", folder, code=3)
    ok("ends in the middle" in done.stderr and os.stat(folder).st_mtime_ns == before, "a cut file is told and replaces nothing")
    run("import", "trace", trace, "--strict", code=3)
    run("import", "trace", trace, "-o", trace, code=2)
    run("import", "trace", os.path.join(temp, "none.csv"), code=7)
    run("import", "trace", code=2)
    run("import", "orbit", trace, code=2)
    run("import", "trace", trace, "--count", "3", code=2)
    write(os.path.join(folder, "mine.txt"), "x")
    run("import", "trace", trace, "--format", "csv", "-o", folder, code=7)
    ok(os.path.exists(os.path.join(folder, "mine.txt")), "a folder with other files is left alone")
    if os.path.exists("/dev/zero"):
        run("import", "trace", "/dev/zero", "-q", "-o", os.path.join(temp, "endless"), code=7)
    if os.path.exists("/dev/full"):
        run("import", "trace", trace, "-q", "-o", "/dev/full", code=7)


def rates(temp):
    rows = write(os.path.join(temp, "r.csv"), "workload,gpu,phase,tokens_per_s,n_accelerators\nchat,red,mixed,4000,4\npretrain,red,train,8000,2\n"
                 "pretrain,red,train,8000,2\n")
    names = write(os.path.join(temp, "n.csv"), "name\nred\ngreen\n")
    pins = os.path.join(temp, "pins")
    run("import", "rates", rows, "--columns", "accelerator=gpu", "--accelerators", names, "--format", "csv", "-o", pins)
    pins = os.path.join(pins, "rates.csv")
    ok([r["rate[tokens/s]"] for r in table(pins)] == ["1000", "4000"], "rates are per accelerator")
    found = {(r["workload"], r["phase"], r["offer"]): r for r in json.loads(run("estimate", TINY, "--rates", pins, "--format", "json").stdout)}
    plain = {(r["workload"], r["phase"], r["offer"]): r for r in json.loads(run("estimate", TINY, "--format", "json").stdout)}
    key = next(k for k in found["chat", "mixed", "east_own"] if k.startswith("rate"))
    ok(found["chat", "mixed", "east_own"][key] == 1000 * 3600 / 200, "strait estimate --rates takes them: chat serves 18000 requests an hour")
    ok(found["pretrain", "train", "east_own"][key] == 4000 * 3600, "and pretrain trains 14.4 million tokens an hour")
    ok(found["pretrain", "train", "strait_rent"] == plain["pretrain", "train", "strait_rent"], "others stay as estimated")
    case = write(os.path.join(temp, "pinned.cfg"), f'@include "{TINY}"\n')
    text = open(TINY, encoding="utf-8").read().replace("tables : { offers", f'tables : {{ rates = "{pins}"; offers')
    case = write(os.path.join(temp, "pinned.cfg"), text.replace('"offers.csv"', f'"{os.path.dirname(TINY)}/offers.csv"'))
    ok(json.loads(run("estimate", case, "--format", "json").stdout) == list(found.values()), "as a case's table rates they do the same")
    bad = write(os.path.join(temp, "bad.csv"), "workload,accelerator,phase,rate[tokens/s]\nnobody,red,mixed,1\nchat,red,mixed,-1\n")
    done = run("estimate", TINY, "--rates", bad, code=3)
    ok(f'{bad}:2: error: workload: "nobody"' in done.stderr and f"{bad}:3: error: rate" in done.stderr, "wrong rates are told with their places")


CASE = """
title = "Imported"; start = "2026-12-07"; periods = 4;
tables : {{ accelerators = "{root}/data/accelerators.csv"; models = "{root}/data/models.csv"; offers = "{sky}/offers.csv";
  profiles = "{trace}/profiles.csv"; demands = "{trace}/demands.csv"; }};
companies = ( {{ name = "acme"; seat = "SG"; }} );
regions = ( {{ name = "sea"; country = "SG"; utc_offset = 8; }} );
sites = ( {{ name = "singapore"; country = "SG"; shore = "offshore"; pue = 1.3; tariff = 0.15; carbon = 470; }} );
networks = ( {{ site = "singapore"; region = "sea"; rtt = 20; egress = 0.05; }} );
workloads = (
  {{ name = "chat"; company = "acme"; task = "service"; model = "Qwen3-32B"; input_len = {lin}; output_len = {lout}; ttft = 3000; tpot = 60; }},
  {{ name = "tune"; company = "acme"; task = "fine_tuning"; model = "Qwen3-32B"; tokens = 2e9; interruptible = true; }} );
"""


def real(temp):
    sky, trace = os.path.join(temp, "sky"), os.path.join(temp, "trace")
    files = [os.path.join(DATA, "skypilot_catalog", f"{p}.csv") for p in ("azure", "gcp", "aws")]
    run("import", "skypilot", *files, "--regions", "southeastasia=singapore,asia-southeast1=singapore,ap-southeast-1=singapore",
        "--count", "512", "--interruptions", "0.01", "--date", "2026-05-20", "--source", "SkyPilot catalog", "--format", "csv", "-o", sky)
    offers = {r["name"]: r for r in table(os.path.join(sky, "offers.csv"))}
    rows = [r for r in table(files[2]) if r["Region"] == "ap-southeast-1" and r["AcceleratorName"] == "A100-80GB"]
    want = min(float(r["Price"]) / float(r["AcceleratorCount"]) for r in rows)
    ok(abs(float(offers["singapore_A100-80G_aws_od"]["price[USD/h]"]) / want - 1) < 1e-12, "a price is the catalogue's per accelerator")
    ok(all(r["source"].startswith("SkyPilot catalog: ") and r["date"] == "2026-05-20" for r in offers.values()), "offers carry source and date")
    unknown = {r["accelerator"] for r in table(os.path.join(sky, "unknown.csv"))}
    asked = ("southeastasia", "asia-southeast1", "ap-southeast-1")
    seen = {r["AcceleratorName"] for f in files for r in table(f) if r["Region"] in asked}
    ok({"L4", "T4", "A100"} <= unknown <= seen and unknown | {"H200", "B200", "H100", "H100-MEGA", "A100-80GB"} >= seen, "every name is an offer or listed")

    done = run("import", "trace", os.path.join(DATA, "azure_llm/azure_2024_conv_1h.csv"), "--profile", "azure24", "--demand", "chat@sea",
               "--utc-offset", "8", "--format", "csv", "-o", trace)
    ok(done.stderr == "" and len(table(os.path.join(trace, "profiles.csv"))) == 168, "a week of hours makes a weekly profile")
    lengths = os.path.join(temp, "lengths")
    run("import", "trace", os.path.join(DATA, "azure_llm/azure_2023_conv_raw.csv.gz"), "--format", "csv", "-o", lengths)
    got = {r["statistic"]: r for r in table(os.path.join(lengths, "lengths.csv"))}
    with open(os.path.join(DATA, "azure_llm/summary_stats.csv"), encoding="utf-8") as f:
        told = next(r for r in csv.DictReader(f) if r["trace"] == "azure_2023_conv")
    ok(all(abs(float(got[s][f"{way}put_len[tokens]"]) - float(told[f"{way}_{s}"])) <= 0.5
           for s in ("mean", "p50", "p90", "p95", "p99", "max") for way in ("in", "out")), "lengths are those published of the trace")
    peak = float(table(os.path.join(lengths, "trace.csv"))[0]["peak_of_minutes"])
    ok(abs(peak - float(told["peak_to_mean"])) < 0.02, f"so is the peak over mean by the minute ({peak:.3f})")

    case = write(os.path.join(temp, "case.cfg"), CASE.format(root=ROOT, sky=sky, trace=trace, lin=got["mean"]["input_len[tokens]"],
                                                             lout=got["mean"]["output_len[tokens]"]))
    run("check", case)
    plan = json.loads(run("plan", case, "--format", "json", "-q").stdout)
    ok(plan["status"] == "optimal" and plan["certificate"]["ok"] and plan["placements"], "the imported case is planned and certified")
    ok({p["offer"] for p in plan["placements"]} <= set(offers), "on imported offers")

    log = os.path.join(temp, "log")
    run("import", "skypilot", os.path.join(DATA, "skypilot_catalog/spot_price_changes_2026q2.csv"), "--regions", "southeastasia=singapore,asia-southeast1=singapore",
        "--count", "512", "--interruptions", "0.01", "--format", "csv", "-o", log)
    text = CASE.format(root=ROOT, sky=log, trace=trace, lin=1000, lout=200).replace(
        'profiles =', f'prices = "{log}/prices.csv"; availabilities = "{log}/availabilities.csv"; profiles =')
    run("check", write(os.path.join(temp, "log.cfg"), text))
    plan = json.loads(run("plan", os.path.join(temp, "log.cfg"), "--format", "json", "-q").stdout)
    ok(plan["status"] == "optimal", "a history of prices is planned with too")


with tempfile.TemporaryDirectory() as folder:
    small(folder)
    rates(folder)
    if os.path.isdir(DATA):
        real(folder)
    else:
        print("skip - catalogues and traces: no ../shared/data beside the source")
sys.exit(failed)
