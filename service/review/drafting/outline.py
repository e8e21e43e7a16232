"""The plan of a draft: themes, what each sentence is to say, and of which papers. Made, printed, edited, read back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from service.records import Paper
from service.text.normal import for_display


@dataclass(frozen=True, slots=True)
class PlannedSentence:
    """What one sentence is to say, in a few words, and of which papers (ids)."""

    say: str
    papers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PlannedTheme:
    """A paragraph to be. An empty title heads papers that have no phrase in common."""

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
        themes = [
            {"title": t.title, "sentences": [{"say": s.say, "papers": list(s.papers)} for s in t.sentences]}
            for t in self.themes
        ]
        left_out = [
            {"paper_id": out.paper_id, "title": self.papers[out.paper_id].title, "reason": out.reason}
            for out in self.left_out
        ]
        missing = list(self.missing)
        return {"topic": self.topic, "themes": themes, "gap": self.gap, "left_out": left_out, "missing": missing}

    def as_text(self) -> str:
        """The plain form, which `service.review.drafting.outline_file` reads back."""
        return "\n".join(_lines(self)) + "\n"


def quoted_id(paper_id: str) -> str:
    """A paper's id as a plan writes it: what would end it there is percent-encoded."""
    return "".join(f"%{ord(c):02X}" if c in "%[];#" or c.isspace() or ord(c) < 32 else c for c in paper_id)


def _lines(outline: Outline) -> Iterator[str]:
    yield "# A plan: change it and hand it back with --plan FILE. Each line beginning with - is a sentence: what it is"
    yield "# to say, then the ids of its papers in brackets, between semicolons. Without a language model the words"
    yield "# approach, result, problem, data and limit ask for that part of an abstract; any other words for the"
    yield "# sentence nearest to them. What follows # is a note."
    yield f"topic: {_one_line(outline.topic)}"
    noted: set[str] = set()
    for theme in outline.themes:
        yield ""
        yield f"theme: {_one_line(theme.title)}".rstrip()
        for sentence in theme.sentences:
            new = [p for p in sentence.papers if p not in noted]
            noted.update(new)
            note = ", ".join(_title(outline.papers[p]) for p in new if p in outline.papers)
            ids = "; ".join(map(quoted_id, sentence.papers))
            yield f"- {_one_line(sentence.say)} [{ids}]" + (f"  # {note}" if note else "")
    if outline.gap:
        yield ""
        yield f"gap: {_one_line(outline.gap)}"
    if outline.left_out:
        yield ""
        yield "left out:"
        for out in outline.left_out:
            yield f"- [{quoted_id(out.paper_id)}] {out.reason}  # {_title(outline.papers[out.paper_id])}"


def _title(paper: Paper) -> str:
    return _one_line(for_display(paper.title)) + (f" ({paper.year})" if paper.year is not None else "")


def _one_line(text: str) -> str:
    return " ".join(text.replace("#", " ").replace("[", "(").replace("]", ")").split())
