"""Where a written text goes: stdout or a file, in the asked format, or as its JSON document."""

from __future__ import annotations

import re
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from service.cli.output import emit, emit_bytes, emit_json, folder_there, ink, note, text_width, write_file
from service.cli.session import ExitCode
from service.errors import UsageError
from service.render import (
    as_bibtex,
    as_csl_json,
    as_csv,
    as_docx,
    as_html,
    as_latex,
    as_markdown,
    as_ris,
    as_text,
    styled,
)
from service.render.entry import Entries
from service.render.written import Document

_UNSAFE_IN_BIB_NAME = re.compile(r"[^A-Za-z0-9._+-]")


class Format(StrEnum):
    """How a text is written out. bibtex, ris and csl-json hold its references only, csv its table."""

    text = "text"
    md = "md"
    latex = "latex"
    html = "html"
    docx = "docx"
    bibtex = "bibtex"
    ris = "ris"
    csl_json = "csl-json"
    csv = "csv"


_SUFFIXES = {
    Format.text: (".txt",),
    Format.md: (".md", ".markdown"),
    Format.latex: (".tex", ".latex"),
    Format.html: (".html", ".htm"),
    Format.docx: (".docx",),
    Format.bibtex: (".bib",),
    Format.ris: (".ris",),
    Format.csl_json: (".json",),
    Format.csv: (".csv",),
}
"""The suffixes of each format's files; the first is put behind a name that has none of them."""

_NOT_WRITTEN = {
    ".pdf": "write .html and print it, .docx, or .tex and run pdflatex",
    ".doc": "write .docx",
    ".odt": "write .docx",
    ".rtf": "write .docx",
    ".json": "print the document with --json, or give --format csl-json for the references",
}

FormatOption = Annotated[
    Format | None, typer.Option("--format", help="How to write the text; else by FILE's suffix, or text.")
]
OutputOption = Annotated[
    Path | None,
    typer.Option("--output", "-o", metavar="FILE", help="Write to FILE; md and latex also write a matching .bib."),
]
StyleOption = Annotated[
    str | None,
    typer.Option("--csl", metavar="STYLE", help="Set the references in a CSL style: apa, ieee, … or a .csl file."),
]


def ready(form: Format | None, output: Path | None, *, as_json: bool, csl: str | None = None) -> Format:
    """The format that will be written, checked before any work is done for it.

    Raises `UsageError` (an unknown style, a file of a kind that is not written, binary text for a terminal)
    and `FileNotFoundError` (no such directory to write into).
    """
    if output is not None:
        folder_there(output)
    chosen = form or _by_suffix(output)
    if chosen is Format.docx and output is None and not as_json and sys.stdout.isatty():
        raise UsageError("a .docx file is not text for a terminal: add --output FILE.docx")
    if csl is not None:
        styled((), csl)
    return chosen


def deliver(
    document: Document,
    form: Format | None,
    output: Path | None,
    *,
    as_json: bool,
    csl: str | None = None,
    body_only: bool = False,
    tables: bool = True,
) -> ExitCode:
    """To stdout or a file. Nothing is written to a file where the corpus holds nothing. Raises as `ready`.

    `body_only`: LaTeX without its preamble and bibliography. `tables`: also in the text on stdout.
    """
    chosen = ready(form, output, as_json=as_json, csl=csl)
    entries = None if csl is None else styled(document.references, csl)
    found = document.status != "not_in_corpus"
    if output is not None and found:
        _write(document, chosen, output, entries, body_only=body_only)
    if as_json:
        emit_json(document.as_document())
    elif output is None:
        _print(document, chosen, entries, body_only=body_only, tables=tables)
    elif not found:
        emit(as_text(document, width=text_width(), ink=ink()))
        note(f"Nothing written to {output}.")
    return ExitCode.DONE if found else ExitCode.NOT_IN_CORPUS


def _by_suffix(output: Path | None) -> Format:
    if output is None:
        return Format.text
    suffix = output.suffix.lower()
    if suffix in _NOT_WRITTEN:
        raise UsageError(f"{suffix} files are not written: {_NOT_WRITTEN[suffix]}")
    return next((form for form, suffixes in _SUFFIXES.items() if suffix in suffixes), Format.text)


def _print(document: Document, form: Format, entries: Entries | None, *, body_only: bool, tables: bool) -> None:
    if form is Format.docx:
        emit_bytes(as_docx(document, entries=entries))
    elif form is Format.text:
        emit(as_text(document, width=text_width(), entries=entries, ink=ink(), tables=tables))
    elif form is Format.latex:
        # TeX ignores what stands after \end{document}, so the two also compile as one file.
        text = as_latex(document, entries=entries, body_only=body_only)
        emit(f"{text}\n% references.bib\n{as_bibtex(document.references, ascii_only=True)}")
    else:
        emit(_text(document, form, entries))


def _text(document: Document, form: Format, entries: Entries | None) -> str:
    if form is Format.md:
        return as_markdown(document, entries=entries)
    if form is Format.html:
        return as_html(document, entries=entries)
    if form is Format.bibtex:
        return as_bibtex(document.references)
    if form is Format.ris:
        return as_ris(document.references)
    if form is Format.csl_json:
        return as_csl_json(document.references)
    if form is Format.csv:
        return as_csv(document)
    return as_text(document, entries=entries)


def _write(document: Document, form: Format, output: Path, entries: Entries | None, *, body_only: bool) -> None:
    suffixes = _SUFFIXES[form]
    named = form is Format.text or output.suffix.lower() in suffixes
    target = output if named else output.with_name(output.name + suffixes[0])
    stem = _UNSAFE_IN_BIB_NAME.sub("-", target.stem)
    files: dict[Path, str | bytes] = {}
    if form is Format.docx:
        files[target] = as_docx(document, entries=entries)
    elif form is Format.latex:
        files[target] = as_latex(document, bibliography=stem, entries=entries, body_only=body_only)
    else:
        files[target] = _text(document, form, entries)
    if form in (Format.md, Format.latex):
        files[target.with_name(f"{stem}.bib")] = as_bibtex(document.references, ascii_only=True)
    for path, content in files.items():
        write_file(path, content)
    note("Wrote " + " and ".join(str(path) for path in files) + ".")
