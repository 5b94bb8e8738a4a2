# SPDX-License-Identifier: GPL-3.0-or-later
"""What may run where and when, written from the definitions alone: rules, windows, ports, families, spot, precision,
memory, latency, and when leases may start.  Compared with what the exported data and the exported program say."""
import collections
import copy
import datetime
import operator
import re

COMPARE = {"==": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}
FIRST = datetime.datetime(2027, 1, 4)
RENTED = ("on_demand", "spot")


def date(text):
    return datetime.datetime.strptime(text, "%Y-%m-%d")


# ---- the exported data ----


class Data:
    """Tables of a data file: set(name) and param(name), keys as tuples."""

    def __init__(self, text):
        self.body = {}
        for kind, name, body in re.findall(r"^(set|param) (\w+) :=(.*?);$", text, re.S | re.M):
            self.body[name] = body

    @staticmethod
    def words(text):
        return [w[1:-1] if w.startswith("'") else float(w) for w in re.findall(r"'[^']*'|[-+.\w]+", text)]

    def rows(self, name):
        """(key words, rest) of every slice ('a','b',*) or ['a','b',*] of the table."""
        for key, rest in re.findall(r"[(\[]([^)\]]*?)(?:,\*)?[)\]]([^(\[]*)", self.body[name]):
            yield tuple(self.words(key)), self.words(rest)

    def plain(self, name):
        return self.words(self.body[name])

    def pairs(self, name, width=1):
        """A table without slices: {key: value}; a key of one word is the word."""
        v = self.plain(name)
        n = width + 1
        return {(v[i] if width == 1 else tuple(v[i:i + width])): v[i + width] for i in range(0, len(v), n)}

    def series(self, name):
        return {key + (int(v[i]),): v[i + 1] for key, v in self.rows(name) for i in range(0, len(v), 2)}


# ---- the case, with its defaults ----


def weights_bytes(model, precision):
    return model["total_params"] * 1e9 * {"bf16": 2, "fp4": 0.5}.get(precision, 1)


class Case:
    def __init__(self, case):
        self.case = case
        self.table = {k: {r["name"]: dict(r) for r in v if "name" in r} for k, v in case.items() if k != "settings"}
        for site in self.table["sites"].values():
            site.setdefault("build_share", 1.0)
            site.setdefault("tags", [])
        for company in self.table["companies"].values():
            company.setdefault("parent_seat", company["seat"])
        for offer in self.table["offers"].values():
            offer.setdefault("company", case["companies"][0]["name"])
            offer.setdefault("spare", 0.0)
        for work in self.table["workloads"].values():
            work.setdefault("interruptible", False)
            work.setdefault("dataset", 0.0)

    def rows(self, plural):
        return self.case.get(plural, [])

    def site(self, offer):
        return self.table["sites"][offer["site"]]

    def accelerator(self, offer):
        return self.table["accelerators"][offer["accelerator"]]

    # ---- predicates ----

    def value(self, node, w, o, act):
        if node[0] == "lit":
            return node[1]
        scope, key = node[1], node[2]
        if scope == "act":
            return act
        record = {
            "workload": lambda: w,
            "model": lambda: self.table["models"][w["model"]] if w else None,
            "offer": lambda: o,
            "site": lambda: self.site(o),
            "accelerator": lambda: self.accelerator(o),
            "owner": lambda: self.table["companies"][(w or o)["company"]],
        }[scope]()
        v = None if record is None else record.get(key)
        return date(v) if key == "released" and v else v

    def holds(self, node, w, o, act):
        kind = node[0]
        if kind == "and":
            return self.holds(node[1], w, o, act) and self.holds(node[2], w, o, act)
        if kind == "or":
            return self.holds(node[1], w, o, act) or self.holds(node[2], w, o, act)
        if kind == "not":
            return not self.holds(node[1], w, o, act)
        if kind == "true":
            return self.value(node[1], w, o, act) is True
        if kind == "tag":
            return node[1] in self.value(("attr", node[2], node[3]), w, o, act)
        left = self.value(node[1] if kind == "in" else node[2], w, o, act)
        right = node[2] if kind == "in" else self.value(node[3], w, o, act)
        if left is None or right is None:       # a comparison with what is not given is false, != too
            return False
        if kind == "in":
            return left in right
        return COMPARE[node[1]](left, right)

    # ---- rules ----

    def acts(self, w, o):
        out = ["use"]
        country = self.site(o)["country"]
        if o["contract"] in RENTED:
            out.append("rent")
        if w["dataset"] > 0 and w.get("data_home") not in (None, country):
            out.append("move_data")
        if w.get("weights_home") not in (None, country):     # weights are never 0: they follow from the model
            out.append("move_weights")
        return out

    def spared(self, rule, o):
        """Stock acquired and leases signed before the rule's day."""
        if "grandfather" not in rule:
            return False
        day = date(rule["grandfather"])
        if o["contract"] == "owned":
            return "acquired" in o and date(o["acquired"]) < day
        signed = [s for s in self.rows("signed_leases") if s["offer"] == o["name"]]
        on = [date(s.get("signed_on") or s.get("start") or FIRST.strftime("%Y-%m-%d")) for s in signed]
        return o["contract"] == "lease" and bool(on) and all(d < day for d in on)

    def offends(self, rule, w, o, act):
        return self.holds(rule["tree"], w, o, act) and (rule["effect"] == "deny" or not self.holds(rule["must_tree"], w, o, act))

    def bans(self):
        return [r for r in self.rows("rules") if r["effect"] in ("deny", "require")]

    @staticmethod
    def in_force(rule, begin, end):
        return ("from" not in rule or date(rule["from"]) <= begin) and ("to" not in rule or end <= date(rule["to"]))

    def barred(self, w, o, begin, end):
        return any(self.in_force(r, begin, end) and not self.spared(r, o)
                   and any(a in r["acts"] and self.offends(r, w, o, a) for a in self.acts(w, o)) for r in self.bans())

    def signing_barred(self, o, day):
        act = "lease" if o["contract"] == "lease" else "buy"
        for r in self.bans():
            exempt = "grandfather" in r and day < date(r["grandfather"])
            if act in r["acts"] and not exempt and self.in_force(r, day, day + datetime.timedelta(seconds=1)) and self.offends(r, None, o, act):
                return True
        return False

    # ---- where the work can be ----

    def ported(self, w, a, begin):
        if "families" in w and a["family"] not in w["families"]:
            return False
        return all(date(p["from"]) <= begin for p in self.rows("ports") if p["workload"] == w["name"] and p["family"] == a["family"])

    def inside(self, w, begin, end):
        return ("start" not in w or date(w["start"]) <= begin) and ("end" not in w or end <= date(w["end"]))

    def allowed(self, w, o, begin, end):
        return self.inside(w, begin, end) and self.ported(w, self.accelerator(o), begin) and not self.barred(w, o, begin, end)

    # ---- when leases may start ----

    def starts(self, o, boundaries):
        lead = datetime.timedelta(days=o.get("lead", 0))
        first, end = boundaries[0], boundaries[-1]
        low = date(o["valid_from"]) if "valid_from" in o else first
        if o["start_grid"] == "once":
            grid = [max(first + lead, low)]
        elif o["start_grid"] == "week":
            grid = [first + datetime.timedelta(days=7 * i) for i in range(60)]
        else:
            grid = [first] + [datetime.datetime(first.year + (first.month + i) // 12, (first.month + i) % 12 + 1, 1) for i in range(24)]
        snapped = sorted({min(b for b in boundaries if b >= g) for g in grid if g < end})
        return [s for s in snapped if s < end and s >= first + lead and s >= low and not self.signing_barred(o, s - lead)]


# ---- the comparison ----


class Check:
    def __init__(self, case, data_text, columns):
        self.c = Case(copy.deepcopy(case))
        self.d = Data(data_text)
        self.columns = columns          # names of the exported program's columns
        self.faults = []
        begins, ends = self.d.pairs("begins"), self.d.pairs("ends")
        self.seg = {int(t): (self.moment(begins[t]), self.moment(ends[t])) for t in begins}
        self.rate = {k: v[0] for k, v in self.d.rows("rate")}
        self.first = {k: v[0] for k, v in self.d.rows("first_token")}

    @staticmethod
    def moment(hours):
        return FIRST + datetime.timedelta(hours=hours)

    def fault(self, text):
        self.faults.append(text)

    def same(self, what, ours, theirs):
        for k in sorted(set(ours) | set(theirs)):
            if collections.Counter(ours)[k] != collections.Counter(theirs)[k]:
                self.fault(f"{what}: {k}: the reference says {collections.Counter(ours)[k]}, strait {collections.Counter(theirs)[k]}")
                return

    def check_segments(self):
        """No day on which something begins or ends lies inside a segment."""
        for plural, keys in (("rules", ("from", "to")), ("workloads", ("start", "end")), ("ports", ("from",)), ("offers", ("valid_from",))):
            for row in self.c.rows(plural):
                for key in keys:
                    if key in row and any(b < date(row[key]) < e for b, e in self.seg.values()):
                        self.fault(f"{plural} {key} {row[key]} lies inside a segment")

    def check_allowed(self):
        ours = [(w, o, t) for w, work in self.c.table["workloads"].items() for o, offer in self.c.table["offers"].items()
                for t, (b, e) in self.seg.items() if self.c.allowed(work, offer, b, e)]
        self.allowed = set(ours)
        self.same("allowed", ours, [k + (int(t),) for k, ts in self.d.rows("ALLOWED") for t in ts])

    def check_rates(self):
        """Spot, families, precision and memory; a pinned rate overrides the last two."""
        pinned = {(p["workload"], p["accelerator"]) for p in self.c.rows("rates")}
        for (w, o, p), _ in self.rate.items():
            work, offer = self.c.table["workloads"][w], self.c.table["offers"][o]
            a = self.c.accelerator(offer)
            if offer["contract"] == "spot" and not work["interruptible"]:
                self.fault(f"rate of {w} on {o}: spot needs interruptible work")
            if "families" in work and a["family"] not in work["families"]:
                self.fault(f"rate of {w} on {o}: family")
            if (w, offer["accelerator"]) in pinned:
                continue
            precision = next((q for q in (work["precision"], work.get("fallback")) if q and a.get(q, 0) > 0), None)
            if precision is None:
                self.fault(f"rate of {w} on {o} in {p}: no precision")
            elif weights_bytes(self.c.table["models"][work["model"]], precision) > a["memory"] * 1e9 * self.most(offer):
                self.fault(f"rate of {w} on {o} in {p}: does not fit")

    def most(self, offer):
        """A bound on the accelerators that a gang can find: all of the same type at the site."""
        return sum(100 * (o.get("count") or o.get("maximum") or 0) + 1000 for o in self.c.table["offers"].values()
                   if o["site"] == offer["site"] and o["accelerator"] == offer["accelerator"])

    def check_starts(self):
        settings = self.c.case["settings"]
        period = self.d.pairs("period")
        bounds = sorted({self.seg[int(t)][0] for t in period if t == 1 or period[t] != period[t - 1]}) + [max(e for _, e in self.seg.values())]
        assert len(bounds) == settings["periods"] + 1
        start_at = collections.defaultdict(list)
        for (o, _), h in self.d.pairs("start_at", 2).items():
            start_at[o].append(self.moment(h))
        grandfathered = any("grandfather" in r for r in self.c.bans())
        for o, offer in self.c.table["offers"].items():
            if offer["contract"] in ("lease", "purchase") and not (grandfathered and offer["contract"] == "lease"):
                self.same(f"starts of {o}", self.c.starts(offer, bounds), start_at[o])

    def there(self, o, t):
        """Is anything of the offer there in the segment, or can be?"""
        offer, (begin, end) = self.c.table["offers"][o], self.seg[t]
        if offer["contract"] not in ("lease", "purchase"):
            return self.available.get((o, t), 0) > 0
        if any(s["offer"] == o and date(s.get("start") or FIRST.strftime("%Y-%m-%d")) <= begin and end <= date(s["end"])
               for s in self.c.rows("signed_leases")):
            return True
        rent_end = self.d.pairs("rent_end", 2)
        term = datetime.timedelta(days=offer["term"]) if offer["contract"] == "lease" else datetime.timedelta(days=99999)
        return any(q == o and self.moment(h) <= begin and end <= self.moment(h) + term
                   and (begin - FIRST).total_seconds() / 3600 < rent_end.get((q, k), 1e9)
                   for (q, k), h in self.d.pairs("start_at", 2).items())

    def check_columns(self):
        """The columns of the program: runs, and routes that meet the target with round trip and first token."""
        self.available = self.d.series("available")
        runs, routes = [], []
        for w, o, t in self.allowed:
            task = self.c.table["workloads"][w]["task"]
            phase = {"batch": "mixed"}.get(task, "train")
            if task != "service" and self.rate.get((w, o, phase), 0) > 0 and self.there(o, t):
                runs.append((w, o, t))
        demand = self.d.series("demand")
        for (w, r), _ in self.d.rows("demand"):
            routes += [(w, o1, r, t) for o1, o2 in self.ways(w, r) for t in self.seg
                       if demand[w, r, t] > 0 and {(w, o1, t), (w, o2, t)} <= self.allowed and self.there(o1, t) and self.there(o2, t)]
        names = [n.split(".") for n in self.columns]
        self.same("columns of runs", runs, [(n[1], n[2], int(n[4][1:]) + 1) for n in names if n[0].startswith("run")])
        self.same("columns of routes", routes, [(n[1], n[2], n[3], int(n[4][1:]) + 1) for n in names if n[0].startswith("route")])

    def in_time(self, w, r, o, phase):
        work, offer = self.c.table["workloads"][w], self.c.table["offers"][o]
        trip = [n["rtt"] for n in self.c.rows("networks") if n["site"] == offer["site"] and n["region"] == r]
        if not trip or self.rate.get((w, o, phase), 0) <= 0:
            return False
        return "ttft" not in work or trip[0] + 1000 * self.first.get((w, o, phase), 0) <= work["ttft"]

    def ways(self, w, r):
        offers = self.c.table["offers"]
        for o1 in offers:
            for o2 in offers:
                same = o1 == o2 or ("fabric" in offers[o1] and offers[o1]["fabric"] == offers[o2].get("fabric")
                                    and offers[o1]["site"] == offers[o2]["site"])
                split = (same and self.c.table["workloads"][w].get("disaggregate", False) and self.in_time(w, r, o1, "prefill")
                         and self.rate.get((w, o2, "decode"), 0) > 0)
                if split or (o1 == o2 and self.in_time(w, r, o1, "mixed")):
                    yield o1, o2

    def run(self):
        self.check_segments()
        self.check_allowed()
        self.check_rates()
        self.check_starts()
        self.check_columns()
        return self.faults
