# SPDX-License-Identifier: GPL-3.0-or-later
"""Changes of models/strait.mod, each of which the comparison must notice."""
import re


class Mutant:
    """Replace `old`, which must occur once, by `new`; or remove a whole statement.  Answers that bind `family` are asked."""

    def __init__(self, name, family, old, new):
        self.name, self.family, self.old, self.new = name, family, old, new

    def of(self, text):
        head = text.split("\nsolve;")[0]        # the report names rows that may be gone
        if head.count(self.old) != 1:
            raise SystemExit(f"mutants.py: {self.name}: \"{self.old}\" occurs {head.count(self.old)} times")
        return self.changed(head) + '\nsolve;\nprintf "strait objective %.17g\\n", cost;\nend;\n'

    def changed(self, head):
        return head.replace(self.old, self.new)


class Removed(Mutant):
    def __init__(self, row, family):
        super().__init__(f"without {row}", family, f"s.t. {row} {{", "")

    def changed(self, head):
        return re.sub(re.escape(self.old) + r".*?;\n", "", head, count=1, flags=re.S)


ROWS = [("demand_service", "demand"), ("demand_run", "demand"), ("parallel", "parallel"), ("mean", "mean"), ("peaks", "peak"),
        ("lease", "lease"), ("purchase", None), ("power", "power"), ("installed", "installed"), ("limit", "limit"),
        ("priority", "priority")]

MUTANTS = [Removed(row, family) for row, family in ROWS] + [
    Mutant("demand of a service a little more", "demand", "= asked[w,r,t];", "= 1.001 * asked[w,r,t];"),
    Mutant("demand of a run a little more", "demand", "else 0) = total_work[w];", "else 0) = 1.001 * total_work[w];"),
    Mutant("parallel a little less", "parallel", "<= max_parallel[w] * hours[t]", "<= 0.99 * max_parallel[w] * hours[t]"),
    Mutant("mean without spare", "mean", "<= hours[t] * (1 - spare[o]) * (available", "<= hours[t] * (available"),
    Mutant("mean against the least", "mean", "* (available[o,t] + signed_now[o,t] + sum", "* (least[o,t] + signed_now[o,t] + sum"),
    Mutant("peak without the peak", "peak", "interruptible[w] = 0} peak[w,r,t] * y", "interruptible[w] = 0} y"),
    Mutant("peak with interruptible work", "peak", "sum {w in RUN_AT[o,t]: interruptible[w] = 0} x[w,o,t]", "sum {w in RUN_AT[o,t]} x[w,o,t]"),
    Mutant("peak against the mean", "peak", "* (least[o,t] + signed_now[o,t]", "* (available[o,t] + signed_now[o,t]"),
    Mutant("lease without what is signed", "lease", "max(0, lease_maximum[o,t] - signed_now[o,t])", "max(0, lease_maximum[o,t])"),
    Mutant("power without idle", "power", "sum {k in ACTIVE[o,t]} hold_kw[o] * sign[o,k])", "0)"),
    Mutant("power without what is held", "power", "power_cap[s,t] - sum {o in AT[s]} hold_kw[o] * held_now[o,t]", "power_cap[s,t]"),
    Mutant("installed without what is held", "installed", " - sum {o in AT[s]} rated_kw[accelerator[o]] * held_now[o,t]", ""),
    Mutant("installed without what is rented", "installed", "(if o in RENTED then (sum", "(if 0 = 1 then (sum"),
    Mutant("limit without the base of a share", "limit", "(if quantity[i] = 'share' and (i,w,o) in BASE then bound[i,side] else 0)", "0"),
    Mutant("limit on energy without idle power of the hours", "limit", "(if i in OF_PLACES then 0 else hold_kw[o])", "0"),
    Mutant("limit a little more", "limit", "(if quantity[i] = 'share' then 0 else bound[i,side])", "(if quantity[i] = 'share' then 0.01 else 1.01 * bound[i,side])"),
    Mutant("limit without what is signed", "limit", "(if quantity[i] = 'spend' then hold_cost[o,k,t] else hold_takes[i,o,t]) * sign", "0 * sign"),
    Mutant("priority a little looser", "priority", "<= reached[c];", "<= 1.01 * reached[c] + 1;"),
    Mutant("no discount", None, ":= (1 + discount_rate) ** (-(begins[t] + ends[t]) / 2 / 8760)", ":= 1"),
    Mutant("penalties of services at the price of the day", None, "lot_penalty[w] * discount[t]", "lot_penalty[w]"),
    Mutant("penalties of runs at the price of the day", None, "lot_penalty[w] * (1 + discount_rate) ** (-due[w] / 8760)", "lot_penalty[w]"),
    Mutant("penalties of runs due at the end", None, "-due[w] / 8760", "-ends[T] / 8760"),
    Mutant("no energy", None, "pays_energy[o] * tariff[site[o],t] + ", "0 * "),
    Mutant("no carbon price", None, " + carbon_price * tonnes_per_kwh[o,t]);", ");"),
    Mutant("no duty on use", None, "use_kw[w,o,p] * energy_price[o,t] + duty_hour[w,o,p,t]", "use_kw[w,o,p] * energy_price[o,t]"),
    Mutant("no duty on holding", None, "(hours[t] * discount[t] * hold_price[o,t] + hold_duty[o,t])", "(hours[t] * discount[t] * hold_price[o,t])"),
    Mutant("no movement", None, "then 0 else move_cost[w,o,t] + answer_cost[w,r,o,t])", "then 0 else answer_cost[w,r,o,t])"),
    Mutant("no egress", None, "move_cost[w,o,t] + answer_cost[w,r,o,t])", "move_cost[w,o,t])"),
    Mutant("rent by use without autoscale", None, "(if autoscale[o] = 1 then 1 else peak[w,r,t])", "1"),
    Mutant("nothing beyond the horizon", None, "charged_beyond * owed[o,k] + ", ""),
    Mutant("nothing held already", None, "constant * one", "0 * one"),
    Mutant("rent goes on after the ban", None, "max(0, min(1, (rent_end[o,k] - begins[t]) / hours[t]))", "1"),
    Mutant("leases outlive the ban", None, "ends[t] <= lease_end[o,k] and begins[t] < rent_end[o,k]", "ends[t] <= lease_end[o,k]"),
    Mutant("signed leases outlive the ban", None, "and ends[t] <= signed_end[i] and begins[t] < signed_rent_end[i]", "and ends[t] <= signed_end[i]"),
    Mutant("no ramp", None, "/ lot[w] * ramp[w,accelerator[o],t]", "/ lot[w]"),
    Mutant("any latency", None, "and (ttft[w] < 0 or rtt[site[o],r] + 1000 * first_token[w,o,p] <= ttft[w])", ""),
    Mutant("latency without the round trip", None, "rtt[site[o],r] + 1000 * first", "1000 * first"),
    Mutant("never apart", None, "disaggregate[w] = 1 and", "0 = 1 and"),
    Mutant("apart across sites", None, "(site[o1] = site[o2] and fabric[o1] = fabric[o2] and fabric[o1] > 0)", "fabric[o1] > 0 and fabric[o2] > 0"),
]
