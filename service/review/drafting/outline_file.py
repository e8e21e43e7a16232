"""An edited plan, as text or JSON -> `Outline`. What is wrong is said with its line and what to do."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias
from urllib.parse import unquote

from pydantic import TypeAdapter, ValidationError

from service.errors import UsageError
from service.records import Paper
from service.review.drafting.outline import LeftOut, Outline, PlannedSentence, PlannedTheme

_SENTENCE = re.compile(r"^[-*]\s+(?P<say>[^\[\]]*?)\s*\[(?P<ids>[^\[\]]*)\]$")
_LEFT_OUT = re.compile(r"^[-*]\s+\[(?P<id>[^\[\]]*)\]\s*(?P<reason>.*)$")
_NOTE = re.compile(r"(?:^|\s)#.*$")
_Kind: TypeAlias = Literal["topic", "theme", "sentence", "gap", "left out", "missing"]
_KEYWORDS: Final[Mapping[str, _Kind]] = {"topic": "topic", "theme": "theme", "gap": "gap"}
_Find: TypeAlias = Callable[[str], Paper | None]


class BadPlan(UsageError):
    """A plan that cannot be followed; the message names the line and the next step."""


@dataclass(frozen=True, slots=True)
class _PlanDocument:
    """The JSON form."""

    topic: str
    themes: tuple[PlannedTheme, ...]
    gap: str = ""
    left_out: tuple[LeftOut, ...] = ()
    missing: tuple[str, ...] = ()


_DOCUMENT: Final = TypeAdapter(_PlanDocument)


@dataclass(frozen=True, slots=True)
class _Entry:
    """One entry of either form, with the line it stands on."""

    line: int
    kind: _Kind
    text: str
    ids: tuple[str, ...] = ()


def read_outline(text: str, find: _Find, *, topic: str, name: str = "the plan") -> Outline:
    """The plan in `text`, over papers that `find` knows by id. `topic` counts where the plan names none.

    Raises `BadPlan`.
    """
    entries = _json_entries(text, name) if text.lstrip().startswith("{") else _text_entries(text, name)
    return _outline(entries, find, topic, name)


def _outline(entries: Iterable[_Entry], find: _Find, topic: str, name: str) -> Outline:
    said = {"topic": "", "gap": ""}
    themes: list[tuple[_Entry, list[PlannedSentence]]] = []
    left_out: list[LeftOut] = []
    missing: list[str] = []
    papers: dict[str, Paper] = {}
    homes: dict[str, int] = {}
    for entry in entries:
        if entry.kind == "theme":
            themes.append((entry, []))
        elif entry.kind == "sentence":
            where = f"{name}, line {entry.line}"
            if not themes:
                raise BadPlan(f"{where}: a sentence before any theme; write a line 'theme: TITLE' above it")
            papers |= _planned_papers(entry, find, homes, len(themes), where)
            themes[-1][1].append(PlannedSentence(entry.text or "approach", entry.ids))
        elif entry.kind == "left out":
            if (paper := find(entry.ids[0])) is not None:
                papers.setdefault(paper.paper_id, paper)
                left_out.append(LeftOut(paper.paper_id, entry.text))
        elif entry.kind == "missing":
            missing.append(entry.text)
        else:
            said[entry.kind] = entry.text
    for theme, sentences in themes:
        if not sentences:
            raise BadPlan(
                f"{name}, line {theme.line}: theme {theme.text!r} has no sentence; add '- say what [PAPER_ID]', or "
                "delete it"
            )
    if not themes:
        raise BadPlan(f"{name} holds no theme: begin one with a line 'theme: TITLE', or make a plan with --plan-only")
    planned = tuple(PlannedTheme(theme.text, tuple(sentences)) for theme, sentences in themes)
    return Outline(said["topic"] or topic, planned, tuple(left_out), papers, tuple(missing), said["gap"])


def _planned_papers(entry: _Entry, find: _Find, homes: dict[str, int], theme: int, where: str) -> dict[str, Paper]:
    """A sentence's papers by id: every one is stored, and each stands under one theme only."""
    if not entry.ids:
        raise BadPlan(f"{where}: no paper in the brackets; put an id there, or delete the line")
    papers: dict[str, Paper] = {}
    for paper_id in entry.ids:
        paper = find(paper_id)
        if paper is None:
            raise BadPlan(
                f"{where}: the library holds no paper {paper_id!r}; `litweave search` lists ids, or delete it there"
            )
        if homes.setdefault(paper_id, theme) != theme:
            raise BadPlan(
                f"{where}: paper {paper_id!r} stands under another theme too; keep it in one, so that no paper is "
                "described twice"
            )
        papers[paper_id] = paper
    return papers


def _text_entries(text: str, name: str) -> Iterator[_Entry]:
    leaving_out = False
    for number, raw in enumerate(text.splitlines(), start=1):
        line = _NOTE.sub("", raw).strip()
        head, colon, rest = line.partition(":")
        keyword = head.casefold() if colon and not line.startswith(("-", "*")) else ""
        if not line:
            continue
        if keyword in _KEYWORDS:
            leaving_out = False
            yield _Entry(number, _KEYWORDS[keyword], rest.strip())
        elif keyword == "left out":
            leaving_out = True
        elif leaving_out and (out := _LEFT_OUT.match(line)):
            yield _Entry(number, "left out", out["reason"].strip(), (unquote(out["id"].strip()),))
        elif found := _SENTENCE.match(line):
            ids = tuple(dict.fromkeys(unquote(i.strip()) for i in found["ids"].split(";") if i.strip()))
            yield _Entry(number, "sentence", found["say"].strip(), ids)
        else:
            raise BadPlan(
                f"{name}, line {number}: {line[:60]!r} is no part of a plan; write 'theme: TITLE', or '- say what "
                "[PAPER_ID]' with an id in brackets, or begin a note with #"
            )


def _json_entries(text: str, name: str) -> Iterator[_Entry]:
    try:
        plan = _DOCUMENT.validate_python(json.loads(text))
    except json.JSONDecodeError as error:
        raise BadPlan(
            f"{name}, line {error.lineno}: this is no JSON ({error.msg}); correct it, or make a plan with --plan-only"
        ) from error
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False, include_context=False)[0]
        where = ".".join(map(str, first["loc"])) or "the whole"
        keys = [f'"{key}"' for key in reversed(first["loc"]) if isinstance(key, str)]
        line = next((_line_of(text, key) for key in keys if key in text), 1)
        raise BadPlan(f"{name}, line {line}: {where}: {first['msg']}; --plan-only --json prints the form") from error
    yield _Entry(1, "topic", _one_line(plan.topic))
    for theme in plan.themes:
        yield _Entry(_line_of(text, json.dumps(theme.title)), "theme", _one_line(theme.title))
        for sentence in theme.sentences:
            ids = tuple(dict.fromkeys(sentence.papers))
            line = _line_of(text, json.dumps(next(iter(ids or (sentence.say,)))))
            yield _Entry(line, "sentence", _one_line(sentence.say), ids)
    yield _Entry(1, "gap", _one_line(plan.gap))
    yield from (_Entry(1, "left out", out.reason, (out.paper_id,)) for out in plan.left_out)
    yield from (_Entry(1, "missing", item) for item in plan.missing)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _line_of(text: str, wanted: str) -> int:
    """The line on which a text first holds `wanted`; 1 where it does not."""
    at = text.find(wanted)
    return text.count("\n", 0, at) + 1 if at >= 0 else 1
