#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The work of bench/estimate by NumPy on one thread: a line "NAME VALUE" (GFLOP per CPU second) for each number of features.

costs = money (1905 x K) @ factors (K x 1024), every cost added to its scenario.  The best of several block shapes counts,
into arrays that are there already.
"""
import os
import time

os.environ["OPENBLAS_NUM_THREADS"] = "1"
import numpy as np  # noqa: E402  (the number of threads is read when it loads)

LINES, SCENARIOS = 1905, 1024
BLOCKS = [(LINES, SCENARIOS), (LINES, 128), (256, 512), (256, 128), (64, 128), (24, 128)]


def once(money, factors, cost, total, rows, columns, add):
    for j in range(0, SCENARIOS, columns):
        part = total[j:j + columns]
        for i in range(0, LINES, rows):
            block = cost[:min(rows, LINES - i)]
            np.matmul(money[i:i + rows], factors[j], out=block)
            if add:
                part += block.sum(axis=0)


def rate(k, rows, columns, add):
    rng = np.random.default_rng(1)
    money = rng.random((LINES, k))
    factors = {j: rng.random((k, columns)) for j in range(0, SCENARIOS, columns)}
    cost, total = np.empty((rows, columns)), np.zeros(SCENARIOS)
    once(money, factors, cost, total, rows, columns, add)
    begin, times = time.thread_time(), 0
    while True:
        once(money, factors, cost, total, rows, columns, add)
        times += 1
        took = time.thread_time() - begin
        if took >= 0.02:
            return 2e-9 * LINES * SCENARIOS * k * times / took


for k in (1, 2, 4, 8, 12, 16, 24, 32):
    for add in (False, True):
        best = max(rate(k, rows, columns, add) for rows, columns in BLOCKS)
        print(f"{'numpy_add' if add else 'numpy'}.{k} {best:.9g}")
