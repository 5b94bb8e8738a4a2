# SPDX-License-Identifier: GPL-3.0-or-later
"""The tables of peers: medians, ratios, memory, growth."""
import math
import statistics

FAMILIES = ("glpsol", "Clp", "HiGHS", "MathProg", "PuLP")


def middle(runs, key):
    values = [r[key] for r in runs if r.get(key) is not None]
    return statistics.median(values) if values else None


def line_of(name, runs, own):
    line = {"name": name, "runs": len(runs), "capped": any(r["capped"] for r in runs)}
    for key in ("process", "process_cpu", "solve", "solve_cpu", "memory", "objective"):
        line[key] = middle(runs, key)
    if line["objective"] is not None and own is not None:
        line["difference"] = abs(line["objective"] - own) / (1 + abs(own))
    return line


def seconds(line, key):
    if line is None or line[key] is None:
        return "-"
    v = line[key]
    return (">" if line["capped"] else "") + (f"{v:.3f}" if v < 10 else f"{v:.0f}")


def best(result, key, families):
    """The quickest peer that finished; without one, that with the longest cap."""
    lines = [x for f in families for x in (result["peers"].get(f),) if x and x[key] is not None]
    done = [x for x in lines if not x["capped"]]
    return min(done, key=lambda x: x[key]) if done else max(lines, key=lambda x: x[key], default=None)


def ratio(result, key, families):
    peer, own = best(result, key, families), result["strait"]
    if peer is None or own[key] is None:
        return "-"
    if own["capped"]:
        return "-" if peer["capped"] else f"<{peer[key] / own[key]:.2f}"
    return (">" if peer["capped"] else "") + f"{peer[key] / own[key]:.2f} ({peer['name']})"


def agreement(result):
    known = [x["difference"] for x in result["peers"].values() if x and "difference" in x]
    return f"{max(known):.0e}" if known else "-"


def heading(*columns):
    print("\n| " + " | ".join(columns) + " |\n|---|" + "---:|" * (len(columns) - 1))


def row(*cells):
    print("| " + " | ".join(cells) + " |")


def show(results, clock):
    """Three tables in markdown; clock: "" wall seconds, "_cpu" user CPU seconds."""
    solve, process, of = "solve" + clock, "process" + clock, "user CPU s" if clock else "wall s"
    solvers, whole = FAMILIES[:3], ("glpsol", "Clp", "MathProg", "PuLP")
    heading(f"solve stage, {of}", "rows", "columns", "strait", *solvers, "best peer / strait", "objective differs by")
    for r in results:
        row(r["case"], str(r["rows"]), str(r["columns"]), seconds(r["strait"], solve), *(seconds(r["peers"].get(f), solve) for f in solvers),
            ratio(r, solve, solvers), agreement(r))
    heading(f"whole process, {of}", "strait", *whole, "best peer / strait", "strait MiB", "bytes a column", "Clp MiB")
    for r in results:
        memory = r["strait"]["memory"]
        row(r["case"], seconds(r["strait"], process), *(seconds(r["peers"].get(f), process) for f in whole), ratio(r, process, whole),
            f"{memory:.0f}", f"{memory * 2**20 / r['columns']:.0f}" if r["columns"] else "-", f"{r['peers']['Clp']['memory']:.0f}" if r["peers"].get("Clp") else "-")
    known = ("load", "estimate", "build", "solve", "round", "explain")
    heading("stages of strait, first run, wall s", *known, "start and write", "pivots")
    for r in results:
        other = r["stages"]["process"] - sum(r["stages"].get(k, 0.0) for k in known)
        row(r["case"], *(f"{r['stages'][k]:.3f}" if k in r["stages"] else "-" for k in known), f"{other:.3f}",
            f"{r['stages']['pivots']:.0f}" if "pivots" in r["stages"] else "-")


def slope(points):
    """Least squares of log time over log columns."""
    x, y = [math.log(p[0]) for p in points], [math.log(p[1]) for p in points]
    mx, my = sum(x) / len(x), sum(y) / len(y)
    return sum((a - mx) * (b - my) for a, b in zip(x, y)) / sum((a - mx) ** 2 for a in x)


def powers(own, clock):
    def power(line, key):
        points = [(r["columns"], line(r)[key + clock]) for r in own if line(r) and line(r)[key + clock] and not line(r)["capped"]]
        return f"{slope(points):.2f}" if len(points) > 1 else "-"
    return [power(lambda r: r["strait"], "process"), power(lambda r: r["strait"], "solve"),
            *(power(lambda r, f=f: r["peers"].get(f), "solve") for f in FAMILIES[:3])]


def growth(results, clock):
    """Exponents over the sizes of one shape, S left out: there the start of a process counts most."""
    shapes = {}
    for r in results:
        if r["shape"] and r["size"] != "S" and r["columns"]:
            shapes.setdefault(r["shape"], []).append(r)
    shapes = {shape: own for shape, own in shapes.items() if len(own) > 1}
    if shapes:
        heading("seconds grow as columns to the power of", "sizes", "strait, process", "strait, solve", *(f"{f}, solve" for f in FAMILIES[:3]))
    for shape, own in shapes.items():
        row(shape, " ".join(r["size"] for r in own), *powers(own, clock))
