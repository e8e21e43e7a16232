"""A model's plan of a draft: one call over all its papers; its words stay as they are unless a hostile sentence's."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Final

from pydantic import Field, StringConstraints

from service.annotate import RhetoricalRole
from service.errors import BadCompletion, ModelCancelled, ModelError, ModelNotCalled
from service.llm import ModelRequest, ReplyForm
from service.records import Accounting, Dropped
from service.review.drafting.extractive import sentence_with_role
from service.review.drafting.model import Planned, PreparedDraft
from service.review.drafting.outline import LeftOut, PlannedSentence, PlannedTheme
from service.review.evidence.model import PaperEvidence
from service.review.writing.model import Source, Task, Verified
from service.review.writing.pipeline import generate, spent_by
from service.review.writing.untrusted import Untrusted
from service.text.normal import for_display

_LEAST_PAPERS: Final = 3  # fewer are one paragraph and need no plan
_SHOWN: Final = 3  # sentences of each paper
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
