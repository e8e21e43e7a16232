"""Drafts by a model: one call plans over all papers, one a paragraph writes; its words are held against the plan.

A paragraph's call sees the whole plan, its own papers at length and one line on every other.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Annotated, Final

from pydantic import Field, StringConstraints

from service.annotate import RhetoricalRole
from service.errors import BadCompletion, ModelCancelled, ModelError, ModelNotCalled
from service.judge import Judge
from service.llm import ModelRequest, ReplyForm
from service.records import Accounting, Dropped, Sentence
from service.review.answering.reply import NumberedText, numbered
from service.review.drafting.extractive import extractive_paragraph, sentence_with_role
from service.review.drafting.model import Paragraph, Planned, PreparedDraft
from service.review.drafting.outline import LeftOut, Outline, PlannedSentence, PlannedTheme
from service.review.evidence.model import PaperEvidence
from service.review.writing.model import Source, Task, Verified
from service.review.writing.pipeline import generate, spent_by
from service.review.writing.untrusted import Untrusted
from service.text.normal import for_display

_LEAST_PAPERS: Final = 3  # fewer are one paragraph and need no plan
_SHOWN: Final = 3  # sentences of each paper to whoever plans
_SHOWN_AT_LENGTH: Final = 5  # of each paper to whoever writes of it
_LEAST_WORDS: Final = 60  # of one paragraph
_Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=400)]


class PlannedSentenceReply(ReplyForm):
    """What a sentence is to say, and the ids of its sources."""

    say: _Words
    sources: Annotated[list[str], Field(min_length=1, max_length=10)]


class PlannedThemeReply(ReplyForm):
    title: _Words
    sentences: Annotated[list[PlannedSentenceReply], Field(max_length=40)]


class PlanReply(ReplyForm):
    """The reply to prompts/plan.md."""

    themes: Annotated[list[PlannedThemeReply], Field(max_length=20)]
    gap: Annotated[str, StringConstraints(strip_whitespace=True, max_length=400)] = ""


class ParagraphReply(NumberedText):
    """The reply to prompts/paragraph.md."""


def plan_by_model(prepared: PreparedDraft, writer: ModelRequest) -> Planned:
    """The model's plan over all papers; the one without a model where it cannot be used. Raises `ModelCancelled`.

    A plan that cannot be read leaves the paragraphs to the model; a model that cannot be reached is not asked again.
    """
    papers = list(prepared.papers.values())
    if len(papers) < _LEAST_PAPERS:
        return Planned(prepared.outline, Accounting("extractive"))
    variables = {"topic": prepared.topic, "words": str(prepared.words)}
    task = Task("plan", PlanReply, variables, prepared.topic)
    try:
        reply = generate(task, [Source(p.abstract, bearing(p, _SHOWN)) for p in papers], writer, None)
    except ModelCancelled:
        raise
    except ModelError as error:
        reachable = isinstance(error, BadCompletion | ModelNotCalled)
        failed, instead = ("plan", "the plan") if reachable else ("draft", "this")
        dropped = Dropped(f"the model's {failed}", f"{error}; {instead} is the extractive one")
        return Planned(prepared.outline, spent_by(writer), reachable=reachable, dropped=(dropped,))
    doubts = Untrusted.of(prepared.topic, [p.abstract for p in papers])
    themes, refused = _themes(reply, doubts)
    if not themes:
        empty = Dropped("the model's plan", "it plans no paper that it was shown; the plan is the extractive one")
        return Planned(prepared.outline, reply.accounting, dropped=(empty, *refused))
    most = prepared.most_themes or len(themes)
    if len(themes) > most:
        themes[most - 1 :] = [PlannedTheme("", tuple(s for theme in themes[most - 1 :] for s in theme.sentences))]
    used = {p for theme in themes for p in theme.papers}
    unused = tuple(LeftOut(p, "not in the model's plan") for p in prepared.papers if p not in used)
    gap = _words(reply.value.gap, doubts)
    outline = replace(prepared.outline, themes=tuple(themes), left_out=unused, gap=gap)
    return Planned(outline, reply.accounting, by_model=True, dropped=tuple(refused))


def bearing(paper: PaperEvidence, most: int) -> tuple[int, ...]:
    """At most `most` sentences of a paper: what it does, what came of it, and those that bear on the topic most."""
    told = [sentence_with_role(paper, role) for role in (RhetoricalRole.APPROACH, RhetoricalRole.RESULT)]
    return tuple(dict.fromkeys(e.index for e in (*told, *paper.sentences) if e is not None))[:most]


def _themes(reply: Verified[PlanReply], doubts: Untrusted) -> tuple[list[PlannedTheme], list[Dropped]]:
    """The plan with ids turned into papers: unknown ones out, each paper under its first theme only."""
    themes: list[PlannedTheme] = []
    dropped: list[Dropped] = []
    homes: dict[str, int] = {}
    for number, theme in enumerate(reply.value.themes):
        sentences = []
        for planned in theme.sentences:
            known = dict.fromkeys(reply.papers[i.strip()] for i in planned.sources if i.strip() in reply.papers)
            mine = tuple(p for p in known if homes.setdefault(p, number) == number)
            if len(mine) < len(set(planned.sources)):
                reason = "planned for a source that was not given or that stands under an earlier theme"
                dropped.append(doubts.dropped(planned.say, reason))
            if mine:
                sentences.append(PlannedSentence(_words(planned.say, doubts) or RhetoricalRole.APPROACH.value, mine))
        if sentences:
            themes.append(PlannedTheme(_words(theme.title, doubts), tuple(sentences)))
    return themes, dropped


def _words(text: str, doubts: Untrusted) -> str:
    """A model's words on one line as they are; none where they carry on what a hostile sentence says."""
    line = " ".join(for_display(text).split()).rstrip(".")
    return "" if doubts.taints(line) else line


def written_paragraph(
    prepared: PreparedDraft, plan: Planned, number: int, writer: ModelRequest, judge: Judge | None
) -> Paragraph:
    """Theme `number` by the model, or the extractive paragraph with the reason. Raises `ModelCancelled`."""
    outline = plan.outline
    doubts = Untrusted.of(prepared.topic, [p.abstract for p in prepared.papers.values()])
    variables = {
        "topic": prepared.topic,
        "plan": "\n".join(_plan_lines(outline, number, doubts)),
        "number": str(number + 1),
        "words": str(max(prepared.words // len(outline.themes), _LEAST_WORDS)),
    }
    task = Task("paragraph", ParagraphReply, variables, prepared.topic, numbered)
    refused: tuple[Dropped, ...] = ()
    try:
        reply = generate(task, list(_sources(prepared, outline, number)), writer, judge)
    except ModelCancelled:
        raise
    except ModelError as error:
        failure = str(error)
    else:
        made = _held_to_plan(reply, outline, number, doubts)
        if any(s.kind == "claim" for s in made.sentences):
            return made
        failure, refused = "nothing that it wrote can be shown", made.dropped
    instead = extractive_paragraph(prepared, plan, number)
    what = f"the model's paragraph on {outline.themes[number].title!r}"
    note = Dropped(what, f"{failure}; this is the extractive one")
    return replace(instead, dropped=(note, *refused, *instead.dropped))


def _held_to_plan(reply: Verified[ParagraphReply], outline: Outline, number: int, doubts: Untrusted) -> Paragraph:
    """The paragraph without what tells of papers of others, and with the planned papers that it does not cite named."""
    theme = outline.themes[number]
    kept = _on_theme(reply.sentences, theme.papers)
    shown = replace(reply, sentences=kept).shown
    strangers = [s.text for s, k in zip(reply.sentences, kept, strict=True) if s is not None and k is None]
    cited = {c.paper_id for s in shown for c in s.citations}
    uncited = [for_display(outline.papers[p].title) for p in theme.papers if cited and p not in cited]
    reason = f"planned for the paragraph on {theme.title!r}, which does not cite it"
    dropped = (
        *reply.dropped,
        *(doubts.dropped(text, "it tells of papers of another paragraph") for text in strangers),
        *(doubts.dropped(title, reason) for title in uncited),
    )
    return Paragraph(shown, dropped, reply.accounting, reply.judge)


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
            yield Source(paper.abstract, bearing(paper, _SHOWN_AT_LENGTH if own else 1), purpose)


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
