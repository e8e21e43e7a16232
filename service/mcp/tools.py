"""The tools: names, scopes as an agent reads them, shapes, and what of each document can be paged through."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from service.api.filters_document import ContractDocument
from service.mcp import arguments, calls, documents
from service.mcp.calls import Document, Job
from service.review.core import ReviewCore

_SCOPE: Final = "It knows only the abstracts in this library, in English: no full texts, nothing else."
_QUOTED: Final = frozenset({"title", "quote", "value", "text", "authors", "venue", "point"})
_TAIL: Final = ("references", "dropped")


@dataclass(frozen=True, slots=True)
class Tool:
    """One tool. `lists` are paged through in that order, `strangers` the keys whose strings papers' authors wrote.

    `limited`: the argument `limit` bounds the first list of a page; else it is the core's own bound. `deeper` gives
    what comes after a first document. `heading` says in a line what the result is.
    """

    name: str
    title: str
    description: str
    arguments: type[arguments.Arguments]
    output: type[ContractDocument]
    run: Callable[[ReviewCore, Any, Job], Document]
    lists: tuple[str, ...]
    heading: Callable[[Document], str]
    strangers: frozenset[str] = _QUOTED
    limited: bool = False
    deeper: Callable[[ReviewCore, Any, Document], Document] | None = None
    writes: bool = False


def _found(document: Document) -> str:
    hits = len(document["hits"])
    return f"{hits} papers on this page." if hits else "No paper was found. This is a result, no failure."


def _status(document: Document) -> str:
    said = {
        "answered": "The library answers this.",
        "partial": "The library answers a part of this; `missing` says what it does not say.",
        "uncertain": "Passages that come nearest; they may not answer. Say so.",
        "not_in_corpus": "The library does not answer this. This is a result, no failure; `nearest` are leads only.",
    }
    return f"status: {document['status']}. {said[document['status']]}"


def _match(document: Document) -> str:
    said = {
        "exact": "The whole text stands verbatim in an abstract.",
        "near": "Nobody says all of it verbatim; read each match's `verdict` and `quote`.",
        "none": "No abstract in the library says it. This is a result, no failure.",
    }
    return f"match: {document['match']}. {said[document['match']]}"


def _checked(document: Document) -> str:
    return f"ok: {document['ok']}. Counts: {', '.join(f'{n} {what}' for what, n in document['counts'].items())}."


TOOLS: Final[tuple[Tool, ...]] = (
    Tool(
        "search_papers",
        "Search papers",
        "Find papers in the user's library by words and by meaning; each hit with its best sentence as an exact quote. "
        f"Use it for what there is on a topic; use `ask` for an answer. {_SCOPE} Scores compare hits of one search "
        "only: a hit may merely be nearest. `hits` is empty where nothing is found. Pages go to the first "
        f"{calls.SEARCH_DEPTH} papers.",
        arguments.SearchArguments,
        documents.SearchOutput,
        calls.search,
        ("hits",),
        _found,
        limited=True,
        deeper=calls.search_deeper,
    ),
    Tool(
        "get_paper",
        "Get papers",
        "What the library has of papers: title, authors, date, venue, DOI and the abstract in sentences with their "
        "offsets. Use it to read on after a hit or a citation. Names that are not in the library are in `not_found`; "
        "full texts are never there.",
        arguments.PaperArguments,
        documents.PapersOutput,
        calls.get_paper,
        ("papers", "not_found"),
        lambda document: f"{len(document['papers'])} papers on this page, {len(document['not_found'])} not found.",
        limited=True,
    ),
    Tool(
        "find_quote",
        "Find who says this",
        "Which paper of the library says a sentence: verbatim (`exact`) or nearly (`near`), with the quote, its "
        "offsets and a verdict: verbatim, supported, contradicted (another word or number stands in its place) or "
        "undecided (it only shares words: read it yourself). Use it to find the source of a sentence. It reads "
        "abstracts, so `none` is no proof that nobody says it.",
        arguments.QuoteArguments,
        documents.QuoteOutput,
        calls.find_quote,
        ("matches",),
        _match,
        strangers=frozenset({"title", "quote"}),
        limited=True,
    ),
    Tool(
        "ask",
        "Ask the library",
        "Answer one question from the library; every sentence carries an exact quote and says how well it is "
        f"supported. {_SCOPE} "
        "`status` is answered, partial, uncertain or not_in_corpus; the last is an answer too: tell the user, do not "
        "fill in from memory. It takes seconds, with a language model configured up to some minutes.",
        arguments.AskArguments,
        documents.AnswerOutput,
        calls.ask,
        ("missing", "sentences", "nearest", "matrix.rows", "agreement", *_TAIL),
        _status,
    ),
    Tool(
        "compare",
        "Compare papers",
        "Put papers side by side in a table of quoted cells, and say where they agree or contradict each other. "
        f"{_SCOPE} An empty cell is `not_reported` (the abstract does not tell) or `not_found` (it could not be told): "
        "never guess it.",
        arguments.CompareArguments,
        documents.ComparisonOutput,
        calls.compare,
        ("missing", "matrix.rows", "agreement", "nearest", *_TAIL),
        _status,
    ),
    Tool(
        "draft_related_work",
        "Draft related work",
        "Draft a related-work text in paragraphs by theme, every claim with its quote and a reference with a BibTeX "
        f"key. {_SCOPE} "
        "Without a language model configured the text is quotation under labels; sentences that are `undecided` need a "
        "reader. Check what you change in it with `check_text`.",
        arguments.DraftArguments,
        documents.DraftOutput,
        calls.draft,
        ("paragraphs", "missing", "nearest", "matrix.rows", *_TAIL),
        _status,
        limited=True,
    ),
    Tool(
        "check_text",
        "Check a text",
        "Hold the user's own LaTeX or Markdown against the papers it cites: per sentence supported, partly, "
        "contradicted, not_in_corpus or undecided, with the quote; unknown citation keys, missing citations, and "
        f"faults in the entries of its .bib. {_SCOPE} Without a language model little is called supported: `undecided` "
        "means read the quote, not wrong.",
        arguments.CheckArguments,
        documents.CheckOutput,
        calls.check,
        ("claims", "bibliography", "unjudged", "asides", "references"),
        _checked,
        strangers=frozenset({"title", "quote"}),
        limited=True,
    ),
)

IMPORT: Final = Tool(
    "import",
    "Import papers",
    "Add papers to the library from records as text or from files of the server: BibTeX, RIS, PubMed, JSONL, CSV and "
    "others. It only adds and merges; papers that are there already are counted as duplicates, records that cannot be "
    "read are listed. It does not fetch anything from the network.",
    arguments.ImportArguments,
    documents.ImportOutput,
    calls.import_papers,
    ("papers", "rejected", "errors", "remarks"),
    lambda document: f"{document['added']} papers added, {document['duplicates']} were there already.",
    strangers=frozenset({"title", "text", "reason"}),
    limited=True,
    writes=True,
)


def tools(*, allow_import: bool) -> dict[str, Tool]:
    """The tools by name, at most eight; `import` only where it is allowed."""
    return {tool.name: tool for tool in (*TOOLS, *((IMPORT,) if allow_import else ()))}
