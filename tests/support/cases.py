# SPDX-License-Identifier: GPL-3.0-or-later
"""Bundled cases in the hands of a test: run them, cut them to their first periods, rewrite their files."""
import csv
import io
import json
import os
import pathlib
import re
import subprocess

STRAIT = os.environ.get("STRAIT", "strait")
TOP = pathlib.Path(os.environ.get("STRAIT_SRCDIR", pathlib.Path(__file__).resolve().parents[2]))
CASES = sorted((TOP / "data" / "cases").glob("*/case.cfg"))
FIELD = re.compile(r'^FIELD\((\w+), (\w+), (\w+), "([^"]*)", "[^"]*", [^,]+, [^,]+, "([^"]*)"', re.M)
KIND = re.compile(r"^KIND_BEGIN\((\w+), (\w+),", re.M)


class Broken(Exception):
    pass


def strait(*args):
    return subprocess.run([STRAIT, *map(str, args)], capture_output=True, text=True)


def dashed(sets):
    return [x for s in sets for x in ("--set", s)]


def plan(case, sets=()):
    """The plan as it is in the JSON output; its objective's value is None when it is proven infeasible."""
    p = strait("plan", case, "--format", "json", "--quiet", *dashed(sets))
    if p.returncode not in (0, 1):
        raise Broken(f"strait plan {case} ended with {p.returncode}: {p.stderr[:300]}")
    return json.loads(p.stdout)


def faults(case, sets=()):
    found = json.loads(strait("check", case, "--format", "json", *dashed(sets)).stdout)["faults"]
    return [f for f in found if f["severity"] == "error"]


def setting(case, key):
    return re.search(rf'^{key}\s*=\s*"?([\w.-]+)"?;', case.read_text(encoding="utf-8"), re.M).group(1)


def shortened(case, periods, first=()):
    """Overrides that cut a case to its first periods, after those in `first`: windows that reach outside are cut, and the
    work of training shrinks with the horizon."""
    if faults(case):
        raise Broken(f"{case}: faults")
    sets = [*first, f"case.periods={periods}"]
    for f in faults(case, sets):
        begin, end = f["allowed"].split(" to ")
        sets.append(f"{f['key']}={end if f['key'].endswith('end') else begin}")
    return sets + [f"workloads.*.tokens*={min(1, periods / int(setting(case, 'periods')))}"]


# ---- a case's files ----


def fields():
    """plural -> [(key, type, unit, extra)], from the list of all fields; and what a reference names -> plural."""
    text = (TOP / "src" / "domain" / "fields.def").read_text(encoding="utf-8")
    plural_of = dict(KIND.findall(text))
    kinds = {plural: [] for plural in plural_of.values()}
    for kind, *field in FIELD.findall(text):
        kinds[plural_of[kind]].append(tuple(field))
    return kinds, plural_of


class Files:
    """The files of a case: `tables` holds the rows of each by header, `lists` the groups of the case file as texts."""

    def __init__(self, case):
        text = re.sub(r"/\*.*?\*/", "", case.read_text(encoding="utf-8"), flags=re.S)
        self.tables, self.lists = {}, {}
        for plural, path in re.findall(r'^\s*(\w+)\s*=\s*"([^"]+\.csv)";', text, re.M):
            with open(case.parent / path, encoding="utf-8", newline="") as f:
                self.tables[plural] = list(csv.DictReader(f))
        for name, body in re.findall(r"^(companies|regions|rules) = \((.*?)^\);", text, re.M | re.S):
            self.lists[name] = re.findall(r"\{[^{}]*\}", body)
        self.settings = re.findall(r"^\w+ = [^({\n]*;", text, re.M)

    def write(self, folder):
        folder.mkdir(exist_ok=True)
        lines = list(self.settings) + ["tables : {"]
        for plural, rows in self.tables.items():
            out = io.StringIO()
            writer = csv.DictWriter(out, rows[0].keys(), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
            (folder / f"{plural}.csv").write_text(out.getvalue(), encoding="utf-8")
            lines.append(f'  {plural} = "{plural}.csv";')
        lines += ["};"] + [f"{name} = ({', '.join(groups)});" for name, groups in self.lists.items()]
        (folder / "case.cfg").write_text("\n".join(lines) + "\n", encoding="utf-8")
        return folder / "case.cfg"

    def column(self, plural, key):
        """The header of a key, with its unit as the table has it; None where the table has no such column."""
        rows = self.tables.get(plural, [])
        return next((h for h in rows[0] if h.split("[")[0] == key), None) if rows else None
