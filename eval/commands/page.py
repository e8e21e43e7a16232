"""`eval report RUN`: one self-contained HTML file, and the same as Markdown."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from pathlib import Path

from eval.commands.command import Command, Outlets
from eval.reports import as_html, as_markdown, contents_of
from eval.runs.folder import Run, read_run


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("run", type=Path, metavar="DIR", help="a run's folder")
    parser.add_argument("--against", type=Path, metavar="DIR", help="a run to compare with")
    parser.add_argument("--also", type=Path, action="append", default=[], metavar="DIR", help="more runs, for cost")
    parser.add_argument("--out", type=Path, metavar="FILE", help="default: DIR/report.html; a .md beside it")


def execute(options: Namespace, outlets: Outlets) -> int:
    """Exit code 0; 1 where a run can't be read or a file can't be written."""
    against = None if options.against is None else read_run(options.against)
    others = [read_run(p) for p in options.also]
    html: Path = options.out or options.run / "report.html"
    write_page(options.run, html, against=against, others=others)
    outlets.stdout.print(f"written: {html} and {html.with_suffix('.md').name}", highlight=False, markup=False)
    return 0


def write_page(folder: Path, html: Path, *, against: Run | None = None, others: Sequence[Run] = ()) -> None:
    """The report about the run in `folder` as `html`, and the same beside it as Markdown."""
    contents = contents_of(read_run(folder), against=against, others=others, folder=folder)
    html.parent.mkdir(parents=True, exist_ok=True)
    html.write_text(as_html(contents), encoding="utf-8")
    html.with_suffix(".md").write_text(as_markdown(contents), encoding="utf-8")


COMMAND = Command("report", "one HTML file (and Markdown) about a run", arguments, execute)
