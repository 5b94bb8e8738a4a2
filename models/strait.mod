/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * strait.mod: the linear program of strait, as an executable specification.
 *
 *   strait export CASE --to mathprog -o case.dat
 *   glpsol -m models/strait.mod -d case.dat
 *
 * reaches the objective of `strait plan CASE`.  The data are the planner's tables in domain terms; every coefficient is
 * worked out here, in natural units: accelerator-hours, thousands of requests, millions of tokens, kW and kWh, tonnes,
 * money.  Times are hours since the first day of the horizon.  models/README.md says why each column and row is there.
 *
 * The words: a *run* is training, fine-tuning or a batch; a *service* answers requests of user regions.  An *offer* is
 * accelerators of one type at one site under one contract.  A *segment* is a period, or a part of one between two dates
 * at which something begins or ends.
 */

/* ================================================= time and money ================================================ */

param T, integer, >= 1;
set SEGMENT := 1..T;
param begins {SEGMENT};
param ends {t in SEGMENT}, > begins[t];
param period {SEGMENT}, integer, >= 0;          # of the horizon, from 1
param month {SEGMENT}, integer, >= 0;           # calendar month, year * 100 + month

param discount_rate, >= 0;                      # a year of 365 days
param carbon_price;                             # money per tonne
param terminal, symbolic, in {'inside', 'full', 'resale'};
param resale_share;

param hours {t in SEGMENT} := ends[t] - begins[t];
param discount {t in SEGMENT} := (1 + discount_rate) ** (-(begins[t] + ends[t]) / 2 / 8760);
param forever := 1e9;

# Share of the rent beyond the horizon that is charged.
param charged_beyond := if terminal = 'inside' then 0 else if terminal = 'full' then 1 else 1 - resale_share;

/* ============================================= sites, networks, offers =========================================== */

set SITE;
set REGION;
param pue {SITE}, >= 1;
param tariff {SITE, SEGMENT};                   # money per kWh
param carbon {SITE, SEGMENT};                   # g per kWh
param power_cap {SITE, SEGMENT}, default -1;    # facility kW; -1: none
param installed_limit {SITE}, default -1;       # rated IT kW; -1: none
param transfer_in {SITE}, default 0;            # money per GB brought in
param rtt {SITE, REGION}, default -1;           # ms; -1: no way
param egress {SITE, REGION}, default 0;         # money per GB sent out

set ACCELERATOR;
param rated_kw {ACCELERATOR};
param idle_kw {ACCELERATOR};

set OFFER;
param site {OFFER}, symbolic, in SITE;
param accelerator {OFFER}, symbolic, in ACCELERATOR;
param contract {OFFER}, symbolic, in {'owned', 'on_demand', 'spot', 'lease', 'purchase'};
param fabric {OFFER}, integer, default 0;       # equal numbers share a network; 0: its own
param spare {OFFER}, default 0;                 # share held back for failures
param pays_energy {OFFER}, binary;              # 1: the price leaves power out
param autoscale {OFFER}, binary, default 1;     # rented: 1 pays what it uses, 0 pays for a service's peak
param price {OFFER, SEGMENT}, default 0;        # money per accelerator-hour
param available {OFFER, SEGMENT}, default 0;    # owned and rented: accelerators there, mean over the segment
param least {OFFER, SEGMENT}, default 0;        # the same, least in the segment

set HELD := {o in OFFER: contract[o] = 'owned' or contract[o] = 'lease' or contract[o] = 'purchase'};
set RENTED := OFFER diff HELD;
set AT {s in SITE} := {o in OFFER: site[o] = s};

/* ======================================= what is held, and what may be signed ==================================== */

param term {OFFER}, default 0;                  # lease: days
param lease_maximum {OFFER, SEGMENT}, default -1;   # lease: most active at once; -1: none
param purchase_maximum {OFFER}, default 0;      # purchase: most per start
param capex {OFFER}, default 0;
param life {OFFER}, default 1;                  # years
param residual {OFFER}, default 0;
param capital_rate {OFFER}, default 0;

# Money per accelerator-hour held, used or not: the rent of a lease, the annuity of a purchase; a year has 8760 hours.
param annuity {o in OFFER} :=
    if contract[o] <> 'purchase' then 0
    else if capital_rate[o] = 0 then capex[o] * (1 - residual[o]) / life[o] / 8760
    else capex[o] * (1 - residual[o] * (1 + capital_rate[o]) ** (-life[o])) * capital_rate[o]
         / (1 - (1 + capital_rate[o]) ** (-life[o])) / 8760;
param hold_price {o in OFFER, t in SEGMENT} := if contract[o] = 'lease' then price[o,t] else annuity[o];

# Leases signed already.  rent_end: the rent ends then by the exit clause, because rules bar all use.
set SIGNED;
param signed_offer {SIGNED}, symbolic, in OFFER;
param signed_count {SIGNED}, >= 0;
param signed_start {SIGNED};
param signed_end {SIGNED};
param signed_price {SIGNED}, default -1;        # -1: the offer's
param signed_rent_end {SIGNED}, default forever;

# Starts of leases and purchases that may be signed: offer and number.  (Which they are follows from grid, lead time,
# valid dates and the rules on signing.)
set START within {OFFER, 1..10000};
param start_at {START};
param rent_end {START}, default forever;

param lease_end {(o,k) in START} := if contract[o] = 'lease' then start_at[o,k] + 24 * term[o] else forever;

param signed_active {i in SIGNED, t in SEGMENT}, binary :=
    if signed_start[i] <= begins[t] and ends[t] <= signed_end[i] and begins[t] < signed_rent_end[i] then 1 else 0;
param active {(o,k) in START, t in SEGMENT}, binary :=
    if start_at[o,k] <= begins[t] and ends[t] <= lease_end[o,k] and begins[t] < rent_end[o,k] then 1 else 0;
set ACTIVE {o in OFFER, t in SEGMENT} := setof {(o,k) in START: active[o,k,t] = 1} k;

# Accelerators on lease already, and all that is held already.
param signed_now {o in OFFER, t in SEGMENT} := sum {i in SIGNED: signed_offer[i] = o} signed_count[i] * signed_active[i,t];
param held_now {o in OFFER, t in SEGMENT} := signed_now[o,t] + (if contract[o] = 'owned' then available[o,t] else 0);

/* ==================================================== the work =================================================== */

set PHASE := {'train', 'prefill', 'decode', 'mixed'};
set WORKLOAD;
param task {WORKLOAD}, symbolic, in {'training', 'fine_tuning', 'batch', 'service'};
param amount {WORKLOAD}, default 0;             # runs: tokens to train on, or requests of a batch
param tokens_per_work {WORKLOAD}, default 1;    # training 1; a request: input and output length
param penalty {WORKLOAD}, default -1;           # money per million tokens unmet; -1: firm
param due {WORKLOAD}, default ends[T];          # runs: when the window closes, and the penalty is due
param priority_class {WORKLOAD}, integer, default 1;
param interruptible {WORKLOAD}, binary;
param max_parallel {WORKLOAD}, default -1;      # accelerators; -1: no limit
param disaggregate {WORKLOAD}, binary, default 0;
param ttft {WORKLOAD}, default -1;              # ms to the first token with the round trip; -1: no target
param egress_gb {WORKLOAD}, default 0;          # per request
param data_gb {WORKLOAD, OFFER}, default 0;     # to bring to the site for the whole of the work
param weights_gb {WORKLOAD, OFFER}, default 0;

set SERVICE := {w in WORKLOAD: task[w] = 'service'};
set RUNS := WORKLOAD diff SERVICE;
set PAIR within {SERVICE, REGION};              # services and the regions that ask them
param demand {PAIR, SEGMENT}, default 0;        # requests in the segment
param peak {PAIR, SEGMENT}, >= 1, default 1;    # peak over mean within the segment

# From the estimator.  Work per accelerator-hour (train: tokens, else requests), 0: cannot run; seconds to the first
# token without the network (0: not known); IT power drawn.
param rate {WORKLOAD, OFFER, PHASE}, default 0;
param first_token {WORKLOAD, OFFER, PHASE}, default 0;
param draw_kw {WORKLOAD, OFFER, PHASE}, default 0;
param ramp {WORKLOAD, ACCELERATOR, SEGMENT}, default 1;     # efficiency of the port

# Where the work may be: inside its window, ported, barred by no rule.
set ALLOWED within {WORKLOAD, OFFER, SEGMENT};

# Work is counted in lots, millions of tokens or thousands of requests: solvers have absolute tolerances.
param lot {w in WORKLOAD} := if task[w] = 'training' or task[w] = 'fine_tuning' then 1e6 else 1000;
param speed {w in WORKLOAD, o in OFFER, p in PHASE, t in SEGMENT} := rate[w,o,p] / lot[w] * ramp[w,accelerator[o],t];
param asked {(w,r) in PAIR, t in SEGMENT} := demand[w,r,t] / lot[w];
param total_work {w in WORKLOAD} := (if w in SERVICE then sum {(w,r) in PAIR, t in SEGMENT} demand[w,r,t] else amount[w]) / lot[w];

# Present value per lot unmet: a service's penalty is due in its segment, a run's when its window closes.
param lot_penalty {w in WORKLOAD} := penalty[w] * 1e-6 * tokens_per_work[w] * lot[w];
param run_loss {w in RUNS} := lot_penalty[w] * (1 + discount_rate) ** (-due[w] / 8760);
param loss {w in SERVICE, t in SEGMENT} := lot_penalty[w] * discount[t];

# Runs.
param phase {w in WORKLOAD}, symbolic := if task[w] = 'batch' then 'mixed' else 'train';
set RUN := {(w,o,t) in ALLOWED: w in RUNS and rate[w,o,phase[w]] > 0};
set RUN_AT {o in OFFER, t in SEGMENT} := {w in RUNS: (w,o,t) in RUN};

# Routes: prefill on one offer and decode on another of the same fabric, or both on one.  On one offer the two phases
# are mixed, or apart where that takes fewer hours.
set TOGETHER := {o1 in OFFER, o2 in OFFER: o1 = o2 or (site[o1] = site[o2] and fabric[o1] = fabric[o2] and fabric[o1] > 0)};
set PARTNER {o in OFFER} := setof {(o,o2) in TOGETHER} o2;
set IN_TIME := {(w,r) in PAIR, o in OFFER, p in {'mixed', 'prefill'}: rate[w,o,p] > 0 and rtt[site[o],r] >= 0
    and (ttft[w] < 0 or rtt[site[o],r] + 1000 * first_token[w,o,p] <= ttft[w])};
set APART := {(w,r) in PAIR, (o1,o2) in TOGETHER: disaggregate[w] = 1 and (w,r,o1,'prefill') in IN_TIME and rate[w,o2,'decode'] > 0};
set MIXED := {(w,r) in PAIR, o in OFFER: (w,r,o,'mixed') in IN_TIME and ((w,r,o,o) not in APART
    or 1 / rate[w,o,'prefill'] + 1 / rate[w,o,'decode'] >= 1 / rate[w,o,'mixed'])};
set WAY := setof {(w,r,o) in MIXED} (w,r,o,o) union {(w,r,o1,o2) in APART: not (o1 = o2 and (w,r,o1) in MIXED)};
set ROUTE := {(w,r,o1,o2) in WAY, t in SEGMENT: demand[w,r,t] > 0 and (w,o1,t) in ALLOWED and (w,o2,t) in ALLOWED};
param first {(w,r,o1,o2) in WAY}, symbolic := if o1 = o2 and (w,r,o1) in MIXED then 'mixed' else 'prefill';

# The legs of routes on an offer: the route, and the phase that runs here.
set LEG {o in OFFER, t in SEGMENT}, dimen 5 :=
    setof {(w,r) in PAIR, o2 in PARTNER[o]: (w,r,o,o2,t) in ROUTE} (w, r, o, o2, first[w,r,o,o2])
    union
    setof {(w,r) in PAIR, o1 in PARTNER[o]: (w,r,o1,o,t) in ROUTE and first[w,r,o1,o] = 'prefill'} (w, r, o1, o, 'decode');

/* ====================================================== rules ==================================================== */

# Prices (duties, subsidies) and limits; in force from the first hour until the second.
set DUTY;
set LIMITING;
set RULE := DUTY union LIMITING;
param rule_from {RULE}, default -forever;
param rule_to {RULE}, default forever;
param in_force {i in RULE, t in SEGMENT}, binary := if rule_from[i] <= begins[t] and ends[t] <= rule_to[i] then 1 else 0;

param charge {DUTY};
param basis {DUTY}, symbolic, in {'hour', 'kwh', 'tonne', 'ad_valorem', 'gb'};
set PRICED_USE within {DUTY, WORKLOAD, OFFER};      # using or renting
set PRICED_DATA within {DUTY, WORKLOAD, OFFER};     # moving data
set PRICED_WEIGHTS within {DUTY, WORKLOAD, OFFER};  # moving weights
set PRICED_HOLD within {DUTY, OFFER};               # leasing or buying

set LIMIT within {LIMITING, {'at_most', 'at_least'}};
param bound {LIMIT};
param quantity {LIMITING}, symbolic, in {'hours', 'share', 'spend', 'energy', 'carbon'};
param per {LIMITING}, symbolic, in {'period', 'month', 'horizon'};
set COUNTS within {LIMITING, WORKLOAD, OFFER};      # what is limited
set BASE within {LIMITING, WORKLOAD, OFFER};        # share: of what
set OF_PLACES within LIMITING;                      # says nothing of workloads: what is held counts, used or not
set COUNTS_HELD within {OF_PLACES, OFFER};

param bucket {i in LIMITING, t in SEGMENT} := if per[i] = 'period' then period[t] else if per[i] = 'month' then month[t] else 0;
set BUCKET {i in LIMITING} := setof {t in SEGMENT: in_force[i,t] = 1} bucket[i,t];
set SPAN {i in LIMITING, b in BUCKET[i]} := {t in SEGMENT: in_force[i,t] = 1 and bucket[i,t] = b};

/* ==================================================== unit costs ================================================= */

# Facility kW of use: above idle where held, else all; and of holding.
param use_kw {w in WORKLOAD, o in OFFER, p in PHASE} := pue[site[o]] *
    (if o in HELD then max(0, draw_kw[w,o,p] - idle_kw[accelerator[o]]) else draw_kw[w,o,p]);
param hold_kw {o in OFFER} := if o in HELD then pue[site[o]] * idle_kw[accelerator[o]] else 0;
param tonnes_per_kwh {o in OFFER, t in SEGMENT} := carbon[site[o],t] * 1e-6;

# Present value per accelerator-hour: rent; and energy paid apart, carbon, duties.
param rent {o in OFFER, t in SEGMENT} := if o in RENTED then discount[t] * price[o,t] else 0;
param energy_price {o in OFFER, t in SEGMENT} := discount[t] * (pays_energy[o] * tariff[site[o],t] + carbon_price * tonnes_per_kwh[o,t]);
param duty_hour {w in WORKLOAD, o in OFFER, p in PHASE, t in SEGMENT} :=
    discount[t] * sum {i in DUTY: in_force[i,t] = 1 and (i,w,o) in PRICED_USE} charge[i] *
        (if basis[i] = 'hour' then 1
         else if basis[i] = 'kwh' then pays_energy[o] * use_kw[w,o,p]
         else if basis[i] = 'tonne' then use_kw[w,o,p] * tonnes_per_kwh[o,t]
         else if basis[i] = 'ad_valorem' and o in RENTED then price[o,t]
         else 0);
param hour_cost {w in WORKLOAD, o in OFFER, p in PHASE, t in SEGMENT} := use_kw[w,o,p] * energy_price[o,t] + duty_hour[w,o,p,t];

# Present value per lot of work: bringing data and weights, spread over all the work; sending answers.
param move_cost {w in WORKLOAD, o in OFFER, t in SEGMENT} := if total_work[w] = 0 then 0 else discount[t] / total_work[w] *
    (transfer_in[site[o]] * (data_gb[w,o] + weights_gb[w,o])
     + sum {i in DUTY: basis[i] = 'gb' and in_force[i,t] = 1 and (i,w,o) in PRICED_DATA} charge[i] * data_gb[w,o]
     + sum {i in DUTY: basis[i] = 'gb' and in_force[i,t] = 1 and (i,w,o) in PRICED_WEIGHTS} charge[i] * weights_gb[w,o]);
param answer_cost {w in WORKLOAD, r in REGION, o in OFFER, t in SEGMENT} := discount[t] * lot[w] * egress_gb[w] * egress[site[o],r];

# A run, per accelerator-hour; a leg of a route, per lot (what moves is charged where the answer is decoded).
param run_cost {w in WORKLOAD, o in OFFER, t in SEGMENT} :=
    rent[o,t] + hour_cost[w,o,phase[w],t] + speed[w,o,phase[w],t] * move_cost[w,o,t];
param leg_cost {w in WORKLOAD, r in REGION, o in OFFER, p in PHASE, t in SEGMENT} :=
    (rent[o,t] * (if autoscale[o] = 1 then 1 else peak[w,r,t]) + hour_cost[w,o,p,t]) / speed[w,o,p,t]
    + (if p = 'prefill' then 0 else move_cost[w,o,t] + answer_cost[w,r,o,t]);

# An accelerator held through a segment: idle energy; rent and duties for the share of it in which rent is due.
param idle_cost {o in OFFER, t in SEGMENT} := hours[t] * hold_kw[o] * energy_price[o,t];
param hold_duty {o in OFFER, t in SEGMENT} := hours[t] * discount[t] *
    sum {i in DUTY: in_force[i,t] = 1 and (i,o) in PRICED_HOLD} charge[i] *
        (if basis[i] = 'hour' then 1 else if basis[i] = 'ad_valorem' then hold_price[o,t] else 0);
param hold_cost {(o,k) in START, t in SEGMENT} := idle_cost[o,t]
    + max(0, min(1, (rent_end[o,k] - begins[t]) / hours[t])) * (hours[t] * discount[t] * hold_price[o,t] + hold_duty[o,t]);
param signed_cost {i in SIGNED, t in SEGMENT} := idle_cost[signed_offer[i],t]
    + max(0, min(1, (signed_rent_end[i] - begins[t]) / hours[t]))
      * (hours[t] * discount[t] * (if signed_price[i] < 0 then hold_price[signed_offer[i],t] else signed_price[i])
         + hold_duty[signed_offer[i],t]);

# Owed beyond the horizon: rent at the last segment's price, or the annuity of a purchase until the end of its life.
param at_end := (1 + discount_rate) ** (-ends[T] / 8760);
param owed {(o,k) in START} := if contract[o] = 'purchase' then annuity[o] * max(0, start_at[o,k] + 8760 * life[o] - ends[T]) * at_end else
    price[o,T] * max(0, min(lease_end[o,k], rent_end[o,k]) - ends[T]) * at_end;
param signed_owed {i in SIGNED} := (if signed_price[i] < 0 then price[signed_offer[i],T] else signed_price[i])
    * max(0, min(signed_end[i], signed_rent_end[i]) - ends[T]) * at_end;

# What is held already costs this, whatever is decided.
param constant :=
    sum {o in OFFER, t in SEGMENT: contract[o] = 'owned'} available[o,t] * idle_cost[o,t]
    + sum {i in SIGNED, t in SEGMENT} signed_count[i] * signed_active[i,t] * signed_cost[i,t]
    + sum {i in SIGNED} signed_count[i] * charged_beyond * signed_owed[i];

# What an accelerator-hour of a run, and a lot on a leg, take of a limited quantity.  Where what is held counts by
# itself, use takes only what comes on top; else it answers for the rent and the idle power of its hours.
param counted_kwh {i in LIMITING, w in WORKLOAD, o in OFFER, p in PHASE, t in SEGMENT} :=
    (use_kw[w,o,p] + (if i in OF_PLACES then 0 else hold_kw[o])) * (if quantity[i] = 'carbon' then tonnes_per_kwh[o,t] else 1);
param own_rent {i in LIMITING, o in OFFER, t in SEGMENT} := if i in OF_PLACES or o in RENTED then 0 else discount[t] * hold_price[o,t];
param run_takes {i in LIMITING, w in WORKLOAD, o in OFFER, t in SEGMENT} :=
    if quantity[i] = 'hours' or quantity[i] = 'share' then 1
    else if quantity[i] = 'spend' then run_cost[w,o,t] + own_rent[i,o,t]
    else counted_kwh[i,w,o,phase[w],t];
param leg_takes {i in LIMITING, w in WORKLOAD, r in REGION, o in OFFER, p in PHASE, t in SEGMENT} :=
    if quantity[i] = 'hours' or quantity[i] = 'share' then 1 / speed[w,o,p,t]
    else if quantity[i] = 'spend' then leg_cost[w,r,o,p,t] + own_rent[i,o,t] / speed[w,o,p,t]
    else counted_kwh[i,w,o,p,t] / speed[w,o,p,t];
# A share limit s counts what it names in full and takes s of its base off again: named - s * base <= 0.
param weight {(i,side) in LIMIT, w in WORKLOAD, o in OFFER} := (if (i,w,o) in COUNTS then 1 else 0)
    - (if quantity[i] = 'share' and (i,w,o) in BASE then bound[i,side] else 0);
param hold_takes {i in LIMITING, o in OFFER, t in SEGMENT} :=
    if quantity[i] = 'energy' then hours[t] * hold_kw[o]
    else if quantity[i] = 'carbon' then hours[t] * hold_kw[o] * tonnes_per_kwh[o,t]
    else 0;

/* ===================================================== columns =================================================== */

var x {RUN} >= 0;                       # accelerator-hours of a run on an offer in a segment
var y {ROUTE} >= 0;                     # lots of requests of a region on a route in a segment
var sign {START} >= 0;                  # accelerators leased or bought from a start on
var u {w in RUNS: penalty[w] >= 0} >= 0;        # unmet lots of a run
var v {(w,r) in PAIR, t in SEGMENT: penalty[w] >= 0 and demand[w,r,t] > 0} >= 0;   # unmet lots of a service
var one >= 1, <= 1;                     # carries the constant, which solvers would drop from the objective

/* ==================================================== objective ================================================== */

# 0: the cost.  c > 0: only the penalties of class c, which is how `reached` was found.
param stage, integer, default 0;

minimize cost:
    (if stage = 0 then 1 else 0) * (
        constant * one
        + sum {(w,o,t) in RUN} run_cost[w,o,t] * x[w,o,t]
        + sum {o in OFFER, t in SEGMENT, (w,r,o1,o2,p) in LEG[o,t]} leg_cost[w,r,o,p,t] * y[w,r,o1,o2,t]
        + sum {(o,k) in START} (charged_beyond * owed[o,k] + sum {t in SEGMENT: active[o,k,t] = 1} hold_cost[o,k,t]) * sign[o,k])
    + sum {w in RUNS: penalty[w] >= 0 and (stage = 0 or priority_class[w] = stage)} run_loss[w] * u[w]
    + sum {(w,r) in PAIR, t in SEGMENT: penalty[w] >= 0 and demand[w,r,t] > 0 and (stage = 0 or priority_class[w] = stage)}
        loss[w,t] * v[w,r,t];

/* ====================================================== rows ===================================================== */

# demand: a service in each region and segment, a run over its window.
s.t. demand_service {(w,r) in PAIR, t in SEGMENT: demand[w,r,t] > 0}:
    sum {(o1,o2) in TOGETHER: (w,r,o1,o2,t) in ROUTE} y[w,r,o1,o2,t]
    + (if penalty[w] >= 0 then v[w,r,t] else 0) = asked[w,r,t];

s.t. demand_run {w in RUNS}:
    sum {o in OFFER, t in SEGMENT: (w,o,t) in RUN} speed[w,o,phase[w],t] * x[w,o,t]
    + (if penalty[w] >= 0 then u[w] else 0) = total_work[w];

# parallel: a run uses at most so many accelerators at once.
s.t. parallel {w in RUNS, t in SEGMENT: max_parallel[w] >= 0}:
    sum {o in OFFER: (w,o,t) in RUN} x[w,o,t] <= max_parallel[w] * hours[t];

# mean: all hours used, against the hours of what is usable.
s.t. mean {o in OFFER, t in SEGMENT}:
    sum {w in RUN_AT[o,t]} x[w,o,t]
    + sum {(w,r,o1,o2,p) in LEG[o,t]} y[w,r,o1,o2,t] / speed[w,o,p,t]
    <= hours[t] * (1 - spare[o]) * (available[o,t] + signed_now[o,t] + sum {k in ACTIVE[o,t]} sign[o,k]);

# peak: firm work at its peak, against the least that is usable; what can be interrupted waits.
s.t. peaks {o in OFFER, t in SEGMENT}:
    sum {w in RUN_AT[o,t]: interruptible[w] = 0} x[w,o,t]
    + sum {(w,r,o1,o2,p) in LEG[o,t]: interruptible[w] = 0} peak[w,r,t] * y[w,r,o1,o2,t] / speed[w,o,p,t]
    <= hours[t] * (1 - spare[o]) * (least[o,t] + signed_now[o,t] + sum {k in ACTIVE[o,t]} sign[o,k]);

# lease: accelerators active at once; what is signed already counts.
s.t. lease {o in OFFER, t in SEGMENT: contract[o] = 'lease' and lease_maximum[o,t] >= 0}:
    sum {k in ACTIVE[o,t]} sign[o,k] <= max(0, lease_maximum[o,t] - signed_now[o,t]);

# (a bound of the column: a purchase adds at most so many at each start)
s.t. purchase {(o,k) in START: contract[o] = 'purchase'}: sign[o,k] <= purchase_maximum[o];

# power: the facility's, in use and idle.
s.t. power {s in SITE, t in SEGMENT: power_cap[s,t] >= 0}:
    sum {o in AT[s]} (
        sum {w in RUN_AT[o,t]} use_kw[w,o,phase[w]] * x[w,o,t] / hours[t]
        + sum {(w,r,o1,o2,p) in LEG[o,t]} use_kw[w,o,p] / speed[w,o,p,t] * y[w,r,o1,o2,t] / hours[t]
        + sum {k in ACTIVE[o,t]} hold_kw[o] * sign[o,k])
    <= power_cap[s,t] - sum {o in AT[s]} hold_kw[o] * held_now[o,t];

# installed: rated power of what stands there; of what is rented, as much as is used.
s.t. installed {s in SITE, t in SEGMENT: installed_limit[s] >= 0}:
    sum {o in AT[s]} rated_kw[accelerator[o]] * (
        (if o in RENTED then (sum {w in RUN_AT[o,t]} x[w,o,t]
            + sum {(w,r,o1,o2,p) in LEG[o,t]} y[w,r,o1,o2,t] / speed[w,o,p,t]) / hours[t] else 0)
        + sum {k in ACTIVE[o,t]} sign[o,k])
    <= installed_limit[s] - sum {o in AT[s]} rated_kw[accelerator[o]] * held_now[o,t];

# limit: at most or at least so many hours, so much money, energy, carbon, or such a share, per period, month or horizon.
s.t. limit {(i,side) in LIMIT, b in BUCKET[i]}:
    (if side = 'at_most' then 1 else -1) * (
        sum {t in SPAN[i,b], o in OFFER, w in RUN_AT[o,t]} weight[i,side,w,o] * run_takes[i,w,o,t] * x[w,o,t]
        + sum {t in SPAN[i,b], o in OFFER, (w,r,o1,o2,p) in LEG[o,t]: weight[i,side,w,o] <> 0}
            weight[i,side,w,o] * leg_takes[i,w,r,o,p,t] * y[w,r,o1,o2,t]
        + sum {t in SPAN[i,b], (i,o) in COUNTS_HELD, k in ACTIVE[o,t]}
            (if quantity[i] = 'spend' then hold_cost[o,k,t] else hold_takes[i,o,t]) * sign[o,k])
    <= (if side = 'at_most' then 1 else -1) * (
        (if quantity[i] = 'share' then 0 else bound[i,side])
        - sum {t in SPAN[i,b], (i,o) in COUNTS_HELD} (
            (if quantity[i] <> 'spend' then hold_takes[i,o,t] * held_now[o,t]
             else (if contract[o] = 'owned' then available[o,t] * idle_cost[o,t] else 0)
                  + sum {n in SIGNED: signed_offer[n] = o} signed_count[n] * signed_active[n,t] * signed_cost[n,t])));

# priority: what the earlier classes reached by themselves stays.  Data only where the cost alone would not keep it.
set CLOSED, default {};
param reached {CLOSED};
s.t. priority {c in CLOSED: stage = 0 or c < stage}:
    sum {w in RUNS: penalty[w] >= 0 and priority_class[w] = c} run_loss[w] * u[w]
    + sum {(w,r) in PAIR, t in SEGMENT: penalty[w] >= 0 and demand[w,r,t] > 0 and priority_class[w] = c} loss[w,t] * v[w,r,t]
    <= reached[c];

solve;

/* ==================================================== the answer ================================================= */

# The objective, and in each family the number of rows that bind (a shadow price).
printf "strait objective %.17g\n", cost;
printf "strait binds demand %d\n",
    sum {(w,r) in PAIR, t in SEGMENT: demand[w,r,t] > 0 and abs(demand_service[w,r,t].dual) > 1e-11} 1
    + sum {w in RUNS: abs(demand_run[w].dual) > 1e-11} 1;
printf "strait binds parallel %d\n", sum {w in RUNS, t in SEGMENT: max_parallel[w] >= 0 and abs(parallel[w,t].dual) > 1e-9} 1;
printf "strait binds mean %d\n", sum {o in OFFER, t in SEGMENT: abs(mean[o,t].dual) > 1e-9} 1;
printf "strait binds peak %d\n", sum {o in OFFER, t in SEGMENT: abs(peaks[o,t].dual) > 1e-9} 1;
printf "strait binds lease %d\n",
    sum {o in OFFER, t in SEGMENT: contract[o] = 'lease' and lease_maximum[o,t] >= 0 and abs(lease[o,t].dual) > 1e-9} 1;
printf "strait binds power %d\n", sum {s in SITE, t in SEGMENT: power_cap[s,t] >= 0 and abs(power[s,t].dual) > 1e-9} 1;
printf "strait binds installed %d\n", sum {s in SITE, t in SEGMENT: installed_limit[s] >= 0 and abs(installed[s,t].dual) > 1e-9} 1;
printf "strait binds limit %d\n", sum {(i,side) in LIMIT, b in BUCKET[i]: abs(limit[i,side,b].dual) > 1e-9} 1;
printf "strait binds priority %d\n", sum {c in CLOSED: (stage = 0 or c < stage) and abs(priority[c].dual) > 1e-9} 1;
end;
