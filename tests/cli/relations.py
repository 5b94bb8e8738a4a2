#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Relations between runs, on every bundled case: what must follow for the cost when the input changes so or so.

  relations.py [CASE...]

Environment: STRAIT, STRAIT_SRCDIR; STRAIT_RELATIONS=all takes whole horizons instead of the first periods (make soak).

More capacity never costs more; a rule less never costs more; renaming and reordering change no cost; all prices doubled
double it; a longer lease term never widens the choice; a period split at a date that means nothing changes nothing.
Where work is unmet the classes come before cost, so cost alone proves nothing: cases are cut so that all work is done.
"""
import os
import pathlib
import re
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import cases  # noqa: E402

ALL = os.environ.get("STRAIT_RELATIONS") == "all"
EQUAL = 1e-9           # certificates are far tighter; processors agree to this
failed = False


def verdict(faults, text):
    global failed
    print(("not ok - " if faults else "ok - ") + text, flush=True)
    for f in faults:
        print("  " + f)
    failed = failed or bool(faults)


class Subject:
    """A case, whole or cut to its first periods, and its cost."""

    def __init__(self, case, folder):
        self.case, self.name, self.folder, self.files = case, case.parent.name, folder, cases.Files(case)
        self.period = cases.setting(case, "period")
        self.cut = [] if ALL else self.horizon(case)
        plan = cases.plan(case, self.cut)
        self.base = plan["objective"]["value"]
        if plan["unmet"]:
            raise cases.Broken(f"{self.name}: {len(plan['unmet'])} amounts of work are unmet; less work is needed")

    def horizon(self, case, *first):
        """So short and with so little work that all of it is done."""
        periods = {"hour": 24, "month": 3}.get(self.period, 6)
        share = periods / int(cases.setting(case, "periods"))
        return cases.shortened(case, periods, first) + ["workloads.*.tokens*=0.5", f"workloads.*.requests*={share / 2}"]

    def cost(self, *sets):
        return cases.plan(self.case, [*self.cut, *sets])["objective"]["value"]

    def rewritten(self, label, change, *sets):
        """The cost of the case after a change of its files."""
        files = cases.Files(self.case)
        change(files)
        path = files.write(self.folder / f"{self.name}-{label}")
        return cases.plan(path, [*([] if ALL else self.horizon(path)), *sets])["objective"]["value"]

    def rules(self, *effects):
        """Names of the rules in force with one of these effects."""
        found = [g for g in self.files.lists.get("rules", []) if "enabled = false" not in g]
        return [re.search(r'name = "(.+?)"', g).group(1) for g in found if re.search(r'effect = "(\w+)"', g).group(1) in effects]


def no_more(what, changed, base):
    return [f"{what}: {changed} against {base}"] if changed is None or changed > base + EQUAL * abs(base) else []


def the_same(what, changed, base):
    return [f"{what}: {changed} against {base}"] if changed is None or abs(changed - base) > EQUAL * abs(base) else []


# ---- the relations ----


def doubled(s, plural, key, of=lambda row: True):
    """Overrides that double a number wherever a row of the table gives it."""
    column = s.files.column(plural, key)
    rows = s.files.tables.get(plural, []) if column else []
    return [f"{plural}.{row.get('name', f'#{n}')}.{key}*=2" for n, row in enumerate(rows, 1) if row[column] and of(row)]


def more_capacity(s):
    """What is rented by the hour, what may be leased or bought, and power.  Stock that is owned burns idle power whether
    used or not and stands in the base of shares, so more of it may well cost more: it is tried where it is free."""
    kinds = {"on demand and spot": doubled(s, "offers", "count", lambda r: r["contract"] in ("on_demand", "spot")),
             "lease and purchase": doubled(s, "offers", "maximum"),
             "power": doubled(s, "sites", "power_cap") + doubled(s, "sites", "installed_limit") + doubled(s, "power_caps", "cap"),
             "availability": doubled(s, "availabilities", "count")}
    faults = [f for name, sets in kinds.items() if sets for f in no_more(name, s.cost(*sets), s.base)]
    free = ["accelerators.*.idle_power=0"] + [f"rules.{r}.enabled=false" for r in s.rules("limit")]
    owned = doubled(s, "offers", "count", lambda r: r["contract"] == "owned")
    if owned:
        faults += no_more("owned stock", s.cost(*free, *owned), s.cost(*free))
    return faults


def rule_less(s):
    """Bars and limits; a price that is negative is a gift, and nobody is better off without it."""
    return [f for r in s.rules("deny", "require", "limit") for f in no_more(r, s.cost(f"rules.{r}.enabled=false"), s.base)]


def rename(files):
    kinds, plural_of = cases.fields()
    new = {}
    for plural, rows in files.tables.items():
        if files.column(plural, "name"):
            new.update({row["name"]: f"z.{row['name']}" for row in rows})
    for name in ("companies", "regions"):
        new.update({n: f"z.{n}" for g in files.lists[name] for n in re.findall(r'name = "(.+?)"', g)})
    for plural, rows in files.tables.items():
        named = [files.column(plural, k) for k, kind, _, _ in kinds[plural] if kind in ("NAME", "REF") and files.column(plural, k)]
        for row in rows:
            row.update({h: new[row[h]] for h in named if row[h]})
    for name, groups in files.lists.items():
        groups[:] = [re.sub(r"'([^']+)'", lambda m: f"'{new.get(m.group(1), m.group(1))}'", g) for g in groups]
        if name != "rules":
            groups[:] = [re.sub(r'name = "(.+?)"', r'name = "z.\1"', g) for g in groups]


def reorder(files):
    for row in files.tables["offers"]:      # not given means the first company
        row["company"] = row["company"] or re.search(r'name = "(.+?)"', files.lists["companies"][0]).group(1)
    for rows in [*files.tables.values(), *files.lists.values()]:
        rows.reverse()


def other_names_and_order(s):
    return the_same("renamed", s.rewritten("renamed", rename), s.base) + the_same("reordered", s.rewritten("reordered", reorder), s.base)


def double_prices(files):
    """Every field in money, and in rules the charges and the money that is limited."""
    kinds, _ = cases.fields()
    for plural, rows in files.tables.items():
        for key, _, unit, _ in kinds[plural]:
            column = files.column(plural, key) if unit.startswith("CUR") else None
            for row in rows if column else []:
                row[column] = repr(2 * float(row[column])) if row[column] else ""
    files.settings[:] = [re.sub(r"^(carbon_price = )(.+);", lambda m: f"{m.group(1)}{2 * float(m.group(2))};", x) for x in files.settings]
    def twice(group, key):
        return re.sub(rf"({key} = )([-\d.eE]+);", lambda m: f"{m.group(1)}{2 * float(m.group(2))};", group)
    files.lists["rules"] = [twice(twice(g, "at_most"), "at_least") if '"spend"' in g else g if '"ad_valorem"' in g else twice(g, "charge")
                            for g in files.lists["rules"]]


def prices_doubled(s):
    return the_same("doubled", s.rewritten("doubled", double_prices), 2 * s.base)


def longer_terms(s):
    """With terms of four and of eight weeks, a start each week, no lead and no bar on signing: then whoever wants eight weeks
    can sign four twice.  (Where signing ends or starts are rare, a longer term does reach further.)"""
    leases = [r["name"] for r in s.files.tables["offers"] if r["contract"] == "lease"]
    rules = {re.search(r'name = "(.+?)"', g).group(1): g for g in s.files.lists.get("rules", [])}
    same = [f"rules.{r}.enabled=false" for r in s.rules("deny", "require") if re.search(r'acts = \[[^]]*"lease"', rules[r])]
    for name in leases:
        same += [f"offers.{name}.start_grid=week", f"offers.{name}.lead=0", f"offers.{name}.exit=none"]
    if s.period == "month":     # a month is no number of weeks
        same = [*s.horizon(s.case, "case.period=week"), *same]
    elif not ALL:
        same = [*s.cut, *same]
    four, eight = (cases.plan(s.case, [*same, *(f"offers.{name}.term={days}" for name in leases)])["objective"]["value"] for days in (28, 56))
    return no_more("four weeks against eight", four, eight)


def split_period(s):
    """A rule that charges nothing and begins inside the first period.  Held still is what moves inside a period and is taken
    at the middle or mean of its parts, so that two parts differ from the whole by a hair: discount, and ports that climb."""
    start = cases.setting(s.case, "start")
    inside = f"{start}T00:30Z" if s.period == "hour" else f"{start[:8]}{int(start[8:]) + 2:02d}"
    rule = f'{{ name = "nothing"; effect = "price"; charge = 0.0; from = "{inside}"; }}'
    still = ["case.discount_rate=0"] + (["ports.*.initial=1", "ports.*.final=1"] if "ports" in s.files.tables else [])
    split = s.rewritten("split", lambda files: files.lists["rules"].append(rule), *still)
    return the_same(f"split at {inside}", split, s.cost(*still))


RELATIONS = {"more capacity never costs more": more_capacity, "a rule less never costs more": rule_less,
             "other names and another order cost the same": other_names_and_order, "all prices doubled double the cost": prices_doubled,
             "a longer term never widens the choice": longer_terms, "a period split at a date that means nothing changes nothing": split_period}


def main(names):
    with tempfile.TemporaryDirectory() as folder:
        for case in cases.CASES:
            if names and case.parent.name not in names:
                continue
            try:
                s = Subject(case, pathlib.Path(folder))
                for text, relation in RELATIONS.items():
                    verdict(relation(s), f"{s.name}: {text}")
            except cases.Broken as e:
                verdict([str(e)], case.parent.name)
    return 1 if failed else 0


sys.exit(main(sys.argv[1:]))
