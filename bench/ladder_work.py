# SPDX-License-Identifier: GPL-3.0-or-later
"""The work and the rules of a case of the ladder, and its files."""
import datetime
import os

import ladder_chips as chips
import ladder_shapes as shapes
from ladder_case import START, Case, number


class Full(Case):
    # ---- work ----

    def may_run(self, work, f):
        """As the rules and contracts below have it, but for dates."""
        home = f["site"]["country"] == "CN"
        if work["class"] == "personal" and not home or work["class"] == "overseas" and home:
            return False
        if f["contract"] == "spot" and not work["interruptible"]:
            return False
        return f["contract"] not in ("owned", "purchase") or f["company"] == work["company"]

    def shores(self, work):
        return {"personal": {"on": 1.0}, "overseas": {"off": 1.0}}.get(work["class"], {"on": 0.5, "off": 0.5})

    def pairs_of_offers(self, work):
        """Columns a period: offers, and ways from one offer to another where the service may run apart."""
        here = [f for f in self.offers if self.may_run(work, f)]
        n = len(here)
        if work.get("apart"):
            for f in here:
                n += sum(1 for g in here if g is not f and g["fabric"] and g["fabric"] == f["fabric"])
        return n

    def make_work(self):
        """Draw work until the columns are there."""
        target, run_target = shapes.SIZES[self.size], shapes.SIZES[self.size] * self.of("runs")
        i, run_columns = 0, 0.0
        while self.columns < target * 0.98 or i < 6:
            as_run = run_columns < run_target * min(1.0, (self.columns + 1) / target) or i == 2
            work = self.draw_work(i, as_run, target - self.columns)
            run_columns += work["columns"] if as_run else 0
            self.columns += work["columns"]
            for shore, share in self.shores(work).items():
                self.need[shore] += share * work["accel"]
            i += 1

    def draw_work(self, i, as_run, left):
        d = self.draw
        work = {"name": f"w{i}", "class": ("personal", "public", "overseas", "public", "personal")[i % 5], "company": "acme" if i % 3 else "globe",
                "accel": d.log(60, 600), "interruptible": False}
        (self.run if as_run else self.service)(i, work, left)
        return work

    def row(self, work, **row):
        """Columns of the table that services and runs share."""
        home = {"personal": "CN"}.get(work["class"])
        return {"name": work["name"], "company": work["company"], "data_class": work["class"], "data_home": home, "precision": "fp8",
                "fallback": "int8", "interruptible": "true" if work["interruptible"] else None, **row}

    def price_unmet(self, i, work, tokens_an_hour):
        """A penalty above most rents; where there is room a tenth of the work is firm."""
        d = self.draw
        if self.of("firm") or work["class"] == "public" and i % 10 == 1 and self.of("load") < 0.9:
            return {}
        priority = 1 + i % self.of("classes")
        dear = 8.0 if self.equal else d.log(3.0, 20.0)
        return {"priority": priority, "penalty[USD/Mtoken]": float(f"{dear / tokens_an_hour * 1e6:.4g}")}

    def service(self, i, work, left):
        d = self.draw
        model, n_in, n_out, hit, ttft, tpot = d.pick(chips.SERVICES[:3] if self.equal else chips.SERVICES)
        work["apart"] = d.chance(self.of("apart"))
        here = [r[0] for r in self.regions if (r[1] == "CN") != (work["class"] == "overseas") or work["class"] == "public"]
        each = max(1, self.pairs_of_offers(work)) * self.periods
        n = max(1, min(len(here), 1 + int(d.random() * 4), round(left / each)))
        n_in, n_out = int(n_in * d.between(0.8, 1.25)), int(n_out * d.between(0.8, 1.25))
        rate = chips.requests_per_hour(model, n_in, n_out, hit)
        self.add("workloads", **self.row(
            work, task="service", model=model, **{"input_len[tokens]": n_in, "output_len[tokens]": n_out, "prefix_hit": hit, "ttft[ms]": ttft,
                                                  "tpot[ms]": tpot, "egress[GB]": 2e-5, "disaggregate": "true" if work["apart"] else None},
            **self.price_unmet(i, work, rate * (n_in + n_out))))
        first = int(d.random() * len(here))
        for g in range(n):
            self.demand(work, here[(first + g) % len(here)], work["accel"] / n * rate)
        self.pin(work, ("mixed", "prefill", "decode") if work["apart"] else ("mixed",), rate * n_out / 3600, n_in / n_out)
        work["columns"] = each * n
        self.port(i, work)

    def demand(self, work, region, requests):
        """Growth over the horizon in four steps; a profile over the hours."""
        steps = 4 if self.periods >= 8 else 1
        for k in range(steps):
            self.add("demands", workload=work["name"], region=region, **{
                "from": self.when(k * self.periods // steps), "requests[1/h]": float(f"{requests * (0.85 + 0.1 * k):.5g}"),
                "profile": None if self.equal else ("office", "evening")[len(self.tables["demands"]) // 4 % 2 if "demands" in self.tables else 0]})

    def run(self, i, work, left):
        d = self.draw
        batch = i % 3 == 1
        work["interruptible"] = d.chance(0.5)
        length = max(2, int(self.periods * (1.0 if i % 4 == 0 else d.between(0.3, 0.8))))
        first = int(d.random() * (self.periods - length + 1))
        each = max(1, self.pairs_of_offers(work))
        length = max(2, min(length, round(left / each))) if left > 0 else 2
        hours = length * self.hours
        if batch:
            model, n_in, n_out = d.pick(chips.BATCHES[:2] if self.equal else chips.BATCHES)
            rate, gang = chips.requests_per_hour(model, n_in, n_out, 0.0), None
            row = {"input_len[tokens]": n_in, "output_len[tokens]": n_out, "requests[requests]": float(f"{work['accel'] * rate * hours:.5g}")}
            tokens = rate * (n_in + n_out)
        else:
            model, gang = d.pick(chips.TRAININGS[:3] if self.equal else chips.TRAININGS)
            rate = tokens = chips.tokens_per_hour(model)
            row = {"context[tokens]": 4096, "tokens[tokens]": float(f"{work['accel'] * rate * hours:.5g}"), "dataset[GB]": round(d.log(100, 20000), 1)}
        self.add("workloads", **self.row(
            work, task="batch" if batch else "fine_tuning" if i % 3 == 2 else "training", model=model, gang=gang,
            max_parallel=max(gang or 1, int(work["accel"] * d.between(0.8, 2.0))) if not self.equal else None,
            start=self.when(first) if first else None, end=self.when(first + length) if first + length < self.periods else None,
            **row, **self.price_unmet(i, work, tokens)))
        self.pin(work, ("mixed",) if batch else ("train",), rate * (n_out if batch else 1) / 3600, 1.0)
        work["columns"] = each * length
        self.port(i, work)

    def pin(self, work, phases, rate, ratio):
        """Equal rates everywhere, where that is the shape; elsewhere the estimator speaks."""
        for chip in ("910C", "H100") if self.equal else ():
            for phase in phases:
                times = {"prefill": 3 * ratio, "decode": 1.5}.get(phase, 1.0)
                self.add("rates", workload=work["name"], accelerator=chip, phase=phase, **{"rate[tokens/s]": float(f"{rate * times:.4g}")})

    def port(self, i, work):
        if i % 4 == 0 and not self.equal:
            self.add("ports", workload=work["name"], family="ascend_910", initial=0.7, final=1.0, **{"ramp[d]": max(1, int(self.days() / 2))})

    # ---- rules ----

    def make_rules(self):
        mid = self.when(2 * (self.periods // 3))
        supply = sum(f["count"] for f in self.offers)
        near = sum(f["count"] for f in self.offers if f["site"]["country"] in ("SG", "MY"))
        hours = self.periods * self.hours
        last = self.sites[0]

        def tonnes(key):
            return sum(s[key] * s["carbon"] * 1e-6 for s in self.sites if s["shore"] == "off")
        self.rules = [
            dict(name="personal_stays", effect="deny", when="workload.data_class == 'personal' and site.country != 'CN'", acts=["use", "move_data"]),
            dict(name="overseas_abroad", effect="deny", when="workload.data_class == 'overseas' and site.country == 'CN'", acts=["use"]),
            dict(name="own_stock", effect="deny", when="offer.contract in ['owned', 'purchase'] and offer.company != workload.company", acts=["use"]),
            dict(name="h20_ban", effect="deny", when="accelerator.name == 'H20' and offer.contract == 'on_demand'", acts=["use"], **{"from": mid}),
            dict(name="subsidy", effect="price", when="'subsidy' in site.tags and accelerator.export_class == 'domestic'", acts=["use", "lease", "buy"],
                 charge=-0.03, basis="kwh"),
            dict(name="duty", effect="price", when="accelerator.export_class == 'us_denied'", acts=["rent", "lease"], charge=0.1, basis="ad_valorem"),
            dict(name="abroad_hours", effect="limit", when="site.country in ['SG', 'MY']", quantity="hours",
                 at_most=float(f"{0.45 * near * self.hours:.5g}"), per="period"),
            dict(name="rent_spend", effect="limit", when="offer.contract == 'on_demand'", quantity="spend",
                 at_most=float(f"{0.2 * supply * min(hours, 730):.5g}"), per="month"),
            dict(name="site_energy", effect="limit", when=f"site.name == '{last['name']}'", quantity="energy",
                 at_most=float(f"{max(0.45 * last['draw'], 1.3 * last['idle']) * hours:.5g}"), per="horizon"),
            dict(name="carbon", effect="limit", when="site.shore == 'offshore'", quantity="carbon",
                 at_most=float(f"{max(0.33 * tonnes('draw'), 1.3 * tonnes('idle')) * hours:.5g}"), per="horizon"),
            dict(name="training_share", effect="limit", when="site.country == 'SG' and workload.task == 'training'", of="workload.task == 'training'",
                 quantity="share", at_most=0.3, per="horizon"),
            dict(name="domestic_share", effect="limit", when="site.shore == 'onshore' and accelerator.export_class == 'domestic'",
                 of="site.shore == 'onshore'", quantity="share", at_least=0.4, per="month"),
        ]

    # ---- all of it, and the files ----

    def make(self):
        self.make_world()
        n = self.of("offers")
        self.make_sites(max(3, n // 4))
        self.make_offers(n)
        self.make_work()
        self.size_offers()
        self.close_sites()
        self.make_rules()
        return self


def text(v):
    if isinstance(v, (list, tuple)):
        return "[ " + ", ".join(text(x) for x in v) + " ]"
    if isinstance(v, str):
        return f'"{v}"'
    out = number(v)
    return out if not isinstance(v, float) or "." in out or "e" in out else out + ".0"


def write_table(folder, name, rows):
    keys = []
    for row in rows:
        keys += [k for k in row if k not in keys]
    with open(os.path.join(folder, f"{name}.csv"), "w", encoding="ascii") as f:
        f.write(",".join(keys) + "\n")
        for row in rows:
            f.write(",".join(number(row[k]) if k in row else "" for k in keys) + "\n")


def write(case, folder):
    os.makedirs(folder, exist_ok=True)
    for name, rows in case.tables.items():
        write_table(folder, name, rows)
    with open(os.path.join(folder, "case.cfg"), "w", encoding="ascii") as f:
        f.write(f'title = "Ladder {case.size} {case.shape} {case.seed}";\nstart = "{START:%Y-%m-%d}";\nperiod = "{case.of("period")}";\n')
        f.write(f'periods = {case.periods};\ndiscount_rate = {"0.0" if case.equal else "0.08"};\nterminal = "resale";\ntables : {{\n')
        f.write("".join(f'  {name} = "{name}.csv";\n' for name in case.tables))
        f.write('};\ncompanies = ( { name = "acme"; seat = "CN"; }, { name = "globe"; seat = "SG"; parent_seat = "CN"; } );\nregions = (\n')
        f.write(",\n".join(f'  {{ name = "{n}"; country = "{c}"; utc_offset = {u}; }}' for n, c, u in case.regions))
        f.write("\n);\nrules = (\n" + ",\n".join("  { " + " ".join(f"{k} = {text(v)};" for k, v in r.items()) + " }" for r in case.rules) + "\n);\n")
    return os.path.join(folder, "case.cfg")
