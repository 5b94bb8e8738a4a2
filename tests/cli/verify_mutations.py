#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A plan that verifies must fail with 4 once any promise in it is changed, and the promise that is broken is named.

Needs the command in $STRAIT.  With words as arguments only changes whose name holds one of them are tried.
"""
import concurrent.futures
import copy
import json
import os
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import cases  # noqa: E402

ROOT = pathlib.Path(os.environ.get("STRAIT_SRCDIR", pathlib.Path(__file__).resolve().parents[2]))
STRAIT = str(pathlib.Path(os.environ.get("STRAIT", "./strait")).resolve())
TINY = str(ROOT / "tests/data/tiny/case.cfg")
MAIN = str(ROOT / "data/cases/main/case.cfg")
CENT = 0.01

# Too much work for what there is: a lease, unmet work, rent beyond the horizon, a limit, power near its cap.
TIGHT = ["workloads.pretrain.tokens=2e13", "workloads.pretrain.penalty=30", "offers.strait_lease.term=60", "terminal=resale",
         "discount_rate=0.08", "workloads.pretrain.max_parallel=1000", "workloads.chat.penalty=40", "sites.east.power_cap=100000"]

# A lease of one block, dearer as a whole than the work that needs a fifth of it.
UNDONE = ["workloads.pretrain.max_parallel=1000", "offers.strait_rent.count=0", "offers.strait_lease.block=256",
          "workloads.pretrain.tokens=1.3e12", "workloads.pretrain.penalty=0.1"]

# As it is the main case buys nothing.  Its first weeks hold every kind of row that all of it holds, and are read in a third
# of the time; the first start of most leases lies in the fifth.
MAIN_PERIODS = 10
BUYING = ["offers.qy_910c_buy.capex*=0.3"]

failures = []


def run(*words):
    return subprocess.run([STRAIT, *words], capture_output=True, text=True, check=False)


def sets(values):
    return [word for value in values for word in ("--set", value)]


def make_plan(case, values, path):
    done = run("plan", case, *sets(values), "--format", "json", "-o", str(path))
    if done.returncode != 0:
        sys.exit(f"plan of {case} {values} ended with {done.returncode}: {done.stderr}")
    return json.loads(path.read_text())


def verify(case, values, path):
    """Exit code and the promises that are broken."""
    done = run("verify", case, *sets(values), str(path), "--format", "json")
    try:
        rows = json.loads(done.stdout)
    except ValueError:
        return done.returncode, {"(no table) " + done.stderr.strip()}
    rows = rows["verify"] if isinstance(rows, dict) else rows
    return done.returncode, {row["promise"] for row in rows if not row["ok"]}


def expect(name, got, promise):
    code, broken = got
    wanted = {promise} if isinstance(promise, str) else set(promise)
    if code != 4:
        failures.append(f"{name}: ended with {code}, not 4 {sorted(broken)}")
    elif not wanted & broken:
        failures.append(f"{name}: {sorted(wanted)} not among the broken {sorted(broken)}")


# ---- changes: each takes a plan and returns False where the plan has nothing of the kind ----

CHANGES = []


def change(promise):
    def keep(function):
        CHANGES.append((function.__name__, promise, function))
        return function
    return keep


def first(rows, **wanted):
    return next((row for row in rows if all(row.get(k) == v for k, v in wanted.items())), None)


def add_to(promise, name, pick, key, amount):
    """Register the change `row[key] += amount` of the row that `pick` finds."""
    def function(plan):
        row = pick(plan)
        if not row:
            return False
        row[key] += amount
        return True
    CHANGES.append((name, promise, function))


def last_of(table):
    return lambda plan: plan[table][-1] if plan[table] else None


def new_lease(plan):
    return first(plan["leases"], kind="lease")


for part in ("compute", "idle_lease", "energy", "movement", "duty", "penalty", "carbon"):
    add_to("cost parts", f"cent_on_{part}", lambda plan: plan["cost"], part, CENT)
for by in ("workload", "site", "vendor", "shore", "period"):
    add_to("cost by", f"cent_on_cost_by_{by}", lambda plan, by=by: first(plan["cost_by"], by=by), "cost", CENT)
add_to("total", "cent_on_total", lambda plan: plan["cost"], "total", CENT)
add_to("total", "cent_on_objective", lambda plan: plan["objective"], "value", CENT)
add_to("total", "cent_off_objective", lambda plan: plan["objective"], "value", -CENT)
add_to("placement cost", "cent_on_first_placement", lambda plan: plan["placements"][0], "cost", CENT)
add_to("placement cost", "cent_off_last_placement", last_of("placements"), "cost", -CENT)
add_to("placement cost", "cent_on_rounded_placement", lambda plan: (plan["rounded"].get("placements") or [None])[0], "cost", CENT)
add_to("lease cost", "cent_on_lease", last_of("leases"), "cost", CENT)
add_to("owed beyond", "cent_on_owed", last_of("leases"), "owed_beyond", CENT)
add_to("lease cost", "cent_inside", last_of("leases"), "inside", CENT)
add_to("lease cost", "cent_of_what_is_counted_beyond", last_of("leases"), "counted_beyond", CENT)
add_to("lease cost", "cent_on_rounded_lease", lambda plan: first(plan["rounded"]["leases"], kind="lease"), "cost", CENT)
add_to("penalty", "cent_on_penalty", last_of("unmet"), "penalty", CENT)
add_to("split", "cent_on_split", last_of("split"), "cost", CENT)
add_to("split", "hour_on_split", lambda plan: plan["split"][0], "accel_hours", 1)
add_to("gap", "bound_above_value", lambda plan: plan["objective"], "bound", 1e4)
add_to("gap", "gap_too_wide", lambda plan: plan["objective"], "gap", 1e-3)
add_to("certificate", "other_certificate", lambda plan: plan["certificate"], "primal_objective", 1)
add_to("assumed share", "other_assumed_share", lambda plan: plan["cost"], "assumed_share", -0.01)
add_to("total", "other_price_year", lambda plan: plan["objective"], "price_year", 1)
add_to("rules told", "other_line_of_rule", last_of("rules"), "line", 1)
add_to("rounded total", "other_rounded_gap", lambda plan: plan["rounded"], "gap", 1e-3)
add_to("rounded total", "rounded_objective_off", lambda plan: plan["rounded"], "objective", 1)
add_to("accelerators", "other_accelerators", last_of("placements"), "accelerators", 1)
add_to("signed leases", "signed_lease_grows", lambda plan: first(plan["leases"], kind="signed"), "accelerators", 8)
add_to("whole blocks", "part_of_a_block", lambda plan: first(plan["rounded"]["leases"], kind="lease"), "accelerators", -1)


@change("input digest")
def other_digest(plan):
    plan["input"]["digest"] = "0" * 64


@change("status")
def says_infeasible(plan):
    plan["status"] = "infeasible"


@change("certificate")
def certificate_fails(plan):
    plan["certificate"]["ok"] = False


@change("certificate")
def certificate_missing(plan):
    del plan["certificate"]


@change("total")
def other_currency(plan):
    plan["objective"]["currency"] = "EUR"


@change("cost parts")
def cent_from_part_to_part(plan):
    plan["cost"]["compute"] += CENT
    plan["cost"]["energy"] -= CENT


@change("cost by")
def cent_from_site_to_site(plan):
    rows = [row for row in plan["cost_by"] if row["by"] == "site"]
    if len(rows) < 2:
        return False
    rows[0]["cost"] += CENT
    rows[1]["cost"] -= CENT


@change("cost by")
def cost_by_row_dropped(plan):
    plan["cost_by"].pop(0)


@change("known names")
def cost_by_row_invented(plan):
    plan["cost_by"].append({"by": "site", "name": "atlantis", "cost": 0})


@change("split")
def split_row_dropped(plan):
    plan["split"].pop()


@change("split")
def split_row_doubled(plan):
    plan["split"].append(dict(plan["split"][0], accel_hours=0, cost=0))


@change("split")
def split_shore_swapped(plan):
    row = plan["split"][0]
    row["shore"] = "onshore" if row["shore"] == "offshore" else "offshore"


@change("demand")
def placement_dropped(plan):
    plan["placements"].pop(0)


@change("demand")
def placement_doubled(plan):
    plan["placements"].append(dict(plan["placements"][0]))


@change("tokens")
def more_tokens(plan):
    plan["placements"][0]["tokens"] *= 1.0001


@change("tokens")
def fewer_hours(plan):
    plan["placements"][-1]["accel_hours"] *= 0.999


@change("demand")
def hours_and_tokens_a_little_more(plan):
    row = plan["placements"][0]
    row["accel_hours"] *= 1.001
    row["tokens"] *= 1.001


@change(("mean capacity", "peak capacity"))
def more_hours_than_capacity(plan):
    for row in plan["placements"]:
        row["accel_hours"] *= 1000
        row["tokens"] *= 1000


@change("amounts")
def negative_hours(plan):
    plan["placements"][0]["accel_hours"] *= -1


@change("site and accelerator")
def other_site(plan):
    plan["placements"][0]["site"] = "atlantis"


@change("site and accelerator")
def other_accelerator(plan):
    plan["placements"][-1]["accelerator"] = "abacus"


@change("known names")
def unknown_offer(plan):
    plan["placements"][0]["offer"] = "nowhere"


@change("known names")
def unknown_workload(plan):
    plan["placements"][0]["workload"] = "nothing"


@change("known names")
def unknown_phase(plan):
    plan["placements"][0]["phase"] = "sleep"


@change("known names")
def region_of_a_run(plan):
    row = first(plan["placements"], phase="train")
    service = next((r for r in plan["placements"] if r["user_region"]), None)
    if not row or not service:
        return False
    row["user_region"] = service["user_region"]


@change("can run")
def other_phase(plan):
    row = first(plan["placements"], phase="train")
    if not row:
        return False
    row["phase"] = "mixed"


@change("segment")
def other_period(plan):
    plan["placements"][0]["period"] = "2020-01-06"


@change("segment")
def other_part_of_the_period(plan):
    plan["placements"][0]["from"] = plan["placements"][0]["period"] + "T05:00Z"


@change(("demand", "prefill meets decode"))
def moved_to_another_week(plan):
    row = next((r for r in plan["placements"] if r["user_region"]), None)
    other = next((r for r in plan["placements"] if row and r["period"] != row["period"]), None)
    if not other:
        return False
    row["period"], row["from"] = other["period"], other["from"]


@change("gangs and replicas")
def flag_taken_away(plan):
    row = next((r for r in plan["placements"] if r["flag"]), None)
    if not row:
        return False
    row["flag"] = None


@change("gangs and replicas")
def flag_made_up(plan):
    row = next((r for r in plan["placements"] if not r["flag"]), None)
    if not row:
        return False
    row["flag"] = "below_gang"


@change("unmet")
def unmet_firm_work(plan):
    row = first(plan["placements"], workload="chat" if first(plan["placements"], workload="chat") else "nothing")
    if not row or first(plan["unmet"], workload="pretrain"):
        return False
    plan["unmet"].append({"workload": "chat", "phase": "mixed", "user_region": row["user_region"], "period": row["period"],
                          "from": row["from"], "tokens": 1e6, "penalty": 0})


@change("demand")
def unmet_dropped(plan):
    if not plan["unmet"]:
        return False
    plan["unmet"].pop()


@change("demand")
def unmet_more_tokens(plan):
    if not plan["unmet"]:
        return False
    plan["unmet"][0]["tokens"] *= 1.01


@change("demand")
def unmet_made_up(plan):
    row = first(plan["placements"], workload="tune")
    if not row:
        return False
    plan["unmet"].append({"workload": "tune", "phase": "train", "user_region": None, "period": None, "from": None,
                          "tokens": 1e8, "penalty": 5000})


@change(("mean capacity", "peak capacity"))
def lease_dropped(plan):
    if not new_lease(plan):
        return False
    plan["leases"].remove(new_lease(plan))


@change("signed leases")
def signed_lease_dropped(plan):
    row = first(plan["leases"], kind="signed")
    if not row:
        return False
    plan["leases"].remove(row)


@change(("mean capacity", "peak capacity"))
def smaller_lease(plan):
    if not new_lease(plan):
        return False
    new_lease(plan)["accelerators"] *= 0.9


@change("lease maximum")
def lease_over_its_maximum(plan):
    if not new_lease(plan):
        return False
    new_lease(plan)["accelerators"] = 1e6


@change("purchase maximum")
def purchase_over_its_maximum(plan):
    row = first(plan["leases"], kind="purchase")
    if not row:
        return False
    row["accelerators"] = 1e6


@change("lease cost")
def a_cheque_one_cent_short(plan):
    row = first(plan["leases"], kind="purchase")
    if not row:
        return False
    row["capex"] -= CENT


@change("start")
def lease_starts_off_the_grid(plan):
    if not new_lease(plan):
        return False
    new_lease(plan)["start"] = new_lease(plan)["start"][:8] + "13"


@change("end")
def lease_ends_later(plan):
    if not new_lease(plan):
        return False
    new_lease(plan)["end"] = "2028-05-01"


@change("sign by")
def lease_signed_later(plan):
    if not new_lease(plan):
        return False
    new_lease(plan)["sign_by"] = "2026-12-31"


@change("known names")
def lease_of_a_rented_offer(plan):
    row = new_lease(plan)
    rented = next((r["offer"] for r in plan["placements"] if r["offer"].endswith(("_rent", "_od", "_spot"))), None)
    if not row or not rented:
        return False
    row["offer"] = rented


@change("rules told")
def rule_not_told(plan):
    plan["rules"].pop(0)


@change("rules told")
def rule_told_as_off(plan):
    plan["rules"][0]["status"] = "off"


@change("rules told")
def rule_invented(plan):
    plan["rules"].append(dict(plan["rules"][0], id="nothing"))


@change("rounded total")
def rounded_not_told(plan):
    plan["rounded"] = None


@change(("demand", "rounded total"))
def rounded_placement_doubled(plan):
    rows = plan["rounded"]["placements"]
    if not rows:
        return False
    rows.append(dict(rows[0]))


# ---- what the solver says of the answer: prices, certificate, ties ----


def priced(plan, *families):
    """The row of these families whose price is largest; of capacity what is there anyway: a lease's may have several prices."""
    rows = [row for family in families for row in plan["duals"][family]
            if family != "capacity" or row["name"].split("_")[-1] in ("own peak", "own mean", "od peak", "rent peak", "rent mean")]
    return max(rows, key=lambda row: abs(row["value"]), default=None)


def change_price(name, promise, families, change_row):
    def function(plan):
        row = priced(plan, *families)
        if not row:
            return False
        return change_row(row)
    CHANGES.append((name, promise, function))


def setting(key, value):
    def change_row(row):
        row[key] = value(row) if callable(value) else value
        return row
    return change_row


for families in (["capacity"], ["power"], ["limit"], ["demand"]):
    label = families[0]
    change_price(f"price_of_{label}_a_percent_more", ("bound", "shadow prices"), families, setting("value", lambda row: row["value"] * 1.01))
    change_price(f"price_of_{label}_a_percent_less", ("bound", "shadow prices"), families, setting("value", lambda row: row["value"] * 0.99))
    change_price(f"price_of_{label}_gone", ("bound", "shadow prices"), families, setting("value", 0))
    change_price(f"price_of_{label}_null", "shadow prices", families, setting("value", None))
    change_price(f"unit_of_{label}_other", "shadow prices", families, setting("unit", "CUR/thing"))
    change_price(f"name_of_{label}_unknown", "shadow prices", families, setting("name", "atlantis peak"))
    change_price(f"now_of_{label}_other", "shadow prices", families, setting("now", lambda row: row["now"] * 1.01 + 1))
    change_price(f"interval_of_{label}_elsewhere", "shadow prices", families, setting("high", -1e15))
for families in (["capacity"], ["power"]):
    change_price(f"price_of_{families[0]}_negative", "shadow prices", families, setting("value", lambda row: -row["value"]))
    change_price(f"period_of_{families[0]}_unknown", "shadow prices", families, setting("period", "2020-01-06"))
change_price("from_of_limit_unknown", "shadow prices", ["limit"], setting("from", "2020-01-06"))


@change("status")
def prices_told_as_proof(plan):
    plan["proof"] = copy.deepcopy(plan["duals"])


@change("shadow prices")
def price_told_twice(plan):
    row = priced(plan, "capacity", "demand")
    plan["duals"]["demand" if row in plan["duals"]["demand"] else "capacity"].append(dict(row))


@change("shadow prices")
def prices_not_told(plan):
    del plan["duals"]


@change(("bound", "shadow prices"))
def demand_prices_dropped(plan):
    plan["duals"]["demand"] = []


@change(("bound", "gap"))
def bound_alone_a_little_higher(plan):
    plan["objective"]["bound"] += 1e-4 * abs(plan["objective"]["value"])


@change("bound")
def value_bound_and_certificate_together(plan):
    """A bound above the least cost, told the same everywhere: only the prices refute it."""
    more = 1e-4 * abs(plan["objective"]["value"])
    for part, key in (("objective", "bound"), ("certificate", "dual_objective")):
        plan[part][key] += more


for key, values in (("primal_residual", (-1e-9, 1e-3, None)), ("dual_residual", (-1e-9, None)), ("gap", (1e-3, -1e-3, None)),
                    ("primal_objective", (None,)), ("dual_objective", (None, 0)), ("farkas", (True,))):
    for value in values:
        def function(plan, key=key, value=value):
            plan["certificate"][key] = value
        CHANGES.append((f"certificate_{key}_{value}", "certificate", function))
for key in ("bound", "gap"):
    def function(plan, key=key):
        plan["objective"][key] = None
    CHANGES.append((f"objective_{key}_null", "gap", function))


@change("status")
def says_uncertified(plan):
    plan["status"] = "uncertified"


@change("status")
def says_no_plan(plan):
    plan["status"] = "no_plan"


@change("unique")
def unique_not_told(plan):
    del plan["unique"]


@change("unique")
def unique_names_nobody(plan):
    plan["unique"] = {"alternatives": True, "workloads": ["nobody"]}


@change("unique")
def unique_names_one_twice(plan):
    name = plan["placements"][0]["workload"]
    plan["unique"] = {"alternatives": True, "workloads": [name, name]}


@change("unique")
def unique_names_one_without_ties(plan):
    plan["unique"] = {"alternatives": False, "workloads": [plan["placements"][0]["workload"]]}


for key in ("columns_barred", "rows_made"):
    add_to("rules told", f"rule_{key}_more", lambda plan: plan["rules"][0], key, 1)
    add_to("rules told", f"rule_{key}_less", lambda plan, key=key: next((r for r in plan["rules"] if r[key]), None), key, -1)


@change("rules told")
def bar_told_as_without_effect(plan):
    row = next((r for r in plan["rules"] if r["columns_barred"]), None)
    if not row:
        return False
    row["status"] = "no_effect"


@change("rules told")
def limit_with_a_price_told_as_without_effect(plan):
    row = next((r for r in plan["rules"] if r["dual"]), None)
    if not row:
        return False
    row["status"] = "no_effect"


@change("rules told")
def rule_dual_told_of_a_bar(plan):
    row = first(plan["rules"], dual=None)
    if not row:
        return False
    row["dual"] = 0.5


@change("rules told")
def rule_dual_other(plan):
    row = next((r for r in plan["rules"] if r["dual"]), None)
    if not row:
        return False
    row["dual"] *= 1.01


@change("input files")
def other_digest_of_a_file(plan):
    plan["input"]["files"][0]["digest"] = "0" * 64


@change("input files")
def file_dropped(plan):
    plan["input"]["files"].pop()


@change("input files")
def file_invented(plan):
    plan["input"]["files"].append({"path": "more.csv", "digest": "0" * 64})


@change("input digest")
def files_not_told(plan):
    del plan["input"]["files"]


@change("rounded total")
def rounded_status_other(plan):
    plan["rounded"]["status"] = "whole" if plan["rounded"]["status"] == "flagged" else "flagged"


@change("rounded total")
def rounded_status_null(plan):
    plan["rounded"]["status"] = None


@change("rounded total")
def rounded_note_other(plan):
    plan["rounded"]["note"] = None if plan["rounded"]["note"] else "why not"


@change("rounded total")
def rounded_objective_null(plan):
    plan["rounded"]["objective"] = None


@change("rounded total")
def rounded_gap_null(plan):
    plan["rounded"]["gap"] = None


@change("demand")
def rounded_unmet_dropped(plan):
    if not plan["rounded"]["unmet"]:
        return False
    plan["rounded"]["unmet"].pop()


@change("penalty")
def rounded_unmet_cheaper(plan):
    if not plan["rounded"]["unmet"]:
        return False
    plan["rounded"]["unmet"][0]["penalty"] -= CENT


# ---- what is held and not used, the offers, the cost of waiting; and all of it in the rounded plan ----

add_to("split", "cent_on_rounded_split", lambda plan: plan["rounded"]["split"][-1], "cost", CENT)
add_to("split", "hour_on_rounded_split", lambda plan: plan["rounded"]["split"][0], "accel_hours", 1)
for whose, part in (("plan", lambda plan: plan), ("rounded", lambda plan: plan["rounded"])):
    for key, amount in (("accel_hours", 1), ("cost", CENT), ("beyond", CENT)):
        add_to("idle", f"{key}_of_{whose}_idle", lambda plan, part=part: next((r for r in part(plan)["idle"] if r["shore"]), None), key, amount)
add_to("idle", "cent_on_filling", lambda plan: first(plan["rounded"]["idle"], shore=None), "cost", CENT)
for part in ("compute", "idle_lease", "energy", "movement", "duty", "penalty", "carbon"):
    add_to("cost parts", f"cent_on_rounded_{part}", lambda plan: plan["rounded"]["cost"], part, CENT)
add_to("total", "cent_on_rounded_cost_total", lambda plan: plan["rounded"]["cost"], "total", CENT)
add_to("assumed share", "other_rounded_assumed_share", lambda plan: plan["rounded"]["cost"], "assumed_share", -0.01)


def change_table(promise, whose, table):
    """The table not told, emptied, and with a row twice; `whose`: "rounded" or ""."""
    def of(plan):
        return plan[whose] if whose else plan

    def missing(plan):
        del of(plan)[table]

    def empty(plan):
        if not of(plan)[table]:
            return False
        of(plan)[table] = []

    def doubled(plan):
        if not of(plan)[table]:
            return False
        of(plan)[table].append(copy.deepcopy(of(plan)[table][0]))
    for function, name in ((missing, "not_told"), (empty, "emptied"), (doubled, "row_doubled")):
        CHANGES.append((f"{whose}_{table}_{name}", promise, function))


for whose, table, promise in (("", "idle", ("idle", "known names")), ("", "offers", "offers"), ("rounded", "idle", ("idle", "known names")),
                              ("rounded", "split", "split"), ("rounded", "flagged", "flagged and undone"),
                              ("rounded", "undone", "flagged and undone")):
    change_table(promise, whose, table)


@change("cost parts")
def rounded_cost_not_told(plan):
    plan["rounded"]["cost"] = None


@change(("idle", "known names"))
def idle_of_nobody(plan):
    plan["idle"].append({"shore": "onshore", "vendor": "nobody", "accel_hours": 0, "cost": 0, "beyond": 0})


@change("idle")
def idle_shore_swapped(plan):
    row = next((r for r in plan["idle"] if r["accel_hours"] > 1), None)
    if not row:
        return False
    row["shore"] = "onshore" if row["shore"] == "offshore" else "offshore"


@change(("idle", "known names"))
def filling_of_the_plan_in_fractions(plan):
    plan["idle"].append({"shore": None, "vendor": None, "accel_hours": None, "cost": 1, "beyond": 0})


@change("flagged and undone")
def workload_flagged_that_is_whole(plan):
    whole = {r["workload"] for r in plan["rounded"]["placements"]} - set(plan["rounded"]["flagged"])
    if not whole:
        return False
    plan["rounded"]["flagged"].append(sorted(whole)[0])


@change("flagged and undone")
def flagged_workload_exchanged(plan):
    whole = sorted({r["workload"] for r in plan["rounded"]["placements"]} - set(plan["rounded"]["flagged"]))
    if not whole or not plan["rounded"]["flagged"]:
        return False
    plan["rounded"]["flagged"][0] = whole[0]


@change("flagged and undone")
def workload_undone_that_is_done(plan):
    plan["rounded"]["undone"].append(plan["placements"][0]["workload"])


def change_offer(name, of_offer, change_row, promise="offers"):
    """Change the first row of offers that `of_offer` finds."""
    def function(plan):
        row = next((r for r in plan["offers"] if of_offer(r)), None)
        return False if not row else change_row(row)
    CHANGES.append((name, promise, function))


def used(row):
    return row["status"] == "used"


def dear(row):
    return row["reason"] == "dearer"


def barred(row):
    return row["rule"] is not None


for key, value in (("offer", "nowhere"), ("site", "atlantis"), ("accelerator", "abacus"), ("contract", "gift"), ("status", "unused"),
                   ("reason", "dearer"), ("rule", "no_rule"), ("dearer_by", 0.5), ("accel_hours", lambda row: row["accel_hours"] + 1)):
    change_offer(f"{key}_of_a_used_offer", used, setting(key, value))
for status in ("used", "idle"):
    change_offer(f"unused_offer_told_as_{status}", lambda row: row["status"] == "unused", setting("status", status))
change_offer("hours_of_an_unused_offer", lambda row: row["status"] == "unused", setting("accel_hours", 1))
for name, value in (("more", lambda row: row["dearer_by"] * 1.001), ("less", lambda row: row["dearer_by"] * 0.999), ("null", None), ("zero", 0)):
    change_offer(f"dearer_by_{name}", dear, setting("dearer_by", value))
for reason in ("no cheaper than what is used", "signing is barred", "no workload can run on it", None, "not used by the plan at hand"):
    change_offer(f"dearer_told_as_{reason}", dear, setting("reason", reason))
change_offer("dearer_told_as_barred_by_a_rule", dear, setting("rule", "residency"))
change_offer("bar_of_an_offer_not_told", barred, setting("rule", None))
change_offer("bar_of_an_offer_by_another_rule", barred, setting("rule", "chip_export"))
change_offer("barred_offer_told_as_dearer", barred, setting("reason", "dearer"))
change_offer("barred_offer_dearer_by_something", barred, setting("dearer_by", 0.1))


@change("offers")
def offers_in_another_order(plan):
    plan["offers"].reverse()


def waits(plan, positive=False):
    return next((r for r in plan["leases"] if r["waiting"] is not None and (r["waiting"] > 0 or not positive)), None)


add_to("waiting", "waiting_a_dollar_more", waits, "waiting", 1)
add_to("waiting", "waiting_a_dollar_less", lambda plan: waits(plan, True), "waiting", -1)
add_to("waiting", "waiting_of_a_rounded_lease", lambda plan: waits(plan["rounded"]), "waiting", 1)


@change("waiting")
def waiting_not_told(plan):
    row = waits(plan)
    if not row:
        return False
    row["waiting"] = None


@change("waiting")
def waiting_of_a_signed_lease(plan):
    row = first(plan["leases"], kind="signed")
    if not row:
        return False
    row["waiting"] = 0


@change("amounts")
def unmet_negative(plan):
    if not plan["unmet"]:
        return False
    plan["unmet"][0]["tokens"] *= -1


@change("penalty")
def unmet_penalty_negative(plan):
    if not plan["unmet"]:
        return False
    plan["unmet"][0]["penalty"] *= -1


def move_an_hour(plan, workload, offer, site, accelerator, tokens_per_hour):
    """One accelerator-hour of a workload moves to another offer, with as many tokens as it would make there."""
    row = first(plan["placements"], workload=workload)
    if not row or row["offer"] == offer:
        return False
    share = tokens_per_hour / row["tokens"]
    plan["placements"].append(dict(row, offer=offer, site=site, accelerator=accelerator, accel_hours=1, tokens=tokens_per_hour,
                                   accelerators=1 / 168, flag="below_replica" if row["user_region"] else "below_gang"))
    row["accel_hours"] *= 1 - share
    row["tokens"] -= tokens_per_hour
    return True


@change("rules")
def one_hour_of_personal_data_to_a_barred_site(plan):
    return move_an_hour(plan, "chat", "strait_rent", "strait", "green", 1e6)


@change("rules")
def one_hour_of_tuning_to_a_barred_site(plan):
    return move_an_hour(plan, "tune", "strait_rent", "strait", "green", 1e6)


@change("rules")
def one_hour_of_main_to_a_barred_site(plan):
    """Personal data of the main case, found by its rule, at the first offshore placement's offer."""
    away = next((r for r in plan["placements"] if r["site"] in ("singapore", "johor", "batam")), None)
    if not away or not first(plan["placements"], workload="chat_cn"):
        return False
    return move_an_hour(plan, "chat_cn", away["offer"], away["site"], away["accelerator"], 1e6)


# ---- a plan made for a looser case does not hold in a tighter one: each constraint is missed by someone ----

LOOSER = [
    # case, set for both, set for the plan alone, set for verify alone, promise
    (TINY, [], ["rules.residency.enabled=false", "offers.east_own.count=1"], ["offers.east_own.count=1"], "rules"),
    (TINY, [], [], ["offers.east_own.count=4"], "mean capacity"),
    (TINY, [], [], ["offers.east_own.count=20", "demands.#1.peak=40"], "peak capacity"),
    (TINY, [], [], ["offers.east_own.spare=0.9"], "mean capacity"),
    (TINY, ["workloads.pretrain.gang=0"], [], ["workloads.pretrain.max_parallel=4"], "max_parallel"),
    (TINY, [], [], ["workloads.pretrain.start=2026-12-28"], "window"),
    (TINY, [], [], ["workloads.pretrain.families=hopper"], ("ported", "can run")),
    (TINY, [], [], ["workloads.chat.ttft=21"], ("latency", "can run")),
    (TINY, [], [], ["networks.#1.rtt=1950"], "latency"),
    (TINY, [], [], ["demands.#1.requests=20001"], "demand"),
    (TINY, [], [], ["workloads.pretrain.tokens=2.001e10"], "demand"),
    (TINY, [], [], ["sites.east.power_cap=20000"], "power"),
    (TINY, [], [], ["sites.east.installed_limit=20000"], "installed power"),
    (TINY, [], [], ["sites.east.tariff=0.0801"], "placement cost"),
    (TINY, [], [], ["offers.east_own.valid_from=2026-12-14"], "offer valid"),
    (TINY, [], [], ["workloads.tune.kind=reported", "offers.east_own.kind=reported", "sites.east.kind=reported"], "assumed share"),
    (TINY, TIGHT, [], ["offers.strait_lease.maximum=64"], "lease maximum"),
    (TINY, TIGHT, [], ["offers.strait_lease.lead=7"], ("start", "sign by")),
    (TINY, TIGHT, [], ["offers.strait_lease.term=40"], "end"),
    (TINY, TIGHT, [], ["offers.strait_lease.price=2.1001"], "lease cost"),
    (TINY, TIGHT, [], ["discount_rate=0.081"], ("owed beyond", "lease cost")),
    (TINY, TIGHT, [], ["resale_share=0.4"], "lease cost"),
    (TINY, TIGHT, [], ["workloads.pretrain.penalty=30.0001"], "penalty"),
    (TINY, TIGHT, [], ["rules.residency.acts=lease", "rules.residency.when=offer.contract == 'lease'"], "rules on signing"),
    (TINY, [], ["rules.residency.enabled=false"], [], "rules told"),
]
# The tiny case's rule as a limit, so that each quantity is missed.
for quantity, at_most in (("hours", 100), ("share", 0.01), ("spend", 1), ("energy", 10), ("carbon", 0.001)):
    for per in ("period", "month", "horizon"):
        LOOSER.append((TINY, ["rules.residency.effect=limit", "rules.residency.acts=use", "rules.residency.expect=any",
                              "rules.residency.when=workload.task == 'training'", f"rules.residency.quantity={quantity}",
                              f"rules.residency.per={per}"],
                       ["rules.residency.at_most=" + ("1" if quantity == "share" else "1e12")], [f"rules.residency.at_most={at_most}"], "limits"))
LOOSER.append((TINY, ["rules.residency.effect=limit", "rules.residency.acts=use", "rules.residency.expect=any",
                      "rules.residency.when=site.shore == 'offshore'", "rules.residency.quantity=hours"],
               ["rules.residency.at_least=0"], ["rules.residency.at_least=100"], "limits"))


def looser_main(folder, short):
    """The main case without its dearest limits, and without the bars that bar most: read from its own plan."""
    rules = make_plan(MAIN, short, folder / "main.json")["rules"]
    limits = sorted((r for r in rules if r["dual"]), key=lambda r: -r["dual"])[:2]
    bars = sorted((r for r in rules if r["columns_barred"]), key=lambda r: -r["columns_barred"])[:2]
    return [(MAIN, short, [f"rules.{r['id']}.enabled=false"], [], promise)
            for rows, promise in ((limits, "limits"), (bars, ("rules", "rules told"))) for r in rows]


class Trials:
    """Plans to verify, two at a time: the command does the work, so threads are enough."""

    def __init__(self, folder):
        self.folder, self.tried = folder, 0
        self.pool = concurrent.futures.ThreadPoolExecutor(2)
        self.waiting = []

    def refute(self, name, case, values, text, promise):
        path = self.folder / f"changed-{self.tried}.json"
        path.write_text(text)
        self.tried += 1
        self.waiting.append((name, promise, self.pool.submit(self.verify, case, values, path)))

    @staticmethod
    def verify(case, values, path):
        try:
            return verify(case, values, path)
        finally:
            path.unlink()

    def finish(self):
        for name, promise, trial in self.waiting:
            expect(name, trial.result(), promise)
        self.pool.shutdown()


def plan_that_holds(name, case, values, path):
    plan = make_plan(case, values, path)
    code, broken = verify(case, values, path)
    if code != 0:
        failures.append(f"{name}: the plan as it is ended with {code}, broken {sorted(broken)}")
    return plan


def try_changes(trials, words, short):
    used = {name: 0 for name, _, _ in CHANGES}
    for label, case, values in [("tiny", TINY, []), ("tight", TINY, TIGHT), ("undone", TINY, UNDONE),
                                ("main", MAIN, short + BUYING)]:
        plan = plan_that_holds(label, case, values, trials.folder / "plan.json")
        for name, promise, function in CHANGES:
            if words and not any(word in name for word in words):
                continue
            other = copy.deepcopy(plan)
            if function(other) is False:
                continue
            trials.refute(f"{label} {name}", case, values, json.dumps(other), promise)
            used[name] += 1
    if not words:
        failures.extend(f"{name}: fits no plan" for name, n in used.items() if n == 0)


def try_looser(trials, words, short):
    plans = {}
    for case, both, loose, tight, promise in LOOSER + looser_main(trials.folder, short):
        name = f"{pathlib.Path(case).parent.name} {' '.join(loose + ['->'] + tight)}"
        if words and not any(word in name for word in words):
            continue
        key = (case, *both, *loose)
        if key not in plans:
            plans[key] = json.dumps(plan_that_holds(name, case, both + loose, trials.folder / "loose.json"))
        trials.refute(name, case, both + tight, plans[key], promise)


def main():
    words = sys.argv[1:]
    short = cases.shortened(pathlib.Path(MAIN), MAIN_PERIODS)
    with tempfile.TemporaryDirectory() as name:
        trials = Trials(pathlib.Path(name))
        try_changes(trials, words, short)
        try_looser(trials, words, short)
        trials.finish()
    for line in failures:
        print("FAIL:", line)
    print(f"{trials.tried} changes, {len(failures)} failures")
    return 1 if failures or trials.tried == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
