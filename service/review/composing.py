"""A plan -> the text without a model: every planned sentence from its abstract, told, gated and led over to."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from service.annotate.names import name_key
from service.annotate.roles import Role
from service.records import Dropped, Sentence
from service.review.corpus import Corpus
from service.review.coverage import content_words
from service.review.extractive import connective
from service.review.gate import fault
from service.review.old_evidence import Candidate
from service.review.outline import Outline, PlannedSentence, PlannedTheme
from service.review.outlining import RELATION
from service.review.sentence_roles import sentence_for
from service.review.telling import Teller
from service.review.themes import bears
from service.review.transitions import leading
from service.text.terms import terms

_LEAST_LIKE = 0.35  # cosine, with overlap, of a sentence with what a plan wants said
_OVERLAP = 0.3
_ROLE_WORDS = {
    "approach": Role.APPROACH, "method": Role.APPROACH, "what it does": Role.APPROACH, "result": Role.RESULT,
    "results": Role.RESULT, "finding": Role.RESULT, "findings": Role.RESULT, "problem": Role.PROBLEM,
    "motivation": Role.PROBLEM, "data": Role.DATA, "limit": Role.LIMIT, "limits": Role.LIMIT,
    "limitation": Role.LIMIT, "limitations": Role.LIMIT,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A composed paragraph and what of its plan could not be shown."""

    sentences: tuple[Sentence, ...]
    dropped: tuple[Dropped, ...]


def composed(
    corpus: Corpus, outline: Outline, candidates: Mapping[str, Candidate], *, trusted: bool
) -> list[Paragraph]:
    """One paragraph a theme. `trusted`: the titles are ours or the user's; a model's must stand in every paper."""
    return [paragraph(corpus, outline, number, candidates, trusted=trusted) for number in range(len(outline.themes))]


def paragraph(
    corpus: Corpus, outline: Outline, number: int, candidates: Mapping[str, Candidate], *, trusted: bool
) -> Paragraph:
    """The paragraph of theme `number`; without sentences where nothing planned could be shown."""
    theme = outline.themes[number]
    teller = Teller()
    told: dict[str, list[int]] = {}
    shown: list[Sentence] = []
    dropped: list[Dropped] = []
    for planned in theme.sentences:
        for paper_id in planned.papers:
            candidate = candidates.get(paper_id)
            taken = told.setdefault(paper_id, [])
            index = None if candidate is None else _index(corpus, candidate, planned, tuple(taken))
            if index is None and candidate is not None and not trusted and not taken:
                index = sentence_for(candidate, Role.APPROACH)  # a model's words need not be near the abstract's
            if candidate is None or index is None:
                dropped.append(Dropped(planned.say, f"no sentence of {paper_id!r} that is not told yet says this"))
                continue
            sentence = _told(teller, candidate, index, taken, shown, known=f"{outline.topic} {theme.title}")
            reason = fault(sentence, {paper_id: candidate.paper})
            if reason is None:
                taken.append(index)
                shown.append(sentence)
            else:
                dropped.append(Dropped(sentence.text, reason))
    if not shown:
        return Paragraph((), tuple(dropped))
    opening = _opening(outline, number, trusted=trusted)
    return Paragraph((*([opening] if opening else []), *shown), tuple(dropped))


def _told(
    teller: Teller, candidate: Candidate, index: int, taken: Sequence[int], shown: Sequence[Sentence], *, known: str
) -> Sentence:
    """The sentence, with a transition from the paper told before where one holds and passes the gate."""
    just = bool(shown) and shown[-1].citations[0].paper_id == candidate.paper.paper_id
    previous = just and bool(taken) and taken[-1] == index - 1
    sentence = teller.tell(candidate, index, introduced=just, previous=previous)
    if just or not shown or taken:
        return sentence
    led = leading(sentence.text, sentence.citations[0].quote, shown[-1].citations[0].quote, known=known)
    if led == sentence.text:
        return sentence
    with_lead = replace(sentence, text=led, support="supported")
    return with_lead if fault(with_lead, {candidate.paper.paper_id: candidate.paper}) is None else sentence


def _index(corpus: Corpus, candidate: Candidate, planned: PlannedSentence, taken: tuple[int, ...]) -> int | None:
    """The sentence of the abstract that says what is planned, or `None`."""
    say = planned.say.casefold().strip(" .")
    if say in _ROLE_WORDS:
        return sentence_for(candidate, _ROLE_WORDS[say], besides=taken)
    open_sentences = [i for i in range(len(candidate.sentences.spans)) if i not in taken]
    open_sentences = [i for i in open_sentences if candidate.roles[i] is not Role.NOTE]
    if say.startswith(RELATION):
        key = name_key(planned.say[len(RELATION) :])
        return next((i for i in open_sentences if key and key in name_key(candidate.sentences.text(i))), None)
    if not open_sentences:
        return None
    cosine = candidate.sentences.vectors @ corpus.embed([planned.say])[0]
    wanted = {t for w in content_words(planned.say) for t in terms(w)}

    def likeness(i: int) -> float:
        shared = len(wanted & set(terms(candidate.sentences.text(i)))) / max(len(wanted), 1)
        return float(cosine[i]) + _OVERLAP * shared

    best = max(open_sentences, key=likeness)
    return best if likeness(best) >= _LEAST_LIKE else None


def _opening(outline: Outline, number: int, *, trusted: bool) -> Sentence | None:
    """What a paragraph's papers have in common, in words that claim no more than its title does."""
    theme = outline.themes[number]
    title = theme.title if theme.title and (trusted or _borne(outline, theme)) else ""
    titled = [n for n, t in enumerate(outline.themes) if t.title]
    several = len(theme.papers) > 1
    if not title or re.search(r"\d", title):
        return _untitled(outline, number, several=several)
    if len(titled) == 1:
        return connective(f"{'Several papers concern' if several else 'One paper concerns'} {title}.")
    if number == titled[0]:
        return connective(f"One line of work concerns {title}.")
    if number == titled[-1] and number == len(outline.themes) - 1:
        return connective(f"Finally, {'some papers turn' if several else 'one paper turns'} to {title}.")
    ways = ("Another line of work concerns", "Other papers deal with", "A further group of papers is about")
    alone = ("Another paper concerns", "One paper deals with", "A further paper is about")
    return connective(f"{(ways if several else alone)[titled.index(number) % 3 - 1]} {title}.")


def _untitled(outline: Outline, number: int, *, several: bool) -> Sentence | None:
    """The first paragraph without a title behind some with one says that it stands apart; others need no opening."""
    if number == 0 or not outline.themes[number - 1].title:
        return None
    papers = "further papers bear" if several else "a further paper bears"
    lines = "these lines of work" if sum(1 for t in outline.themes if t.title) > 1 else "this"
    return connective(f"Beyond {lines}, {papers} on the topic.")


def _borne(outline: Outline, theme: PlannedTheme) -> bool:
    return all(bears(outline.papers[p], theme.title) for p in theme.papers)
