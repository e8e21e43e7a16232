"""An edited plan, as text or JSON -> `Outline`. What is wrong is said with its line and what to do."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import unquote

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from service.errors import UsageError
from service.records import Paper
from service.review.outline import LeftOut, Outline, PlannedSentence, PlannedTheme

_SENTENCE = re.compile(r"^[-*]\s+(?P<say>[^\[\]]*?)\s*\[(?P<ids>[^\[\]]*)\]$")
_LEFT_OUT = re.compile(r"^[-*]\s+\[(?P<id>[^\[\]]*)\]\s*(?P<reason>.*)$")
_NOTE = re.compile(r"(?:^|\s)#.*$")
_MOST_SENTENCES = 1000


class BadPlan(UsageError):
    """A plan that cannot be followed; the message names the line and the next step."""


class _SentenceEntry(BaseModel):
    model_config = ConfigDict(extra="forbid")

    say: str
    papers: list[str] = Field(min_length=1)


class _ThemeEntry(BaseModel):
    model_config = ConfigDict(extra="forbid")

    title: str = ""
    sentences: list[_SentenceEntry] = Field(min_length=1)


class _LeftOutEntry(BaseModel):
    model_config = ConfigDict(extra="ignore")

    paper_id: str
    reason: str = ""


class _PlanEntry(BaseModel):
    model_config = ConfigDict(extra="forbid")

    topic: str
    themes: list[_ThemeEntry] = Field(min_length=1)
    left_out: list[_LeftOutEntry] = []
    missing: list[str] = []


@dataclass(slots=True)
class _Reading:
    """What has been read so far of the plain form."""

    topic: str = ""
    themes: list[tuple[str, int, list[PlannedSentence]]] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    leaving_out: bool = False


def read_outline(text: str, find: Callable[[str], Paper | None], *, topic: str, name: str = "the plan") -> Outline:
    """The plan in `text`, over papers that `find` knows by id. `topic` counts where the plan names none.

    Raises `BadPlan`.
    """
    outline = _from_json(text, find, name) if text.lstrip().startswith("{") else _from_text(text, find, name)
    if not outline.themes:
        raise BadPlan(f"{name} holds no theme: begin one with a line 'theme: TITLE', or make a plan with --plan-only")
    return Outline(outline.topic or topic, outline.themes, outline.left_out, outline.papers, outline.missing)


def _from_text(text: str, find: Callable[[str], Paper | None], name: str) -> Outline:
    reading = _Reading()
    papers: dict[str, Paper] = {}
    planned: dict[str, int] = {}
    for number, raw in enumerate(text.splitlines(), start=1):
        line = _NOTE.sub("", raw).strip()
        if line:
            _read_line(line, reading, _Place(f"{name}, line {number}", len(reading.themes)), find, papers, planned)
    for title, number, sentences in reading.themes:
        if not sentences:
            raise BadPlan(
                f"{name}, line {number}: theme {title!r} has no sentence; add '- say what [PAPER_ID]', or delete it"
            )
    themes = tuple(PlannedTheme(title, tuple(sentences)) for title, _, sentences in reading.themes)
    return Outline(reading.topic, themes, tuple(reading.left_out), papers)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a line stands: its name for messages, and how many themes began before it."""

    name: str
    theme: int

    @property
    def line(self) -> int:
        return int(self.name.rsplit(" ", 1)[1])


def _read_line(
    line: str,
    reading: _Reading,
    at: _Place,
    find: Callable[[str], Paper | None],
    papers: dict[str, Paper],
    planned: dict[str, int],
) -> None:
    head, colon, rest = line.partition(":")
    keyword = head.casefold() if colon and not line.startswith(("-", "*")) else ""
    if keyword == "topic":
        reading.topic = rest.strip()
    elif keyword == "theme":
        reading.themes.append((rest.strip(), at.line, []))
        reading.leaving_out = False
    elif keyword == "left out":
        reading.leaving_out = True
    elif reading.leaving_out and (out := _LEFT_OUT.match(line)):
        paper_id = unquote(out["id"].strip())
        if (paper := find(paper_id)) is not None:
            papers[paper_id] = paper
            reading.left_out.append(LeftOut(paper_id, out["reason"].strip()))
    elif found := _SENTENCE.match(line):
        if not reading.themes:
            raise BadPlan(f"{at.name}: a sentence before any theme; write a line 'theme: TITLE' above it")
        ids = tuple(dict.fromkeys(unquote(i.strip()) for i in found["ids"].split(";") if i.strip()))
        _check(ids, at, find, papers, planned)
        reading.themes[-1][2].append(PlannedSentence(found["say"].strip() or "approach", ids))
    else:
        raise BadPlan(
            f"{at.name}: {line[:60]!r} is no part of a plan; write 'theme: TITLE', or '- say what [PAPER_ID]' with an "
            "id in brackets, or begin a note with #"
        )


def _check(
    ids: tuple[str, ...],
    at: _Place,
    find: Callable[[str], Paper | None],
    papers: dict[str, Paper],
    planned: dict[str, int],
) -> None:
    """Every id is a stored paper's, and each paper stands under one theme only."""
    if not ids:
        raise BadPlan(f"{at.name}: no paper in the brackets; put an id there, or delete the line")
    for paper_id in ids:
        paper = papers.get(paper_id) or find(paper_id)
        if paper is None:
            raise BadPlan(
                f"{at.name}: the library holds no paper {paper_id!r}; `litweave search` lists ids, or delete it there"
            )
        papers[paper_id] = paper
        if planned.setdefault(paper_id, at.theme) != at.theme:
            raise BadPlan(
                f"{at.name}: paper {paper_id!r} stands under another theme too; keep it in one, so that no paper is "
                "described twice"
            )


def _from_json(text: str, find: Callable[[str], Paper | None], name: str) -> Outline:
    try:
        entry = _PlanEntry.model_validate(json.loads(text))
    except json.JSONDecodeError as error:
        raise BadPlan(
            f"{name}, line {error.lineno}: this is no JSON ({error.msg}); correct it, or make a plan with --plan-only"
        ) from error
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False, include_context=False)[0]
        where = ".".join(map(str, first["loc"])) or "the whole"
        raise BadPlan(
            f"{name}, line {_line_of(text, first['loc'])}: {where}: {first['msg']}; --plan-only --json prints the form"
        ) from error
    papers: dict[str, Paper] = {}
    planned: dict[str, int] = {}
    themes = []
    for number, theme in enumerate(entry.themes, start=1):
        sentences = []
        for sentence in theme.sentences:
            ids = tuple(dict.fromkeys(sentence.papers))
            at = _Place(f"{name}, line {_line_holding(text, ids[0])}", number)
            _check(ids, at, find, papers, planned)
            sentences.append(PlannedSentence(" ".join(sentence.say.split()) or "approach", ids))
        themes.append(PlannedTheme(" ".join(theme.title.split()), tuple(sentences)))
    left = [LeftOut(o.paper_id, o.reason) for o in entry.left_out if (p := find(o.paper_id)) and _known(papers, p)]
    return Outline(entry.topic.strip(), tuple(themes), tuple(left), papers, tuple(entry.missing))


def _known(papers: dict[str, Paper], paper: Paper) -> bool:
    papers.setdefault(paper.paper_id, paper)
    return True


def _line_of(text: str, place: tuple[int | str, ...]) -> int:
    """The line of a faulty key, found by the last of its names that stands in the text; 1 where none does."""
    names = [p for p in place if isinstance(p, str)]
    lines = [_line_holding(text, f'"{n}"') for n in reversed(names) if f'"{n}"' in text]
    return lines[0] if lines else 1


def _line_holding(text: str, wanted: str) -> int:
    at = text.find(wanted)
    return text.count("\n", 0, at) + 1 if at >= 0 else 1
