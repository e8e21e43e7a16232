"""A document of ask or draft as the text of a chat, with the places of its citations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from service.render.markdown import escaped
from service.render.plain import readable

_MARKS: Final = {"partial": "partly supported", "undecided": "not decided"}
_STATUS: Final = {
    "not_in_corpus": "The corpus does not hold an answer to this.",
    "uncertain": "These passages come nearest; it is not sure that they answer it.",
}


@dataclass(frozen=True, slots=True)
class Cited:
    """`text[start:end]` of the whole text cites a paper."""

    start: int
    end: int
    label: str


@dataclass(slots=True)
class ChatText:
    """Grows piece by piece; `cited` are the places of its citations, in characters of all pieces together."""

    length: int = 0
    cited: list[Cited] = field(default_factory=list)
    _paragraph: tuple[str | None, int] | None = None

    def sentence(self, told: Mapping[str, Any]) -> str:
        """The next piece, for a `sentence` event."""
        place = (told["section"], told["paragraph"])
        piece = "" if self._paragraph is None else " " if place == self._paragraph else "\n\n"
        if told["section"] is not None and (self._paragraph is None or self._paragraph[0] != told["section"]):
            piece += f"## {escaped(readable(told['section']))}\n\n"
        self._paragraph = place
        sentence = told["sentence"]
        piece += escaped(readable(sentence["text"]))
        if mark := _MARKS.get(sentence["support"]):
            piece += f" *({mark})*"
        for label in dict.fromkeys(citation["label"] for citation in sentence["citations"]):
            start = self.length + len(piece) + 1
            piece += f" [{label}]"
            self.cited.append(Cited(start, start + len(label) + 2, label))
        return self._grown(piece)

    def ending(self, document: Mapping[str, Any], url_of: Mapping[str, str]) -> str:
        """The last piece: what the status means, the nearest papers, what is missing, the sources."""
        blocks = [f"Read as: {escaped(readable(document['read_as']))}"] if document.get("read_as") else []
        blocks += [_STATUS[document["status"]]] if document["status"] in _STATUS else []
        if not document["references"]:
            blocks += [_nearest(document.get("nearest") or ())]
        if document["missing"]:
            blocks.append("What the corpus does not say:\n" + _listed(document["missing"]))
        if document["references"]:
            sources = (
                f"[{reference['label']}] [{escaped(readable(reference['title']))}]({url_of[reference['label']]})"
                for reference in document["references"]
            )
            blocks.append("Sources\n" + _listed(sources, escape=False))
        text = "\n\n".join(filter(None, blocks))
        return self._grown(f"\n\n{text}" if self.length and text else text)

    def _grown(self, piece: str) -> str:
        self.length += len(piece)
        return piece


def _nearest(nearest: Iterable[Mapping[str, Any]]) -> str:
    lines = [f"{readable(paper['title'])}: “{readable(paper['quote'])}”" for paper in nearest]
    return "Nearest papers:\n" + _listed(lines) if lines else ""


def _listed(lines: Iterable[str], *, escape: bool = True) -> str:
    return "\n".join(f"- {escaped(readable(line)) if escape else line}" for line in lines)
