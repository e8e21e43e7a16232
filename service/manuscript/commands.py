"""Which LaTeX commands and environments hold text, and which do not. One table a question."""

from __future__ import annotations

import re

CITES = re.compile(r"(?![Nn]ocite)[A-Za-z]*[cC]ite[A-Za-z]*")
"""Commands that cite, of LaTeX, natbib and biblatex: `\\cite`, `\\Citet`, `\\parencites`, `\\citeauthor`, …"""
TEXTUAL = re.compile(r"(?:text|author|alt|short|new)?cites?(?:t|author|alt|A|N)?|textcites?|newcite|citeauthor")
"""Of those, matched on the lower-case name, the ones that read as a word of the sentence; plain `cite` may."""
MANY = re.compile(r"[A-Za-z]*cites")
"""biblatex's commands that take a list of keys more than once: `\\textcites[3]{a}[7]{b}`."""
HEADINGS = frozenset("part chapter section subsection subsubsection paragraph subparagraph".split())
SHOWS = {
    **dict.fromkeys(
        "emph textbf textit textrm textsf textsc texttt textsl textmd textup text underline mbox "
        "texorpdfstring".split(),
        0,
    ),
    "textcolor": -1, "href": -1, "colorbox": -1,
}  # fmt: skip
"""Commands one of whose arguments is text, and which."""
NOTES = frozenset({"footnote", "footnotetext", "caption", "captionof", "marginpar"})
"""Commands whose last argument is a text of its own."""
PULLS_IN = frozenset({"input", "include", "subfile", "subfileinclude", "import", "subimport"})
DEFINES = frozenset({"newcommand", "renewcommand", "providecommand"})
SILENT = frozenset(
    """label ref autoref cref Cref eqref pageref nameref vref subref url path index includegraphics todo
    missingfigure vspace hspace vskip setlength addlength setcounter addtocounter documentclass usepackage
    RequirePackage title author date thispagestyle pagestyle bibliography addbibresource nobibliography
    bibliographystyle graphicspath hypersetup email thanks
    affiliation institute orcid keywords definecolor color nocite renewenvironment newenvironment
    DeclareMathOperator selectlanguage usetikzlibrary pgfplotsset sisetup lstinputlisting inputminted phantom
    hphantom vphantom fontsize verb citetext defcitealias maketitle tableofcontents""".split()
)
"""Commands that show nothing a claim could be made of."""
OPAQUE = frozenset(
    """verbatim lstlisting Verbatim comment filecontents minted tikzpicture tabular tabularx longtable array
    algorithm algorithmic algorithm2e pgfpicture forest equation eqnarray align gather flalign multline alignat
    split math displaymath dmath axis CCSXML""".split()
)
"""Environments without sentences; in a table or figure only captions and notes are read."""
FLOATS = frozenset("figure table wrapfigure wraptable sidewaystable sidewaysfigure teaserfigure".split())
