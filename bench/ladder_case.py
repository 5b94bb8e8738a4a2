# SPDX-License-Identifier: GPL-3.0-or-later
"""One case of the ladder: a seeded draw of places, offers, work and rules.

Everything is drawn with random() of Python's generator alone, whose stream is the same in every version.  Supply is
scaled to the need drawn, power caps and limits to the supply, so that every family of rows binds somewhere.
"""
import datetime
import math
import random

import ladder_chips as chips
import ladder_shapes as shapes

START = datetime.datetime(2027, 1, 4)      # a Monday
HOURS = {"hour": 1, "day": 24, "week": 168}
ABROAD = ("SG", "MY", "AE", "JP", "FI")


class Draw:
    """Draws that need nothing but random()."""

    def __init__(self, text):
        self.random = random.Random(text).random

    def between(self, lo, hi):
        return lo + (hi - lo) * self.random()

    def log(self, lo, hi):
        return math.exp(self.between(math.log(lo), math.log(hi)))

    def chance(self, p):
        return self.random() < p

    def pick(self, values):
        return values[int(self.random() * len(values))]


def number(v):
    return f"{v:.6g}" if isinstance(v, float) else str(v)


class Case:
    def __init__(self, size, shape, seed):
        self.size, self.shape, self.seed = size, shape, seed
        self.of = lambda key: shapes.at(shape, key, size)
        self.draw = Draw(f"strait ladder {size} {shape} {seed}")
        self.periods, self.hours = self.of("periods"), HOURS[self.of("period")]
        self.equal = self.of("equal")
        self.tables = {}
        self.sites, self.offers = [], []
        self.need = {"on": 0.0, "off": 0.0}     # accelerators of speed 1, by shore
        self.columns = 0.0

    def add(self, table, **row):
        self.tables.setdefault(table, []).append({k: v for k, v in row.items() if v is not None})

    def when(self, period):
        t = START + datetime.timedelta(hours=period * self.hours)
        return t.strftime("%Y-%m-%d" if t.hour == 0 else "%Y-%m-%dT%H:%MZ")

    def days(self):
        return self.periods * self.hours / 24

    # ---- places ----

    def make_world(self):
        for name, c in chips.CHIPS.items():
            self.add("accelerators", name=name, **dict(zip(chips.CHIP_KEYS, c)))
        for name, m in chips.MODELS.items():
            self.add("models", name=name, **dict(zip(chips.MODEL_KEYS, m)))
        self.regions = [("north", "CN", 8), ("east", "CN", 8), ("south", "CN", 8), ("sea", "SG", 8), ("gulf", "AE", 4), ("europe", "FI", 2)]
        for day in range(7):
            for hour in range(24):
                wave = 1 + 0.5 * math.sin((hour - 9) / 24 * 2 * math.pi) - (0.15 if day > 4 else 0)
                self.add("profiles", profile="office", hour=24 * day + hour, weight=round(wave + 0.1 * self.draw.random(), 4))
                self.add("profiles", profile="evening", hour=24 * day + hour,
                         weight=round(1 + 0.4 * math.sin((hour - 14) / 24 * 2 * math.pi) + 0.1 * self.draw.random(), 4))

    def make_sites(self, n):
        d = self.draw
        for s in range(n):
            home = s % 2 == 0
            country = "CN" if home else ABROAD[s // 2 % len(ABROAD)]
            site = {"name": f"s{s}", "country": country, "shore": "on" if home else "off", "draw": 0.0, "rated": 0.0, "idle": 0.0, "stood": 0.0,
                    "pue": 1.3 if self.equal else round(d.between(1.15, 1.5), 3),
                    "tariff": 0.1 if self.equal else round(d.between(0.06, 0.18), 4)}
            self.sites.append(site)
            for region, of, _ in self.regions:
                near = of == country
                rtt = 20.0 if self.equal else d.between(5, 60) if near else d.between(40, 260)
                self.add("networks", site=site["name"], region=region, **{"rtt[ms]": round(rtt, 1), "egress[USD/GB]": 0.05 if near else 0.12})
            if not self.equal and s % 3 != 2:
                self.tariffs(site)

    def tariffs(self, site):
        """Nights and summers are cheaper: a row at each change, at most 200."""
        step = max(1, 8 // self.hours, self.periods // 200)
        for t in range(0, self.periods, step):
            low = 0.6 + 0.4 * abs(math.sin(math.pi * t * self.hours / (24 if self.hours == 1 else 8736)))
            self.add("tariffs", site=site["name"], **{"from": self.when(t), "tariff[USD/kWh]": round(site["tariff"] * low, 4)})

    # ---- offers ----

    def contracts(self, n):
        """Contracts in turn; what may be signed only while its starts fit the border."""
        turn = ("lease", "owned", "on_demand", "lease", "spot", "lease", "on_demand", "purchase", "owned")
        every = {"week": 7, "month": 30.4, "quarter": 91.3}[self.of("grid")]
        starts, left, out = max(1, math.ceil(self.days() / every)), self.of("border"), []
        for o in range(n):
            c = turn[o % len(turn)]
            if c in ("lease", "purchase"):
                left -= starts
                if left < 0 and o > 3:
                    c = ("on_demand", "spot", "owned")[o % 3]
            out.append(c)
        return out

    def make_offers(self, n):
        d = self.draw
        kinds = {shore: [a for a, c in chips.CHIPS.items() if c[chips.SHORE] == shore] for shore in ("on", "off")}
        if self.equal:
            kinds = {"on": ["910C"], "off": ["H100"]}
        for o, contract in enumerate(self.contracts(n)):
            site = self.sites[o % len(self.sites)]
            chip = kinds[site["shore"]][(o // len(self.sites) + o) % len(kinds[site["shore"]])]
            self.offers.append({"name": f"o{o}_{chip}_{contract}", "site": site, "chip": chip, "contract": contract,
                                "weight": 1.0 if self.equal else d.log(0.3, 3.0), "company": "acme" if o % 4 else "globe",
                                "fabric": f"f{o % len(self.sites)}" if o // len(self.sites) % 2 == 0 or self.equal else None})

    def size_offers(self):
        """Accelerators of each offer: the shore's need over the load, shared out by weight."""
        for shore, need in self.need.items():
            here = [f for f in self.offers if f["site"]["shore"] == shore]
            all_weight = sum(f["weight"] for f in here)
            for f in here:
                speed = 1.0 if self.equal else chips.CHIPS[f["chip"]][chips.SPEED]
                f["count"] = max(64, 8 * round(need / self.of("load") * f["weight"] / all_weight / speed / 8))
                self.emit_offer(f)

    def emit_offer(self, f):
        d, chip, site = self.draw, chips.CHIPS[f["chip"]], f["site"]
        held = f["contract"] in ("owned", "purchase")
        factor = {"owned": 0, "lease": 1, "on_demand": 1.5, "spot": 0.8, "purchase": 0}[f["contract"]]
        price = 2.0 if self.equal and factor else chip[chips.PRICE] * factor * (1 if self.equal else d.between(0.85, 1.2))
        row = {"name": f["name"], "site": site["name"], "accelerator": f["chip"], "contract": f["contract"], "company": f["company"],
               "price[USD/h]": round(price, 4), "unit": 8, "fabric": f["fabric"], "spare": 0.0 if self.equal else 0.02,
               "includes": "power|cooling|network" if f["contract"] == "on_demand" or self.equal else "network" if held else "cooling|network"}
        if f["contract"] == "lease":
            self.lease(f, row)
        elif f["contract"] == "purchase":
            starts = max(1, round(self.days() / 30))
            row.update({"capex[USD]": 9000.0 * chip[chips.PRICE], "start_grid": self.of("grid"), "maximum": max(8, f["count"] // starts),
                        "lead[d]": 0, "life[y]": 4, "residual": 0.1})
        else:
            row["count"] = f["count"]
        if f["contract"] == "spot":
            row["interruptions[1/h]"] = 0.01
        self.add("offers", **row)
        if f["contract"] in ("spot", "on_demand") and not self.equal:
            self.market(f, row)
        site["rated"] += f["count"] * chip[11] / 1000
        site["draw"] += f["count"] * chip[11] / 1000 * site["pue"]
        if f["contract"] == "owned":
            self.stands(f, f["count"])

    def stands(self, f, count):
        """What is there already: no limit of a site may be below it."""
        chip, site = chips.CHIPS[f["chip"]], f["site"]
        site["stood"] += count * chip[11] / 1000
        site["idle"] += count * chip[12] / 1000 * site["pue"]

    def lease(self, f, row):
        d, days = self.draw, self.days()
        terms = (28, 91, 182, 364) if days > 60 else (7, 14, 28) if days > 20 else (max(1, int(days / 2)), max(1, int(days)))
        row.update({"term[d]": d.pick(terms), "lead[d]": 7 if days > 20 and d.chance(0.4) else 0, "start_grid": self.of("grid"), "block": 8,
                    "minimum": 0, "maximum": f["count"], "exit": "on_ban" if d.chance(0.3) else "none"})
        if d.chance(0.35):
            end = START + datetime.timedelta(days=7 * math.ceil(self.days() * d.between(0.3, 1.5) / 7))
            signed = max(8, f["count"] // 4)
            self.stands(f, signed)
            self.add("signed_leases", offer=f["name"], count=signed, start="2026-06-01", end=end.strftime("%Y-%m-%d"))

    def market(self, f, row):
        """Spot and on-demand: prices and counts that move."""
        step = max(1, self.periods // 12)
        for t in range(0, self.periods, step):
            self.add("prices", offer=f["name"], **{"from": self.when(t), "price[USD/h]": round(row["price[USD/h]"] * self.draw.between(0.85, 1.2), 4)})
            self.add("availabilities", offer=f["name"], **{"from": self.when(t), "count": 8 * max(1, round(f["count"] * self.draw.between(0.7, 1.1) / 8))})

    # ---- limits of places ----

    def close_sites(self):
        for s, site in enumerate(self.sites):
            site["carbon"] = 500.0 if self.equal else round(self.draw.between(80, 680), 1)
            row = {k: site[k] for k in ("name", "country", "pue")}
            row.update({"shore": "onshore" if site["shore"] == "on" else "offshore", "tariff[USD/kWh]": site["tariff"],
                        "carbon[g/kWh]": site["carbon"], "transfer_in[USD/GB]": 0.1,
                        "utc_offset[h]": 8 if site["shore"] == "on" else 4, "tags": "subsidy" if s % 3 == 0 else None})
            if s % 4 in (1, 2):
                row["power_cap[kW]"] = round(max(site["draw"] * self.of("caps"), 1.3 * site["idle"]), 1)
            if s % 3 == 1:
                row["installed_limit[kW]"] = round(max(site["rated"] * (self.of("caps") + 0.15), 1.1 * site["stood"]), 1)
            self.add("sites", **row)
