"""The plan of a draft: themes, what each sentence is to say, and of which papers. Made, printed, edited, read back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from service.records import Paper
from service.review.references import short_name
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
    """A draft's plan. `papers` holds those that it names; `missing` what the corpus lacks of the topic."""

    topic: str
    themes: tuple[PlannedTheme, ...]
    left_out: tuple[LeftOut, ...]
    papers: Mapping[str, Paper]
    missing: tuple[str, ...] = ()

    def as_document(self) -> dict[str, Any]:
        """The JSON document of `draft --plan-only`."""
        return {
            "topic": self.topic,
            "themes": [
                {
                    "title": theme.title,
                    "sentences": [{"say": s.say, "papers": list(s.papers)} for s in theme.sentences],
                }
                for theme in self.themes
            ],
            "left_out": [
                {"paper_id": out.paper_id, "title": self.papers[out.paper_id].title, "reason": out.reason}
                for out in self.left_out
            ],
            "missing": list(self.missing),
        }

    def as_text(self) -> str:
        """The plain form, which `service.review.outline_file` reads back."""
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
    for theme in outline.themes:
        yield ""
        yield f"theme: {_one_line(theme.title)}".rstrip()
        told: set[str] = set()
        for sentence in theme.sentences:
            ids = "; ".join(map(quoted_id, sentence.papers))
            new = [p for p in sentence.papers if p not in told]
            told.update(new)
            note = ", ".join(_title(outline.papers[p]) for p in new if p in outline.papers)
            yield f"- {_one_line(sentence.say)} [{ids}]" + (f"  # {note}" if note else "")
    if outline.left_out:
        yield ""
        yield "left out:"
        for out in outline.left_out:
            yield f"- [{quoted_id(out.paper_id)}] {out.reason}  # {_title(outline.papers[out.paper_id])}"


def _title(paper: Paper) -> str:
    name, title = short_name(paper), _one_line(for_display(paper.title))
    return title if name.startswith("“") or title.startswith(name) else f"{name}: {title}"


def _one_line(text: str) -> str:
    return " ".join(text.replace("#", " ").replace("[", "(").replace("]", ")").split())
