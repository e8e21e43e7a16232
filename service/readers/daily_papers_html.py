"""The saved page of a Hugging Face Daily Papers listing, of a day, week or month, or of a search there.

The page holds its papers as JSON in an attribute of the element that shows them
(`<div data-target="DailyPapers" data-props="{&quot;dailyPapers&quot;: [{&quot;paper&quot;: {…}}]}">`), on a search
under `searchResults`; and each as an `<article>` with `<h3><a href="/papers/2401.00001">`. The JSON has abstracts. What
a card shows below its title is cut or written by a model, so that a paper only found on a card has none.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import count
from typing import TYPE_CHECKING, Final

from service.errors import SourceError
from service.readers.json_fields import listed, mapping, no_record, text, whole
from service.readers.opened import Opened
from service.readers.raw import Name, RawRecord
from service.records import Rejection

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_PAGE: Final = re.compile(r"\s{0,1000}<(?:!doctype\s{1,20}html|html)\b", re.IGNORECASE)
_BEFORE: Final = re.compile(r"\s{0,1000}<(?:\?xml[^>]{0,200}\?|!--[^>]{0,1000}--)>")
_LISTING: Final = re.compile(r"data-target=[\"']?DailyPapers\b|&quot;dailyPapers&quot;|[\"']dailyPapers[\"']\s*:")
_TITLE: Final = re.compile(r"<title[^>]{0,200}>[^<]{0,200}\bpapers\b[^<]{0,100}- hugging face\s*<", re.IGNORECASE)
_NUMBER: Final = r"(\d{4}\.\d{4,5})(?:v\d{1,2})?"
_CARD: Final = re.compile(rf"<a\b[^<>]{{0,500}}href=[\"']?(?:https://huggingface\.co)?/papers/{_NUMBER}[\"' >]")
_LINK: Final = re.compile(rf"(?:https?://huggingface\.co)?/papers/{_NUMBER}")
_REPLY: Final = re.compile(r'\s*\[\s*(?:\]|\{\s*"paper"\s*:)')
_AUTHORS: Final = re.compile(r"(\d{1,5})\s+authors?\b")
_LISTS: Final = ("searchResults", "dailyPapers")
_NOT_TEXT: Final = {code: code - 0xDC80 + 0x10FE80 for code in range(0xDC80, 0xDD00)}
_BYTES_AGAIN: Final = {private: code for code, private in _NOT_TEXT.items()}


class DailyPapersPage:
    """Reads the HTML of a Daily Papers page."""

    key = "daily-papers-html"
    name = "a saved Daily Papers page"
    rank = 12

    def recognises(self, head: str) -> bool:
        """True for HTML of Hugging Face that begins to list papers, or is called so where the list comes later."""
        at = 0
        while before := _BEFORE.match(head, at):
            at = before.end()
        if not _PAGE.match(head, at):
            return False
        is_theirs = "huggingface" in head.casefold()
        return bool(_LISTING.search(head)) or (is_theirs and bool(_CARD.search(head) or _TITLE.search(head)))

    def records(self, file: Opened) -> Iterator[RawRecord | Rejection]:
        """One record or rejection for each paper of the list, then those that only cards show. Numbered by place."""
        from lxml import etree, html

        data = file.whole().translate(_NOT_TEXT).encode("utf-8", errors="replace")
        parser = html.HTMLParser(
            encoding="utf-8", no_network=True, huge_tree=True, remove_comments=True, remove_pis=True
        )
        try:
            page = html.document_fromstring(data, parser=parser)
        except (etree.LxmlError, ValueError) as error:
            raise SourceError(f"{file.source} is damaged HTML ({error}): save the page again") from error
        items, fault = _embedded(page)
        cards = _cards(page)
        if fault is not None:
            reason = f"the papers in the page do not parse as JSON ({fault}): save the page again"
            if not cards:
                raise SourceError(f"{file.source}: {reason}")
            yield Rejection(file.source, 1, f"{reason} to have abstracts as well")
        numbers = count(1)
        for item in items:
            cards.pop(str(_paper(item).get("id")), None)
            yield _record(item, next(numbers), file.source)
        for arxiv, card in cards.items():
            yield _record_of_card(arxiv, card, next(numbers))
        if not items and not cards:
            raise SourceError(f"{file.source} is a Hugging Face page that lists no papers: save the listing itself")


class DailyPapersReply:
    """Reads a reply of its API: a list of what the page holds under `dailyPapers`."""

    key = "daily-papers-json"
    name = "Daily Papers JSON"
    rank = 43

    def recognises(self, head: str) -> bool:
        """True for JSON that begins as a list of such entries."""
        return bool(_REPLY.match(head))

    def records(self, file: Opened) -> Iterator[RawRecord | Rejection]:
        """One record or rejection for every entry, in order. Raises `SourceError` for what is no JSON list."""
        try:
            items = json.loads(file.whole())
        except (ValueError, RecursionError) as error:
            raise SourceError(f"{file.source} is no whole JSON: fetch it again") from error
        for number, item in enumerate(listed(items), 1):
            yield _record(item, number, file.source)


def _embedded(page: HtmlElement) -> tuple[Sequence[object], Exception | None]:
    """The papers in the JSON of the page, and why it cannot be read. Of a search those found."""
    fault: Exception | None = None
    for element in page.iter("div", "main", "section"):
        given = element.get("data-props")
        if given is None or not any(name in given for name in _LISTS):
            continue
        try:
            props = mapping(json.loads(given.translate(_BYTES_AGAIN)))
        except (ValueError, RecursionError) as error:
            fault = error
            continue
        for name in _LISTS:
            if found := listed(props.get(name)):
                return found, None
    return (), fault


def _paper(item: object) -> Mapping[str, object]:
    return mapping(mapping(item).get("paper", item))


def _record(item: object, number: int, source: str) -> RawRecord | Rejection:
    entry, paper = mapping(item), _paper(item)
    if not paper:
        return Rejection(source, number, f"{no_record(item)}: save the page again")
    published = text(paper.get("publishedAt")) or text(entry.get("publishedAt"))
    return RawRecord(
        number=number,
        title=text(paper.get("title")) or text(entry.get("title")),
        abstract=text(paper.get("summary")) or text(entry.get("summary")),
        authors=_authors(paper.get("authors")),
        date=published or text(paper.get("submittedOnDailyAt")),
        date_kind="published" if published else "listed",
        organisation=_organisation(paper.get("organization") or entry.get("organization")),
        ids=_ids(paper.get("id")),
        upvotes=whole(paper.get("upvotes")),
    )


def _ids(given: object) -> dict[str, object]:
    return {"arxiv": given} if isinstance(given, str) and re.fullmatch(_NUMBER, given) else {}


def _authors(value: object) -> tuple[Name, ...]:
    return tuple(name for item in listed(value) if (name := text(mapping(item).get("name")) or text(item)))


def _organisation(value: object) -> str | None:
    return text(value) or text(mapping(value).get("fullname")) or text(mapping(value).get("name"))


def _cards(page: HtmlElement) -> dict[str, HtmlElement]:
    """The heading link of each card by arXiv number, in page order."""
    found: dict[str, HtmlElement] = {}
    for heading in page.iter("h2", "h3", "h4"):
        for link in heading.iter("a"):
            number = _LINK.fullmatch(link.get("href", "").split("#")[0].split("?")[0])
            if number is not None and _shown(link):
                found.setdefault(number[1], link)
    return found


def _record_of_card(arxiv: str, link: HtmlElement, number: int) -> RawRecord:
    article = next(link.iterancestors("article"), None)
    authors = _AUTHORS.search(" ".join(article.itertext())[:20_000]) if article is not None else None
    time = next(article.iter("time"), None) if article is not None else None
    return RawRecord(
        number=number,
        title=_shown(link),
        date=time.get("datetime") if time is not None else None,
        date_kind="listed",
        ids={"arxiv": arxiv},
        author_count=int(authors[1]) if authors else None,
        upvotes=_card_upvotes(article) if article is not None else None,
    )


def _card_upvotes(article: HtmlElement) -> int | None:
    """The number beside the arrow; `None` where it is written short ("1.2k")."""
    for element in article.iter("div", "span"):
        shown = _shown(element)
        if "leading-none" in (element.get("class") or "").split() and shown.isascii() and shown.isdigit():
            return int(shown) if len(shown) < 10 else None
    return None


def _shown(element: HtmlElement) -> str:
    return " ".join(str(element.text_content()).translate(_BYTES_AGAIN).split())
