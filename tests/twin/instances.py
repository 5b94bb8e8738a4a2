# SPDX-License-Identifier: GPL-3.0-or-later
"""Seeded random small cases: as plain data for the reference, and as a case file for strait.

A case is {"settings": {...}, plural: [row, ...]}.  A predicate of a rule is kept as a tree beside its text:
("and" | "or", a, b), ("not", a), ("cmp", op, left, right), ("in", left, [texts]), ("tag", text, scope, key), ("true", attribute);
left and right are ("attr", scope, key) or ("lit", value).
"""
import datetime
import random

DAY = datetime.timedelta(days=1)
COUNTRIES = ["CN", "MY", "SG", "AE"]
START = datetime.datetime(2027, 1, 4)


def day(n):
    return (START + n * DAY).strftime("%Y-%m-%d")


# ---- predicates ----


def attr(scope, key):
    return ("attr", scope, key)


def lit(value):
    return ("lit", value)


def text_of(node):
    kind = node[0]
    if kind in ("and", "or"):
        return f"({text_of(node[1])} {kind} {text_of(node[2])})"
    if kind == "not":
        return f"not ({text_of(node[1])})"
    if kind == "cmp":
        return f"{text_of(node[2])} {node[1]} {text_of(node[3])}"
    if kind == "in":
        return f"{text_of(node[1])} in [" + ", ".join(f"'{v}'" for v in node[2]) + "]"
    if kind == "tag":
        return f"'{node[1]}' in {node[2]}.{node[3]}"
    if kind == "true":
        return text_of(node[1])
    if kind == "attr":
        return "act" if node[1] == "act" else f"{node[1]}.{node[2]}"
    value = node[1]
    if isinstance(value, datetime.datetime):
        return value.strftime("%Y-%m-%d")
    return f"'{value}'" if isinstance(value, str) else repr(value)


def uses_workload(node):
    if node[0] == "attr":
        return node[1] in ("workload", "model")
    if node[0] == "tag":
        return node[2] in ("workload", "model")
    return any(uses_workload(n) for n in node[1:] if isinstance(n, tuple))


def predicate(rng, of_places=False, depth=0):
    if depth < 2 and rng.random() < 0.45:
        kind = rng.choice(["and", "and", "or", "not"])
        if kind == "not":
            return ("not", predicate(rng, of_places, depth + 1))
        return (kind, predicate(rng, of_places, depth + 1), predicate(rng, of_places, depth + 1))
    places = [
        ("cmp", rng.choice(["==", "!="]), attr("site", "country"), lit(rng.choice(COUNTRIES))),
        ("in", attr("site", "country"), rng.sample(COUNTRIES, 2)),
        ("cmp", "==", attr("site", "shore"), lit(rng.choice(["onshore", "offshore"]))),
        ("cmp", rng.choice(["==", "!="]), attr("site", "funding"), lit("state")),
        ("cmp", rng.choice(["<", ">="]), attr("site", "build_share"), lit(0.5)),
        ("tag", "zone", "site", "tags"),
        ("cmp", rng.choice(["==", "!="]), attr("accelerator", "vendor"), lit(rng.choice(["green", "red"]))),
        ("cmp", rng.choice(["==", "!="]), attr("accelerator", "export_class"), lit("controlled")),
        ("cmp", rng.choice([">", "<="]), attr("accelerator", "memory"), lit(80)),
        ("cmp", "<", attr("accelerator", "released"), lit(datetime.datetime(2025, 1, 1))),
        ("cmp", rng.choice(["==", "!="]), attr("offer", "contract"), lit(rng.choice(["owned", "spot", "lease"]))),
        ("cmp", ">", attr("offer", "spare"), lit(0.01)),
        ("cmp", "==", attr("owner", "parent_seat"), lit(rng.choice(["CN", "SG"]))),
        ("cmp", "==", attr("act", None), lit(rng.choice(["use", "rent", "move_data"]))),
    ]
    work = [
        ("cmp", rng.choice(["==", "!="]), attr("workload", "data_class"), lit("personal")),
        ("cmp", "!=", attr("site", "country"), attr("workload", "data_home")),
        ("cmp", "!=", attr("offer", "company"), attr("workload", "company")),
        ("cmp", "==", attr("workload", "task"), lit(rng.choice(["training", "service", "batch"]))),
        ("cmp", ">", attr("model", "total_params"), lit(10)),
        ("true", attr("workload", "interruptible")),
    ]
    return rng.choice(places if of_places else places + work)


# ---- tables ----


class Maker:
    def __init__(self, seed):
        self.rng = random.Random(seed)
        self.case = {"settings": {}}
        rng = self.rng
        self.n_site, self.n_region = rng.randint(2, 4), rng.randint(1, 3)
        self.n_offer, self.n_work = rng.randint(4, 8), rng.randint(2, 6)
        self.tight = rng.choice([0.5, 1.0, 1.0, 1.6, 2.6])   # demand over supply, roughly

    def chance(self, p):
        return self.rng.random() < p

    def between(self, lo, hi):
        return round(lo + (hi - lo) * self.rng.random(), 4)

    def add(self, plural, **row):
        self.case.setdefault(plural, []).append({k: v for k, v in row.items() if v is not None})

    def some(self, p, value):
        return value if self.chance(p) else None

    def world(self):
        rng = self.rng
        self.period, self.days = rng.choice([("week", 7), ("week", 7), ("day", 1), ("month", 28)])
        self.periods = rng.randint(2, 6) if self.period != "month" else rng.randint(1, 3)
        self.length = self.days * self.periods
        self.case["settings"] = dict(
            start=day(0), period=self.period, periods=self.periods, discount_rate=rng.choice([0.0, 0.08, 0.3]),
            carbon_price=rng.choice([0.0, 0.0, 60.0]), terminal=rng.choice(["inside", "inside", "full", "resale"]),
            resale_share=0.6)
        self.add("companies", name="acme", seat="CN")
        self.add("companies", name="globe", seat="SG", parent_seat=rng.choice(["CN", "SG"]))
        for g in range(self.n_region):
            self.add("regions", name=f"r{g}", country=COUNTRIES[g])
        for a in range(3):
            self.add("accelerators", name=f"a{a}", vendor="green" if a < 2 else "red", family=f"f{a}", bf16=500.0,
                     fp8=[1000.0, 0.0, 0.0][a], int8=[1000.0, 1000.0, 0.0][a], memory=[141.0, 80.0, 64.0][a],
                     memory_bandwidth=3000.0, scaleup_size=8, scaleup_bandwidth=900.0, scaleout_bandwidth=400.0,
                     rated_power=600.0 + 200 * a, idle_power=100.0 + 50 * a, export_class=[None, "controlled", "domestic"][a],
                     released=["2024-01-01", "2025-06-01", None][a])
        self.add("models", name="m8", total_params=8.0, active_params=8.0, layers=32, hidden=4096, heads=32, kv_heads=8, head_dim=128)
        self.add("models", name="m70", total_params=70.0, active_params=70.0, layers=80, hidden=8192, heads=64, kv_heads=8,
                 head_dim=128)

    def sites(self):
        rng = self.rng
        for s in range(self.n_site):
            country = "CN" if s == 0 else rng.choice(COUNTRIES)
            self.add("sites", name=f"s{s}", country=country, shore="onshore" if country == "CN" else "offshore",
                     pue=self.between(1.1, 1.6), tariff=self.between(0.05, 0.2), carbon=float(rng.randint(300, 700)),
                     transfer_in=self.some(0.5, self.between(0.01, 0.2)), funding=rng.choice(["private", "state"]),
                     build_share=rng.choice([0.2, 0.7, 1.0]), tags=self.some(0.4, ["zone"]),
                     power_cap=self.some(0.35, self.between(20, 90) * 1e3), installed_limit=self.some(0.45, self.between(12, 70) * 1e3))
            for g in range(self.n_region):
                if self.chance(0.85):
                    self.add("networks", site=f"s{s}", region=f"r{g}", rtt=self.between(5, 250), egress=self.between(0, 0.1))
            if self.chance(0.25):
                self.add("tariffs", site=f"s{s}", **{"from": day(self.length // 3), "to": day(self.length // 3 + 5),
                                                     "tariff": self.between(-0.02, 0.4)})
            if self.chance(0.2):
                self.add("carbons", site=f"s{s}", **{"from": day(self.length // 2), "intensity": float(rng.randint(50, 900))})
            if self.chance(0.2):
                self.add("power_caps", site=f"s{s}", **{"from": day(rng.randint(0, self.length - 1)), "cap": self.between(15, 60) * 1e3})

    def lease(self, o, row):
        rng = self.rng
        most = rng.randint(16, 64)
        row.update(price=self.between(0.8, 2.2), term=rng.choice([3, 7, 14, 21, 45]), lead=rng.choice([0, 0, 0, 3, 7]), maximum=most,
                   start_grid=rng.choice(["week", "week", "month", "once"]), exit=rng.choice(["none", "none", "on_ban"]),
                   exit_notice=rng.choice([0, 5]), block=rng.choice([1, 8]), minimum=rng.choice([0, 8]))
        if self.chance(0.35):
            start = rng.choice([None, day(-30), day(2)])
            self.add("signed_leases", offer=f"o{o}", count=rng.randint(4, 16), start=start, end=day(rng.choice([4, 9, self.length + 20])),
                     price=self.some(0.4, self.between(0.5, 2)), signed_on=self.some(0.5, day(-40)))

    def offers(self):
        rng = self.rng
        kinds = ["owned", "on_demand", "spot", "lease", "purchase"]
        for o in range(self.n_offer):
            kind = kinds[(o + 1) % 5] if o < 5 else rng.choice(kinds)
            row = dict(name=f"o{o}", site=f"s{rng.randrange(self.n_site)}", accelerator=f"a{rng.randrange(3)}", contract=kind,
                       fabric=self.some(0.6, "x"), spare=self.some(0.3, 0.05), includes=self.some(0.4, ["power", "cooling"]),
                       company=self.some(0.4, "globe"))
            if kind == "owned":
                row.update(count=rng.randint(8, 48), acquired=rng.choice([None, day(-500), day(-20)]))
            elif kind in ("on_demand", "spot"):
                row.update(price=self.between(1.5, 4) if kind == "on_demand" else self.between(0.6, 2), count=rng.randint(8, 64),
                           autoscale=self.chance(0.7))
                if self.chance(0.2):
                    row.update(valid_from=day(rng.randint(1, 3)))
            elif kind == "lease":
                self.lease(o, row)
            else:
                row.update(capex=self.between(15, 40) * 1e3, maximum=rng.randint(4, 24), life=float(rng.randint(3, 6)),
                           residual=rng.choice([0.0, 0.1]), capital_rate=rng.choice([0.0, 0.08]), start_grid=rng.choice(["week", "month", "once"]),
                           lead=rng.choice([0, 0, 5]))
            self.add("offers", **row)
            if kind not in ("owned", "purchase") and self.chance(0.2):
                self.add("prices", offer=f"o{o}", **{"from": day(rng.randint(0, self.length - 1)), "price": self.between(0.5, 4)})
            if kind != "purchase" and self.chance(0.2):
                self.add("availabilities", offer=f"o{o}", **{"from": day(rng.randint(0, self.length - 1)), "count": rng.randint(8, 60)})

    def pinned(self, w, task, m):
        phases = {"batch": ["mixed"], "service": ["mixed", "prefill", "decode"]}.get(task, ["train"])
        for a in range(3):
            runs = self.chance(0.85) or a == 0
            for phase in phases:
                scale = {"prefill": 10, "decode": 1.5}.get(phase, 1)
                self.add("rates", workload=f"w{w}", accelerator=f"a{a}", phase=phase, rate=self.between(300, 900) * scale if runs else 0.0)

    def workloads(self):
        rng = self.rng
        hours = 24.0 * self.length
        firm = rng.random() < 0.33
        for w in range(self.n_work):
            task = ["training", "service", "batch", "fine_tuning"][w if w < 4 else rng.randrange(4)]
            if self.n_work < 4 and self.chance(0.3):
                task = rng.choice(["training", "service", "batch"])
            row = dict(name=f"w{w}", company=rng.choice(["acme", "globe"]), task=task, model="m70" if self.chance(0.2) else "m8",
                       data_class=rng.choice([None, "personal", "public"]), data_home=self.some(0.6, "CN"), weights_home=self.some(0.3, "CN"),
                       dataset=self.some(0.4, self.between(100, 5000)), interruptible=self.some(0.35, True), priority=rng.choice([1, 1, 2, 3]),
                       families=self.some(0.2, rng.sample(["f0", "f1", "f2"], 2)), precision=rng.choice(["bf16", "bf16", "fp8", "int8"]),
                       fallback=self.some(0.7, "bf16"))
            row["penalty"] = None if firm and self.chance(0.6) else self.between(0.3, 20)
            accel = self.between(3, 18) * self.tight * (3 if self.chance(0.1) else 1)
            if task == "service":
                row.update(input_len=1000.0, output_len=250.0, egress=self.some(0.5, 1e-5), ttft=self.some(0.7, self.between(80, 2000)),
                           disaggregate=self.chance(0.5))
                for g in range(self.n_region):
                    if g == 0 or self.chance(0.5):
                        self.add("demands", workload=f"w{w}", region=f"r{g}", requests=round(accel * 7200 / (1 + g), 3),
                                 peak=self.some(0.7, self.between(1, 2)))
            else:
                tokens = accel * hours * 3600 * 500
                row.update(max_parallel=self.some(0.5, rng.randint(8, 60)))
                if task == "batch":
                    row.update(input_len=1000.0, output_len=250.0, requests=round(tokens / 250))
                else:
                    row.update(tokens=float(round(tokens)))
                if self.chance(0.3):
                    row.update(start=day(rng.randint(0, max(0, self.length // 3))))
                if self.chance(0.3):
                    row.update(end=day(self.length - rng.randint(0, max(0, self.length // 3))))
            self.add("workloads", **row)
            if self.chance(0.75) or row["model"] == "m70":
                self.pinned(w, task, row["model"])
            if self.chance(0.25):
                self.add("ports", workload=f"w{w}", family=f"f{rng.randrange(1, 3)}", initial=0.5, final=1.0, ramp=rng.randint(0, 14),
                         **{"from": day(rng.randint(0, min(5, self.length - 1)))})

    def rule(self, name, when, **row):
        self.add("rules", name=name, tree=when, when=text_of(when), **row)

    def dates(self):
        out = {}
        if self.chance(0.4):
            out["from"] = day(self.rng.randint(-20, self.length - 1))
        elif self.chance(0.15):
            out["to"] = day(self.rng.randint(1, self.length))
        return out

    def bars(self):
        rng = self.rng
        acts = [["use"], ["use", "rent"], ["rent"], ["use", "lease"], ["lease", "buy"], ["move_data"], ["move_weights"], ["use", "move_data"]]
        for i in range(rng.choice([0, 1, 1, 2, 3])):
            chosen = rng.choice(acts)
            places = all(a in ("lease", "buy") for a in chosen)    # signing knows no workload
            row = dict(acts=chosen, grandfather=self.some(0.25, day(rng.choice([-100, -30, 3]))), **self.dates())
            when = predicate(rng, places)
            if self.chance(0.3):
                must = predicate(rng, places)
                self.rule(f"require{i}", when, effect="require", must=text_of(must), must_tree=must, **row)
            else:
                self.rule(f"deny{i}", ("and", when, predicate(rng, places)), effect="deny", **row)

    def episode(self):
        """A ban that comes and goes, against leases that may end the rent when it comes."""
        first = self.rng.randint(1, max(1, self.length - 2))
        for row in self.case["offers"]:
            if row["contract"] == "lease":
                row.update(exit="on_ban", price=round(row["price"] / 2, 4))
        self.rule("episode", ("cmp", "==", attr("offer", "contract"), lit("lease")), effect="deny", acts=["use"],
                  **{"from": day(first), "to": day(min(self.length, first + self.rng.randint(1, 9)))})

    def limits(self):
        rng = self.rng
        size = self.tight * self.n_work * 10 * 24 * self.length    # accelerator-hours in all, roughly
        level = {"hours": 0.4, "spend": 0.9, "energy": 0.4, "carbon": 0.0002}
        for i in range(rng.choice([0, 0, 1, 2])):
            quantity = rng.choice(list(level))
            per = rng.choice(["period", "month", "horizon"])
            bound = level[quantity] * size * self.between(0.2, 1.2) / (self.periods if per == "period" else 1)
            self.rule(f"limit{i}", predicate(rng, of_places=self.chance(0.6)), effect="limit", quantity=quantity, per=per,
                      acts=["use"], at_most=round(bound, 4), **self.dates())
        if self.chance(0.3):
            side = "at_most" if self.chance(0.6) else "at_least"
            of = predicate(rng)
            self.rule("share", predicate(rng), effect="limit", quantity="share", per=rng.choice(["period", "horizon"]), of=text_of(of),
                      of_tree=of, **{side: self.between(0.2, 0.8) if side == "at_most" else self.between(0.02, 0.3)}, **self.dates())
        if self.chance(0.07):
            self.rule("least", predicate(rng, of_places=True), effect="limit", quantity="hours", per="horizon", at_least=round(0.02 * size))

    def duties(self):
        rng = self.rng
        for i in range(rng.choice([0, 0, 1, 2])):
            basis = rng.choice(["hour", "kwh", "tonne", "ad_valorem", "gb"])
            charge = {"hour": self.between(-0.2, 0.5), "kwh": self.between(-0.05, 0.1), "tonne": 40.0, "ad_valorem": 0.25, "gb": 0.1}[basis]
            acts = rng.choice([["use", "lease"], ["use"], ["rent"], ["lease", "buy"], ["move_data", "use"], ["move_weights"]])
            self.rule(f"duty{i}", predicate(rng, acts == ["lease", "buy"]), effect="price", basis=basis, charge=charge, acts=acts,
                      **self.dates())

    def make(self):
        self.world()
        self.sites()
        self.offers()
        self.workloads()
        self.bars()
        if self.chance(0.12):
            self.episode()
        self.limits()
        self.duties()
        return self.case


def instance(seed):
    return Maker(seed).make()


# ---- as a case file ----


def value_text(v):
    if isinstance(v, bool):
        return "true" if v else "false"
    if isinstance(v, str):
        return '"' + v + '"'
    if isinstance(v, list):
        return "[ " + ", ".join(value_text(x) for x in v) + " ]"
    if isinstance(v, float):
        text = repr(v)
        return text if "." in text or "e" in text else text + ".0"
    return str(v) + ("L" if abs(v) > 2**31 - 1 else "")


def case_text(case):
    lines = [f"{k} = {value_text(v)};" for k, v in case["settings"].items()]
    for plural, rows in case.items():
        if plural == "settings":
            continue
        body = ",\n".join("  { " + " ".join(f"{k} = {value_text(v)};" for k, v in row.items() if not k.endswith("tree")) + " }" for row in rows)
        lines.append(f"{plural} = (\n{body}\n);")
    return "\n".join(lines) + "\n"
