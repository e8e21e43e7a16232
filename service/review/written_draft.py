"""A model's paragraphs of a draft: one call a theme, side by side, each with the whole plan in view.

What comes back is held against the plan both ways: a paper that is cited and was not planned there takes its
sentence with it, a planned paper that is not cited is named. A paragraph that fails is the extractive one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from service.errors import ModelCancelled, ModelError
from service.llm import (
    DraftReply,
    Entailment,
    ModelRequest,
    SourceSheet,
    complaint_about,
    load_prompt,
    render_sources,
    structured,
    with_source_ids,
)
from service.llm.replies.forms import ParagraphReply
from service.records import Accounting, Dropped, Sentence
from service.review.composing import Paragraph
from service.review.extractive import COMPOSER
from service.review.outline import Outline, PlannedTheme
from service.review.untrusted import Untrusted
from service.review.written import SHOWN_FAULTS, gated, spent_by
from service.review.written_plan import clean, repair_version

_AT_ONCE = 4  # calls; the provider's own lanes may let fewer through
_LEAST_WORDS = 40  # of one paragraph


@dataclass(frozen=True, slots=True)
class Paragraphs:
    """The paragraphs in the plan's order, each the model's or the extractive one."""

    paragraphs: list[Paragraph]
    accounting: Accounting


def write_paragraphs(
    request: ModelRequest,
    outline: Outline,
    extractive: Sequence[Paragraph],
    *,
    words: int,
    versions: Mapping[str, str],
) -> Paragraphs:
    """Each theme's paragraph by the model, in parallel, or the extractive one. Raises `ModelCancelled`."""
    share = max(words // len(outline.themes), _LEAST_WORDS)

    def write(number: int) -> tuple[Paragraph, str | None, bool]:
        try:
            return _paragraph(request, outline, number, extractive[number], words=share)
        except ModelCancelled:
            raise
        except ModelError as error:
            return _instead(extractive[number], outline.themes[number], f"{error}"), None, False

    with ThreadPoolExecutor(max_workers=_AT_ONCE) as pool:
        done = list(pool.map(write, range(len(outline.themes))))
    by = next((model for _, model, _ in done if model is not None), None)
    used = dict(versions) | repair_version(any(repaired for _, _, repaired in done))
    if by is not None:
        used["paragraph"] = str(load_prompt("paragraph").version)
    accounting = replace(spent_by(request), composer=by or COMPOSER, prompt_versions=used)
    return Paragraphs([paragraph for paragraph, _, _ in done], accounting)


def _paragraph(
    request: ModelRequest, outline: Outline, number: int, extractive: Paragraph, *, words: int
) -> tuple[Paragraph, str | None, bool]:
    """The paragraph, the model whose it is (`None`: the extractive one), and whether it took a repair."""
    theme = outline.themes[number]
    papers = [outline.papers[p] for p in theme.papers]
    sheet = render_sources(papers, question=outline.topic, secret=request.secret)
    doubts = Untrusted.of(outline.topic, [outline.papers[p] for t in outline.themes for p in t.papers])
    rendered = load_prompt("paragraph").render(
        topic=outline.topic,
        plan=_plan_in_words(outline, number, sheet, doubts),
        number=str(number + 1),
        sources=sheet.text,
        mark=sheet.mark,
        words=str(words),
    )
    entailment = Entailment(request, most_calls=1)
    schema = None if rendered.output is None else with_source_ids(rendered.output, tuple(sheet.by_id))

    def complaint(reply: ParagraphReply) -> str | None:
        about_quotes = complaint_about(DraftReply(paragraphs=[reply]), sheet)
        if about_quotes is not None:
            return about_quotes
        shown, dropped = gated([(s, s.kind) for s in reply.sentences], sheet, doubts, entailment)
        faults = [f"{d.text[:120]!r}: {d.reason}" for d in dropped]
        faults += [f"no sentence cites source {i}" for i in sheet.by_id if _uncited(shown, sheet, i)]
        return "; ".join(faults[:SHOWN_FAULTS]) or None

    reply = structured(
        request.model,
        rendered,
        ParagraphReply,
        deadline=request.deadline,
        parameters=replace(request.parameters, schema=schema),
        cache=request.cache,
        check=complaint,
        worth=lambda value: len(gated([(s, s.kind) for s in value.sentences], sheet, doubts, entailment)[0]),
    )
    shown, dropped = gated([(s, s.kind) for s in reply.value.sentences], sheet, doubts, entailment)
    strangers = [q.source for s in reply.value.sentences for q in s.quotes if q.source not in sheet.by_id]
    dropped += [Dropped("", "a sentence cites what was not planned for its paragraph") for _ in strangers]
    if not any(s.kind == "claim" for s in shown):
        reason = "nothing that the model wrote passed the gate" if dropped else "the model wrote no sentence"
        return _instead(extractive, theme, reason, tuple(dropped)), None, reply.repaired
    left_out = _left_out(shown, theme, sheet, doubts)
    return Paragraph(tuple(shown), (*dropped, *left_out)), reply.model, reply.repaired


def _left_out(shown: Sequence[Sentence], theme: PlannedTheme, sheet: SourceSheet, doubts: Untrusted) -> list[Dropped]:
    """The planned papers that no sentence cites, by title."""
    reason = f"planned for the paragraph on {theme.title!r}, which does not cite it"
    return [
        Dropped(clean(source.paper.title, doubts), reason)
        for source_id, source in sheet.by_id.items()
        if _uncited(shown, sheet, source_id)
    ]


def _instead(extractive: Paragraph, theme: PlannedTheme, reason: str, dropped: tuple[Dropped, ...] = ()) -> Paragraph:
    note = Dropped(f"the model's paragraph on {theme.title!r}", f"{reason}; this is the extractive one")
    return Paragraph(extractive.sentences, (note, *dropped, *extractive.dropped))


def _uncited(shown: Sequence[Sentence], sheet: SourceSheet, source_id: str) -> bool:
    paper_id = sheet.by_id[source_id].paper.paper_id
    return all(c.paper_id != paper_id for s in shown for c in s.citations)


def _plan_in_words(outline: Outline, number: int, sheet: SourceSheet, doubts: Untrusted) -> str:
    """Every paragraph's title, and for the one to write also its sentences with source ids."""
    ids = {source.paper.paper_id: source_id for source_id, source in sheet.by_id.items()}
    lines: list[str] = []
    for n, theme in enumerate(outline.themes):
        title = "further papers" if not theme.title or doubts.taints(theme.title) else theme.title
        lines.append(f"{n + 1}. {title}" + (" (the one to write)" if n == number else ""))
        if n == number:
            for sentence in theme.sentences:
                named = ", ".join(ids[p] for p in sentence.papers)
                say = "" if doubts.taints(sentence.say) else sentence.say
                lines.append(f"   - {say or 'approach'}: {named}")
    return "\n".join(lines)
