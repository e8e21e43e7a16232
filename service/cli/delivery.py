"""Where a written text goes: stdout or a file, in the asked format, or as its JSON document."""

from __future__ import annotations

import re
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from service.cli.output import emit, emit_json, note, text_width, write_file
from service.cli.session import ExitCode
from service.records import Answer, Draft
from service.render import as_bibtex, as_latex, as_markdown, as_text

_UNSAFE_IN_BIB_NAME = re.compile(r"[^A-Za-z0-9._+-]")


class Format(StrEnum):
    """How a text is written out."""

    text = "text"
    md = "md"
    latex = "latex"


FormatOption = Annotated[
    Format | None, typer.Option("--format", help="How to write the text; else by FILE's suffix, or text.")
]
OutputOption = Annotated[
    Path | None,
    typer.Option("--output", "-o", metavar="FILE", help="Write to FILE; md and latex also write a matching .bib."),
]


def deliver(document: Answer | Draft, form: Format | None, output: Path | None, *, as_json: bool) -> ExitCode:
    """To stdout or a file. Nothing is written to a file where the corpus holds nothing."""
    form = form or Format.text
    found = document.status != "not_in_corpus"
    if output is not None and found:
        _write(document, form, output)
    if as_json:
        emit_json(document.as_document())
    elif output is None:
        emit(_rendered(document, form))
    elif not found:
        emit(as_text(document, width=text_width()))
        note(f"Nothing written to {output}.")
    return ExitCode.DONE if found else ExitCode.NOT_IN_CORPUS


def _rendered(document: Answer | Draft, form: Format) -> str:
    if form is Format.md:
        return as_markdown(document)
    if form is Format.latex:
        # TeX ignores what stands after \end{document}, so the two also compile as one file.
        return f"{as_latex(document)}\n% references.bib\n{as_bibtex(document.references)}"
    return as_text(document, width=text_width())


def _write(document: Answer | Draft, form: Format, output: Path) -> None:
    if form is Format.text:
        files = {output: as_text(document)}
    else:
        suffix = ".tex" if form is Format.latex else ".md"
        target = output if output.suffix == suffix else output.with_name(output.name + suffix)
        stem = _UNSAFE_IN_BIB_NAME.sub("-", target.stem)
        bibliography = target.with_name(f"{stem}.bib")
        text = as_latex(document, bibliography=stem) if form is Format.latex else as_markdown(document)
        files = {target: text, bibliography: as_bibtex(document.references)}
    for path, text in files.items():
        write_file(path, text)
    note("Wrote " + " and ".join(str(path) for path in files) + ".")
