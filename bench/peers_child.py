#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Called by peers: the LP of an MPS file by a Python library; one line of JSON, seconds (wall and user CPU) of the call alone.

  peers_child.py highs FILE highs-ds|highs-ipm on|off CAP
  peers_child.py pulp FILE CAP
"""
import array
import json
import os
import resource
import sys
import tempfile
import time

INFINITY = float("inf")


class Lp:
    """A free MPS file as `strait export` writes it, in flat arrays: a file of 1.6 million columns has 9 million entries."""

    def __init__(self, path):
        self.row, self.col, self.kind = {}, {}, []
        self.entry_row, self.entry_col, self.entry = array.array("i"), array.array("i"), array.array("d")
        self.cost, self.lower, self.upper, self.rhs, self.width = {}, {}, {}, {}, {}
        section = ""
        with open(path, encoding="ascii") as f:
            for line in f:
                word = line.split()
                if line[0] not in " \n":
                    section = word[0]
                elif word:
                    getattr(self, "read_" + section.lower())(word)

    def read_rows(self, word):
        if word[0] != "N":
            self.row[word[1]] = len(self.row)
            self.kind.append(word[0])

    def read_columns(self, word):
        j = self.col.setdefault(word[0], len(self.col))
        if word[1] == "cost":
            self.cost[j] = float(word[2])
        else:
            self.entry_row.append(self.row[word[1]])
            self.entry_col.append(j)
            self.entry.append(float(word[2]))

    def read_rhs(self, word):
        self.rhs[self.row[word[1]]] = float(word[2])

    def read_ranges(self, word):
        self.width[self.row[word[1]]] = float(word[2])

    def read_bounds(self, word):
        j, value = self.col[word[2]], float(word[3]) if len(word) > 3 else INFINITY
        if word[0] in ("FX", "LO", "MI", "FR"):
            self.lower[j] = value if word[0] in ("FX", "LO") else -INFINITY
        if word[0] in ("FX", "UP", "FR"):
            self.upper[j] = value


def arguments(lp):
    """Of scipy.optimize.linprog."""
    import numpy
    from scipy.sparse import csr_matrix, vstack

    matrix = csr_matrix((numpy.frombuffer(lp.entry), (numpy.frombuffer(lp.entry_row, dtype="i4"), numpy.frombuffer(lp.entry_col, dtype="i4"))),
                        shape=(len(lp.row), len(lp.col)))
    at = {k: [i for i, have in enumerate(lp.kind) if have == k] for k in "GLE"}
    b, c, bounds = numpy.zeros(len(lp.row)), numpy.zeros(len(lp.col)), numpy.zeros((len(lp.col), 2))
    bounds[:, 1] = INFINITY
    for target, values in ((b, lp.rhs), (c, lp.cost), (bounds[:, 0], lp.lower), (bounds[:, 1], lp.upper)):
        for i, v in values.items():
            target[i] = v
    second = sorted(lp.width)          # a row with a range is an L row with a second side
    least = b[second] - numpy.array([lp.width[i] for i in second])
    return {"c": c, "A_ub": vstack([matrix[at["L"]], -matrix[at["G"]], -matrix[second]]).tocsr(),
            "b_ub": numpy.concatenate([b[at["L"]], -b[at["G"]], -least]), "A_eq": matrix[at["E"]], "b_eq": b[at["E"]], "bounds": bounds}


def seconds(call):
    """What `call` returns, and its wall and user seconds, children included."""
    def user():
        return sum(resource.getrusage(who).ru_utime for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    before, begin = user(), time.monotonic()
    value = call()
    return value, {"wall": time.monotonic() - begin, "cpu": user() - before}


def highs(path, method, presolve, cap):
    from scipy.optimize import linprog

    program = arguments(Lp(path))
    options = {"time_limit": float(cap), "disp": True, "presolve": presolve == "on"}
    answer, took = seconds(lambda: linprog(**program, method=method, options=options))
    sys.stdout.flush()
    print("\n" + json.dumps({**took, "objective": answer.fun if answer.status == 0 else None}))


def pulp(path, cap):
    import pulp as library

    lp = Lp(path)
    terms = [[] for _ in lp.row]
    for i, j, value in zip(lp.entry_row, lp.entry_col, lp.entry):
        terms[i].append((j, value))

    def solve():
        problem = library.LpProblem("strait", library.LpMinimize)
        x = [library.LpVariable(f"x{j}", lp.lower.get(j, 0.0), None if lp.upper.get(j, INFINITY) == INFINITY else lp.upper[j]) for j in range(len(lp.col))]
        problem += library.LpAffineExpression([(x[j], v) for j, v in lp.cost.items()])
        for i, kind in enumerate(lp.kind):
            row, b = library.LpAffineExpression([(x[j], v) for j, v in terms[i]]), lp.rhs.get(i, 0.0)
            problem += row <= b if kind == "L" else row >= b if kind == "G" else row == b
            if i in lp.width:
                problem += row >= b - lp.width[i]
        with tempfile.TemporaryDirectory() as folder:
            os.chdir(folder)           # the library leaves its files there
            problem.solve(library.COIN_CMD(msg=False, timeLimit=float(cap)))
            os.chdir("/")
        return library.value(problem.objective) if problem.sol_status == library.LpSolutionOptimal else None

    objective, took = seconds(solve)
    print(json.dumps({**took, "objective": objective}))


if __name__ == "__main__":
    {"highs": highs, "pulp": pulp}[sys.argv[1]](*sys.argv[2:])
