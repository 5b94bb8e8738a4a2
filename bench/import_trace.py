#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write a trace of requests with Azure's columns: import_trace.py ROWS >FILE.csv; two weeks, seeded, times in order."""
import datetime
import random
import sys

rows = int(sys.argv[1])
random.seed(1)
start = datetime.datetime(2024, 5, 6)
lengths = [int(random.lognormvariate(6.5, 1)) + 1 for _ in range(4096)]
out = ["TIMESTAMP,ContextTokens,GeneratedTokens\n"]
for i in range(rows):
    seconds = i * (14 * 86400) / rows
    if i % 4096 == 0:
        sys.stdout.write("".join(out))
        out = []
    time = start + datetime.timedelta(seconds=seconds)
    out.append(f"{time:%Y-%m-%d %H:%M:%S.%f}0,{lengths[i % 4096]},{lengths[(i * 7) % 4096] // 4 + 1}\n")
sys.stdout.write("".join(out))
