#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Small work, small and large money, hourly periods with a discount: the answer is proven, or said not to be."""
import json
import os
import subprocess
import sys
import tempfile

STRAIT = os.environ["STRAIT"]
TINY = os.path.join(os.environ["STRAIT_SRCDIR"], "tests/data/tiny/case.cfg")
faults = []


def plan(*sets, verify=True):
    """Exit code and plan of tiny with these settings; each plan is verified too."""
    args = [word for s in sets for word in ("--set", s)]
    with tempfile.TemporaryDirectory() as folder:
        out = os.path.join(folder, "plan.json")
        code = subprocess.run([STRAIT, "plan", TINY, "-q", "--format", "json", "-o", out, *args], check=False).returncode
        told = json.load(open(out, encoding="utf-8")) if os.path.exists(out) else {}
        if verify and code == 0:
            held = subprocess.run([STRAIT, "verify", TINY, out, "-q", *args], stdout=subprocess.PIPE, check=False)
            if held.returncode != 0:
                faults.append(f"verify refuses the plan with {sets}: {held.stdout.decode()[:300]}")
    return code, told


def expect(what, holds):
    if not holds:
        faults.append(what)


def money(k):
    return [f"offers.*.price*={k:g}", f"sites.*.tariff*={k:g}", f"sites.*.transfer_in*={k:g}",
            f"networks.*.egress*={k:g}", f"workloads.tune.penalty*={k:g}"]


# Firm work of a ten-millionth of an accelerator is work.
for least in (1, 1e-2, 1e-6):
    code, told = plan(f"demands.#1.requests={least:g}", "offers.east_own.count=0")
    expect(f"{least} requests that nothing can serve: {code}, {told.get('status')}", code == 1)
    code, told = plan(f"demands.#1.requests={least:g}")
    chat = sum(p["tokens"] for p in told["placements"] if p["workload"] == "chat")
    expect(f"{least} requests: {chat} tokens placed", code == 0 and abs(chat / (least * 672 * 1000) - 1) < 1e-6)
for tokens in (1, 1e3, 1e9):
    code, told = plan(f"workloads.pretrain.tokens={tokens:g}")
    done = sum(p["tokens"] for p in told["placements"] if p["workload"] == "pretrain")
    expect(f"a run of {tokens:g} tokens: {done} placed", code == 0 and abs(done / tokens - 1) < 1e-6)

# The currency's size changes nothing: all prices times k, cost times k.
_, base = plan()
for k in (1e-12, 1e-9, 1e-6, 1e-3, 1e3, 1e6, 1e9):
    code, told = plan(*money(k), verify=k > 1e-3)    # below, the cent of `verify` is larger than the cost
    ratio = told["objective"]["value"] / k / base["objective"]["value"] if code == 0 else None
    expect(f"prices times {k:g}: exit {code}, cost ratio {ratio}", code == 0 and abs(ratio - 1) < 1e-9)

# 672 hourly periods of 0.01 % a day: costs that lie 1e-5 apart.
code, told = plan("period=hour", "discount_rate=0.1", "offers.strait_rent.contract=spot", "workloads.pretrain.tokens=1e9",
                  "offers.strait_lease.valid_from=2026-12-12")
expect(f"hourly with a discount: exit {code}", code == 0)
# One energy price beyond all reason must not unproof the rest.
for dear in ("workloads.tune.penalty=1e9", "offers.strait_lease.price=1e9", "sites.east.tariff=1e6"):
    code, told = plan(dear)
    expect(f"{dear}: exit {code}, {told.get('certificate')}", code == 0 and told["certificate"]["dual_residual"] < 1e-6)

for f in faults:
    print("scale:", f)
sys.exit(1 if faults else 0)
