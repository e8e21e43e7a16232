"""The report as Markdown, for a pull request: the same contents without the plots."""

from __future__ import annotations

import re

from eval.reports.contents import Contents, SuiteTable, faults, loss
from eval.reports.page import figure, interval
from eval.runs.folder import ScoredCase


def as_markdown(contents: Contents) -> str:
    """Tables, differences, calibration and the worst cases. What comes from answers can't act as Markdown."""
    parts = [f"# Evaluation: {_plain(contents.run.name)}"]
    if contents.run.manifest is not None:
        m = contents.run.manifest
        parts.append(f"commit {m.commit or 'none'}, composer {_plain(', '.join(m.composers))}, cost ${m.cost_usd:.4f}")
    parts += [_suite(t) for t in contents.tables]
    moved = [c for c in contents.comparisons if c.difference.changed]
    if contents.against is not None:
        rows = [
            f"| {c.suite}: {c.measure} | {figure(c.before)} | {figure(c.after)} | {c.difference.mean or 0.0:+.3f} "
            f"| {figure(c.difference.p)} |"
            for c in moved
        ]
        heads = ["| measure | before | after | difference | p |", "| --- | ---: | ---: | ---: | ---: |"]
        parts.append(f"## Against {_plain(contents.against)}")
        parts.append("\n".join([*heads, *rows]) if rows else "No score changed.")
    if contents.judged is not None:
        parts.append(f"## Judged by {_plain(str(contents.judged['judge']))}")
        parts.append("\n".join(f"- {n}: {figure(s['mean'])}" for n, s in contents.judged["scores"].items()))
        sets = contents.judged["calibration"]
        parts.append("\n".join(f"- {c['set']}: κ {figure(c['kappa'])}, α {figure(c['alpha'])}" for c in sets))
    if contents.worst:
        parts.append(f"## The {len(contents.worst)} worst cases")
        parts += [_case(c, contents) for c in contents.worst]
    return "\n\n".join(parts) + "\n"


def _suite(table: SuiteTable) -> str:
    heads = ["measure", "mean", "95%", "n", *table.kinds]
    lines = [f"| {' | '.join(heads)} |", f"| --- |{' ---: |' * (len(heads) - 1)}"]
    for row in table.rows:
        kinds = [figure(row.kinds[k].mean) for k in table.kinds]
        cells = [
            row.measure,
            figure(row.overall.mean),
            interval(row.overall),
            f"{row.overall.n}/{table.questions}",
            *kinds,
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return f"## {table.name}: {table.questions} questions\n\n" + "\n".join(lines)


def _case(case: ScoredCase, contents: Contents) -> str:
    better = contents.run.better[case.suite]
    answer = case.answer()
    lines = [f"### {_plain(case.id)} ({case.kind}, loss {loss(case, better):.2f})", "", _plain(case.question), ""]
    for sentence in answer.body if answer else ():
        lines.append(f"- {_plain(sentence.text)}")
        lines += [f"  - quote: {_plain(c.quote or '')}" for c in sentence.citations]
    lines += [f"- *{_plain(reason)}*" for reason in faults(case, better)]
    return "\n".join(lines)


def _plain(text: str) -> str:
    return re.sub(r"([\\`*_{}\[\]<>#|!~])", r"\\\1", " ".join(text.split()))
