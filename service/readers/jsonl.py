"""JSONL: one paper a line, `{id?, title, abstract, authors?, year?, date?, url?, doi?, ...}`.

Also read when present: venue, organisation, author_count, upvotes, source, date_kind. Other keys are ignored.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date as calendar_date

from pydantic import BaseModel, ConfigDict, Field, StrictInt, StrictStr, ValidationError, field_validator

from service.readers.lines import Line
from service.records import DateKind, Origin, Paper, Rejection
from service.text.normal import for_display

_LONGEST_TITLE = 2_000
_OBJECT_START = re.compile(r"\s*\{\s*[\"}]")
_SNIFFED_LINES = 50
_REPLY_KEYS = frozenset(
    {"DOI", "message", "message-type", "results", "abstract_inverted_index", "externalIds", "paperId"}
)
_REPLY_START = re.compile(r'.{0,200}"(?:message-type|message-version|meta|total|paperId)":')
_ISO_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?(?:T[0-9:.+Z-]{1,30})?")
_LINK = re.compile(r"https?://\S{1,2000}", re.IGNORECASE)
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_DOI_PREFIX = re.compile(r"(?:https?://(?:dx\.)?doi\.org/|doi:\s?)", re.IGNORECASE)
_NEEDED = {
    "missing": "is missing",
    "string_type": "must be text in quotes",
    "int_type": "must be a whole number without quotes",
    "list_type": 'must be a list of names, such as ["Ada Byron"]',
    "greater_than_equal": "is out of range",
    "less_than_equal": "is out of range",
    "literal_error": 'must be "published" or "listed"',
}


class _Record(BaseModel):
    """One line as it may be written. `title` and `abstract` are needed; `null` is as good as left out."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    id: StrictStr | StrictInt | None = None
    title: StrictStr
    abstract: StrictStr
    authors: list[StrictStr] | None = None
    year: StrictInt | None = Field(default=None, ge=1000, le=2200)
    date: StrictStr | None = None
    date_kind: DateKind | None = None
    url: StrictStr | None = None
    doi: StrictStr | None = None
    venue: StrictStr | None = None
    organisation: StrictStr | None = None
    author_count: StrictInt | None = Field(default=None, ge=0)
    upvotes: StrictInt | None = Field(default=None, ge=0)
    source: StrictStr | None = None

    @field_validator("title")
    @classmethod
    def _title_says_something(cls, title: str) -> str:
        if not for_display(title[: _LONGEST_TITLE + 1]):
            raise ValueError("is empty: a paper needs a title")
        if len(title) > _LONGEST_TITLE:
            raise ValueError(f"is longer than {_LONGEST_TITLE:,} characters: is it the abstract?")
        return _whole(" ".join(title.split()))

    @field_validator("abstract")
    @classmethod
    def _abstract_says_something(cls, abstract: str) -> str:
        if not any(c.isalnum() for c in abstract):
            raise ValueError("is blank: a paper without an abstract cannot be quoted")
        return _whole(abstract.strip())

    @field_validator("authors")
    @classmethod
    def _names(cls, authors: list[str] | None) -> list[str] | None:
        return [_whole(name) for name in (" ".join(a.split()) for a in authors or ()) if name]

    @field_validator("venue", "organisation", "source", "doi")
    @classmethod
    def _one_line(cls, text: str | None) -> str | None:
        return _whole(" ".join((text or "").split())) or None

    @field_validator("id")
    @classmethod
    def _id_text(cls, given: str | int | None) -> str:
        return "" if given is None else _whole(str(given).strip())

    @field_validator("url")
    @classmethod
    def _link(cls, url: str | None) -> str | None:
        """Only web links: a `javascript:` address would be live on every page that shows it."""
        if url is None or not url.strip():
            return None
        if not _LINK.fullmatch(url.strip()) or not url.strip().isprintable():
            raise ValueError("must be a web address that begins with https:// or http://")
        return url.strip()

    @field_validator("date")
    @classmethod
    def _iso(cls, date: str | None) -> str | None:
        if date is None or not date.strip():
            return None
        found = _ISO_DATE.fullmatch(date.strip())
        try:
            if found is None:
                raise ValueError
            year, month, day = found.groups()
            calendar_date(int(year), int(month or 1), int(day or 1))
        except ValueError:
            raise ValueError("must be a real date as YYYY-MM-DD, YYYY-MM or YYYY") from None
        return "-".join(part for part in (year, month, day) if part)


class JsonLines:
    """Reads a file of one JSON object a line."""

    name = "JSONL"

    def recognises(self, head: str) -> bool:
        """True when a line near the start opens an object, unless the file is another notation or service's."""
        if head.lstrip()[:1] in ("", "[", "<", "@", "%"):
            return False
        lines = [line for line in head.split("\n") if line.strip()][:_SNIFFED_LINES]
        objects = [line for line in lines if _OBJECT_START.match(line)]
        return bool(objects) and not _is_service_reply(objects[0], is_alone=len(lines) == 1)

    def records(
        self,
        lines: Iterator[Line],
        *,
        source: str,
        max_record_bytes: int,  # noqa: ARG002  a record is one line, and lines are bounded already
    ) -> Iterator[Paper | Rejection]:
        """One paper or rejection for every line that is not blank."""
        for line in lines:
            if line.fault is not None:
                yield Rejection(source, line.number, line.fault)
            elif line.text.strip():
                yield _record(line, source)


def _is_service_reply(line: str, *, is_alone: bool) -> bool:
    """Crossref, OpenAlex and Semantic Scholar replies are often one line of JSON, but not one paper a line."""
    try:
        parsed = json.loads(line)
    except (ValueError, RecursionError):
        return bool(_REPLY_START.match(line))
    if not isinstance(parsed, dict):
        return False
    return bool(_REPLY_KEYS & parsed.keys()) or (is_alone and not {"title", "abstract"} & parsed.keys())


def _record(line: Line, source: str) -> Paper | Rejection:
    try:
        parsed = json.loads(line.text)
    except RecursionError:
        return Rejection(source, line.number, "the JSON is nested too deeply for a paper")
    except json.JSONDecodeError as error:
        reason = f"the JSON does not parse: {error.msg} at column {error.colno}; write one object a line"
        return Rejection(source, line.number, reason)
    except ValueError:  # an integer of thousands of digits
        return Rejection(source, line.number, "the JSON does not parse: it holds a number of thousands of digits")
    if not isinstance(parsed, dict):
        reason = f"expected an object {{...}} with title and abstract, found {_kind(parsed)}"
        return Rejection(source, line.number, reason)
    try:
        return _paper(_Record.model_validate(parsed), Origin(source, line.number))
    except ValidationError as error:
        return Rejection(source, line.number, _reason(error))


def _paper(record: _Record, origin: Origin) -> Paper:
    authors = tuple(record.authors or ())
    year = record.year if record.year is not None or record.date is None else int(record.date[:4])
    given = None if record.date is None and year is None else (record.date_kind or "published")
    return Paper(
        title=record.title,
        abstract=record.abstract,
        paper_id=str(record.id or ""),
        authors=authors,
        author_count=record.author_count if record.author_count is not None else len(authors) or None,
        organisation=record.organisation,
        year=year,
        date=record.date,
        date_kind=given,
        url=record.url,
        doi=_DOI_PREFIX.sub("", record.doi, count=1) if record.doi else None,
        venue=record.venue,
        upvotes=record.upvotes,
        origin=Origin(record.source or origin.name, origin.line),
    )


def _whole(text: str) -> str:
    if "\x00" in text:
        raise ValueError("holds a NUL character: remove it")
    if _LONE_SURROGATE.search(text):
        raise ValueError("holds half a character (a lone surrogate): write it in full")
    return text


def _reason(error: ValidationError) -> str:
    """`abstract is missing; year must be a whole number without quotes`, each field once."""
    reasons: dict[str, str] = {}
    for fault in error.errors(include_url=False, include_input=False):
        field = str(fault["loc"][0])
        message = _NEEDED.get(fault["type"], fault["msg"].removeprefix("Value error, "))
        if field == "id" and fault["type"] != "value_error":
            message = "must be text or a whole number"
        elif field == "authors" and len(fault["loc"]) > 1:
            message = "must be a list of names in quotes"
        reasons.setdefault(field, f"{field} {message}")
    return "; ".join(reasons.values())


def _kind(parsed: object) -> str:
    if parsed is None:
        return "null"
    names = {list: "a list", str: "a text", bool: "true or false"}
    return names.get(type(parsed), "a number")
