#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every figure on the page of a bundled case is what its plan says.

  case_pages.py [--write] [CASE...]    all cases when none is named

FIGURES holds for each case the phrases of its README.md that carry figures, made from runs of $STRAIT.  A phrase must
stand on the page word for word, and outside of the phrases no number may stand there but dates of the case's files:
processors agree to 1e-9, so the printed digits are compared as they are.  --write puts the figures of today on the page.
"""
import calendar
import csv
import functools
import json
import os
import pathlib
import re
import subprocess
import sys
import textwrap

STRAIT = os.environ.get("STRAIT", "./strait")
TOP = pathlib.Path(os.environ.get("STRAIT_SRCDIR", pathlib.Path(__file__).resolve().parents[2]))
NUMBER = r"[-+]?\d+(?:,\d{3})*(?:\.\d+)?(?:e[-+]?\d+)?"
DATE = r"\d{4}-\d\d-\d\d"
NIGHT = [15, 16, 17, 18, 19, 20, 21, 22]      # the hours of UTC from 23 to 7 o'clock in China
PLURAL = {"hour": "hours", "day": "days", "week": "weeks", "month": "months"}


def cfg_setting(text, key):
    return re.search(rf'^{key}\s*=\s*"?([\w.-]+)"?;', text, re.M).group(1)


class Case:
    """A bundled case and its runs, each made once."""

    def __init__(self, name):
        self.name, self.folder = name, TOP / "data" / "cases" / name
        self.cfg = (self.folder / "case.cfg").read_text(encoding="utf-8")
        self.run = functools.lru_cache(maxsize=None)(self.plan)
        self.roll = functools.lru_cache(maxsize=None)(self.rolled)

    def table(self, plural):
        path = re.search(rf'^\s*{plural}\s*=\s*"(.+)";', self.cfg, re.M).group(1)
        with open(self.folder / path, encoding="utf-8", newline="") as f:
            return [{k.split("[")[0]: v for k, v in row.items()} for row in csv.DictReader(f)]

    def plan(self, *args):
        done = subprocess.run([STRAIT, "plan", str(self.folder / "case.cfg"), "--format", "json", "--quiet", *args],
                              capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise SystemExit(f"not ok - {self.name} {' '.join(args)}: ended with {done.returncode}: {done.stderr[:300]}")
        return Plan(self, json.loads(done.stdout))

    def rolled(self):
        done = subprocess.run([STRAIT, "roll", str(self.folder / "roll.cfg"), "--format", "json", "--quiet"], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise SystemExit(f"not ok - {self.name} roll.cfg: ended with {done.returncode}: {done.stderr[:300]}")
        return json.loads(done.stdout)

    def regret(self):
        """Which of tied plans a step takes may hang on the last digit, so the digits told are few."""
        r = self.roll()
        return (f"pays {millions(r['rolling'])} million USD, {100 * r['regret_share']:.1f} % more than with foresight "
                f"({millions(r['foresight'])} million)")

    def scenario(self, name):
        return self.run("--scenario", name)

    def without(self, rule):
        return self.run("--set", f"rules.{rule}.enabled=false")

    def size(self):
        """17 workloads on 17 offers at 13 sites over 168 hours"""
        offers = self.table("offers")
        periods, period = cfg_setting(self.cfg, "periods"), cfg_setting(self.cfg, "period")
        return f"{len(self.table('workloads'))} workloads on {len(offers)} offers at {len({o['site'] for o in offers})} sites over {periods} {PLURAL[period]}"

    def files_text(self):
        return "\n".join(p.read_text(encoding="utf-8") for p in sorted(self.folder.iterdir()) if p.suffix in (".cfg", ".csv"))


class Plan:
    def __init__(self, case, doc):
        self.case, self.doc = case, doc
        self.value, self.parts = doc["objective"]["value"], doc["cost"]
        shore = {s["name"]: s["shore"] for s in case.table("sites")}
        self.rows = [dict(r, kind="training" if r["phase"] == "train" else "inference", shore=shore[r["site"]],
                          vendor="Huawei" if r["accelerator"].startswith("Ascend") else "other", month=r["period"][:7], hour=int(stamp(r["from"])[11:13]))
                     for r in doc["placements"]]

    def sum(self, key, **where):
        return sum(r[key] for r in self.rows if all(r[k] in v if isinstance(v, (set, list)) else r[k] == v for k, v in where.items()))

    def hours(self, **where):
        return self.sum("accel_hours", **where)

    def share(self, of, key="accel_hours", **where):
        """Percent of the rows of `of` that are also of `where`."""
        return f"{100 * self.sum(key, **{**of, **where}) / self.sum(key, **of):.0f} %"

    def part(self, key):
        return f"{100 * self.parts[key] / self.value:.0f} %"

    def says(self):
        return f"says {usd(self.value)} USD, " + ("nothing unmet" if not self.doc["unmet"] else "not all is met")

    def signed(self, offer, **where):
        """Accelerators newly signed on an offer, with the day on which to sign: of the first start or of those given."""
        rows = [r for r in self.doc["leases"] if r["offer"] == offer and r["kind"] != "signed" and r["accelerators"] > 0.5]
        return [r for r in rows if all(r[k] == v for k, v in where.items())]

    def dual(self, kind, name):
        return max(d["value"] for d in self.doc["duals"][kind] if d["name"] == name)

    def unmet(self):
        return sum(r["tokens"] for r in self.doc["unmet"])


class Tariffs:
    """What a site pays for power in each hour, and what a plan pays for the hours that it uses."""

    def __init__(self, case):
        self.steps = {}
        for row in case.table("tariffs"):
            self.steps.setdefault(row["site"], []).append((stamp(row["from"]), float(row["tariff"])))
        self.hours = sorted({r["from"] for r in case.run().rows})

    def at(self, site, hour):
        return [x for begin, x in self.steps[site] if begin <= stamp(hour)][-1]

    def mean(self, site):
        return sum(self.at(site, h) for h in self.hours) / len(self.hours)

    def paid(self, plan, site, **where):
        rows = [r for r in plan.rows if r["site"] == site and all(r[k] == v for k, v in where.items())]
        return sum(r["accel_hours"] * self.at(site, r["from"]) for r in rows) / sum(r["accel_hours"] for r in rows)


def stamp(date):
    return date if "T" in date else date + "T00:00Z"


def usd(x):
    return f"{x:,.0f}"


def million(x, digits=1):
    return f"{x / 1e6:.{digits}f}"


def thousand(x, digits=1):
    return f"{x / 1e3:.{digits}f}"


def scientific(x):
    return f"{x:g}".replace("e+", "e")


def more(b, a):
    return f"{100 * (b.value / a.value - 1):.0f} % more"


# ---- what each page says ----


def ascend_share(c):
    p, slow = c.run(), c.scenario("ascend_slower")
    months = sorted({r["month"] for r in p.rows})
    first, last = ({"kind": "inference", "month": m} for m in (months[0], months[-1]))
    def abroad(q, **where):
        return million(q.hours(kind="inference", shore="offshore", **where))
    return [
        c.size(), p.says(),
        f"inference hours are {p.hours(**last) / p.hours(**first):.1f} times as many in December as in January",
        f"Ascend's share of them goes from {p.share(first, vendor='Huawei')} to {p.share(last, vendor='Huawei')} "
        f"(of the tokens from {p.share(first, 'tokens', vendor='Huawei')} to {p.share(last, 'tokens', vendor='Huawei')})",
        f"{abroad(p, month=months[0])} million accelerator-hours in January, {abroad(p, month=months[7])} million in August",
        f"What is leased and idle, or owed beyond the horizon, is {p.part('idle_lease')} of the cost",
        f"costs {usd(slow.value)} USD, {more(slow, p)}, with {abroad(slow)} instead of {abroad(p)} million offshore inference hours",
    ]


def hourly_week(c):
    p, dear = c.run(), c.scenario("carbon_dear")
    price = float(cfg_setting(c.cfg, "carbon_price"))
    tariffs = Tariffs(c)
    def waits(workload, site):
        return f"{tariffs.paid(p, workload=workload, site=site):.3f} USD/kWh (mean of the week {tariffs.mean(site):.3f})"
    night = {"workload": ["bt_label", "bt_eval"]}
    return [
        c.size(), "prices of 15 to 21 January 2024", "generation of 18 to 24 January 2021", f"a tonne costs {price:.0f} USD", p.says(),
        f"compute {p.part('compute')}, energy {p.part('energy')}, carbon {p.part('carbon')}",
        f"`distill_small` in Frankfurt at {waits('distill_small', 'frankfurt')}",
        f"`rl_post` in Zhangjiakou at {waits('rl_post', 'zhangjiakou')}",
        f"{p.share(night, hour=set(NIGHT))} of the hours of `bt_label` and `bt_eval` lie between 23 and 7 o'clock",
        f"Sydney, the dearest on average ({tariffs.mean('sydney'):.3f}), works {thousand(p.hours(site='sydney'))} thousand hours, at "
        f"{tariffs.paid(p, site='sydney'):.3f}",
        f"one more tonne is worth {usd(p.dual('limit', 'japan_carbon'))} USD",
        f"(150 USD a tonne) costs {usd(dear.value)} USD and emits {usd(dear.parts['carbon'] / 150)} instead of "
        f"{usd(p.parts['carbon'] / price)} tonnes",
    ]


def millions(x):
    return f"{x / 1e6:.1f}"


def ascend_of_roll(c):
    """By when the steps sign Ascend-950, and for what start."""
    rows = [q for q in c.roll()["signings"] if "_950" in q["offer"] and q["rolling"] >= 0.5]
    (qingyang,), ulanqab = [q for q in rows if q["offer"].startswith("qy_")], [q for q in rows if q["offer"].startswith("ul_")]
    day = lambda text: f"{int(text[8:])} {calendar.month_name[int(text[5:7])]}"
    return (f"he signs `Ascend-950` at Qingyang by {day(qingyang['sign_by'])} ({qingyang['rolling']:,.0f}, to start on {day(qingyang['start'])}; "
            f"foresight {qingyang['foresight']:.0f}) and at Ulanqab by {' and '.join(day(q['sign_by']) for q in ulanqab)} "
            f"(to start on {' and '.join(day(q['start']) for q in ulanqab)})")


def main_case(c):
    p = c.run()
    tokens = [float(w["tokens"]) for w in c.table("workloads") if w["task"] == "training"]
    return [
        c.size(), f"{len(tokens)} trainings of {scientific(min(tokens))} to {scientific(max(tokens))} tokens", p.says(),
        f"({p.share({'kind': 'training'}, shore='offshore')} of its hours, on Blackwell and Hopper)",
        f"({p.share({'kind': 'inference'}, vendor='Huawei')} of its hours on Ascend)",
        c.regret(), f"the first plan believed {millions(c.roll()['first_plan'])} million",
        ascend_of_roll(c),
    ]


def offshore_lease(c):
    p, rise, cut = c.run(), c.scenario("rents_rise"), c.scenario("remote_access")
    training, inference = {"kind": "training"}, {"kind": "inference"}
    gb300, h100 = p.signed("bt_gb300_6m")[0], p.signed("bk_h100_3m")[-1]
    return [
        c.size(), p.says(),
        f"{p.share(training, shore='offshore', vendor='other')} of the training hours are offshore on Nvidia, "
        f"{p.share(inference, shore='onshore')} of the inference hours onshore ({p.share(inference, vendor='Huawei')} on Ascend)",
        "until its lease ends on 2027-05-31",
        f"{gb300['accelerators']:.0f} GB300 follow (sign by {gb300['sign_by']}) and {h100['accelerators']:.0f} H100 in Bangkok "
        f"(sign by {h100['sign_by']})",
        f"`--scenario rents_rise` (leases abroad a quarter dearer) costs {usd(rise.value)} USD",
        f"costs {usd(cut.value)} USD, of which {usd(cut.parts['penalty'])} are penalties",
    ]


def onshore_stock(c):
    p, small = c.run(), c.scenario("smaller_stock")
    tenth, abroad = c.scenario("tenth_of_h800"), c.scenario("tenth_goes_abroad")
    months = sorted({r["month"] for r in p.rows})
    training = {"kind": "training"}
    def ascend(month):
        return p.share({"kind": "inference", "month": month}, vendor="Huawei")
    if abs(c.scenario("goes_abroad").value / p.value - 1) > 1e-9:
        raise SystemExit("not ok - onshore_stock: going abroad changes the cost, and the page says that it does not")
    return [
        c.size(), p.says(),
        f"{p.share(training, vendor='other')} of the training hours run on the stock and {p.share(training, vendor='Huawei')} on Ascend",
        f"Ascend grows from {ascend(months[0])} of the inference hours in December to {ascend('2027-05')} in May",
        f"it costs {usd(small.value)} USD, {more(small, p)}",
        f"it costs {usd(tenth.value)} USD at home and {usd(abroad.value)} USD where it may go abroad",
    ]


def overseas(c):
    p, opens = c.run(), c.scenario("gulf_opens")
    stays, both = c.scenario("gulf_stays"), c.scenario("gulf_stays_and_opens")
    trained = {"phase": "train"}
    hosts = ["johor", "singapore", "bangkok"]
    def johor(region):
        return p.share({"user_region": region}, "tokens", site="johor")
    return [
        c.size(), p.says(),
        f"carry {p.share(trained, 'tokens', site=hosts)} of the trained tokens",
        f"Johor alone {johor('sea')} of the tokens for South-East Asia, {johor('japan')} for Japan and {johor('gulf')} for the Gulf",
        "(round trip 92 ms and more)", "(70,000 a month)",
        f"(220,000 hours a month) saves {usd(p.value - opens.value)} USD only",
        f"`gulf_stays` leaves {stays.unmet() / 1e12:.1f}e12 tokens undone under the limit",
        f"both together cost {usd(both.value)} USD, {100 * (both.value / p.value - 1):.1f} % more than today, nothing unmet",
    ]


def policy_shift(c):
    p = c.run()
    banned = {"guian": "A800-80G", "wuhu": "H20", "helinger": "H800"}
    def foreign(test):
        return sum(r["accel_hours"] for r in p.rows if banned.get(r["site"]) == r["accelerator"] and test(r["from"]))
    if foreign(lambda day: day >= "2025-11-05") > 0:
        raise SystemExit("not ok - policy_shift: foreign chips work after they are out")
    if sum(r["accel_hours"] for r in p.rows if r["accelerator"] == "H20" and r["from"] >= "2025-12-01") > 0:
        raise SystemExit("not ok - policy_shift: H20 works after December")
    if abs(c.run("--set", "rules.affiliates_interlude.to=2027-01-01").value / p.value - 1) > 1e-9:
        raise SystemExit("not ok - policy_shift: a lasting Affiliates Rule changes the cost, and the page says that it does not")
    def ascend(month):
        return p.share({"kind": "inference", "month": month}, vendor="Huawei")
    def saves(rule):
        return usd(abs(p.value - c.without(rule).value))
    return [
        c.size(), p.says(),
        f"work {million(foreign(lambda day: True))} million hours until 2025-11-05",
        f"from {ascend('2025-07')} of the inference hours in July to {ascend('2026-03')} in March",
        f"{thousand(p.hours(accelerator='H200', shore='onshore'), 0)} thousand hours of H200 are rented onshore",
        f"{saves('state_funded_domestic_only')} (`state_funded_domestic_only`), {saves('unfinished_foreign_out')} (`unfinished_foreign_out`), "
        f"{saves('h20_refused')} (`h20_refused`), {saves('h200_unlicensed')} (`h200_unlicensed`), {saves('h200_duty')} USD (`h200_duty`)",
        f"dearer by {saves('domestic_power_subsidy')} USD without `domestic_power_subsidy`",
        c.regret(), f"the first plan believed {millions(c.roll()['first_plan'])} million",
    ]


def residency(c):
    p, moves, weights = c.run(), c.scenario("data_moves"), c.scenario("weights_move")
    code = {"workload": "pt_code"}
    for workload, site in (("pt_dialogue", "zhangjiakou"), ("rl_sovereign", "zhangjiakou"), ("ft_gulf", "abu_dhabi"), ("ft_japan", "tokyo"),
                           ("ft_europe", "helsinki")):
        if p.hours(workload=workload) - p.hours(workload=workload, site=site) > 1e-6:
            raise SystemExit(f"not ok - residency: {workload} is not whole at {site}")
    return [
        c.size(), p.says(),
        f"goes to Johor ({p.share(code, 'tokens', site='johor')}) and Bangkok ({p.share(code, 'tokens', site='bangkok')} of its tokens)",
        f"{p.share({'kind': 'training'}, shore='onshore')} of the training hours and {p.share({'kind': 'inference'}, shore='onshore')} of the "
        "inference hours are onshore",
        f"costs {usd(moves.value)} USD, so residency costs {usd(p.value - moves.value)} USD or {100 * (1 - moves.value / p.value):.1f} %",
        f"`--scenario weights_move` saves {usd(p.value - weights.value)} USD",
    ]


FIGURES = {"ascend_share": ascend_share, "hourly_week": hourly_week, "main": main_case, "offshore_lease": offshore_lease,
           "onshore_stock": onshore_stock, "overseas": overseas, "policy_shift": policy_shift, "residency": residency}


# ---- the page ----


def pattern(phrase):
    """The phrase with any number where it has one, and any white space where it has a blank."""
    words = []
    for word in phrase.split():
        if re.fullmatch(DATE + r"\W*", word):
            words.append(DATE + re.escape(word[10:]))
        else:
            words.append("".join(NUMBER if re.fullmatch(NUMBER, w) else re.escape(w) for w in re.split(rf"(?<![\w.])({NUMBER})(?![\w])", word)))
    return re.compile(r"\s+".join(words))


def strays(case, text):
    """Numbers of the page that no phrase covers: they must be dates that the case's files hold."""
    text = re.sub(r"`[^`]*`|^#.*$", " ", text, flags=re.M)
    files = case.files_text()
    text = re.sub(DATE, lambda m: " " if m.group(0) in files else m.group(0), text)
    return re.findall(rf"(?<![\w.-]){NUMBER}(?![\w-])", text)


def check(case, write):
    path = case.folder / "README.md"
    page = path.read_text(encoding="utf-8")
    rest, faults = page, []
    for phrase in FIGURES[case.name](case):
        found = list(pattern(phrase).finditer(page))
        if len(found) != 1:
            faults.append(f"stands {len(found)} times: {phrase}")
        elif " ".join(found[0].group(0).split()) != phrase:
            faults.append(f"the page: {' '.join(found[0].group(0).split())}\n           the plan: {phrase}")
        page = pattern(phrase).sub(lambda m, new=phrase: new, page) if write else page
        rest = pattern(phrase).sub(" ", rest)
    faults += [f"a number without a run behind it: {n}" for n in strays(case, rest)]
    if write:
        head, *paragraphs = page.split("\n\n")
        path.write_text("\n\n".join([head] + [textwrap.fill(p, 120, break_long_words=False, break_on_hyphens=False) for p in paragraphs]) + "\n",
                        encoding="utf-8")
    print(("not ok" if faults else "ok") + f" - the page of {case.name} says what its plan says")
    for f in faults:
        print("  " + f)
    return not faults


def main(args):
    names = sorted(p.parent.name for p in (TOP / "data" / "cases").glob("*/case.cfg"))
    if set(names) != set(FIGURES):
        print(f"not ok - cases and FIGURES differ: {set(names) ^ set(FIGURES)}")
        return 1
    wanted = [a for a in args if a != "--write"] or names
    return 0 if all([check(Case(n), "--write" in args) for n in wanted]) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
