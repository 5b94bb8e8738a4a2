# SPDX-License-Identifier: GPL-3.0-or-later
"""Seeded cases that a solver finds hard on purpose, as plain data; tests/twin/instances.py writes them as a case file.

Even seeds are of varied shape, odd ones degenerate: equal prices, equal rates, no demand, capacity exactly met, and so on.
"""
import pathlib
import random
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "twin"))
import instances  # noqa: E402

day = instances.day
RATE = 512.0           # tokens per second and accelerator; a power of 2, so that capacity can be met exactly
HOUR = 3600.0


class Grid:
    """Offers of all contracts by works of all tasks by periods; pinned rates, so that the work is known in accelerators."""

    def __init__(self, rng, periods, offers, works, **how):
        self.rng, self.periods, self.how = rng, periods, how
        self.n_site, self.n_region = how.get("sites", min(3, offers)), how.get("regions", 2)
        self.case = {"settings": dict(start=day(0), period=how.get("period", "day"), periods=periods, discount_rate=how.get("discount", 0.05))}
        self.hours = periods * (1 if how.get("period") == "hour" else 24)
        self.world()
        self.supply = sum(self.offer(o) for o in range(offers))
        self.work(works)
        self.rules()

    def add(self, plural, **row):
        self.case.setdefault(plural, []).append({k: v for k, v in row.items() if v is not None})

    def value(self, name, lo, hi):
        """A random figure, or the same for all where the shape wants ties."""
        return self.how[name] if name in self.how else round(lo + (hi - lo) * self.rng.random(), 4)

    def world(self):
        self.add("companies", name="acme", seat="CN")
        for g in range(self.n_region):
            self.add("regions", name=f"r{g}", country="CN")
        for a in range(2):
            self.add("accelerators", name=f"a{a}", vendor="v", family="f", bf16=500.0, memory=80.0, memory_bandwidth=3000.0, scaleup_size=8,
                     scaleup_bandwidth=900.0, scaleout_bandwidth=400.0, rated_power=800.0, idle_power=100.0)
        self.add("models", name="m", total_params=8.0, active_params=8.0, layers=32, hidden=4096, heads=32, kv_heads=8, head_dim=128)
        for s in range(self.n_site):
            self.add("sites", name=f"s{s}", country="CN", shore="onshore", pue=self.value("pue", 1.1, 1.6),
                     tariff=self.value("tariff", 0.05, 0.2), carbon=400.0, power_cap=self.how.get("power_cap"))
            for g in range(self.n_region):
                self.add("networks", site=f"s{s}", region=f"r{g}", rtt=20.0, egress=self.value("egress", 0, 0.1))

    def offer(self, o):
        kinds = self.how.get("contracts", ["on_demand", "owned", "lease", "on_demand", "purchase"])
        kind, most = kinds[o % len(kinds)], self.how.get("count") or self.rng.randint(8, 64)
        row = dict(name=f"o{o}", site=f"s{o % self.n_site}", accelerator=f"a{o % 2}", contract=kind)
        if kind == "on_demand":
            row.update(price=self.value("price", 1.0, 4.0), count=most, includes=["power", "cooling"], autoscale=True)
        elif kind == "owned":
            row.update(count=most)
        elif kind == "lease":
            row.update(price=self.value("price", 0.8, 2.2), term=self.rng.choice([3, 7, 30]), maximum=most, start_grid="week")
        else:
            row.update(capex=self.how.get("capex", self.rng.randint(15, 40) * 1e3), maximum=most, life=4.0, start_grid="week")
        self.add("offers", **row)
        return most

    def work(self, n):
        """Accelerators of work are `tight` times those on offer, shared out in powers of 2 where `exact`."""
        for w in range(n):
            task = self.how.get("tasks", ["training", "service", "batch"])[w % len(self.how.get("tasks", "123"))]
            accel = self.how.get("tight", 0.6) * self.supply / n
            accel = accel if self.how.get("exact") else accel * self.rng.uniform(0.5, 1.5)
            row = dict(name=f"w{w}", company="acme", task=task, model="m", penalty=self.how.get("penalty"), priority=self.how.get("priority"))
            if task == "service":
                row.update(input_len=1000.0, output_len=256.0)
                self.demand(w, accel)
            elif task == "batch":
                row.update(input_len=1000.0, output_len=256.0, requests=accel * RATE / 256 * HOUR * self.hours)
            else:
                row.update(tokens=accel * RATE * HOUR * self.hours, max_parallel=self.how.get("parallel"))
            self.add("workloads", **row)
            for a in range(2):
                rate = RATE * (1 if self.how.get("exact") or self.how.get("equal_rates") else self.rng.uniform(0.7, 1.4))
                self.add("rates", workload=f"w{w}", accelerator=f"a{a}", phase="mixed" if task != "training" else "train", rate=rate)

    def demand(self, w, accel):
        for g in range(self.n_region):
            self.add("demands", workload=f"w{w}", region=f"r{g}", requests=accel * RATE / 256 * HOUR / self.n_region, peak=1.0)

    def rules(self):
        """Limits over the horizon: each is a row of the border."""
        for i in range(self.how.get("limits", 0)):
            self.add("rules", name=f"l{i}", effect="limit", quantity="hours", per="horizon", acts=["use"], when=f"offer.contract == 'on_demand' and site.name == 's{i % self.n_site}'",
                     at_most=self.supply * self.hours * (0.3 + 0.05 * i))


EVEN = dict(price=2.0, capex=20e3, pue=1.25, tariff=0.125, egress=0.0625, count=16, discount=0.0)


def scaled(case, money, work):
    """Money and amounts of work in units of another size."""
    for plural, key, by in [("offers", "price", money), ("offers", "capex", money), ("sites", "tariff", money), ("networks", "egress", money),
                            ("workloads", "penalty", money / work), ("workloads", "tokens", work), ("workloads", "requests", work),
                            ("demands", "requests", work), ("rates", "rate", work)]:
        for row in case.get(plural, []):
            if key in row:
                row[key] *= by
    return case


def equal_prices(rng):
    how = dict(EVEN, contracts=rng.choice([["on_demand"], ["on_demand", "lease"], ["lease", "purchase", "owned"]]))
    return Grid(rng, rng.choice([4, 12, 30]), rng.randint(3, 9), rng.randint(2, 9), tight=rng.choice([0.25, 0.5, 0.9]), penalty=9.0, **how).case


def equal_rates(rng):
    return Grid(rng, rng.choice([5, 14, 40]), rng.randint(2, 8), rng.randint(2, 8), equal_rates=True, penalty=rng.choice([0.4, 5.0])).case


def no_demand(rng):
    """None at all, or none of some; runs, which must have work, have next to none."""
    tasks = rng.choice([["service"], ["service", "training"], ["service", "training", "batch"]])
    case = Grid(rng, rng.choice([1, 6, 20]), rng.randint(1, 8), rng.randint(1, 8), tasks=tasks, equal_rates=rng.random() < 0.5).case
    every = rng.random() < 0.4
    for plural, key, least in [("workloads", "tokens", 1.0), ("workloads", "requests", 1e-3), ("demands", "requests", 0.0)]:
        for row in case.get(plural, []):
            if key in row and (every or rng.random() < 0.5):
                row[key] = least
    return case


def exactly_met(rng):
    """Every accelerator is needed all the time; a hair more or less is told apart from it."""
    hair = rng.choice([1.0, 1.0, 1.001, 0.999])
    how = dict(contracts=["on_demand"], count=2 ** rng.randint(2, 5), exact=True, tight=hair, tasks=rng.choice([["training"], ["service"], ["batch"]]))
    return Grid(rng, rng.choice([1, 8, 32]), 2 ** rng.randint(0, 3), 2 ** rng.randint(0, 3), penalty=rng.choice([None, 3.0]), **how).case


def one_offer(rng):
    kind = rng.choice(["on_demand", "owned", "lease", "purchase"])
    return Grid(rng, rng.choice([1, 10, 150]), 1, rng.randint(1, 8), contracts=[kind], tight=rng.choice([0.4, 1.4]), penalty=6.0).case


def one_period(rng):
    return Grid(rng, 1, rng.randint(1, 40), rng.randint(1, 40), tight=rng.choice([0.4, 1.2]), penalty=4.0, period=rng.choice(["day", "week", "month", "hour"])).case


def no_border(rng):
    """Services on what is rented by the hour: no row and no column reaches over two periods."""
    return Grid(rng, rng.choice([2, 24, 72]), rng.randint(2, 9), rng.randint(1, 9), period="hour", contracts=["on_demand"], tasks=["service"],
                tight=0.5, **(dict(price=2.0, egress=0.0) if rng.random() < 0.5 else {})).case


def wide_border(rng):
    """Runs over the whole horizon, leases of many starts and limits over it."""
    return Grid(rng, rng.choice([6, 28, 60]), rng.randint(3, 10), rng.randint(10, 40), contracts=["lease", "on_demand", "lease"], tasks=["training"],
                limits=rng.randint(2, 12), tight=0.5, penalty=rng.choice([None, 8.0]), parallel=rng.choice([None, 3])).case


def infeasible(rng):
    """Firm work beyond all that there is, by far or by a little."""
    return Grid(rng, rng.choice([1, 7, 30]), rng.randint(1, 8), rng.randint(1, 8), exact=True, contracts=["on_demand", "owned"],
                tight=rng.choice([1.002, 1.5, 30.0]), limits=rng.randint(0, 2)).case


def badly_scaled(rng):
    case = Grid(rng, rng.choice([3, 12, 30]), rng.randint(2, 8), rng.randint(2, 8), tight=rng.choice([0.5, 1.3]), penalty=5.0,
                **(EVEN if rng.random() < 0.4 else {})).case
    return scaled(case, rng.choice([1e-6, 1.0, 1e6]), rng.choice([1e-6, 1.0, 1e6]))


def classes(rng):
    """Priorities with too little for all: rows that close stages are tight and degenerate."""
    case = Grid(rng, rng.choice([3, 14, 30]), rng.randint(2, 6), rng.randint(3, 8), tight=1.5, penalty=2.0, **EVEN).case
    for i, row in enumerate(case["workloads"]):
        row["priority"] = 1 + i % 3
    return case


def same_twice(rng):
    """Offers and works each there twice: dependent rows and equal columns."""
    case = Grid(rng, rng.choice([4, 20]), rng.randint(2, 5), rng.randint(2, 5), tight=0.5, penalty=7.0).case
    for plural, refer in [("offers", []), ("workloads", ["rates", "demands"])]:
        for row in list(case.get(plural, [])):
            case[plural].append({**row, "name": row["name"] + "b"})
        for other in refer:
            case.setdefault(other, []).extend([{**row, "workload": row["workload"] + "b"} for row in case.get(other, [])])
    return case


def varied(rng):
    """Anything, small; or enough columns for the structured start."""
    if rng.random() < 0.5:
        return instances.instance(rng.randrange(1 << 30))
    return Grid(rng, rng.choice([12, 30, 52]), rng.randint(4, 14), rng.randint(4, 12), tight=rng.choice([0.3, 0.7, 1.4]), limits=rng.randint(0, 4),
                penalty=rng.choice([None, 0.5, 6.0]), power_cap=rng.choice([None, None, 30e3]), period=rng.choice(["day", "week", "hour"])).case


DEGENERATE = [equal_prices, equal_rates, no_demand, exactly_met, one_offer, one_period, no_border, wide_border, infeasible, badly_scaled,
              classes, same_twice]


def kind(seed):
    return DEGENERATE[seed // 2 % len(DEGENERATE)] if seed % 2 else varied


def text(seed):
    """The case file of a seed; the same bytes each time."""
    return instances.case_text(kind(seed)(random.Random(seed)))
