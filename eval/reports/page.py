"""The report as one HTML file: no script, nothing loaded from anywhere."""

from __future__ import annotations

from html import escape

from eval.reports import plots
from eval.reports.contents import Contents, SuiteTable, faults, loss
from eval.runs.folder import ScoredCase
from eval.stats import Summary

_STYLE = """
body{font:15px/1.5 system-ui,sans-serif;color:#1c2733;max-width:62rem;margin:2rem auto;padding:0 1rem}
h1{font-size:1.5rem}h2{font-size:1.2rem;margin-top:2.2rem;border-bottom:1px solid #d5dbe1}h3{font-size:1rem}
table{border-collapse:collapse;font-size:13px;margin:.6rem 0}
th,td{padding:.2rem .6rem;text-align:right;border-bottom:1px solid #e3e7eb}
th:first-child,td:first-child{text-align:left;white-space:nowrap}
thead th{background:#f3f5f7}svg{max-width:100%;height:auto}
details{margin:.5rem 0;border:1px solid #d5dbe1;border-radius:4px;padding:.4rem .8rem}summary{cursor:pointer}
blockquote{margin:.2rem 0 .4rem 1rem;padding-left:.7rem;border-left:3px solid #9aa5b1;color:#4a5663;font-size:13px}
.bad{color:#b03a2e}.soft{color:#5b6875;font-size:13px}.scroll{overflow-x:auto}
"""


def as_html(contents: Contents) -> str:
    """The whole page."""
    parts = [
        _head(contents),
        *(_suite(t) for t in contents.tables),
        _against(contents),
        _judged(contents),
        _section("Cost against quality", plots.cost(contents.costs)),
        _worst(contents),
    ]
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>Evaluation: {escape(contents.run.name)}</title><style>{_STYLE}</style></head><body>\n"
        + "\n".join(p for p in parts if p)
        + "\n</body></html>\n"
    )


def _head(contents: Contents) -> str:
    m = contents.run.manifest
    facts = []
    if m is not None:
        commit = f"{(m.commit or 'no commit')[:12]}{' with uncommitted changes' if m.dirty else ''}"
        facts = [f"made {m.created}", commit, f"composer {', '.join(m.composers) or 'none'}", f"cost ${m.cost_usd:.4f}"]
        facts += [f"prompt {name} v{version}" for name, version in m.prompt_versions.items()]
    told = "".join(f'<p class="bad">{escape(p)}</p>' for p in contents.run.problems)
    return f"<h1>Evaluation: {escape(contents.run.name)}</h1><p class=soft>{escape(' · '.join(facts))}</p>{told}"


def _suite(table: SuiteTable) -> str:
    heads = "".join(f"<th>{escape(h)}</th>" for h in ("measure", "mean", "95%", "n", *table.kinds))
    rows = "".join(
        f"<tr><td>{'↑' if r.better == 'higher' else '↓' if r.better == 'lower' else '·'} {escape(r.measure)}</td>"
        f"<td>{figure(r.overall.mean)}</td><td>{interval(r.overall)}</td><td>{r.overall.n}/{table.questions}</td>"
        + "".join(f"<td>{figure(r.kinds[k].mean)}</td>" for k in table.kinds)
        + "</tr>"
        for r in table.rows
    )
    grid = f'<div class="scroll"><table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>'
    drawn = (plots.intervals(table) if table.shares else "") + (plots.kinds(table) or "")
    return f"<h2>{escape(table.name)}: {table.questions} questions</h2>{drawn}{grid}"


def _against(contents: Contents) -> str:
    if contents.against is None:
        return ""
    moved = [c for c in contents.comparisons if c.difference.changed]
    rows = "".join(
        f"<tr><td>{escape(c.suite)}: {escape(c.measure)}</td><td>{figure(c.before)}</td><td>{figure(c.after)}</td>"
        f"<td>{c.difference.mean or 0.0:+.3f}</td><td>{figure(c.difference.p)}</td>"
        f"<td>{c.difference.changed}/{c.difference.n}</td></tr>"
        for c in moved
    )
    heads = "<th>measure</th><th>before</th><th>after</th><th>difference</th><th>p</th><th>changed</th>"
    grid = f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>" if moved else "<p>No change.</p>"
    return f"<h2>Against {escape(contents.against)}</h2>{plots.differences(contents.comparisons) or ''}{grid}"


def _judged(contents: Contents) -> str:
    judged = contents.judged
    if judged is None:
        return ""
    rows = "".join(
        f"<tr><td>{escape(name)}</td><td>{figure(s['mean'])}</td><td>{figure(s['low'])}..{figure(s['high'])}</td>"
        f"<td>{s['n']}/{s['n'] + s['unscored']}</td></tr>"
        for name, s in judged["scores"].items()
    )
    kappas = "; ".join(f"{c['set']} κ {figure(c['kappa'])}, α {figure(c['alpha'])}" for c in judged["calibration"])
    heads = "".join(f"<th>{h}</th>" for h in ("measure", "mean", "95%", "n"))
    grid = f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"
    told = f"<p>Agreement of this judge with people: {escape(kappas or 'not measured')}.</p>"
    drawn = plots.calibration(judged["calibration"]) or ""
    return f"<h2>Judged by {escape(str(judged['judge']))}</h2>{grid}{told}{drawn}"


def _worst(contents: Contents) -> str:
    if not contents.worst:
        return ""
    shown = "".join(_case(c, contents) for c in contents.worst)
    return f"<h2>The {len(contents.worst)} worst cases</h2>{shown}"


def _case(case: ScoredCase, contents: Contents) -> str:
    better = contents.run.better[case.suite]
    answer = case.answer()
    body = f'<p class="bad">{escape(case.failure)}</p>' if case.failure else ""
    if answer is None:
        body += "<p class=soft>The answer isn't kept with this run.</p>"
    else:
        body += f"<p class=soft>status: {escape(answer.status)}</p>"
        for sentence in answer.body:
            labels = "".join(f" [{escape(c.label or '?')}]" for c in sentence.citations)
            quotes = "".join(f"<blockquote>{escape(c.quote or '')}</blockquote>" for c in sentence.citations)
            body += f"<p>{escape(sentence.text)}{labels}</p>{quotes}"
        body += "".join(f"<p class=soft>missing: {escape(m)}</p>" for m in answer.missing)
    reasons = "".join(f"<li>{escape(reason)}</li>" for reason in faults(case, better))
    title = f"<b>{escape(case.id)}</b> ({escape(case.kind)}, loss {loss(case, better):.2f}): {escape(case.question)}"
    return f"<details open><summary>{title}</summary>{body}<ul class=bad>{reasons}</ul></details>"


def _section(title: str, drawn: str | None) -> str:
    return f"<h2>{title}</h2>{drawn}" if drawn else ""


def figure(value: float | None) -> str:
    """A score as people read it; a dash where there is none."""
    return "–" if value is None else f"{value:.3f}" if abs(value) < 10 else f"{value:.0f}"


def interval(summary: Summary) -> str:
    """Its bounds; a dash where there are none."""
    return "–" if summary.low is None else f"{figure(summary.low)}..{figure(summary.high)}"
