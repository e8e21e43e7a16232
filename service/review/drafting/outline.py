"""The plan of a draft: themes, what each sentence is to say, and of which papers. Made, printed, edited, read back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from service.records import Paper
from service.text.normal import for_display

_HELP: Final = """\
# A plan: change it and hand it back with --plan FILE. Each line beginning with - is a sentence: what it is
# to say, then the ids of its papers in brackets, between semicolons. Without a language model the words
# approach, result, problem, data and limit ask for that part of an abstract; any other words for the
# sentence nearest to them. What follows # is a note."""


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
        return {
            "topic": self.topic,
            "themes": [asdict(theme) for theme in self.themes],
            "gap": self.gap,
            "left_out": [asdict(out) | {"title": self.papers[out.paper_id].title} for out in self.left_out],
            "missing": list(self.missing),
        }

    def as_text(self) -> str:
        """The plain form, which `service.review.drafting.outline_file` reads back."""
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
