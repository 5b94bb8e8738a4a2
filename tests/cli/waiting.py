#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""leases.waiting is what it says: a plan that signs n at the next start instead costs n times as much more, at least.

Each lease of the main case whose waiting costs something is kept from its start by a longer lead time, and planned again.
"""
import datetime
import json
import os
import pathlib
import subprocess
import sys

CASE = str(pathlib.Path(os.environ.get("STRAIT_SRCDIR", pathlib.Path(__file__).resolve().parents[2])) / "data/cases/main/case.cfg")
STRAIT = os.environ.get("STRAIT", "./strait")
BEGIN = datetime.date(2026, 12, 7)
MOST = 6     # offers that are planned again, the dearest to wait with


def plan(*sets):
    words = [STRAIT, "plan", CASE, "--quiet", "--format", "json", *(w for s in sets for w in ("--set", s))]
    return json.loads(subprocess.run(words, capture_output=True, text=True, check=True).stdout)


def by_offer(rows):
    """The first lease of each offer, the dearest to wait with first."""
    first = {}
    for r in rows:
        if r["waiting"] is not None and r["offer"] not in first:
            first[r["offer"]] = r
    return sorted((r for r in first.values() if r["waiting"] > 1), key=lambda r: -r["waiting"])[:MOST]


def next_start(start):
    """Leases of the case start with the first week of a month."""
    day = (datetime.date.fromisoformat(start).replace(day=1) + datetime.timedelta(days=31)).replace(day=1)
    return str(day + datetime.timedelta(days=-day.weekday() % 7))


def main():
    base, tried, failed = plan(), 0, False
    for row in by_offer(base["leases"]):
        days = (datetime.date.fromisoformat(row["start"]) - BEGIN).days
        later = plan(f"offers.{row['offer']}.lead={days + 1}")
        start = next_start(row["start"])
        n = sum(r["accelerators"] for r in later["leases"] if (r["offer"], r["start"]) == (row["offer"], start))
        if n == 0:
            continue
        more, least = later["objective"]["value"] - base["objective"]["value"], n * row["waiting"]
        good = more >= least - 1e-6 * base["objective"]["value"]
        print(("ok - " if good else "not ok - ") + f"{row['offer']}: {n:.1f} signed for {start} instead of {row['start']} cost {more:.0f} more, "
              f"at least {least:.0f}", flush=True)
        tried, failed = tried + 1, failed or not good
    print(("ok - " if tried else "not ok - ") + f"{tried} leases were kept waiting")
    return 1 if failed or tried == 0 else 0


sys.exit(main())
