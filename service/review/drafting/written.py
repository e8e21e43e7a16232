"""One paragraph of a plan by a model: it sees the whole plan, its own papers at length and one line on every other.

What comes back is held against the plan: a sentence that quotes only papers of other paragraphs is dropped, a planned
paper that no sentence cites is named. A paragraph that fails is the extractive one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Annotated, Final, Literal

from pydantic import Field

from service.errors import ModelCancelled, ModelError
from service.judge import Judge
from service.llm import ModelRequest, QuoteReply, ReplyForm, Text
from service.records import Dropped, Sentence
from service.review.drafting.extractive import extractive_paragraph
from service.review.drafting.model import Paragraph, Planned, PreparedDraft
from service.review.drafting.model_plan import bearing
from service.review.drafting.outline import Outline
from service.review.writing.model import Source, Task, WrittenSentence
from service.review.writing.pipeline import generate
from service.review.writing.untrusted import Untrusted
from service.text.normal import for_display

_LEAST_WORDS: Final = 60  # of one paragraph
_SHOWN: Final = 5  # sentences of each paper of the paragraph


class ParagraphSentenceReply(ReplyForm):
    """One numbered sentence. A synthesis names in `rests_on` the numbers of the sentences that it sums up."""

    n: int
    kind: Literal["claim", "synthesis", "connective"] = "claim"
    text: Text
    quotes: Annotated[tuple[QuoteReply, ...], Field(max_length=12)] = ()
    rests_on: Annotated[tuple[int, ...], Field(max_length=12)] = ()


class ParagraphReply(ReplyForm):
    """The reply to prompts/paragraph.md."""

    sentences: Annotated[list[ParagraphSentenceReply], Field(max_length=60)]


def written_paragraph(
    prepared: PreparedDraft, plan: Planned, number: int, writer: ModelRequest, judge: Judge | None
) -> Paragraph:
    """Theme `number` by the model, or the extractive paragraph with the reason. Raises `ModelCancelled`."""
    outline = plan.outline
    abstracts = [p.abstract for p in prepared.papers.values()]
    doubts = Untrusted.of(prepared.topic, abstracts)
    share = max(prepared.words // len(outline.themes), _LEAST_WORDS)
    variables = {
        "topic": prepared.topic,
        "plan": "\n".join(_plan_lines(outline, number, doubts)),
        "number": str(number + 1),
        "words": str(share),
    }
    task = Task("paragraph", ParagraphReply, variables, prepared.topic, _read)
    try:
        reply = generate(task, list(_sources(prepared, outline, number)), writer, judge)
    except ModelCancelled:
        raise
    except ModelError as error:
        return _instead(prepared, plan, number, str(error))
    own = outline.themes[number].papers
    elsewhere = {at for at, s in enumerate(reply.sentences) if s is not None and _is_elsewhere(s, own)}
    gone = elsewhere | {at for at, s in enumerate(reply.sentences) if s is not None and elsewhere & {*s.rests_on}}
    shown = replace(reply, sentences=tuple(None if at in gone else s for at, s in enumerate(reply.sentences))).shown
    strangers = [s for at in sorted(gone) if (s := reply.sentences[at]) is not None]
    dropped = (*reply.dropped, *(doubts.dropped(s.text, "it tells of papers of another paragraph") for s in strangers))
    if not any(s.kind == "claim" for s in shown):
        return _instead(prepared, plan, number, "nothing that it wrote can be shown", dropped)
    return Paragraph(shown, (*dropped, *_uncited(outline, number, shown, doubts)), reply.accounting, reply.judge)


def _read(reply: ParagraphReply) -> tuple[WrittenSentence, ...]:
    """The sentences in order; what a synthesis rests on as places instead of numbers."""
    place = {s.n: at for at, s in enumerate(reply.sentences)}
    return tuple(
        WrittenSentence(
            s.text,
            s.kind,
            tuple((q.source, q.quote) for q in s.quotes),
            tuple(place[n] for n in s.rests_on if n in place),
        )
        for s in reply.sentences
    )


def _sources(prepared: PreparedDraft, outline: Outline, number: int) -> Iterator[Source]:
    """The theme's own papers with the sentences that bear on it, then every other with one line."""
    for at in (number, *(n for n in range(len(outline.themes)) if n != number)):
        for paper_id in outline.themes[at].papers:
            paper = prepared.papers.get(paper_id)
            if paper is not None and at == number:
                lines = [str(n) for n, s in enumerate(outline.themes[at].sentences, start=1) if paper_id in s.papers]
                yield Source(paper.abstract, bearing(paper, _SHOWN), f"this paragraph, planned line {', '.join(lines)}")
            elif paper is not None:
                yield Source(paper.abstract, bearing(paper, 1), f"paragraph {at + 1}, which others write")


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


def _is_elsewhere(sentence: Sentence, own: tuple[str, ...]) -> bool:
    return bool(sentence.citations) and all(c.paper_id not in own for c in sentence.citations)


def _uncited(outline: Outline, number: int, shown: tuple[Sentence, ...], doubts: Untrusted) -> Iterator[Dropped]:
    """The planned papers that no sentence cites, by title."""
    theme = outline.themes[number]
    cited = {c.paper_id for s in shown for c in s.citations}
    for paper_id in theme.papers:
        if paper_id not in cited:
            title = for_display(outline.papers[paper_id].title)
            yield doubts.dropped(title, f"planned for the paragraph on {theme.title!r}, which does not cite it")


def _instead(
    prepared: PreparedDraft, plan: Planned, number: int, reason: str, dropped: tuple[Dropped, ...] = ()
) -> Paragraph:
    extractive = extractive_paragraph(prepared, plan.outline, number, by_model=plan.by_model)
    title = plan.outline.themes[number].title
    note = Dropped(f"the model's paragraph on {title!r}", f"{reason}; this is the extractive one")
    return replace(extractive, dropped=(note, *dropped, *extractive.dropped))
