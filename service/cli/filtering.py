"""The options that restrict a command to some of the papers: the same for every command that takes filters."""

from __future__ import annotations

import functools
import inspect
import re
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Annotated, Any, Final, get_type_hints

import typer

from service import limits
from service.errors import UsageError
from service.records import Filters

_YEARS: Final = re.compile(r"(?P<low>\d{1,4})?\s*(?P<dash>[-–])?\s*(?P<high>\d{1,4})?")


class ReadingChoice(StrEnum):
    """What `--status` takes; `none`: papers without one."""

    to_read = "to_read"
    reading = "reading"
    read = "read"
    none = "none"


class PublicationChoice(StrEnum):
    """What `--publication-status` takes."""

    retracted = "retracted"
    withdrawn = "withdrawn"
    corrected = "corrected"
    concern = "concern"


def _option(name: str, metavar: str | None, help_: str) -> Any:
    return typer.Option(name, metavar=metavar, help=help_)


FILTER_OPTIONS: Final[dict[str, tuple[Any, object]]] = {
    "year": (
        Annotated[
            str | None, _option("--year", "2023-2025", "Only papers of these years: 2023, 2023-2025, 2023-, -2023.")
        ],
        None,
    ),
    "year_from": (
        Annotated[
            int | None,
            typer.Option("--year-from", metavar="YEAR", min=1, max=limits.YEAR_MAX, help="Of this year or later."),
        ],
        None,
    ),
    "year_to": (
        Annotated[
            int | None,
            typer.Option("--year-to", metavar="YEAR", min=1, max=limits.YEAR_MAX, help="Of this year or earlier."),
        ],
        None,
    ),
    "collections": (
        Annotated[list[str] | None, _option("--collection", "NAME", "Only papers of this collection; repeatable.")],
        None,
    ),
    "tags": (Annotated[list[str] | None, _option("--tag", "TAG", "Only papers with this tag; repeatable.")], None),
    "sources": (
        Annotated[
            list[str] | None,
            _option("--source", "TEXT", "Only papers of a file or feed with TEXT in its name; repeatable."),
        ],
        None,
    ),
    "has_abstract": (
        Annotated[
            bool | None,
            typer.Option("--has-abstract/--no-abstract", help="Only papers with, or without, an abstract."),
        ],
        None,
    ),
    "reading_status": (
        Annotated[
            list[ReadingChoice] | None,
            _option("--status", "to_read|reading|read|none", "Only papers of this reading status; repeatable."),
        ],
        None,
    ),
    "publication_status": (
        Annotated[
            list[PublicationChoice] | None,
            _option(
                "--publication-status",
                "retracted|withdrawn|corrected|concern",
                "Only papers of which their publisher said so; repeatable.",
            ),
        ],
        None,
    ),
    "no_retracted": (
        Annotated[bool, typer.Option("--no-retracted", help="Leave out papers that were retracted or withdrawn.")],
        False,
    ),
    "min_upvotes": (
        Annotated[
            int | None,
            typer.Option("--min-upvotes", metavar="N", min=0, help="Only papers with so many upvotes in a feed."),
        ],
        None,
    ),
    "paper_ids": (Annotated[list[str] | None, _option("--id", "PAPER_ID", "Only this paper; repeatable.")], None),
}


def filtered(command: Callable[..., int]) -> Callable[..., int]:
    """The command with the filter options in the place of its parameter `filters: Filters | None`."""
    return spread(command, "filters", FILTER_OPTIONS, filters_from)


def spread(
    command: Callable[..., int], name: str, options: Mapping[str, tuple[Any, Any]], made_of: Callable[..., object]
) -> Callable[..., int]:
    """The command with options (name -> type and default) in the place of a parameter, which is `made_of` them."""
    hints = get_type_hints(command, include_extras=True)

    @functools.wraps(command)
    def run(*arguments: Any, **given: Any) -> int:
        value = made_of(**{option: given.pop(option) for option in options})
        return command(*arguments, **given, **{name: value})

    parameters: list[inspect.Parameter] = []
    for parameter in inspect.signature(command).parameters.values():
        if parameter.name == name:
            parameters += [
                parameter.replace(name=option, annotation=kind, default=default)
                for option, (kind, default) in options.items()
            ]
        else:
            parameters.append(parameter.replace(annotation=hints[parameter.name]))
    run.__signature__ = inspect.Signature(parameters, return_annotation=int)  # type: ignore[attr-defined]
    run.__annotations__ = {p.name: p.annotation for p in parameters} | {"return": int}
    return run


def filters_from(
    *,
    year: str | None = None,
    year_from: int | None = None,
    year_to: int | None = None,
    collections: Sequence[str] | None = None,
    tags: Sequence[str] | None = None,
    sources: Sequence[str] | None = None,
    has_abstract: bool | None = None,
    reading_status: Sequence[ReadingChoice] | None = None,
    publication_status: Sequence[PublicationChoice] | None = None,
    no_retracted: bool = False,
    min_upvotes: int | None = None,
    paper_ids: Sequence[str] | None = None,
) -> Filters | None:
    """The filters of the options; `None` without any. Raises `UsageError` where no paper could pass."""
    if year is not None:
        if year_from is not None or year_to is not None:
            raise UsageError("--year and --year-from or --year-to say the same: give one of them")
        year_from, year_to = years(year)
    if year_from is not None and year_to is not None and year_from > year_to:
        raise UsageError(f"{year_from} is after {year_to}: no paper can match")
    return (
        Filters(
            paper_ids=tuple(paper_ids or ()),
            year_from=year_from,
            year_to=year_to,
            min_upvotes=min_upvotes,
            collections=tuple(collections or ()),
            tags=tuple(tags or ()),
            sources=tuple(sources or ()),
            has_abstract=has_abstract,
            reading_status=tuple(choice.value for choice in reading_status or ()),
            publication_status=tuple(choice.value for choice in publication_status or ()),
            no_retracted=no_retracted,
        )
        or None
    )


def years(text: str) -> tuple[int | None, int | None]:
    """The bounds, inclusive, of `2023`, `2023-2025`, `2023-` or `-2023`. Raises `UsageError` for anything else."""
    found = _YEARS.fullmatch(text.strip())
    low, high = (int(found[name]) if found and found[name] else None for name in ("low", "high"))
    if found is None or (low is None and high is None) or (not found["dash"] and high is not None) or 0 in (low, high):
        raise UsageError(f"--year {text!r} is no year or range of years: write 2023, 2023-2025, 2023- or -2023")
    return (low, high) if found["dash"] else (low, low)
