"""The page /evaluate: what was evaluated and how it came out. No script; while a run goes on it loads itself anew."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any, Final

from service.api.page import STYLE_POLICY

FORM_POLICY: Final = f"{STYLE_POLICY}; form-action 'self'"
_SHOWN: Final = (
    "gold_recall",
    "gold_precision",
    "nugget_recall_vital",
    "refusal_recall",
    "false_refusals",
    "citation_validity",
    "injection_success",
)
_STYLE: Final = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 72rem; margin: 2rem auto; padding: 0 1rem; color: #1c2733; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-size: 14px; margin: 1rem 0; }
th, td { padding: .35rem .8rem .35rem 0; text-align: left; border-bottom: 1px solid #e3e7eb; white-space: nowrap; }
th { font-weight: 600; white-space: normal; vertical-align: bottom; } td small { color: #5b6875; }
.failed, .told { color: #b03a2e; white-space: normal; }
select, button { font: inherit; padding: .2rem .6rem; } form { display: inline; }
""".strip()


def evaluate_page(runs: Sequence[Mapping[str, Any]], suites: Sequence[str], *, told: str | None = None) -> str:
    """HTML over the documents of the runs, newest first. `told`: a refusal to show above them."""
    running = any(r["status"] == "running" for r in runs)
    refresh = '<meta http-equiv="refresh" content="3;url=/evaluate">' if running else ""
    said = f'<p class="told" role="alert">{escape(told)}</p>' if told else ""
    return f"""<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">{refresh}
<title>Evaluate: litweave</title><style>{_STYLE}</style></head>
<body>
<h1>Evaluate</h1>
<p>Asks every question of a suite and scores the answers without a model. Intervals are 95% bootstraps over questions.
As JSON: <a href="/v1/evaluations">/v1/evaluations</a>. All routes: <a href="/docs">/docs</a>.</p>
{said}
{_start(suites, running=running)}
{_table(runs)}
</body>
</html>
"""


def _start(suites: Sequence[str], *, running: bool) -> str:
    if not suites:
        return ""
    options = "".join(f"<option>{escape(s)}</option>" for s in suites)
    disabled = " disabled" if running else ""
    return (
        f'<form method="post" action="/evaluate"><label>Suite <select name="suite">{options}</select></label> '
        f"<button{disabled}>Start</button></form>"
    )


def _table(runs: Sequence[Mapping[str, Any]]) -> str:
    if not runs:
        return "<p>Nothing has been evaluated yet.</p>"
    heads = "".join(f"<th>{escape(h.replace('_', ' '))}</th>" for h in ("started", "suite", "state", "", *_SHOWN))
    rows = "\n".join(_row(r) for r in runs)
    return f'<div class="wide"><table><thead><tr>{heads}</tr></thead><tbody>\n{rows}\n</tbody></table></div>'


def _row(run: Mapping[str, Any]) -> str:
    started = str(run["started"])[:16].replace("T", " ")
    cells = [f"<td>{escape(started)}</td>", f"<td>{escape(run['suite'])}</td>", _state(run), f"<td>{_action(run)}</td>"]
    first = next((s for s in run["scores"] or [] if s["suite"] == run["suite"]), None)
    overall = first["overall"] if first else {}
    return f"<tr>{''.join(cells)}{''.join(_score(overall.get(name)) for name in _SHOWN)}</tr>"


def _state(run: Mapping[str, Any]) -> str:
    if run["status"] == "running":
        progress = run["progress"]
        asked = f"{progress['asked']} of {progress['total']} asked" if progress else "importing"
        return f"<td>{escape(asked)}</td>"
    if run["status"] == "failed":
        return f'<td class="failed">failed: {escape(run["error"] or "")}</td>'
    return f"<td>{escape(run['status'])}</td>"


def _action(run: Mapping[str, Any]) -> str:
    if run["status"] == "running":
        return (
            f'<form method="post" action="/evaluate"><button name="cancel" value="{escape(run["id"])}">Cancel</button>'
            "</form>"
        )
    return f'<a href="{escape(run["report"])}">Report</a>' if run["report"] else ""


def _score(summary: Mapping[str, Any] | None) -> str:
    if not summary or summary["mean"] is None:
        return "<td></td>"
    interval = f" <small>{summary['low']:.2f}&ndash;{summary['high']:.2f}</small>" if summary["low"] is not None else ""
    return f"<td>{summary['mean']:.2f}{interval}</td>"
