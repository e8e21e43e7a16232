"""The plan of a draft: themes, what each sentence is to say, and of which papers. Made, printed, edited, read back."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final
from urllib.parse import unquote

from pydantic import TypeAdapter, ValidationError

from service.errors import UsageError
from service.records import Paper
from service.text.normal import for_display

_HELP: Final = """\
# A plan: change it and hand it back with --plan FILE. Each line beginning with - is a sentence: what it is
# to say, then the ids of its papers in brackets, between semicolons. Without a language model the words
# approach, result, problem, data and limit ask for that part of an abstract; any other words for the
# sentence nearest to them. What follows # is a note."""
_NOTE: Final = re.compile(r"(?:^|\s)#.*$")
_HEAD: Final = re.compile(r"(?P<keyword>topic|theme|gap|left out):\s*(?P<text>.*)", re.IGNORECASE)
_ITEM: Final = re.compile(r"[-*]\s+(?P<say>[^\[\]]*?)\s*\[(?P<ids>[^\[\]]*)\]\s*(?P<reason>.*)")


@dataclass(frozen=True, slots=True)
class PlannedSentence:
    """What one sentence is to say, in a few words, and of which papers (ids)."""

    say: str
    papers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PlannedTheme:
    """A paragraph to be. A long theme has several of one title; an empty one heads papers that share no phrase."""

    title: str
    sentences: tuple[PlannedSentence, ...]

    @property
    def papers(self) -> tuple[str, ...]:
        """Ids of its papers, in order, each once."""
        return tuple(dict.fromkeys(p for s in self.sentences for p in s.papers))


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A paper on the topic that the plan does not use, and why."""

    paper_id: str
    reason: str


@dataclass(frozen=True, slots=True, eq=False)
class Outline:
    """A draft's plan. `papers` holds those that it names; `gap` is what its papers leave open, "" for nothing.

    `missing`: what the corpus lacks of the topic.
    """

    topic: str
    themes: tuple[PlannedTheme, ...]
    left_out: tuple[LeftOut, ...]
    papers: Mapping[str, Paper]
    missing: tuple[str, ...] = ()
    gap: str = ""

    def as_document(self) -> dict[str, Any]:
        """The JSON document of `draft --plan-only`."""
        return {
            "topic": self.topic,
            "themes": [asdict(theme) for theme in self.themes],
            "gap": self.gap,
            "left_out": [asdict(out) | {"title": self.papers[out.paper_id].title} for out in self.left_out],
            "missing": list(self.missing),
        }

    def as_text(self) -> str:
        """The plain form, which `read_outline` reads back."""
        return "\n".join((_HELP, f"topic: {_plain(self.topic)}", *self._lines())) + "\n"

    def _lines(self) -> Iterator[str]:
        noted: set[str] = set()
        for theme in self.themes:
            yield f"\ntheme: {_plain(theme.title)}".rstrip()
            for sentence in theme.sentences:
                new = [p for p in sentence.papers if p not in noted]
                noted.update(new)
                note = ", ".join(_title(self.papers[p]) for p in new if p in self.papers)
                ids = "; ".join(map(_quoted_id, sentence.papers))
                yield f"- {_plain(sentence.say)} [{ids}]" + (f"  # {note}" if note else "")
        if self.gap:
            yield f"\ngap: {_plain(self.gap)}"
        if self.left_out:
            yield "\nleft out:"
            for out in self.left_out:
                yield f"- [{_quoted_id(out.paper_id)}] {out.reason}  # {_title(self.papers[out.paper_id])}"


def _quoted_id(paper_id: str) -> str:
    """A paper's id as a plan writes it: what would end it there is percent-encoded."""
    return "".join(f"%{ord(c):02X}" if c in "%[];#" or c.isspace() or ord(c) < 32 else c for c in paper_id)


def _title(paper: Paper) -> str:
    return _plain(for_display(paper.title)) + (f" ({paper.year})" if paper.year is not None else "")


def _plain(text: str) -> str:
    """A text on one line, without what means something in a plan."""
    return " ".join(text.replace("#", " ").replace("[", "(").replace("]", ")").split())


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


def read_outline(text: str, find: Callable[[str], Paper | None], *, topic: str, name: str = "the plan") -> Outline:
    """The plan in `text`, over papers that `find` knows by id. `topic` counts where the plan names none.

    Raises `BadPlan`.
    """
    reader = _PlanReader(find, name)
    if text.lstrip().startswith("{"):
        reader.read_json(text)
    else:
        reader.read_text(text)
    return reader.outline(topic)


class _PlanReader:
    """A plan in the making. Each part is checked as it is read, so that the line of what is wrong is known."""

    def __init__(self, find: Callable[[str], Paper | None], name: str) -> None:
        self._find = find
        self._name = name
        self._said = {"topic": "", "gap": ""}
        self._themes: list[tuple[int, str, list[PlannedSentence]]] = []
        self._left_out: list[LeftOut] = []
        self._missing: tuple[str, ...] = ()
        self._papers: dict[str, Paper] = {}
        self._homes: dict[str, int] = {}

    def read_text(self, text: str) -> None:
        leaving_out = False
        for number, raw in enumerate(text.splitlines(), start=1):
            line = _NOTE.sub("", raw).strip()
            head, item = _HEAD.fullmatch(line), _ITEM.fullmatch(line)
            if head is not None:
                self._head(number, head["keyword"].casefold(), head["text"])
                leaving_out = head["keyword"].casefold() == "left out"
            elif item is not None and leaving_out and not item["say"]:
                self._leave_out(unquote(item["ids"].strip()), item["reason"])
            elif item is not None and not item["reason"]:
                self._sentence(number, item["say"], [unquote(i.strip()) for i in item["ids"].split(";") if i.strip()])
            elif line:
                what = "write 'theme: TITLE', or '- say what [PAPER_ID]' with an id in brackets, or begin a note with #"
                raise self._bad(number, f"{line[:60]!r} is no part of a plan; {what}")

    def read_json(self, text: str) -> None:
        try:
            plan = _DOCUMENT.validate_python(json.loads(text))
        except json.JSONDecodeError as error:
            what = f"this is no JSON ({error.msg}); correct it, or make a plan with --plan-only"
            raise self._bad(error.lineno, what) from error
        except ValidationError as error:
            first = error.errors(include_input=False, include_url=False, include_context=False)[0]
            where = ".".join(map(str, first["loc"])) or "the whole"
            keys = [f'"{part}"' for part in reversed(first["loc"]) if isinstance(part, str)]
            what = f"{where}: {first['msg']}; --plan-only --json prints the form"
            raise self._bad(next((_line_of(text, key) for key in keys if key in text), 1), what) from error
        for theme in plan.themes:
            self._head(_line_of(text, json.dumps(theme.title)), "theme", theme.title)
            for sentence in theme.sentences:
                line = _line_of(text, json.dumps(next(iter((*sentence.papers, sentence.say)))))
                self._sentence(line, sentence.say, sentence.papers)
        for out in plan.left_out:
            self._leave_out(out.paper_id, out.reason)
        self._said = {"topic": _one_line(plan.topic), "gap": _one_line(plan.gap)}
        self._missing = plan.missing

    def outline(self, topic: str) -> Outline:
        """What was read. Raises `BadPlan` where a theme has no sentence, or nothing is a theme."""
        for line, title, sentences in self._themes:
            if not sentences:
                raise self._bad(line, f"theme {title!r} has no sentence; add '- say what [PAPER_ID]', or delete it")
        if not self._themes:
            what = "holds no theme: begin one with a line 'theme: TITLE', or make a plan with --plan-only"
            raise BadPlan(f"{self._name} {what}")
        themes = tuple(PlannedTheme(title, tuple(sentences)) for _, title, sentences in self._themes)
        topic = self._said["topic"] or topic
        return Outline(topic, themes, tuple(self._left_out), self._papers, self._missing, self._said["gap"])

    def _head(self, line: int, keyword: str, text: str) -> None:
        if keyword == "theme":
            self._themes.append((line, _one_line(text), []))
        elif keyword in self._said:
            self._said[keyword] = _one_line(text)

    def _sentence(self, line: int, say: str, ids: Iterable[str]) -> None:
        """Take a sentence: its papers are all stored, and each stands under one theme only."""
        papers, theme = tuple(dict.fromkeys(ids)), len(self._themes)
        if not theme:
            raise self._bad(line, "a sentence before any theme; write a line 'theme: TITLE' above it")
        if not papers:
            raise self._bad(line, "no paper in the brackets; put an id there, or delete the line")
        for paper_id in papers:
            paper = self._find(paper_id)
            if paper is None:
                what = "`litweave search` lists ids, or delete it there"
                raise self._bad(line, f"the library holds no paper {paper_id!r}; {what}")
            if self._homes.setdefault(paper_id, theme) != theme:
                what = "stands under another theme too; keep it in one, so that no paper is described twice"
                raise self._bad(line, f"paper {paper_id!r} {what}")
            self._papers[paper_id] = paper
        self._themes[-1][2].append(PlannedSentence(_one_line(say) or "approach", papers))

    def _leave_out(self, paper_id: str, reason: str) -> None:
        paper = self._find(paper_id)
        if paper is not None:
            self._papers.setdefault(paper_id, paper)
            self._left_out.append(LeftOut(paper_id, reason.strip()))

    def _bad(self, line: int, what: str) -> BadPlan:
        return BadPlan(f"{self._name}, line {line}: {what}")


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _line_of(text: str, wanted: str) -> int:
    """The line on which a text first holds `wanted`; 1 where it does not."""
    at = text.find(wanted)
    return text.count("\n", 0, at) + 1 if at >= 0 else 1
