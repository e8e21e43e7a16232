"""Clause -> the sentences that answer it, a group a paper, and what nothing answers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from service.annotate.names import name_key
from service.records import Paper
from service.review.absence import is_left_out, says_absent, wanted_absent
from service.review.choose import choose
from service.review.coverage import content_words
from service.review.old_evidence import Candidate, System, find_system, mentions_name, score
from service.review.plan import Clause, Intent
from service.review.record_questions import on_record
from service.review.support import (
    LEAST_DESPITE,
    LEAST_TOPIC,
    READ_PAPERS,
    Scope,
    asked_words,
    called,
    on_topic,
    stated,
    support,
    uncovered,
    wanted_roles,
    without_names,
)

_LIST_BAND = 0.50  # papers whose fit is this far behind the best one's are not listed
_TOPIC_HITS = 40
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
        return Selection((), tuple(f"{called(named[0].own[0])}: nothing on {s.name}" for s in unknown_settings))
    recorded = [on_record(clause.text, s.own[0]) for s in named]
    if any(recorded):
        return Selection((), tuple(note for note in recorded if note))
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
    words = asked_words(clause, " ".join(clause.facets))
    candidates = score(scope.corpus, unique, without_names(clause), wanted_roles(clause))
    compared = len(candidates) > 1 or clause.intent is Intent.COMPARE
    share = max(budget // max(len(candidates), 1), 1)
    keys = [name_key(s.name) for s in settings]
    speak = {c.paper.paper_id for c in candidates if stated(scope, clause, c, words, settings, compared=compared)}
    groups: list[Group] = []
    missing: list[str] = []
    for candidate in candidates:
        wanted = ", ".join((*clause.facets, *(s.name for s in settings))) or clause.text
        asked = f"{called(candidate.paper)}: nothing on {wanted}"
        if candidate.paper.paper_id not in speak and not (compared and speak):
            missing.append(asked)
            continue
        chosen = choose(scope.coverage, clause, candidate, words, limit=min(share, 4), settings=keys)
        if chosen:
            groups.append(Group(candidate, chosen))
        else:
            missing.append(asked)
    if clause.intent is Intent.COMPARE and len(clause.names) == 1 and groups:
        groups += _other_sides(scope, clause, groups, budget - share)
    missing += uncovered(scope, clause, [g.candidate for g in groups])
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
    speak = [c for c in candidates if stated(scope, clause, c, words, settings, compared=False)]
    fits = [_Fit(c, c.best_relevance + scope.coverage.share(words, c.paper)) for c in speak]
    return _listed(scope, clause, fits, budget, settings=keys, band=2 * _LIST_BAND)


def _about_earlier(scope: Scope, clause: Clause, earlier: Sequence[Group], budget: int) -> Selection | None:
    """Evidence for a follow-up from the papers that answered before it, if they state it."""
    words = content_words(" ".join(clause.facets))
    papers = [g.candidate.paper for g in earlier][: max(budget, 1)]
    candidates = score(scope.corpus, papers, clause.text, wanted_roles(clause))
    speak = [c for c in candidates if stated(scope, clause, c, words, (), compared=False)]
    groups = [Group(c, choose(scope.coverage, clause, c, words, limit=2)) for c in speak]
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
    if not fits or not on_topic(scope, clause, [f.candidate for f in fits], words):
        return Selection((), (clause.text,))
    absent = scope.coverage.essential_absent(clause.text, words, [f.candidate.paper for f in fits[:READ_PAPERS]])
    if absent and max(support(scope, words, f.candidate) for f in fits[:READ_PAPERS]) < LEAST_DESPITE:
        return Selection((), (clause.text,))
    fits = fits if wide else _without(clause, fits)  # a text on a topic is wider than a list
    if not fits:
        return Selection((), (clause.text,))
    if wide:
        fits = [f for f in fits if support(scope, words, f.candidate) >= LEAST_TOPIC]
    return _listed(scope, clause, fits, budget, settings=(), band=2.0 if wide else _LIST_BAND)


def _without(clause: Clause, fits: Sequence[_Fit]) -> list[_Fit]:
    """Those that say that there is none of what the question wants none of; for a list only those will do."""
    absent = wanted_absent(clause.text)
    kept = [f for f in fits if all(any(says_absent(t, a) for t in f.candidate.texts) for a in absent)]
    return kept if kept or clause.intent is Intent.LIST else list(fits)


def _listed(
    scope: Scope, clause: Clause, fits: Sequence[_Fit], budget: int, *, settings: Sequence[str], band: float
) -> Selection:
    """One group a paper, best first, as far as papers keep up with the best one and the budget lasts."""
    ranked = sorted(fits, key=lambda f: -f.fit)
    within = [f.candidate for f in ranked if f.fit >= ranked[0].fit - band]
    kept = [c for c in within if not is_left_out(c.paper.title, scope.left_out)]
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
    missing = uncovered(scope, clause, [g.candidate for g in groups]) if groups else [clause.text]
    return Selection(tuple(groups), tuple(missing))
