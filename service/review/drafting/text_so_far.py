"""A text that grows by finished paragraphs, each told at once with the labels that it keeps to the end."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from service.records import CitationStyle, Paper, Reference, Sentence
from service.records.steps import Observer, SentenceShown, nobody
from service.review.drafting.model import Paragraph
from service.review.writing.references import references, relabelled


class TextSoFar:
    """Paragraphs in reading order. What is cited first has the first label, so that no label changes later."""

    def __init__(self, papers: Mapping[str, Paper], style: CitationStyle, observe: Observer = nobody) -> None:
        """`papers`, by id, are those that may be cited."""
        self.paragraphs: list[tuple[Sentence, ...]] = []
        self._papers = papers
        self._style = style
        self._observe = observe
        self._cited: dict[str, None] = {}
        self._sentences = 0
        self._of_section: dict[str | None, int] = {}

    def add(self, paragraph: Paragraph, *, section: str | None = None) -> None:
        """A judged paragraph; one without sentences leaves nothing. `rests_on` then counts from the text's first."""
        if not paragraph.sentences:
            return
        labels = self.cite(c.paper_id for s in paragraph.sentences for c in s.citations)
        moved = (replace(s, rests_on=tuple(self._sentences + n for n in s.rests_on)) for s in paragraph.sentences)
        made = relabelled(moved, labels)
        number = self._of_section.get(section, 0)
        self._of_section[section] = number + 1
        self._sentences += len(made)
        self.paragraphs.append(made)
        for sentence in made:
            self._observe(SentenceShown(section, number, sentence))

    def cite(self, paper_ids: Iterable[str] = ()) -> dict[str, Reference]:
        """The references of all that is cited by now, these papers behind what was cited before."""
        self._cited |= dict.fromkeys(paper_ids)
        return references((self._papers[paper_id] for paper_id in self._cited), style=self._style)
