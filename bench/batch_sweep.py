# SPDX-License-Identifier: GPL-3.0-or-later
"""Called by batch: the sweeps of a case of the ladder.

Every price (dated ones with their offer), every count of what can be rented, leased or bought, every demand row and every run
is a quantity of its own, uniform in 1 +- spread.  What is owned keeps its count: more of it than its site may power is no case.
"""
import csv
import os


def rows(folder, table):
    path = os.path.join(folder, table + ".csv")
    if not os.path.exists(path):
        return []
    with open(path, encoding="utf-8", newline="") as f:
        return [{key.split("[")[0]: value for key, value in row.items()} for row in csv.DictReader(f)]


def dated(folder, table, key, offer):
    return [f"{table}.#{i}.{key}" for i, row in enumerate(rows(folder, table), 1) if row["offer"] == offer]


def quantities(folder):
    """Lists of paths, each moved by a factor of its own."""
    out = []
    for offer in rows(folder, "offers"):
        name = offer["name"]
        out.append([f"offers.{name}.{key}" for key in ("price", "capex") if float(offer.get(key) or 0) > 0] + dated(folder, "prices", "price", name))
        if offer["contract"] != "owned":
            out.append([f"offers.{name}.{key}" for key in ("count", "maximum") if offer.get(key)] + dated(folder, "availabilities", "count", name))
    for work in rows(folder, "workloads"):
        out.append([f"workloads.{work['name']}.{key}" for key in ("tokens", "requests") if work.get(key)])
    return [q for q in out if q] + [[f"demands.#{i}.requests"] for i, _ in enumerate(rows(folder, "demands"), 1)]


def write(case, path, spread, draws):
    """A sweep file at `path`."""
    groups = (f'{{ name = "q{i}"; path = [ {", ".join(f"{chr(34)}{p}{chr(34)}" for p in q)} ]; spread = {spread}; }}'
              for i, q in enumerate(quantities(os.path.dirname(case))))
    with open(path, "w", encoding="utf-8") as f:
        f.write(f'base = "{case}"; seed = 5; draws = {draws};\nquantities = ( {", ".join(groups)} );\n')


def write_refused(case, path):
    """One scenario that is refused when its numbers are read: what is left is the base's plan."""
    offer = rows(os.path.dirname(case), "offers")[0]["name"]
    with open(path, "w", encoding="utf-8") as f:
        f.write(f'base = "{case}"; scenarios = ( {{ name = "refused"; set = [ "offers.{offer}.price=-1" ]; }} );\n')
