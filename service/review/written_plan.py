"""A model's plan of a draft: one call over all papers, its ids turned back, its words held to those of the papers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from service.annotate.hostile import hostile
from service.errors import BadCompletion, ModelCancelled, ModelError, ModelNotCalled
from service.llm import ModelRequest, SourceSheet, load_prompt, render_sources, structured
from service.records import Accounting, Dropped, Paper
from service.review.coverage import content_words
from service.review.extractive import COMPOSER
from service.review.outline import LeftOut, Outline, PlannedSentence, PlannedTheme
from service.review.untrusted import Untrusted
from service.review.written import spent_by
from service.text.normal import for_display
from service.text.sentences import split_sentences
from service.text.terms import terms

_MOST_PLANNED = 40  # abstracts that the plan's call is shown
_LEAST_PLANNED = 3  # papers; fewer are one paragraph

_Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]


class _Reply(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class PlannedSentenceReply(_Reply):
    """What a sentence is to say, and the ids of its sources."""

    say: _Words
    sources: Annotated[list[str], Field(min_length=1, max_length=8)]


class PlannedThemeReply(_Reply):
    title: _Words
    sentences: Annotated[list[PlannedSentenceReply], Field(max_length=40)]


class PlanReply(_Reply):
    """The reply to prompts/plan.md."""

    themes: Annotated[list[PlannedThemeReply], Field(max_length=20)]


@dataclass(frozen=True, slots=True, eq=False)
class PlanMade:
    """The plan to follow: the model's, or the one it was given where the model's could not be used.

    Not `reachable`: the model failed in a way that leaves nothing to ask it for.
    """

    outline: Outline
    accounting: Accounting
    dropped: tuple[Dropped, ...] = ()
    reachable: bool = True


def plan_with(request: ModelRequest, topic: str, fallback: Outline, *, words: int) -> PlanMade:
    """The model's plan over the papers of `fallback`, which stands where the model's cannot be used.

    Raises `ModelCancelled`. A plan that cannot be read leaves the paragraphs to the model. Few papers need no plan.
    """
    ids = [p for theme in fallback.themes for p in theme.papers]
    papers = [fallback.papers[p] for p in ids[:_MOST_PLANNED]]
    if len(ids) < _LEAST_PLANNED:
        return PlanMade(fallback, Accounting(COMPOSER))
    sheet = render_sources(papers, question=topic, secret=request.secret)
    rendered = load_prompt("plan").render(topic=topic, sources=sheet.text, mark=sheet.mark, words=str(words))
    doubts = Untrusted.of(topic, papers)
    try:
        reply = structured(
            request.model,
            rendered,
            PlanReply,
            deadline=request.deadline,
            parameters=request.parameters,
            cache=request.cache,
            check=lambda value: _complaint_about_plan(value, sheet),
        )
    except ModelCancelled:
        raise
    except (BadCompletion, ModelNotCalled) as error:
        failed = Dropped("the model's plan", f"{error}; the plan is the extractive one")
        return PlanMade(fallback, spent_by(request), (failed,))
    except ModelError as error:
        failed = Dropped("the model's draft", f"{error}; this is the extractive one")
        return PlanMade(fallback, spent_by(request), (failed,), reachable=False)
    versions = {"plan": str(rendered.version)} | repair_version(reply.repaired)
    accounting = replace(spent_by(request), prompt_versions=versions)
    themes, dropped = _themes(reply.value, sheet, doubts)
    if not themes:
        empty = Dropped("the model's plan", "it plans no paper that it was shown; the plan is the extractive one")
        return PlanMade(fallback, accounting, (empty, *dropped))
    used = {p for theme in themes for p in theme.papers}
    unused = [LeftOut(p, "not in the model's plan") for p in ids if p not in used]
    outline = replace(fallback, themes=tuple(themes), left_out=(*unused, *fallback.left_out))
    return PlanMade(outline, accounting, tuple(dropped))


def _complaint_about_plan(reply: PlanReply, sheet: SourceSheet) -> str | None:
    """What the one repair request says of a plan."""
    strangers = [i for t in reply.themes for s in t.sentences for i in s.sources if i.strip() not in sheet.by_id]
    if strangers:
        named = ", ".join(map(repr, dict.fromkeys(strangers[:5])))
        return f"these are no source ids: {named}; use only {', '.join(sheet.by_id)}"
    homes: dict[str, int] = {}
    twice = [
        i
        for n, t in enumerate(reply.themes)
        for s in t.sentences
        for i in s.sources
        if homes.setdefault(i.strip(), n) != n
    ]
    if twice:
        return f"these sources stand under two themes: {', '.join(dict.fromkeys(twice))}; keep each under one"
    return None if homes else "the plan has no sentence; plan at least one from the sources"


def _themes(reply: PlanReply, sheet: SourceSheet, doubts: Untrusted) -> tuple[list[PlannedTheme], list[Dropped]]:
    """The plan with ids turned into papers: unknown ones out, each paper under its first theme only."""
    themes: list[PlannedTheme] = []
    dropped: list[Dropped] = []
    homes: dict[str, int] = {}
    known_terms = _vocabulary(doubts.question, [source.paper for source in sheet.by_id.values()])
    for number, theme in enumerate(reply.themes):
        sentences = []
        for planned in theme.sentences:
            known = [p.paper_id for i in planned.sources if (p := sheet.paper(i)) is not None]
            mine = tuple(dict.fromkeys(p for p in known if homes.setdefault(p, number) == number))
            say = _in_words_of(clean(planned.say, doubts), known_terms)
            if len(known) < len(planned.sources):
                dropped.append(Dropped(say, "planned for a source that was never given"))
            if len(mine) < len(set(known)):
                dropped.append(Dropped(say, "planned for a paper that stands under an earlier theme"))
            if mine:
                sentences.append(PlannedSentence(say or "approach", mine))
        if sentences:
            title = clean(theme.title, doubts)
            whole = _in_words_of(title, known_terms) == title  # with a word left out it could mean something else
            themes.append(PlannedTheme(title if whole else "", tuple(sentences)))
    return themes, dropped


def clean(text: str, doubts: Untrusted) -> str:
    """A model's words on one line; none where they carry on what a hostile abstract says."""
    line = " ".join(for_display(text).split())
    return "" if doubts.taints(line) else line.rstrip(".")


def _vocabulary(topic: str, papers: Iterable[Paper]) -> frozenset[str]:
    """The terms of a topic and its papers, without what hostile sentences say."""
    known = set(terms(topic))
    for paper in papers:
        known.update(terms(paper.title))
        for span in split_sentences(paper.abstract):
            sentence = paper.abstract[span.start : span.end]
            known.update(() if hostile(sentence) else terms(sentence))
    return frozenset(known)


def _in_words_of(text: str, known: frozenset[str]) -> str:
    """The text without content words that no paper has: a plan orders what is there, it adds nothing."""
    kept = [w for w in text.split() if all(set(terms(c)) <= known for c in content_words(w))]
    return " ".join(kept)


def repair_version(repaired: bool) -> dict[str, str]:
    return {"repair": str(load_prompt("repair").version)} if repaired else {}
