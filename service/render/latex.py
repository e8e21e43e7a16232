r"""A LaTeX article that pdflatex compiles with nothing but the base distribution.

Quotes stand as comments below their sentence, so that an author can check a text while editing it.
"""

from __future__ import annotations

from service.records import Citation, Matrix, Row, Sentence
from service.render.bibtex import cite_keys
from service.render.entry import Entries, Run
from service.render.paragraphs import cited
from service.render.plain import readable, visible
from service.render.reference import NOT_FOUND, cell_text, has_gaps, row_name
from service.render.tex_characters import tex
from service.render.written import STATUS, VERIFIED, Document, Points, Section, Timeline, Written, doubt, written


def as_latex(
    document: Document, *, bibliography: str = "references", entries: Entries | None = None, body_only: bool = False
) -> str:
    r"""The document as ASCII LaTeX, ending in a newline. `bibliography` is the .bib file's name without `.bib`.

    That name must hold ASCII letters, digits, `.`, `_`, `+` and `-` only; anything else raises `ValueError`.
    With styled `entries` the list of references stands in the document itself and no .bib is read. `body_only`: the
    paragraphs alone, to be read into a document of one's own.
    """
    if not bibliography or not bibliography.isascii() or set(bibliography) - _FILE_NAME:
        raise ValueError(f"{bibliography!r} cannot stand in \\bibliography: use letters, digits, . _ + -")
    view = written(document)
    keys = cite_keys(view.references)
    missing, sections = _missing(view), [part for s in view.sections for part in _section(s, view, keys)]
    paragraphs = ["\n".join(_sentence(sentence, keys) for sentence in paragraph) for paragraph in view.paragraphs]
    if body_only:
        return "\n\n".join([*paragraphs, *sections]) + "\n"
    blocks = [
        _preamble(view),
        rf"\section*{{{tex(readable(view.heading))}}}",
        *([rf"\emph{{{tex(STATUS[view.status])}}}"] if STATUS[view.status] else []),
        *([rf"\emph{{{tex(view.restriction)}}}"] if view.restriction else []),
        *paragraphs,
        *([*missing, *sections] if view.paragraphs else [*sections, *missing]),
        *_closing(view, bibliography, keys, entries),
    ]
    return "\n\n".join(blocks) + "\n"


_FILE_NAME = set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._+-")

# booktabs is of the recommended, not the base distribution; without it plain rules stand in.
_RULES = (
    r"\IfFileExists{booktabs.sty}{\usepackage{booktabs}}{%",
    r"  \newcommand{\toprule}{\hline}\newcommand{\midrule}{\hline}\newcommand{\bottomrule}{\hline}}",
)


def _preamble(view: Written) -> str:
    lines = [
        f"% Composed by litweave ({tex(readable(view.composer))}).",
        *([f"% {_as_comment(view.judged.removeprefix(f'{VERIFIED}: '))}."] if view.judged else []),
        r"\documentclass{article}",
        r"\usepackage[utf8]{inputenc}",
    ]
    if any(view.matrices):
        lines += [r"\usepackage{longtable}", *_RULES]
    return "\n".join([*lines, r"\begin{document}"])


def _as_comment(text: str) -> str:
    """Dashes make no ligature in a comment, and a command in it may be copied."""
    return tex(text).replace("-{}-", "--")


def _sentence(sentence: Sentence, keys: dict[str, str]) -> str:
    text = tex(readable(sentence.text))
    labels = cited(sentence)
    if not labels:
        return text
    citation = rf"~\cite{{{','.join(keys[label] for label in labels)}}}"
    if doubt(sentence):
        citation += f" ({doubt(sentence)})"
    ends_plainly = text.endswith(".") and not text.endswith("..")
    line = f"{text[:-1]}{citation}." if ends_plainly else f"{text}{citation}"
    return "\n".join([line, *(_evidence(quote, keys) for quote in _quotes(sentence.citations))])


def _quotes(citations: tuple[Citation, ...]) -> list[tuple[str, int, int, str]]:
    found = [(c.label, c.start, c.end, c.quote) for c in citations]
    return list(dict.fromkeys(found))


def _evidence(quote: tuple[str, int, int, str], keys: dict[str, str]) -> str:
    label, start, end, text = quote
    return f"%   {keys[label]} [{start}:{end}]: {tex(visible(text))}"


def _missing(view: Written) -> list[str]:
    if not view.missing:
        return []
    items = [rf"  \item {{}}{tex(readable(item))}" for item in view.missing]
    begin = "What the corpus does not say:\n" + r"\begin{itemize}"
    return ["\n".join([begin, *items, r"\end{itemize}"])]


def _section(section: Section, view: Written, keys: dict[str, str]) -> list[str]:
    blocks = [rf"\subsection*{{{tex(readable(section.title))}}}"]
    for block in section.blocks:
        if isinstance(block, Matrix):
            blocks += _table(block, view, keys)
        elif isinstance(block, Points):
            blocks += [rf"\paragraph{{{tex(readable(block.title))}}}"] if block.title else []
            items = [(tex(readable(point.term)), _sentence(point.sentence, keys)) for point in block.items]
            blocks.append(_described(items))
        elif isinstance(block, Timeline):
            events = block.events
            marks = [rf"~\cite{{{keys[event.label]}}}" if event.label else "" for event in events]
            titles = [f"{tex(readable(event.title))}{mark}" for event, mark in zip(events, marks, strict=True)]
            blocks.append(_described([(tex(visible(e.when)), title) for e, title in zip(events, titles, strict=True)]))
        else:
            blocks.append("\n".join(_sentence(sentence, keys) for sentence in block))
    return blocks


def _described(items: list[tuple[str, str]]) -> str:
    # The braces keep a "]" of the term from ending the item's argument.
    lines = [rf"  \item[{{{term}}}] {{}}{text}" for term, text in items]
    return "\n".join([r"\begin{description}", *lines, r"\end{description}"])


def _table(matrix: Matrix, view: Written, keys: dict[str, str]) -> list[str]:
    columns = len(matrix.columns) + 1
    column = rf"p{{{0.9 / columns:.3f}\linewidth}}"
    head = " & ".join(["Paper", *(tex(readable(name)) for name in matrix.columns)])
    lines = [
        rf"\begin{{longtable}}{{@{{}}{column * columns}@{{}}}}",
        r"\toprule",
        rf"{head} \\",
        r"\midrule",
        r"\endhead",
        *(_row(row, matrix, view, keys) for row in matrix.rows),
        r"\bottomrule",
        r"\end{longtable}",
    ]
    legend = [f"--: {NOT_FOUND}."] if has_gaps(matrix) else []
    return ["\n".join([r"{\small\raggedright", *lines, "}"]), *legend]


def _row(row: Row, matrix: Matrix, view: Written, keys: dict[str, str]) -> str:
    label, name = row_name(row, view.references)
    first = rf"{tex(name)}~\cite{{{keys[label]}}}" if label else tex(name)
    cells = [cell_text(row, column) for column in matrix.columns]
    # The empty group keeps a cell that starts with "[" from being read as an argument of the "\\" before it.
    line = " & ".join([f"{{}}{first}", *("--" if cell is None else tex(cell) for cell in cells)]) + r" \\"
    quotes = [q for name in matrix.columns for cell in [row.cells[name]] if cell for q in _quotes(cell.citations)]
    return "\n".join([line, *(_evidence(quote, keys) for quote in dict.fromkeys(quotes))])


def _closing(view: Written, bibliography: str, keys: dict[str, str], entries: Entries | None) -> list[str]:
    lines = [r"\end{document}"]
    if view.references and entries is None:
        lines = [r"\bibliographystyle{plain}", rf"\bibliography{{{bibliography}}}", *lines]
    elif view.references and entries is not None:
        lines = [*_listed(view, keys, entries), *lines]
    return ["\n".join(lines)]


def _listed(view: Written, keys: dict[str, str], entries: Entries) -> list[str]:
    numbered = [reference.label for reference in view.references] == [str(n + 1) for n in range(len(view.references))]
    lines = [rf"\begin{{thebibliography}}{{{len(view.references) if numbered else '[label]'}}}"]
    for reference in view.references:
        label = "" if numbered else f"[{{{tex(visible(reference.label))}}}]"
        text = "".join(_run(run) for run in entries[reference.label])
        lines += [rf"\bibitem{label}{{{keys[reference.label]}}} {{}}{text}"]
    return [*lines, r"\end{thebibliography}"]


def _run(run: Run) -> str:
    text = tex(run.text)
    for asked, command in (
        (run.italic, "textit"),
        (run.bold, "textbf"),
        (run.small_capitals, "textsc"),
        (run.underlined, "underline"),
        (run.raised, "textsuperscript"),
        (run.lowered, "textsubscript"),
    ):
        text = rf"\{command}{{{text}}}" if asked and text else text
    return text
