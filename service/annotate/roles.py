"""Which role a sentence plays in its abstract: problem, approach, data, result or limit.

Abstracts follow the moves that Swales and the structured-abstract literature describe; cue phrases and
position in the abstract tell them apart well enough to pick evidence and fill cells by.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from service.annotate.rhetorical_roles import RhetoricalRole as Role

__all__ = ["COLUMNS", "Role", "role_of", "role_scores", "roles_in"]

COLUMNS = (Role.PROBLEM, Role.APPROACH, Role.DATA, Role.RESULT, Role.LIMIT)


@dataclass(frozen=True, slots=True)
class Cue:
    """A pattern, the role it speaks for and how strongly, in points."""

    role: Role
    points: float
    pattern: re.Pattern[str]


def _cue(role: Role, points: float, pattern: str) -> Cue:
    return Cue(role, points, re.compile(pattern, re.IGNORECASE))


_DONE = (
    r"(?:measured|assessed|performed|analy[sz]ed|evaluated|calculated|estimated|examined|compared|investigated|reviewed|"
    r"conducted|carried out|used|tested|studied|applied|determined|recorded|scored|defined|undertaken|administered)"
)
_CUES = (
    _cue(Role.NOTE, 6, r"https?://|\b(?:code|models?|weights|dataset|appendix|page)\b.{0,60}\b"
                       r"(?:available|released? at)"),
    _cue(Role.NOTE, 3, r"\b(?:project (?:page|website)|open[- ]source[d]? (?:our|the) (?:code|models?))"),
    _cue(
        Role.APPROACH,
        3,
        r"\bwe (?:\w+ly |further |also |then |therefore |thus |next )*(?:propose|introduce|present|develop|design|"
        r"formulate|describe|devise|put forward|extend|build|construct|train|use|leverage|utilize|employ|adopt|"
        r"combine|study|formali[sz]e|model|cast|view|rethink|explore|investigate|review|survey|conduct a)",
    ),
    _cue(Role.APPROACH, 2, r"\b(?:this (?:paper|work|article|survey|study) (?:propos|introduc|present|develop|describ|"
                           r"stud|review|survey|provid|investigat|examin|focus)|in this (?:paper|work|study|survey))"),
    _cue(Role.APPROACH, 1.5, r"\b(?:our|the proposed|this|the) (?:method|approach|framework|model|scheme|algorithm|"
                             r"strategy|technique|mechanism|system|module|pipeline|architecture)\b"
                             r"(?! (?:outperform|achiev|improv|surpass|attain|obtain))"),
    _cue(Role.APPROACH, 1, r"\b(?:consists? of|comprises?|composed of|by (?:\w+ly )?\w+ing|module|objective|loss|"
                           r"stage|training strategy|is trained|are trained|learn(?:s|ing)? to|aims? to|via|"
                           r"allows|enables|key (?:idea|observation|insight)|core idea|specifically|to this end)\b"),
    _cue(Role.DATA, 2, r"\b(?:data ?sets?|corpora|corpus|annotat\w+|collect(?:ed|ing|s)?|instances|training data|"
                       r"samples|\d[\d.,]*\s?(?:k|m|b|million|billion|thousand|hours?)\b)"),
    _cue(Role.DATA, 1.5, r"\b(?:benchmarks?|evaluat\w+ (?:on|across|over)|experiments? (?:on|across|over|with)|"
                         r"tasks?,? (?:including|such as)|test(?:ed|s)? on)\b"),
    _cue(Role.DATA, 0.5, r"\b(?:participants|patients|speakers|languages)\b"),
    _cue(Role.DATA, 2.5, r"\b(?:were|was) (?:\w+ly )?(?:recruited|enrol+ed|randomi[sz]ed|invited|included|"
                         r"obtained|interviewed|identified from|drawn from|sampled|extracted)\b|\bwe (?:\w+ly )?"
                         r"(?:recruited|enrol+ed|included|interviewed|identified \d)|\b(?:cohort|consecutive|"
                         r"questionnaires?|registry|medical records|charts?|cross-sectional)\b"),
    _cue(Role.APPROACH, 2.5, rf"\b(?:were|was|we) (?:\w+ly |then |also )*{_DONE}\b|\b(?:retrospective\w*|"
                             r"prospective\w*|controlled trial|meta-analysis|regression|main outcome)\b"),
    _cue(Role.RESULT, 3, r"\b(?:outperform|surpass|exceed|beat)\w*|\bstate[- ]of[- ]the[- ]art\b|\bachiev\w+|"
                         r"\battain\w*|\bcompetitive\b|\bcomparable\b|\bon par\b"),
    _cue(Role.RESULT, 2.5, r"\b(?:results?|experiments?|evaluations?|analys[ie]s|findings?|ablations?|we)\b.{0,50}"
                           r"\b(?:show|demonstrat|reveal|indicat|find|found|suggest|confirm|observe|validat|prove)\w*"),
    _cue(Role.RESULT, 2, r"\d(?:[\d.,]*)\s?\\?%|\b\d+(?:\.\d+)?x\b|\b(?:accuracy|F1|BLEU|win rate|score)s?\b.{0,30}\d"),
    _cue(Role.RESULT, 1, r"\b(?:improv|increas|reduc|decreas|gain|better|worse|significant|superior|effective)\w*"),
    _cue(Role.RESULT, 2.5, r"\b[Pp]\s?[<=>≤≥]\s?\.?\d|\b(?:odds|hazard|risk) ratios?\b|\b(?:OR|HR|RR|CI)\b.{0,12}\d|"
                           r"\bsignificant(?:ly)? (?:\w+ )?(?:differen|associat|correlat|higher|lower|more|less|"
                           r"great|increas|decreas|reduc|improv)\w*|\b(?:was|were) (?:\w+ )?(?:associated|"
                           r"correlated) with\b|\bcorrelat(?:ed|ion) (?:\w+ )?(?:with|between)\b"),
    _cue(Role.PROBLEM, 3, r"\b(?:aims?|purpose|objectives?|goal) (?:of|was|were|is)\b|^to (?:determine|investigate|"
                          r"assess|evaluate|examine|compare|describe|test|explore|study|identify|analy[sz]e|establish|"
                          r"estimate|review|ascertain|report|find out|measure)\b(?![^.]{0,120}, we\b)|"
                          r"\bhypothesi[sz]ed\b"),
    _cue(Role.PROBLEM, 2.5, r"^(?:however|yet|nevertheless|despite|although|while|unfortunately|but)\b"),
    _cue(Role.PROBLEM, 2, r"\b(?:challeng\w+|suffers?|struggl\w+|remain\w* (?:un|a |an |limited|difficult|challenging)|"
                          r"bottleneck|lacks?|gap|fails?|hinder\w*|prohibitive\w*|expensive|costly|difficult\w*|"
                          r"under-?explored|overlook\w*|unclear|scarc\w+|insufficient\w*|limited|concerns?|risks?)\b"),
    _cue(Role.PROBLEM, 1, r"\b(?:existing|previous|prior|current|conventional|traditional|most) (?:\w+ )?(?:methods?|"
                          r"approaches|works?|studies|models|techniques|systems)\b|\bto (?:address|tackle|overcome|"
                          r"mitigate|bridge|resolve)\b"),
    _cue(Role.LIMIT, 4, r"\b(?:limitations?|drawbacks?|future work|we leave|at the cost of|prone to|caveat|"
                        r"trade-?offs?|backfires?|open (?:problem|challenge|question)s?|remains? an open|"
                        r"only (?:been )?tested|untested|(?:did|have|do|could) not (?:\w+ )?(?:test|tested|"
                        r"stud(?:y|ied)|examined?|measured?|know|confirm|evaluated?)|adds (?:\w+ )?\d|"
                        r"takes (?:\S+ )?[\d.]+ times as long)\b"),
    _cue(Role.LIMIT, 2.5, r"^(?:however|yet|nevertheless|lastly),? (?:it|they|our|the model|"
                          r"this (?:method|approach))\b|\b(?:only (?:when|on|for|if|in)|does not|do not|cannot|slower|"
                          r"degrad\w+|no (?:gain|improvement|benefit))\b"),
)  # fmt: skip

_PROPOSES = re.compile(
    r"\b(?:we|this (?:paper|work)) (?:\w+ly |then |further |also )*"
    r"(?:propos|introduc|present|develop|design|describ)\w*",
    re.IGNORECASE,
)

_LABEL = re.compile(
    r"^(?P<label>BACKGROUND|INTRODUCTION|OBJECTIVES?|AIMS?|PURPOSE|CONTEXT|METHODS?|MATERIALS?[^:]{0,30}|DESIGN|SETTING|"
    r"PATIENTS|PARTICIPANTS|RESULTS?|FINDINGS|CONCLUSIONS?|INTERPRETATION|LIMITATIONS?)\s?:",
    re.IGNORECASE,
)
_CONTRAST = re.compile(r"^(?:however|yet|nevertheless|but|unfortunately)\b", re.IGNORECASE)
_MIDDLE = 0.6  # points that the middle of an abstract adds to an approach
_LABELLED = {
    "background": Role.PROBLEM, "introduction": Role.PROBLEM, "objective": Role.PROBLEM, "objectives": Role.PROBLEM,
    "aim": Role.PROBLEM, "aims": Role.PROBLEM, "purpose": Role.PROBLEM, "context": Role.PROBLEM,
    "setting": Role.DATA, "patients": Role.DATA, "participants": Role.DATA,
    "result": Role.RESULT, "results": Role.RESULT, "findings": Role.RESULT, "conclusion": Role.RESULT,
    "conclusions": Role.RESULT, "interpretation": Role.RESULT, "limitation": Role.LIMIT, "limitations": Role.LIMIT,
}  # fmt: skip


def role_scores(sentence: str, position: float) -> dict[Role, float]:
    """Points for each role. `position` is the sentence's place in its abstract, 0 first, 1 last.

    A structured abstract's own label ("METHODS:") settles it. Otherwise cue points, plus a prior from
    position: problems open an abstract, results and limits close it.
    """
    scores = dict.fromkeys(Role, 0.0)
    label = _LABEL.match(sentence)
    if label:
        word = label["label"].split()[0].casefold()
        scores[_LABELLED.get(word, Role.APPROACH)] += 8
    for cue in _CUES:
        if cue.pattern.search(sentence):
            scores[cue.role] += cue.points
    if _PROPOSES.search(sentence):  # "to address the lack of X, we propose Y" tells of Y
        scores[Role.APPROACH] += 2
        scores[Role.PROBLEM] *= 0.4
        scores[Role.RESULT] *= 0.7
    scores[Role.PROBLEM] += 1.5 * (1 - position) ** 3
    scores[Role.APPROACH] += 4 * _MIDDLE * position * (1 - position)
    scores[Role.RESULT] += 2.5 * position**2
    if position < 0.5:  # "however" opens a problem early in an abstract, a limit late
        scores[Role.LIMIT] *= 0.4
    elif position > 0.6:
        scores[Role.PROBLEM] *= 0.6
        if _CONTRAST.search(sentence):
            scores[Role.LIMIT] += 3
    return scores


def role_of(sentence: str, position: float) -> Role:
    """The role with most points; ties go to the earlier of `Role`'s order."""
    scores = role_scores(sentence, position)
    return max(Role, key=lambda role: scores[role])


_STAYS = 1.0  # points for a sentence of the same move as the one before it
_TURNS_BACK = -3.0  # for a return to a move that is over
_OPENS = {Role.PROBLEM: 0.0, Role.APPROACH: -1.0, Role.DATA: -1.0, Role.RESULT: -2.0, Role.LIMIT: -2.0, Role.NOTE: -2.0}
_ORDER = {Role.PROBLEM: 0, Role.APPROACH: 1, Role.DATA: 1, Role.RESULT: 2, Role.LIMIT: 3, Role.NOTE: 3}


def roles_in(sentences: Sequence[str]) -> tuple[Role, ...]:
    """The role of every sentence of an abstract, read as a whole: the best path through its moves (Viterbi).

    An abstract seldom returns from its results to its problem, so neighbours decide where cues do not. On PubMedQA's
    labels that is worth .822 -> .879 of sentences (bench/roles.py).
    """
    last = max(len(sentences) - 1, 1)
    paths: dict[Role, tuple[float, tuple[Role, ...]]] = {role: (_OPENS[role], (role,)) for role in Role}
    for i, sentence in enumerate(sentences):
        points = role_scores(sentence, i / last)
        if i == 0:
            paths = {role: (worth + points[role], path) for role, (worth, path) in paths.items()}
            continue
        paths = {role: _best_step(paths, role, points[role]) for role in Role}
    return max(paths.values(), key=lambda path: path[0])[1] if sentences else ()


def _best_step(
    paths: dict[Role, tuple[float, tuple[Role, ...]]], to: Role, points: float
) -> tuple[float, tuple[Role, ...]]:
    """The best path that ends in `to`."""
    worth, before = max(((w + _turn(p[-1], to), p) for w, p in paths.values()), key=lambda path: path[0])
    return worth + points, (*before, to)


def _turn(before: Role, to: Role) -> float:
    step = _ORDER[to] - _ORDER[before]
    return _TURNS_BACK if step < 0 else (_STAYS if step == 0 else 0.0)
