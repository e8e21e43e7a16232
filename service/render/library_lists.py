"""The papers of a library, their records and merges as plain text."""

from __future__ import annotations

from collections.abc import Iterator

from service.records import Paper
from service.records.corrections import Deletion, HandDistinction, HandMerge, HandSplit
from service.records.sources import MadePaper, MergeList, PossibleList, SourceRecord, when
from service.render.lines import wrapped
from service.render.plain import readable, visible

_INDENT = "   "


def paper_text(made: MadePaper, *, width: int | None) -> str:
    """Every field that is known, the abstract, and the records with what each says otherwise."""
    lines = [readable(made.paper.title), "", f"id            {visible(made.paper.paper_id)}"]
    lines += [f"{name:<12}  {value}" for name, value in _fields(made.paper)]
    abstract = readable(made.paper.abstract) or "No abstract: found by title, never quoted."
    lines += ["", "\n".join(wrapped(abstract, width)) if width else abstract]
    if len(made.records) > 1:
        lines += ["", f"Made of {len(made.records)} records:"]
        for number, record in enumerate(made.records, 1):
            lines += [_record(number, record), *_otherwise(record.paper, made.paper, width)]
    return "\n".join(lines) + "\n"


def merges_text(page: MergeList) -> str:
    """Each paper made of several records, with where they came from and why they are one."""
    if not page.merges:
        return f"No merges from {page.offset + 1} on.\n" if page.total else "No paper was made of several records.\n"
    blocks = ["\n".join(_merge(made)) for made in page.merges]
    return "\n\n".join([*blocks, _where(page.offset, len(page.merges), page.total, "merges")]) + "\n"


def possible_text(page: PossibleList) -> str:
    """Each pair with what it shares and why it was not merged, and how to merge it."""
    if not page.pairs:
        return f"No pairs from {page.offset + 1} on.\n" if page.total else "No two papers look like one.\n"
    blocks = []
    for pair in page.pairs:
        lines = [f"{pair.shared}; not merged: {pair.against}"]
        for paper in pair.papers:
            told = [str(paper.year) if paper.year is not None else "", paper.venue or "", paper.doi or paper.url or ""]
            known = ", ".join(visible(part) for part in told if part)
            lines.append(f"{_INDENT}{visible(paper.paper_id)}  {readable(paper.title)}{f' ({known})' if known else ''}")
        blocks.append("\n".join(lines))
    where = _where(page.offset, len(page.pairs), page.total, "pairs")
    return "\n\n".join([*blocks, f"{where} `litweave papers merge A B` makes two papers one."]) + "\n"


def merge_text(done: HandMerge) -> str:
    """The paper that was made, and what was set aside for it."""
    lines = [f"{visible(done.absorbed)} is now part of:", *_merge(done.made)]
    if done.overridden is not None:
        lines.append(f"Set aside: {visible(done.overridden)}.")
    return "\n".join(lines) + "\n"


def split_text(done: HandSplit) -> str:
    """Both papers; the one that was taken out first."""
    taken, left = (done.new, done.kept) if done.taken == done.new.paper.paper_id else (done.kept, done.new)
    lines = ["Taken out:", *_merge(taken), "Left:", *_merge(left)]
    return "\n".join([*lines, "The next import keeps them apart."]) + "\n"


def distinction_text(done: HandDistinction) -> str:
    """Both papers."""
    return "\n".join(["Not the same paper:", *_merge(done.one), *_merge(done.other)]) + "\n"


def deletion_text(done: Deletion) -> str:
    """A line a paper."""
    return "".join(f"Deleted {visible(gone.paper_id)}  {readable(gone.title)}\n" for gone in done.deleted)


def _merge(made: MadePaper) -> list[str]:
    lines = [f"{visible(made.paper.paper_id)}  {readable(made.paper.title)}"]
    for number, record in enumerate(made.records, 1):
        lines.append(_record(number, record))
        if readable(record.paper.title) != readable(made.paper.title):
            lines.append(f"{_INDENT}{_INDENT}title: {readable(record.paper.title)}")
    return lines


def _record(number: int, record: SourceRecord) -> str:
    origin = record.paper.origin
    came = visible(f"{origin.name}:{origin.line}") if origin is not None else "origin not known"
    merged = when(record.merged_at)
    why = "" if record.reason is None else f"; {visible(record.reason)}{f', {merged[:10]}' if merged else ''}"
    return f"{_INDENT}{number}. {came}{why}"


def _otherwise(record: Paper, shown: Paper, width: int | None) -> Iterator[str]:
    """What a record says that its paper does not show."""
    known = dict(_fields(shown))
    inner = _INDENT * 2
    if readable(record.title) != readable(shown.title):
        yield f"{inner}title         {readable(record.title)}"
    for name, value in _fields(record):
        if name != "origin" and known.get(name) != value:
            yield f"{inner}{name:<12}  {value}"
    if record.abstract and record.abstract != shown.abstract:
        text = readable(record.abstract)
        yield "\n".join(wrapped(text, width, first=inner, rest=inner)) if width else f"{inner}{text}"


def _fields(paper: Paper) -> Iterator[tuple[str, str]]:
    """Names and values of what is known besides id, title and abstract."""
    date = None if paper.date is None else f"{paper.date} ({paper.date_kind or 'published'})"
    named = "; ".join(paper.authors)
    authors = named or (None if paper.author_count is None else f"{paper.author_count}, not named")
    origin = None if paper.origin is None else f"{paper.origin.name}:{paper.origin.line}"
    for name, value in (
        ("authors", authors), ("organisation", paper.organisation), ("year", paper.year), ("date", date),
        ("venue", paper.venue), ("doi", paper.doi), ("url", paper.url), ("upvotes", paper.upvotes),
        ("status", paper.status), ("origin", origin),
    ):  # fmt: skip
        if value is not None:
            yield name, visible(str(value))


def _where(offset: int, shown: int, total: int, what: str) -> str:
    """Which part of the list this is, and how to see more."""
    more = f"; --offset {offset + shown} shows more" if offset + shown < total else ""
    return f"{offset + 1:,} to {offset + shown:,} of {total:,} {what}{more}."
