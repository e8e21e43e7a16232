"""LaTeX as authors write it, and as nobody should: statements, citations, and where they stand."""

from __future__ import annotations

import pytest

from service.errors import SourceError, SourceTooLarge
from service.manuscript import PLACE, Manuscript, read_manuscript, walker

PAGE = r"""\documentclass{article}
\newcommand{\sys}{TideWalk\xspace}
\addbibresource[label=x]{refs.bib}
\begin{document}
\title{Not \cite{title}}
\section{Related \emph{work}}
\sys{} lets the rank climb~\citep[see][p.~3]{tide, % why
  r2tune} and reaches $41.8\%$\footnote{But see \cite{foo}. It is 5.}. % \cite{commented}
\citet{b} \'etait na\"ive. \textcites[3]{a}[7]{c} say so; \verb|\cite{verb}| \cite {k}.

New \textbf{bold \cite{z}} and \input{chap/two} 4\,\% \& done.
\begin{figure}[t]\includegraphics{x}\caption{A caption says \cite{cap}.}\end{figure}
\begin{equation}x \cite{maths}\end{equation}
\begin{lstlisting}
\cite{listing}
\end{lstlisting}
\begin{itemize}\item One \cite{one}. \item Two.\end{itemize}
\bibliography{a,b}
\begin{thebibliography}{9}
\bibitem{tide} I. Marrowby. \newblock {TideWalk}: Rank Schedules. 2024.
\bibitem[R(2024)]{r2tune} P. O. R2Tune.
\end{thebibliography}
\end{document}
"""


def _read(source: str) -> Manuscript:
    return read_manuscript(source, form="latex")


def _keys(manuscript: Manuscript) -> list[str]:
    return [c.key for s in manuscript.statements for m in s.marks for c in m.cited]


def test_a_page_of_latex_gives_its_sentences_without_markup() -> None:
    """Commands, accents, mathematics and names are resolved; a citation leaves its place."""
    texts = [s.text.replace(PLACE, "<>") for s in _read(PAGE).statements]
    assert texts == [
        "TideWalk lets the rank climb <> and reaches 41.8%.",
        "<> était naïve.",
        "<> say so; <>.",
        "But see <>.",
        "It is 5.",
        "New bold <> and 4 % & done.",
        "A caption says <>.",
        "One <>.",
        "Two.",
    ]


def test_only_what_is_printed_is_cited() -> None:
    """Comments, verbatim text, listings, mathematics and the title cite nothing; footnotes and captions do."""
    assert _keys(_read(PAGE)) == ["tide", "r2tune", "b", "a", "c", "k", "foo", "z", "cap", "one"]


def test_every_statement_knows_its_line_and_its_place_in_the_file() -> None:
    """Lines count from 1; the span holds the sentence as it was typed."""
    first = _read(PAGE).statements[0]
    assert first.line == 7
    assert PAGE[first.start : first.end].startswith(r"\sys{} lets")
    assert PAGE[first.start : first.end].endswith("5.}.")
    assert PAGE[first.marks[0].start : first.marks[0].end].startswith(r"\citep[see][p.~3]{tide, % why")


def test_what_is_not_read_is_said() -> None:
    """Files that are pulled in are named, with the line; the text's own list is read."""
    read = _read(PAGE)
    assert read.asides == (r"line 11: \input{chap/two} is not followed; check that file too",)
    assert [(e.key, e.text) for e in read.entries] == [
        ("tide", "I. Marrowby. TideWalk: Rank Schedules. 2024."),
        ("r2tune", "P. O. R2Tune."),
    ]


@pytest.mark.parametrize(
    ("command", "keys", "textual"),
    [
        (r"\cite{a}", ["a"], False),
        (r"\cite[p. 3]{a,b}", ["a", "b"], False),
        (r"\cite{ a , b ,}", ["a", "b"], False),
        (r"\citep*[see][3]{a}", ["a"], False),
        (r"\citet{a}", ["a"], True),
        (r"\Citet*{a}", ["a"], True),
        (r"\citeauthor{a}", ["a"], True),
        (r"\citealp{a}", ["a"], False),
        (r"\parencite[3]{a}", ["a"], False),
        (r"\textcite{a}", ["a"], True),
        (r"\autocite{a}", ["a"], False),
        (r"\footcite{a}", ["a"], False),
        (r"\supercite{a}", ["a"], False),
        (r"\parencites[1]{a}[2]{b}{c}", ["a", "b", "c"], False),
        (r"\cite{}", [""], False),
    ],
)
def test_commands_that_cite(command: str, keys: list[str], textual: bool) -> None:
    """LaTeX's own, natbib's and biblatex's, with optional arguments and several keys."""
    (statement,) = _read(f"Nets need pairs {command} of rain.").statements
    (mark,) = statement.marks
    assert ([c.key for c in mark.cited], mark.textual) == (keys, textual)


@pytest.mark.parametrize(
    ("source", "sentences"),
    [
        ("It holds.\\cite{a} It goes on.", ["It holds<>.", "It goes on."]),
        ("It holds. \\cite{a} It goes on.", ["It holds <>.", "It goes on."]),
        ("It holds. \\cite{a} goes on.", ["It holds.", "<> goes on."]),
        ("One.\r\n\r\nTwo\r\nlines \\cite{a}.\r\n", ["One.", "Two lines <>."]),
        ("Broken $x \\cite{a}\n\nNext $y$ par.", ["Broken x <>", "Next y$ par."]),
        ("An {open \\cite{a} brace. More", ["An open <> brace.", "More"]),
        ("A stray } brace and \\end{foo} end \\cite{a}.", ["A stray brace and end <>."]),
    ],
)
def test_sentences_keep_their_citations_also_in_broken_text(source: str, sentences: list[str]) -> None:
    """A citation behind the full stop belongs to what it follows; what is not closed hides no text."""
    assert [s.text.replace(PLACE, "<>") for s in _read(source).statements] == sentences


@pytest.mark.parametrize("opening", ["{", "\\cite{", "\\cite[", "\\begin{a}", "\\(", "\\footnote{\\cite{"])
def test_nesting_without_end_is_refused(opening: str) -> None:
    """A megabyte that opens and never closes is an error that says so, not a crash."""
    with pytest.raises(SourceError, match="nested"):
        _read("Word " + opening * (900_000 // len(opening)))


@pytest.mark.parametrize("piece", ["$", "}", "\\item", "\\cite{a}"])
def test_work_is_bounded(piece: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """More tokens than are allowed are refused, whatever they are; the limit is lowered here to save time."""
    monkeypatch.setattr(walker, "MOST_TOKENS", 2_000)
    with pytest.raises(SourceTooLarge, match="in parts"):
        _read("Word " + piece * 9_000)


@pytest.mark.parametrize("piece", ["[", "~", "&", "%", "``", "\\begin{verbatim}"])
def test_a_megabyte_of_one_sign_is_read(piece: str) -> None:
    """What costs a token a piece elsewhere is one run of text here."""
    assert _read("Word. " + piece * (900_000 // len(piece))).statements[0].text.startswith("Word.")
