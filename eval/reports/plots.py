"""Plots as inline SVG: no script, no font, no file beside the page."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from eval.reports.contents import CostPoint, SuiteTable
from eval.runs.compare import Comparison

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_INK, _BAD, _SOFT = "#1f4e79", "#b03a2e", "#9aa5b1"


def intervals(table: SuiteTable) -> str:
    """Every share of a suite with its 95% interval, one line each."""
    rows = list(reversed(table.shares))
    figure, axes = _figure(7.5, 0.32 * len(rows) + 0.8)
    for at, row in enumerate(rows):
        mean = row.overall.mean or 0.0
        low, high = row.overall.low, row.overall.high
        colour = _BAD if row.better == "lower" else _INK
        if low is not None and high is not None:
            axes.plot([low, high], [at, at], color=colour, linewidth=2, solid_capstyle="butt")
        axes.plot([mean], [at], "o", color=colour, markersize=5)
    axes.set_yticks(
        range(len(rows)), [f"{r.measure} ({'↓' if r.better == 'lower' else '↑'}, n={r.overall.n})" for r in rows]
    )
    axes.set_xlim(-0.02, 1.02)
    axes.set_xlabel("mean over questions, 95% bootstrap interval")
    return _svg(figure, f"Scores of {table.name} with intervals")


def kinds(table: SuiteTable, measure: str = "nugget_recall_vital") -> str | None:
    """One measure by kind of question; `None` where the suite hasn't got it."""
    row = next((r for r in table.rows if r.measure == measure), None)
    scored = [] if row is None else [(k, s) for k, s in row.kinds.items() if s.mean is not None]
    if row is None or len(scored) < 2:
        return None
    figure, axes = _figure(7.5, 0.4 * len(scored) + 0.8)
    for at, (_, summary) in enumerate(reversed(scored)):
        axes.barh([at], [summary.mean or 0.0], color=_INK, height=0.55)
        if summary.low is not None and summary.high is not None:
            axes.plot([summary.low, summary.high], [at, at], color="black", linewidth=1.5)
    axes.set_yticks(range(len(scored)), [f"{k} (n={s.n})" for k, s in reversed(scored)])
    axes.set_xlim(0, 1.02)
    axes.set_xlabel(measure)
    return _svg(figure, f"{measure} of {table.name} by kind of question")


def differences(comparisons: Sequence[Comparison]) -> str | None:
    """After minus before, with intervals; `None` where nothing changed."""
    moved = [c for c in comparisons if c.difference.changed and c.better != "neither"]
    if not moved:
        return None
    figure, axes = _figure(7.5, 0.32 * len(moved) + 0.8)
    for at, c in enumerate(reversed(moved)):
        mean = c.difference.mean or 0.0
        good = (mean >= 0) == (c.better == "higher")
        if c.difference.low is not None and c.difference.high is not None:
            axes.plot([c.difference.low, c.difference.high], [at, at], color=_INK if good else _BAD, linewidth=2)
        axes.plot([mean], [at], "o", color=_INK if good else _BAD, markersize=5)
    axes.axvline(0, color=_SOFT, linewidth=1)
    axes.set_yticks(range(len(moved)), [f"{c.suite}: {c.measure}" for c in reversed(moved)])
    axes.set_xlabel("after minus before, 95% paired bootstrap interval (red: worse)")
    return _svg(figure, "Differences between two runs")


def calibration(sets: Sequence[dict[str, Any]]) -> str | None:
    """Cohen's kappa of the judge on each labelled set, with intervals; 0 is chance."""
    known = [s for s in sets if s.get("kappa") is not None]
    if not known:
        return None
    figure, axes = _figure(7.5, 0.4 * len(known) + 0.8)
    for at, s in enumerate(reversed(known)):
        if s.get("low") is not None:
            axes.plot([s["low"], s["high"]], [at, at], color=_INK, linewidth=2)
        axes.plot([s["kappa"]], [at], "o", color=_INK, markersize=5)
    axes.axvline(0, color=_SOFT, linewidth=1)
    axes.set_yticks(range(len(known)), [f"{s['set']} (n={s['n']})" for s in reversed(known)])
    axes.set_xlim(-0.3, 1)
    axes.set_xlabel("Cohen's κ with human labels (0: chance, 1: full agreement)")
    return _svg(figure, "Agreement of the judge with people")


def cost(points: Sequence[CostPoint]) -> str | None:
    """US dollars a question against vital nugget recall, one point a run and suite."""
    if not points:
        return None
    figure, axes = _figure(7.5, 3.0)
    for at, p in enumerate(points):
        axes.plot([p.cost_usd], [p.quality], "o", color=_INK)
        place = (8, 4 - 11 * at)  # below one another: free runs share a cost
        axes.annotate(p.name, (p.cost_usd, p.quality), textcoords="offset points", xytext=place, fontsize=8)
    axes.set_ylim(0, 1.02)
    axes.set_xlim(left=0, right=max(max(p.cost_usd for p in points) * 1.3, 0.001))
    axes.set_xlabel("US dollars a question")
    axes.set_ylabel("vital nugget recall")
    return _svg(figure, "Cost against quality")


def _figure(width: float, height: float) -> tuple[Figure, Any]:
    from matplotlib.figure import Figure  # no pyplot: no global state, safe in threads

    figure = Figure(figsize=(width, height), layout="constrained")
    axes = figure.subplots()
    axes.grid(axis="x", color="#e3e7eb", linewidth=0.8)
    axes.set_axisbelow(True)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.tick_params(labelsize=8, length=0)
    return figure, axes


def _svg(figure: Figure, title: str) -> str:
    """The bare `<svg>` element, with a title for readers who don't see it, and nothing that changes from run to run."""
    import matplotlib as mpl

    buffer = io.StringIO()
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": title, "font.family": "sans-serif"}):
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    svg = buffer.getvalue()[buffer.getvalue().index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = re.sub(r'\b(id="|href="#|url\(#)', lambda m: f"{m[1]}{_slug(title)}-", svg)  # ids are shared on one page
    return re.sub(r"<svg ", f'<svg role="img" aria-label="{title}" ', svg, count=1)


def _slug(title: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", title.casefold()).strip("-")
