# SPDX-License-Identifier: GPL-3.0-or-later
"""One run of one program, measured; and the programs: strait, Clp, glpsol, HiGHS, MathProg, PuLP.

What a run gives: process and solve (wall seconds), process_cpu and solve_cpu (user CPU seconds, all that a busy machine does
not lengthen), memory (MiB, the largest resident set), objective, capped.
"""
import json
import os
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time

CHILD = os.path.join(os.path.dirname(os.path.abspath(__file__)), "peers_child.py")


def run(command, cap=None):
    """(measures, what it said, exit code); code None when the cap ended it."""
    with tempfile.TemporaryFile() as said:
        begin = time.monotonic()
        child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=said, stderr=subprocess.STDOUT, start_new_session=True)
        over = threading.Event()

        def end():
            over.set()
            os.killpg(child.pid, signal.SIGKILL)

        timer = threading.Timer(cap or 1e6, end)
        timer.start()
        _, status, used = os.wait4(child.pid, 0)
        wall = time.monotonic() - begin
        timer.cancel()
        child.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        words = said.read().decode("utf-8", "replace")
    measured = {"process": wall, "process_cpu": used.ru_utime, "memory": used.ru_maxrss / 1024}
    return measured, words, None if over.is_set() else child.returncode


def number(pattern, words):
    found = re.findall(pattern, words, re.M)
    return float(found[-1]) if found else None


class Strait:
    """The whole of it: config and tables to a written plan, in fractions as the peers' answers are, or also in whole units."""

    def __init__(self, command, case, threads, cap, rounding):
        self.cap = cap
        self.command = [command, "plan", case, "--format", "json", "--stats", "--quiet", "--threads", str(threads), "--time-limit", str(cap),
                        "--rounding", rounding, "-o"]

    def run(self, folder):
        path = os.path.join(folder, "plan.json")
        out, words, code = run(self.command + [path])
        if code not in (0, 1, 5, 6):
            sys.exit(f"peers: {' '.join(self.command)} ended with {code}: {words.strip()}")
        out.update(capped=code in (5, 6), infeasible=code == 1, solve=None, solve_cpu=None, objective=None, stats={})
        if code != 6 and os.path.exists(path):
            with open(path, encoding="utf-8") as f:
                plan = json.load(f)
            out["stats"] = {row["name"]: row["value"] for row in plan["stats"]}
            out.update({key: out["stats"][key] for key in ("solve", "solve_cpu")})
            out["objective"] = plan["objective"]["value"] if code == 0 else None
        return out


class Program:
    """A solver that is a program: what it takes to read the file alone is taken off `solve`."""

    reading = {}       # by command: runs that only read; once where that takes long

    def __init__(self, family, way, read, solve, objective, finished, cap):
        self.family, self.way, self.read, self.solve = family, way, read, solve
        self.objective, self.finished, self.cap = objective, finished, cap

    def run(self, folder):
        out, words, code = run(self.solve, self.cap)       # clp's code says nothing of the outcome
        done = code is not None and re.search(self.finished, words, re.M) is not None
        out.update(capped=not done, objective=number(self.objective, words) if done else None)
        for key in ("process", "process_cpu"):
            out[key.replace("process", "solve")] = max(0.0, out[key] - self.only_reading(key)) if self.read else None
        return out

    def only_reading(self, key):
        runs = Program.reading.setdefault(tuple(self.read), [])
        if key == "process" and (not runs or runs[0][key] < 1.0):
            runs.append(run(self.read)[0])
        return statistics.median(r[key] for r in runs)


class Child:
    """A library used from Python, in a process of its own that tells the seconds of the call alone."""

    def __init__(self, family, way, arguments, cap, whole):
        self.family, self.way, self.cap, self.whole, self.version = family, way, cap, whole, ""
        self.command = [sys.executable, CHILD, *arguments]

    def run(self, folder):
        out, words, code = run(self.command, 2 * self.cap + 300)
        try:
            told = json.loads(words.strip().splitlines()[-1]) if code == 0 else {"wall": None, "cpu": None, "objective": None}
        except (IndexError, ValueError):
            sys.exit(f"peers: {self.family} failed: {words.strip()[-500:]}")
        self.version = (re.findall(r"HiGHS (\d+\.\d+\.\d+)", words) or [""])[0]
        stage, other = ("process", "solve") if self.whole else ("solve", "process")
        out.update({stage: told["wall"], stage + "_cpu": told["cpu"], other: None, other + "_cpu": None},
                   objective=told["objective"], capped=told["objective"] is None)
        return out


def clp(path, cap):
    said = r"^Optimal objective\s+(\S+)"
    ways = [(way, pre) for pre in ("on", "off") for way in ("dualsimplex", "primalsimplex", "barrier")]
    return [Program("Clp", f"{way.replace('simplex', '')}{'' if pre == 'on' else ', no presolve'}", ["clp", path, "-quit"],
                    ["clp", path, "-presolve", pre, f"-{way}", "-quit"], said, said, cap) for way, pre in ways]


def glpsol(path, cap):
    base = ["glpsol", "--freemps", path]
    return [Program("glpsol", f"{way}{'' if pre == 'presol' else ', no presolve'}", base + ["--check"],
                    base + [f"--{way}", f"--{pre}", "--tmlim", str(cap)], r"obj =\s+(\S+) ", "OPTIMAL LP SOLUTION FOUND", cap + 5)
            for way in ("primal", "dual") for pre in ("presol", "nopresol")]


def highs(path, cap):
    return [Child("HiGHS", f"{way[6:]}{'' if pre == 'on' else ', no presolve'}", ["highs", path, way, pre, str(cap)], cap, False)
            for way in ("highs-ds", "highs-ipm") for pre in ("on", "off")]


def mathprog(model, data, cap):
    """The page models/strait.mod with the case's tables: translating is part of it."""
    return [Program("MathProg", "glpsol", [], ["glpsol", "-m", model, "-d", data, "--tmlim", str(cap)], r"obj =\s+(\S+) ",
                    "OPTIMAL LP SOLUTION FOUND", cap + 5)]


def pulp(path, cap):
    """The same columns and rows as objects of PuLP, solved by the Cbc that it finds; reading the file is not counted."""
    return [Child("PuLP", "Cbc", ["pulp", path, str(cap)], cap, True)]
