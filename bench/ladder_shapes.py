# SPDX-License-Identifier: GPL-3.0-or-later
"""Sizes and shapes of the ladder.

A size is the number of eligible columns that a case aims at; a shape says where they come from.  `periods` and `offers`
have one figure a size.  Shapes of the group "tune" are there to develop on; figures that are published come from those of
the group "report" and from their seeds, which nobody tunes on.
"""
SIZES = {"S": 1_000, "M": 40_000, "L": 160_000, "XL": 1_600_000, "XXL": 10_000_000}
ORDER = list(SIZES)

DEFAULT = {
    "period": "hour", "periods": (24, 168, 168, 168, 744), "offers": (7, 20, 36, 60, 90),
    "load": 0.75,       # need over supply, about
    "runs": 0.3,        # share of the columns that training, fine-tuning and batch work take
    "apart": 0.2,       # share of the services that may prefill and decode on two offers
    "grid": "week",     # of the starts of leases and purchases
    "border": 240,      # about so many starts of leases and purchases at most
    "classes": 1,       # priority classes
    "firm": False,      # all work is firm: with too little supply there is no plan
    "equal": False,     # one price, one rate: everything ties
    "caps": 0.5,        # power caps and installed limits over what the site could draw
}


def shape(group, seeds, **own):
    return {**DEFAULT, **own, "group": group, "seeds": seeds}


HOURS = (24, 168, 168, 168, 744)
DAYS = (14, 91, 91, 182, 364)
WEEKS = (13, 52, 52, 104, 156)

SHAPES = {
    "hours": shape("tune", (1, 2)),
    "weeks": shape("tune", (1, 2), period="week", periods=WEEKS, grid="month", offers=(8, 28, 40, 70, 110), runs=0.45),
    "days": shape("tune", (1, 2), period="day", periods=DAYS, offers=(7, 24, 40, 70, 100), load=0.7, runs=0.4),
    "few": shape("tune", (1, 2), offers=(4, 8, 10, 16, 20), load=0.6, apart=0.0),
    "many": shape("tune", (1, 2), offers=(14, 60, 110, 200, 300), apart=0.1, load=0.75),
    "tight": shape("tune", (1, 2), load=1.0, classes=3, caps=0.4, period="day", periods=DAYS),
    "equal": shape("tune", (1, 2), equal=True, apart=0.1, load=0.6),
    "leases": shape("tune", (1, 2), period="week", periods=WEEKS, grid="month", offers=(8, 32, 44, 80, 120), border=520, runs=0.3,
                    load=0.9),
    "runs": shape("tune", (1, 2), period="day", periods=DAYS, runs=0.85, offers=(8, 24, 40, 64, 96), load=0.9),
    "apart": shape("tune", (1, 2), apart=0.8, runs=0.15, offers=(8, 18, 30, 50, 80)),
    "barred": shape("tune", (1,), period="day", periods=DAYS, firm=True, load=2.0),
    # ---- published ----
    "fortnight": shape("report", (71,), periods=(36, 336, 336, 336, 672), offers=(8, 16, 30, 52, 96), runs=0.25, load=0.8),
    "two_years": shape("report", (72,), period="week", periods=(20, 104, 104, 104, 208), grid="quarter", offers=(9, 24, 44, 76, 120),
                       runs=0.5, load=0.8, apart=0.15),
    "season": shape("report", (73,), period="day", periods=(20, 112, 112, 140, 280), offers=(8, 26, 46, 80, 110), load=0.85, caps=0.42),
    "narrow": shape("report", (74,), periods=HOURS, offers=(5, 9, 12, 18, 24), load=0.6, apart=0.1, runs=0.2),
    "wide": shape("report", (75,), periods=HOURS, offers=(15, 66, 120, 220, 320), load=0.7, apart=0.05),
    "classes": shape("report", (76,), period="day", periods=(20, 98, 98, 168, 336), load=0.95, classes=2, caps=0.42),
    "ties": shape("report", (77,), periods=(30, 120, 120, 168, 720), equal=True, apart=0.05, load=0.65, runs=0.4),
    "starts": shape("report", (78,), period="week", periods=(16, 60, 60, 110, 160), grid="month", offers=(9, 30, 48, 84, 130),
                    border=480, runs=0.35),
}


def at(shape_name, key, size):
    value = SHAPES[shape_name][key]
    return value[ORDER.index(size)] if isinstance(value, tuple) and key != "seeds" else value


def names(group=None):
    return [name for name, s in SHAPES.items() if group in (None, s["group"])]
