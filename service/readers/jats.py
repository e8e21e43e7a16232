"""JATS: the front matter of an article, of several in one file, or of those in an OAI reply.

Element names are those of the Journal Article Tag Suite (https://jats.nlm.nih.gov/) and of NLM's DTDs before it. Bodies
and references are not parsed, so that an article cut off behind its front matter is still read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from service.identity import gravest
from service.readers.nlm_fields import date_text
from service.readers.opened import Opened
from service.readers.raw import Name, RawRecord
from service.readers.xml_element import Element
from service.readers.xml_source import decoded, parsed, pieces
from service.records import PublicationStatus, Rejection

_ARTICLE: Final = re.compile(r"<(?:[\w.-]{1,40}:)?article[\s>]")
_FRONT: Final = re.compile(r"<(?:[\w.-]{1,40}:)?(?:front|article-meta)[\s>]")
_KIND: Final = re.compile(r"\sarticle-type\s{0,9}=\s{0,9}[\"']([\w-]{1,60})[\"']")
_NOTICE: Final = re.compile(r"correction|erratum|corrigendum|retraction|addendum|expression-of-concern|withdrawal")
_LINKS: Final[dict[str, PublicationStatus]] = {
    "retraction": "retracted", "retraction-forward": "retracted", "retracted": "retracted",
    "withdrawal": "withdrawn", "withdrawal-forward": "withdrawn", "withdrawn": "withdrawn",
    "concern-forward": "concern", "expression-of-concern": "concern", "expression-of-concern-forward": "concern",
    "correction": "corrected", "correction-forward": "corrected", "erratum": "corrected", "corrigendum": "corrected",
    "partial-retraction": "corrected",
}  # fmt: skip
"""Kinds of links from an article to a notice, and of events in its history. The notice's links are of other kinds."""
_ISSUE_FIRST: Final = ("ppub", "epub-ppub", "collection", "epub", "pub")
_ENDS_ALONE: Final = ("?", "!", ":", ".", "—")
_NOT_ITS_NAME: Final = frozenset(("contrib-group", "aff", "email", "address", "xref", "role"))
_OTHER_KINDS: Final = re.compile(
    r"graphical|teaser|toc|precis|highlight|key-?(?:point|message|word)|plain|lay\b|lay-|video|editor|author-summary|"
    r"web-summary|translat|image|stereo|cover|objectives|short-summary|synopsis|tweet|impact",
    re.IGNORECASE,
)
_HEADING: Final = re.compile(r"\W*(?:abstract|summary)\W*", re.IGNORECASE)


class Jats:
    """Reads the front matter of journal articles."""

    key = "jats"
    name = "JATS"
    rank = 10

    def recognises(self, head: str) -> bool:
        """True when the text is markup in which an article opens with its front matter."""
        article = _ARTICLE.search(head) if head.lstrip("\ufeff \t\r\n")[:1] == "<" else None
        return article is not None and _FRONT.search(head, article.end()) is not None

    def records(self, file: Opened) -> Iterator[RawRecord | Rejection]:
        """One record or rejection for every article."""
        for article in pieces(decoded(file.data(), file.source), ("article",)):
            front = next(pieces(article.markup, ("front",)), None)
            if front is None:
                reason = article.fault or "has no <front>: there is nothing that says what it is"
                yield Rejection(file.source, article.number, f"<article> no. {article.place} {reason}")
                continue
            placed = replace(front, number=article.number + front.number - 1, place=article.place)
            element = parsed(placed, file.source)
            if isinstance(element, Rejection):
                yield element
            else:
                kind = _KIND.search(article.markup[: article.markup.find(">") + 1])
                yield _record(article.number, element, kind[1] if kind else "")


def _record(number: int, front: Element, kind: str) -> RawRecord:
    meta = front.find("article-meta") or front
    year, date = _dates(meta.findall("pub-date"))
    ids = {given.attribute("pub-id-type"): given.text() for given in reversed(meta.findall("article-id"))}
    return RawRecord(
        number=number,
        title=_title(meta.find("title-group") or meta),
        abstract=abstract_of(meta.findall("abstract")),
        authors=tuple(_authors(meta)),
        year=year,
        date=date,
        doi=ids.get("doi"),
        venue=front.text(".//journal-title") or None,
        ids={
            name: ids[given]
            for name, given in (("pmid", "pmid"), ("arxiv", "arxiv"), ("pmc", "pmc"), ("pmc", "pmcid"))
            if ids.get(given)
        },
        status=None if _NOTICE.search(kind) else _status(meta),
    )


def _title(group: Element) -> str:
    parts = filter(None, (group.text("article-title"), *(part.text() for part in group.findall("subtitle"))))
    whole = ""
    for part in parts:
        whole = f"{whole}{' ' if whole.endswith(_ENDS_ALONE) else ': '}{part}" if whole else part
    return whole


def _authors(meta: Element) -> Iterator[Name]:
    """Authors in order: no editors or reviewers, and of a team its name, not its members."""
    for group in meta.findall("contrib-group"):
        for contrib in group:
            kind = contrib.attribute("contrib-type") or group.attribute("content-type")
            if contrib.name != "contrib" or kind.rstrip("s") not in ("", "author", "collab"):
                continue
            named = contrib.find("name") or contrib.find("string-name") or contrib.find("name-alternatives/*")
            team = contrib.text("collab", without=_NOT_ITS_NAME) or contrib.text(
                "collab-alternatives/collab", without=_NOT_ITS_NAME
            )
            if named is not None and (name := _name(named)):
                yield name
            elif team:
                yield {"literal": team}
            elif contrib.find("anonymous") is not None:
                yield {"literal": "Anonymous"}


def _name(named: Element) -> Name:
    family, given = named.text("surname"), named.text("given-names")
    if not family:
        return given or named.text()
    return {"family": family, "given": given, "suffix": named.text("suffix")}


def _dates(listed: list[Element]) -> tuple[str | None, str | None]:
    """The year of the issue, or of the publication online where there is none, and the most exact date in it."""
    dated = {(d.attribute("pub-type") or d.attribute("date-type") or "pub"): _date(d) for d in reversed(listed)}
    found = [dated[kind] for kind in _ISSUE_FIRST if dated.get(kind)]
    if not found:
        return None, None
    year = found[0][:4]
    return year, max((date for date in found if date[:4] == year), key=lambda date: len(date.replace("-", " ").split()))


def _date(element: Element) -> str:
    parts = [element.text(name) for name in ("year", "month", "day")]
    return date_text(*parts) or element.attribute("iso-8601-date") or element.text("string-date")


def _status(meta: Element) -> PublicationStatus | None:
    """What its publisher links to it or says of its history."""
    kinds = [link.attribute("related-article-type") for link in meta.findall("related-article")]
    for path, names in (("pub-date", ("date-type", "pub-type")), ("history/date", ("date-type",))):
        kinds += [date.attribute(name) for date in meta.findall(path) for name in names]
    kinds += [event.attribute("event-type") for event in meta.findall("pub-history/event")]
    return gravest(map(_LINKS.get, kinds))


def abstract_of(abstracts: Sequence[Element]) -> str | None:
    """The first that is the article's abstract; graphical ones, highlights and lay summaries are none."""
    for abstract in abstracts:
        if not _OTHER_KINDS.search(abstract.attribute("abstract-type")):
            found = "\n".join(_lines(abstract, "")) or abstract.text()
            if found:
                return found
    return None


def _lines(section: Element, label: str) -> Iterator[str]:
    """The heading "Abstract" says nothing and is left out, as are the numbers of sections."""
    for part in section:
        if part.name == "title":
            heading = part.text().rstrip(":")
            label = "" if _HEADING.fullmatch(heading) else heading
        elif part.name == "sec":
            yield from _lines(part, label)
            label = ""
        elif part.name != "label" and (text := part.text()):
            yield f"{label}{' ' if label[-1] in '.?!' else ': '}{text}" if label else text
            label = ""
