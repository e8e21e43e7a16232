r"""pylatexenc's parser, made fit for whole manuscripts from strangers.

As it comes it reads a character at a time, copies the rest of the file at every `\begin`, and nests as deep as its
input does. Here runs of plain characters are one token, nothing is copied, and the work is bounded.
"""

from __future__ import annotations

import re
from typing import Any, Final

from pylatexenc.latexwalker import LatexNode, LatexToken, LatexWalker, get_default_latex_context_db
from pylatexenc.macrospec import EnvironmentSpec, LatexContextDb, MacroSpec, MacroStandardArgsParser, VerbatimArgsParser

from service.errors import SourceError, SourceTooLarge

MOST_TOKENS: Final = 250_000
"""Some eight seconds on a slow core; a thesis of 600 pages needs half of it."""

_RUN = re.compile(r"[^\\{}$%]+")
_RUN_IN_BRACKETS = re.compile(r"[^\\{}$%\[\]\s][^\\{}$%\[\]]*")
_ENVIRONMENT = re.compile(r"\\(begin|end)\s{0,200}\{([\w* ._-]{1,100})\}")
_BARE_ENVIRONMENT = re.compile(r"\\(?:begin|end)(?![A-Za-z])")
_CITING = re.compile(r"\\([A-Za-z]*[cC]ite[A-Za-z]*)")
_NOT_CITING = frozenset({"citetext", "defcitealias", "citestyle", "setcitestyle", "citesetup", "DeclareCiteCommand"})

_TAKES = {
    "{": "missingfigure thispagestyle pagestyle bibliographystyle graphicspath index glsadd email thanks "
         "affiliation institute orcid vspace hspace vskip phantom bibliography nobibliography "
         "subfile subfileinclude input include "
         "usetikzlibrary pgfplotsset sisetup marginpar "
         "pageref nameref subref vref ref cref Cref autoref eqref url path label",
    "{{": "href textcolor fontsize import subimport captionof texorpdfstring inputminted",
    "[{": "todo addbibresource usepackage footnote footnotetext "
          "documentclass lstinputlisting",
    "*[{": "paragraph subparagraph part chapter section subsection subsubsection caption",
}  # fmt: skip
_VERBATIM_ENVIRONMENTS = ("verbatim", "verbatim*", "lstlisting", "Verbatim", "comment", "filecontents", "filecontents*")


class _Verbatim(VerbatimArgsParser):  # type: ignore[misc]
    """Everything up to this environment's own end, whatever it is called."""

    def __init__(self, environment: str) -> None:
        super().__init__(verbatim_arg_type="verbatim-environment")
        self._end = f"\\end{{{environment}}}"

    def parse_args(self, w: Any, pos: int, parsing_state: Any = None) -> Any:  # noqa: ARG002
        end = w.s.find(self._end, pos)
        return None, pos, (end if end >= 0 else len(w.s)) - pos


class Walker(LatexWalker):  # type: ignore[misc]
    """A tolerant walker whose time is linear in the length of its input."""

    def __init__(self, source: str) -> None:
        super().__init__(source + "\n\n", latex_context=_context(source), tolerant_parsing=True)
        self._left = MOST_TOKENS
        self._exact = -1

    def get_token(
        self,
        pos: int,
        include_brace_chars: Any = None,
        environments: bool = True,
        keep_inline_math: Any = None,
        parsing_state: Any = None,
        **flags: Any,
    ) -> LatexToken:
        """The next token: as in the parent, but a run of plain characters comes whole."""
        self._left -= 1
        if self._left < 0:
            raise SourceTooLarge(
                f"the text holds more than {MOST_TOKENS:,} LaTeX tokens; check it in parts (chapter by chapter)"
            )
        if pos != self._exact:
            run = (_RUN_IN_BRACKETS if include_brace_chars else _RUN).match(self.s, pos)
            if run is not None:
                return LatexToken(tok="char", arg=run[0], pos=pos, len=len(run[0]), pre_space="")
        if environments and self.s.startswith("\\", pos):
            found = _ENVIRONMENT.match(self.s, pos)
            if found is not None:
                kind = "begin_environment" if found[1] == "begin" else "end_environment"
                return LatexToken(tok=kind, arg=found[2], pos=pos, len=len(found[0]), pre_space="")
            bare = _BARE_ENVIRONMENT.match(self.s, pos)
            if bare is not None:
                return LatexToken(tok="char", arg=bare[0], pos=pos, len=len(bare[0]), pre_space="")
        self._exact = -1
        token: LatexToken = super().get_token(
            pos, include_brace_chars, environments, keep_inline_math, parsing_state, **flags
        )
        return token

    def get_latex_expression(self, pos: int, strict_braces: Any = None, parsing_state: Any = None) -> Any:
        """An argument: there a single character counts, not a run."""
        self._exact = pos
        return super().get_latex_expression(pos, strict_braces=strict_braces, parsing_state=parsing_state)


def parsed(source: str) -> list[LatexNode]:
    """The nodes of a LaTeX text, however broken. Raises `SourceTooLarge`, `SourceError` where it nests too deep."""
    try:
        nodes: list[LatexNode] = Walker(source).get_latex_nodes()[0]
    except RecursionError as error:
        raise SourceError(
            "braces or environments are nested more than a hundred deep; is one opened again and again and never "
            "closed?"
        ) from error
    return nodes


def _context(source: str) -> LatexContextDb:
    """pylatexenc's knowledge of commands, with those of citing that this text uses; `~`, `&`, dashes are plain text."""
    known = get_default_latex_context_db().filter_context(keep_which=["macros", "environments"])
    cites = sorted({name for name in _CITING.findall(source) if name not in _NOT_CITING})
    macros = [MacroSpec(name, MacroStandardArgsParser("*[[{")) for name in cites]
    for spec, names in _TAKES.items():
        macros += [MacroSpec(name, MacroStandardArgsParser(spec)) for name in names.split()]
    macros.append(MacroSpec("bibitem", MacroStandardArgsParser("[{")))
    environments = [EnvironmentSpec(name, args_parser=_Verbatim(name)) for name in _VERBATIM_ENVIRONMENTS]
    environments += [EnvironmentSpec("minted", args_parser=_Verbatim("minted"))]
    environments += [EnvironmentSpec("thebibliography", MacroStandardArgsParser("{"))]
    environments += [EnvironmentSpec("wrapfigure", MacroStandardArgsParser("[{{"))]
    known.add_context_category("manuscript", macros=macros, environments=environments, prepend=True)
    return known
