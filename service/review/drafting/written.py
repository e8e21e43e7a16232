"""One paragraph of a plan by a model: it sees the whole plan, its own papers at length and one line on every other.

What comes back is held against the plan: a sentence that quotes only papers of other paragraphs is dropped, a planned
paper that no sentence cites is named. A paragraph that fails is the extractive one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from service.errors import ModelCancelled, ModelError
from service.judge import Judge
from service.llm import ModelRequest
from service.records import Dropped, Sentence
from service.review.answering.reply import NumberedText, numbered
from service.review.drafting.extractive import extractive_paragraph
from service.review.drafting.model import Paragraph, Planned, PreparedDraft
from service.review.drafting.model_plan import bearing
from service.review.drafting.outline import Outline
from service.review.writing.model import Source, Task
from service.review.writing.pipeline import generate
from service.review.writing.untrusted import Untrusted
from service.text.normal import for_display

_LEAST_WORDS: Final = 60  # of one paragraph
_SHOWN: Final = 5  # sentences of each paper of the paragraph


class ParagraphReply(NumberedText):
    """The reply to prompts/paragraph.md."""


def written_paragraph(
    prepared: PreparedDraft, plan: Planned, number: int, writer: ModelRequest, judge: Judge | None
) -> Paragraph:
    """Theme `number` by the model, or the extractive paragraph with the reason. Raises `ModelCancelled`."""
    outline, theme = plan.outline, plan.outline.themes[number]
    doubts = Untrusted.of(prepared.topic, [p.abstract for p in prepared.papers.values()])
    variables = {
        "topic": prepared.topic,
        "plan": "\n".join(_plan_lines(outline, number, doubts)),
        "number": str(number + 1),
        "words": str(max(prepared.words // len(outline.themes), _LEAST_WORDS)),
    }
    task = Task("paragraph", ParagraphReply, variables, prepared.topic, numbered)
    dropped: tuple[Dropped, ...] = ()
    try:
        reply = generate(task, list(_sources(prepared, outline, number)), writer, judge)
    except ModelCancelled:
        raise
    except ModelError as error:
        failure = str(error)
    else:
        kept = _on_theme(reply.sentences, theme.papers)
        shown = replace(reply, sentences=kept).shown
        strangers = [s.text for s, k in zip(reply.sentences, kept, strict=True) if s is not None and k is None]
        reason = "it tells of papers of another paragraph"
        dropped = (*reply.dropped, *(doubts.dropped(text, reason) for text in strangers))
        if any(s.kind == "claim" for s in shown):
            cited = {c.paper_id for s in shown for c in s.citations}
            titles = [for_display(outline.papers[p].title) for p in theme.papers if p not in cited]
            reason = f"planned for the paragraph on {theme.title!r}, which does not cite it"
            uncited = (doubts.dropped(title, reason) for title in titles)
            return Paragraph(shown, (*dropped, *uncited), reply.accounting, reply.judge)
        failure = "nothing that it wrote can be shown"
    instead = extractive_paragraph(prepared, plan, number)
    note = Dropped(f"the model's paragraph on {theme.title!r}", f"{failure}; this is the extractive one")
    return replace(instead, dropped=(note, *dropped, *instead.dropped))


def _on_theme(sentences: tuple[Sentence | None, ...], own: tuple[str, ...]) -> tuple[Sentence | None, ...]:
    """The sentences without those that cite only papers of other paragraphs, and what rests on such."""
    elsewhere = {
        at
        for at, s in enumerate(sentences)
        if s is not None and s.citations and all(c.paper_id not in own for c in s.citations)
    }
    return tuple(
        None if s is None or at in elsewhere or elsewhere & {*s.rests_on} else s for at, s in enumerate(sentences)
    )


def _sources(prepared: PreparedDraft, outline: Outline, number: int) -> Iterator[Source]:
    """The theme's own papers with the sentences that bear on it, then every other with one line."""
    for at in (number, *(n for n in range(len(outline.themes)) if n != number)):
        theme, own = outline.themes[at], at == number
        for paper in (prepared.papers[p] for p in theme.papers if p in prepared.papers):
            lines = [str(n) for n, s in enumerate(theme.sentences, start=1) if paper.paper.paper_id in s.papers]
            here = f"this paragraph, planned line {', '.join(lines)}"
            purpose = here if own else f"paragraph {at + 1}, which others write"
            yield Source(paper.abstract, bearing(paper, _SHOWN if own else 1), purpose)


def _plan_lines(outline: Outline, number: int, doubts: Untrusted) -> Iterator[str]:
    """Every paragraph's title, and for the one to write also what each of its sentences is to say."""
    for at, theme in enumerate(outline.themes):
        title = "further papers" if not theme.title or doubts.taints(theme.title) else theme.title
        yield f"{at + 1}. {title}" + (" (the one to write)" if at == number else "")
        if at == number:
            for line, sentence in enumerate(theme.sentences, start=1):
                yield f"   line {line}: {'approach' if doubts.taints(sentence.say) else sentence.say}"
            if outline.gap and at == len(outline.themes) - 1 and not doubts.taints(outline.gap):
                yield f"   to close the section, the gap: {outline.gap}"
