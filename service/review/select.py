"""Clause -> the sentences that answer it, a group a paper, and what nothing answers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from service.records import Filters, Paper
from service.review.choose import choose, has_figure
from service.review.corpus import Corpus
from service.review.coverage import Coverage, content_words
from service.review.evidence import Candidate, System, find_system, mentions_name, score
from service.review.plan import Clause, Intent
from service.review.roles import Role
from service.text.names import acronyms, name_key, own_names, spells_out

# Calibrated on eval/cases; docs/adr/0007 has the figures. Each adds the highest cosine of a sentence to the
# share of the clause's content words that the paper covers.
LEAST_COSINE = 0.25  # below it nothing in the corpus is even related
LEAST_TOPIC = 0.79  # for the corpus to speak of a topic
LEAST_DESPITE = 1.20  # for a topic although a word that carries much of its meaning is absent
LEAST_STATED = 0.66  # for a named system's abstract to state what is asked of it
LEAST_COMPARED = 0.40  # the same when several systems are compared: each describes itself in other words
LEAST_CONJUNCT = 0.45  # share of a coordinated phrase's words that some chosen paper covers
_LIST_BAND = 0.60  # papers whose fit is this far behind the best one's are not listed
_TOPIC_HITS = 40
_READ_PAPERS = 6
_SIDES = re.compile(r"\b(?:and|with|versus|vs\.?|from|than|compared (?:with|to)|over)\b|,", re.IGNORECASE)
_SURVEY_TITLE = re.compile(r"\b(?:surveys?|reviews?|overview|roadmap|tutorial|taxonomy)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """Chosen sentences of one paper, by index, in the order of the abstract."""

    candidate: Candidate
    chosen: tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Selection:
    """What answers a clause. No groups: nothing does. `missing` says what was asked and is not there."""

    groups: tuple[Group, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Scope:
    """What all selections of one request share."""

    corpus: Corpus
    coverage: Coverage
    filters: Filters | None


@dataclass(frozen=True, slots=True, eq=False)
class _Fit:
    """A candidate and how well it fits the clause, as papers are ranked and cut."""

    candidate: Candidate
    fit: float


def select(
    scope: Scope,
    clause: Clause,
    *,
    budget: int,
    earlier: Sequence[Group] = (),
    follows_names: bool = False,
    wide: bool = False,
) -> Selection:
    """Choose at most `budget` sentences for a clause. A clause without names may lean on `earlier` groups.

    With `follows_names` an earlier clause named its systems, and nothing else is looked for. With `wide` every
    paper that speaks of a topic is taken, not only those that keep up with the best.
    """
    systems = [find_system(scope.corpus, name, scope.filters) for name in clause.names]
    unknown = tuple(s.name for s in systems if s.unknown)
    settings = [s for s in systems if not s.unknown and (not s.own or _is_setting(clause, s))]
    named = [s for s in systems if s.own and s not in settings]
    unknown_settings = [s for s in systems if s.unknown and _is_used_on(clause, s)]
    if named and len(named) == 1 and unknown_settings and clause.intent is Intent.NUMBER:
        return Selection((), tuple(f"{_called(named[0].own[0])}: {s.name}" for s in unknown_settings))
    if named:
        found = _about_systems(scope, clause, [s.own[0] for s in named], settings, budget)
    elif unknown and not settings:
        return Selection((), unknown)
    elif settings:
        found = _about_settings(scope, clause, settings, budget)
    else:
        found = _about_earlier(scope, clause, earlier, budget) or (
            Selection((), (clause.text,)) if follows_names else _about_topic(scope, clause, budget, wide=wide)
        )
    return Selection(found.groups, tuple(dict.fromkeys((*unknown, *found.missing))))


def _is_setting(clause: Clause, system: System) -> bool:
    """Whether a named system is only where things are measured: "… on ParlorBench", said of several papers."""
    asks_all = re.search(r"\b(?:papers|studies|literature|works|methods|approaches|results|findings)\b", clause.text)
    return len(system.mentions) >= 1 and (bool(asks_all) or _is_used_on(clause, system))


def _is_used_on(clause: Clause, system: System) -> bool:
    used = rf"\b(?:on|over|against|across) (?:the )?{re.escape(system.name)}(?!\w)"
    return bool(re.search(used, clause.text, re.IGNORECASE))


def _about_systems(
    scope: Scope, clause: Clause, papers: Sequence[Paper], settings: Sequence[System], budget: int
) -> Selection:
    """Evidence from the papers that coin the names; what is asked of them must be in their abstracts."""
    unique = list({p.paper_id: p for p in papers}.values())
    words = content_words(" ".join(clause.facets))
    candidates = score(scope.corpus, unique, _without_names(clause), wanted_roles(clause))
    compared = len(candidates) > 1 or clause.intent is Intent.COMPARE
    share = max(budget // max(len(candidates), 1), 1)
    keys = [name_key(s.name) for s in settings]
    stated = {c.paper.paper_id for c in candidates if _stated(scope, clause, c, words, settings, compared=compared)}
    groups: list[Group] = []
    missing: list[str] = []
    for candidate in candidates:
        asked = f"{_called(candidate.paper)}: {', '.join((*clause.facets, *(s.name for s in settings))) or clause.text}"
        if candidate.paper.paper_id not in stated and not (compared and stated):
            missing.append(asked)
            continue
        chosen = choose(scope.coverage, clause, candidate, words, limit=min(share, 4), settings=keys)
        if chosen:
            groups.append(Group(candidate, chosen))
        else:
            missing.append(asked)
    if clause.intent is Intent.COMPARE and len(clause.names) == 1 and groups:
        groups += _other_sides(scope, clause, groups, budget - share)
    missing += _uncovered(scope, clause, groups)
    return Selection(tuple(groups), tuple(missing))


def _other_sides(scope: Scope, clause: Clause, groups: Sequence[Group], budget: int) -> list[Group]:
    """The best paper for each side of a comparison that is described, not named ("... and work on rank drift")."""
    taken = {g.candidate.paper.paper_id for g in groups}
    found: list[Group] = []
    for side in _SIDES.split(clause.text):
        words = content_words(side)
        if len(words) < 2 or any(name_key(n) in name_key(side) for n in clause.names):
            continue
        if any(scope.coverage.share(words, g.candidate.paper) >= 0.5 for g in groups):
            continue
        plain = replace(clause, text=side, names=(), facets=(" ".join(words),), conjuncts=())
        for group in _about_topic(scope, plain, max(min(budget, 2), 1), wide=False).groups[:1]:
            if group.candidate.paper.paper_id not in taken:
                taken.add(group.candidate.paper.paper_id)
                found.append(group)
    return found


def _about_settings(scope: Scope, clause: Clause, settings: Sequence[System], budget: int) -> Selection:
    """Evidence from papers that mention all that the question names, when nobody asked about the coiner itself."""
    keys = [name_key(s.name) for s in settings]
    papers = {p.paper_id: p for s in settings for p in (*s.own, *s.mentions)}
    whole = [p for p in papers.values() if all(mentions_name(p, k) for k in keys)]
    if not whole:
        return Selection((), (" and ".join(s.name for s in settings),))
    words = content_words(" ".join(clause.facets))
    candidates = score(scope.corpus, whole, clause.text, wanted_roles(clause))
    stated = [c for c in candidates if _stated(scope, clause, c, words, settings, compared=False)]
    fits = [_Fit(c, c.best_relevance + scope.coverage.share(words, c.paper)) for c in stated]
    return _listed(scope, clause, fits, budget, settings=keys, band=2 * _LIST_BAND)


def _about_earlier(scope: Scope, clause: Clause, earlier: Sequence[Group], budget: int) -> Selection | None:
    """Evidence for a follow-up from the papers that answered before it, if they state it."""
    words = content_words(" ".join(clause.facets))
    papers = [g.candidate.paper for g in earlier][: max(budget, 1)]
    candidates = score(scope.corpus, papers, clause.text, wanted_roles(clause))
    stated = [c for c in candidates if _stated(scope, clause, c, words, (), compared=False)]
    groups = [Group(c, choose(scope.coverage, clause, c, words, limit=2)) for c in stated]
    kept = tuple(g for g in groups if g.chosen)
    return Selection(kept, ()) if kept else None


def _about_topic(scope: Scope, clause: Clause, budget: int, *, wide: bool) -> Selection:
    """Evidence by meaning and words, refused when no paper covers enough of the clause."""
    found = scope.corpus.search(clause.text, k=_TOPIC_HITS * (2 if clause.surveys_only else 1), filters=scope.filters)
    hits = [h for h in found.hits if not clause.surveys_only or _SURVEY_TITLE.search(h.paper.title)]
    words = content_words(" ".join(clause.facets))
    retrieved = {h.paper.paper_id: h.score for h in hits}
    candidates = score(scope.corpus, [h.paper for h in hits], clause.text, wanted_roles(clause))
    fits = [
        _Fit(
            c,
            c.best_relevance
            + (0.5 if wide else 1.0) * scope.coverage.share(words, c.paper)
            + retrieved[c.paper.paper_id],
        )
        for c in candidates
    ]
    fits.sort(key=lambda f: -f.fit)
    if not fits or not _on_topic(scope, clause, [f.candidate for f in fits], words):
        return Selection((), (clause.text,))
    absent = scope.coverage.essential_absent(clause.text, words, [f.candidate.paper for f in fits[:_READ_PAPERS]])
    if absent and max(_support(scope, words, f.candidate) for f in fits[:_READ_PAPERS]) < LEAST_DESPITE:
        return Selection((), (clause.text,))
    if wide:
        fits = [f for f in fits if _support(scope, words, f.candidate) >= LEAST_TOPIC]
    return _listed(scope, clause, fits, budget, settings=(), band=2.0 if wide else _LIST_BAND)


def _on_topic(scope: Scope, clause: Clause, candidates: Sequence[Candidate], words: Sequence[str]) -> bool:
    if not words:
        return clause.surveys_only
    related = max(c.best for c in candidates)
    covered = max(scope.coverage.share(words, c.paper) for c in candidates[:_READ_PAPERS])
    return related >= LEAST_COSINE and related + covered >= LEAST_TOPIC


def _support(scope: Scope, words: Sequence[str], candidate: Candidate) -> float:
    """Highest cosine of a sentence plus the share of the words that the paper covers."""
    return candidate.best + scope.coverage.share(words, candidate.paper)


def _stated(
    scope: Scope,
    clause: Clause,
    candidate: Candidate,
    words: Sequence[str],
    settings: Sequence[System],
    *,
    compared: bool,
) -> bool:
    """Whether the paper's abstract speaks of what is asked about it."""
    text = f"{candidate.paper.title}. {candidate.paper.abstract}"
    if not compared or clause.intent is Intent.NUMBER:
        if any(not mentions_name(candidate.paper, name_key(s.name)) for s in settings):
            return False
        if clause.intent is Intent.NUMBER and not all(spells_out(text, a) for a in acronyms(clause.text)):
            return False
    if clause.intent is Intent.NUMBER and not any(map(has_figure, _texts(candidate))):
        return False
    if not words or any(_covers_phrase(scope, phrase, candidate) for phrase in clause.conjuncts):
        return True
    if compared:
        return _support(scope, words, candidate) >= LEAST_COMPARED
    return _support(scope, words, candidate) >= LEAST_STATED


def _listed(
    scope: Scope, clause: Clause, fits: Sequence[_Fit], budget: int, *, settings: Sequence[str], band: float
) -> Selection:
    """One group a paper, best first, as far as papers keep up with the best one and the budget lasts."""
    ranked = sorted(fits, key=lambda f: -f.fit)
    kept = [f.candidate for f in ranked if f.fit >= ranked[0].fit - band]
    each = 1 if len(kept) > budget // 2 else 2
    words = content_words(" ".join(clause.facets))
    groups: list[Group] = []
    left = budget
    for candidate in kept:
        chosen = choose(scope.coverage, clause, candidate, words, limit=min(each, left), settings=settings)
        if chosen:
            groups.append(Group(candidate, chosen))
            left -= len(chosen)
        if left <= 0:
            break
    missing = _uncovered(scope, clause, groups) if groups else [clause.text]
    return Selection(tuple(groups), tuple(missing))


def _uncovered(scope: Scope, clause: Clause, groups: Sequence[Group]) -> list[str]:
    """Coordinated phrases of the clause that no chosen paper speaks of."""
    if not groups:
        return []
    return [p for p in clause.conjuncts if not any(_covers_phrase(scope, p, g.candidate) for g in groups)]


def _covers_phrase(scope: Scope, phrase: str, candidate: Candidate) -> bool:
    words = content_words(phrase)
    return not words or scope.coverage.share(words, candidate.paper) >= LEAST_CONJUNCT


def _texts(candidate: Candidate) -> list[str]:
    return [candidate.sentences.text(i) for i in range(len(candidate.sentences.spans))]


def _without_names(clause: Clause) -> str:
    text = clause.text
    for name in clause.names:
        text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", " ", text, flags=re.IGNORECASE)
    return text if content_words(text) else clause.text


def wanted_roles(clause: Clause) -> tuple[Role, ...]:
    """The roles the clause asks after; where it names none, those its intent is usually after."""
    if clause.roles:
        return clause.roles
    if clause.intent is Intent.NUMBER:
        return (Role.RESULT, Role.DATA)
    return (Role.APPROACH, Role.RESULT) if clause.intent is Intent.COMPARE else (Role.APPROACH,)


def _called(paper: Paper) -> str:
    return own_names(paper.title, paper.abstract).short or paper.title
