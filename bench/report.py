"""Writes tables and a plot of what bench/generate.py measured.

    python3 bench/report.py RESULTS.JSON FOLDER

Writes performance.svg and performance.png, and replaces what is between the two markers in performance.md, or writes a
new one. Requires the packages in bench/requirements.txt. bench/generate.py runs it.
"""

import json
import math
import statistics
import sys
from collections.abc import Sequence
from pathlib import Path

import matplotlib
import matplotlib.pyplot as plt
from matplotlib.ticker import NullFormatter, NullLocator

BEGIN, END = "<!-- begin: bench/report.py -->", "<!-- end: bench/report.py -->"

Result = dict[str, object]
Samples = dict[tuple[str, str, str], dict[int, float]]


def samples(results: Sequence[Result], measure: str) -> Samples:
    """Returns the measured values of each round, by size, row and tool. What failed has none."""
    found: Samples = {}
    for result in results:
        value = result.get(measure)
        if isinstance(value, float):
            key = str(result["size"]), str(result["row"]), str(result["tool"])
            found.setdefault(key, {})[int(str(result["round"]))] = value
    return found


def distinct(results: Sequence[Result], label: str) -> list[str]:
    """Returns the values of a label, each once, in order of appearance."""
    return list(dict.fromkeys(str(result[label]) for result in results))


def title(size: str) -> str:
    """Returns what a size means."""
    return f"{int(size.removesuffix('c')):,} protos" + (", folders in cycles" if size.endswith("c") else "")


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Returns a Markdown table."""
    return [f"| {' | '.join(row)} |" for row in [heads, ["---"] * len(heads), *rows]]


def timed(seconds: Samples, size: str, row: str, tool: str, baseline: str) -> str:
    """Returns a cell: the median, and the median of the ratios to the baseline in the same round."""
    mine, base = (seconds.get((size, row, name), {}) for name in (tool, baseline))
    if not mine:
        return ""
    median = f"{statistics.median(mine.values()):.2f}"
    ratios = [mine[number] / base[number] for number in mine.keys() & base.keys()]
    return median if tool == baseline or not ratios else f"{median} ({statistics.median(ratios):.2f})"


def time_tables(results: Sequence[Result]) -> list[str]:
    """Returns a table for each size."""
    tools, seconds = distinct(results, "tool"), samples(results, "seconds")
    lines = []
    for size in distinct(results, "size"):
        rows = [
            [row, *(timed(seconds, size, row, tool, tools[0]) for tool in tools)] for row in distinct(results, "row")
        ]
        lines += [f"### {title(size)}", "", *table(["", *tools], rows), ""]
    return lines


def memory_table(results: Sequence[Result]) -> list[str]:
    """Returns the table of memory peaks: of the largest process in any row, and of Bazel's server."""
    tools = distinct(results, "tool")
    sizes, columns = distinct(results, "size"), []
    for measure, head in (("process_mb", "{}"), ("server_mb", "Bazel's server: {}")):
        values = samples(results, measure)
        for name in tools:
            peaks = {
                size: [x for key, xs in values.items() if key[::2] == (size, name) for x in xs.values()]
                for size in sizes
            }
            if any(peaks.values()):
                columns.append((head.format(name), peaks))
    rows = [
        [title(size), *(f"{max(peaks[size]):.0f}" if peaks[size] else "" for _, peaks in columns)] for size in sizes
    ]
    return ["### Memory, in MB", "", *table(["", *(head for head, _ in columns)], rows), ""]


def plot(results: Sequence[Result], folder: Path) -> None:
    """Draws the medians: a panel for each row, a line for each tool. Trees with cycles are left out."""
    matplotlib.rcParams.update({"svg.hashsalt": "bench", "font.size": 9})
    rows, tools = distinct(results, "row"), distinct(results, "tool")
    sizes = [size for size in distinct(results, "size") if not size.endswith("c")]
    seconds = samples(results, "seconds")
    width = math.ceil((len(rows) + 1) / 2)
    figure, axes = plt.subplots(2, width, figsize=(3 * width, 5.6), sharex=True, sharey=True, squeeze=False)
    for row, panel in zip([*rows, *[""] * (2 * width - len(rows))], axes.flat, strict=True):
        if not row:
            panel.set_axis_off()
            continue
        for tool, marker in zip(tools, "o^sDvP", strict=False):
            points = [(int(size), seconds.get((size, row, tool))) for size in sizes]
            known = [(size, statistics.median(values.values())) for size, values in points if values]
            if known:
                panel.plot(*zip(*known, strict=True), marker=marker, markersize=4, linewidth=1.2, label=tool)
        panel.set(title=row, xscale="log", yscale="log")
        panel.set_xticks([int(size) for size in sizes], [f"{int(size):,}" for size in sizes])
        panel.xaxis.set_minor_locator(NullLocator())
        panel.yaxis.set_major_formatter("{x:g}")
        panel.yaxis.set_minor_formatter(NullFormatter())
        panel.grid(alpha=0.3)
    for panel in axes[:, 0]:
        panel.set_ylabel("seconds")
    for panel in axes[-1]:
        panel.set_xlabel("protos")
    handles, labels = axes.flat[0].get_legend_handles_labels()
    axes.flat[len(rows)].legend(handles, labels, loc="center", frameon=False)
    figure.tight_layout()
    figure.savefig(folder / "performance.svg", metadata={"Creator": None, "Date": None})
    figure.savefig(folder / "performance.png", dpi=150, metadata={"Software": None})


def main(source: Path, folder: Path) -> None:
    """Writes the files."""
    data = json.loads(source.read_text())
    results, machine = data["results"], data["machine"]
    plot(results, folder)
    rounds = 1 + max(int(str(result["round"])) for result in results)
    conditions = [
        f"Medians of {rounds} rounds in seconds; in parentheses, the median of the ratios to the first column in the",
        f"same round. On {machine['cpus']} CPUs, {machine['system']}, Python {machine['python']}, Bazel",
        f"{machine['bazel']}, at commit {machine['commit']}.",
    ]
    lines = [BEGIN, "", *conditions, "", "![Seconds by number of protos](performance.svg)", ""]
    lines += [*time_tables(results), *memory_table(results), END]
    page = folder / "performance.md"
    before, _, rest = page.read_text().partition(BEGIN) if page.exists() else ("", "", "")
    page.write_text(before + "\n".join(lines) + (rest.partition(END)[2] or "\n"))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
