"""Question -> plan: what kind of answer is wanted, about which named systems, and about what else.

Rules only, so that it works with no model. A question is cut into clauses ("…, and how many GPUs did it
need?"), each with its own intent; the names it mentions carry over to clauses that say only "it".
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from service.annotate.names import is_acronym, looks_like_name, mentioned_names, name_key, tokens
from service.annotate.roles import Role
from service.review.exceptions import without_exceptions
from service.text.normal import for_search


class Intent(StrEnum):
    """What the reader wants to get."""

    COMPARE = "compare"
    NUMBER = "number"
    LIST = "list"
    EXPLAIN = "explain"


@dataclass(frozen=True, slots=True)
class Clause:
    """One question of a question. `facets` are its content phrases, in order, names left out."""

    text: str
    intent: Intent
    names: tuple[str, ...]
    facets: tuple[str, ...]
    conjuncts: tuple[str, ...]
    roles: tuple[Role, ...]
    surveys_only: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """A question cut into clauses; at least one. `left_out`: phrases of what it leaves out."""

    question: str
    clauses: tuple[Clause, ...]
    left_out: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Every name of the question, in order, once."""
        return tuple(dict.fromkeys(n for clause in self.clauses for n in clause.names))

    @property
    def comparative(self) -> bool:
        return any(clause.intent is Intent.COMPARE for clause in self.clauses)


_NEW_CLAUSE = re.compile(
    r"(?:[?;]|,?\s+(?:and|but|or)|,)\s+(?=(?:also\s+)?(?:what|(?:by )?how|which|who|when|where|"
    r"why|does|do|did|is|are|was|were|can)\b(?!\s+(?:they|it)\s+(?:compare|differ)))",
    re.IGNORECASE,
)
_COMPARE = re.compile(
    r"\b(?:compar\w+|contrast\w*|differ\w*|versus|vs\.?|distinguish\w*|as opposed to|rather than|trade-?offs? between|"
    r"similarit\w+|in common|agree|disagree|contradict\w*|conflict\w*|better than|worse than|instead of)\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    r"\bhow (?:many|much|large|big|long|often|fast|high|low|small|accurate|well does|well did|far)\b|\bby how\b|"
    r"\b(?:what|which) (?:\w+ ){0,3}?(?:scores?|accurac\w+|percentages?|numbers?|sizes?|rates?|values?|gains?|"
    r"improvements?|fractions?|shares?|f1|bleu|ndcg|auc|wer|margins?|speed-?ups?|ratios?|counts?|error|reduction|increase|"
    r"budget|win[- ]rates?|figures?)\b",
    re.IGNORECASE,
)
_LIST = re.compile(
    r"^(?:which|list|name|are there|is there|what are|find|show me|who|what)\b.{0,60}?"
    r"\b(?:papers?|works?|stud(?:y|ies)|methods?|"
    r"approach(?:es)?|models?|systems?|techniques?|datasets?|benchmarks?|surveys?|reviews?|frameworks?|algorithms?|"
    r"research|articles?|strategies|ways|options|authors)\b|^(?:which|list|name)\b",
    re.IGNORECASE,
)
_SURVEYS = re.compile(
    r"\b(?:surveys|survey (?:papers?|articles?)|reviews|review (?:papers?|articles?)|overviews)\b", re.I
)
_ROLE_CUES: tuple[tuple[Role, re.Pattern[str]], ...] = (
    (Role.DATA, re.compile(r"\b(?:data|datasets?|corpus|corpora|benchmarks?|annotat\w+|supervis\w+|label\w*|samples?|"
                           r"evaluated? on|trained on|tested on|languages|modalit\w+)\b", re.I)),
    (Role.RESULT, re.compile(r"\b(?:results?|scores?|perform\w*|accura\w+|outperform\w*|improv\w*|gains?|better|worse|"
                             r"achiev\w*|effective\w*|win[- ]rates?|beat|findings?|found|how well|reduc\w+|"
                             r"evidence)\b", re.I)),
    (Role.LIMIT, re.compile(r"\b(?:limit\w*|weakness\w*|drawbacks?|downsides?|costs?|trade-?offs?|fail\w*|"
                            r"shortcomings?|caveats?|risks?|open (?:problems?|questions?|challenges?)|"
                            r"future)\b", re.I)),
    (Role.PROBLEM, re.compile(r"\b(?:problems?|challenges?|motivat\w+|why|gap|issues?)\b", re.I)),
    (Role.APPROACH, re.compile(r"\b(?:how do(?:es)? .{1,80} (?:work|differ|handle|align|train|learn|build|use|generate|"
                               r"select|approach)|approach(?:es)?|methods?|techniques?|architectures?|mechanisms?|"
                               r"algorithms?|propos\w+|idea)\b", re.I)),
)  # fmt: skip

SCAFFOLD = frozenset(
    """a an the of in on at to for from by with without within and or but nor if then than as is are was were be been
    being am do does did done doing have has had having how what which who whom whose when where why can could may
    might shall should will would must this that these those there here it its they them their theirs we us our you
    your i me my he she his her not no so such same other others another any some each every all both either neither
    one ones two three more most less least very much many few only own just also too into onto over under between
    among across about regarding concerning against during before after via per vs versus using use used uses based
    toward towards like eg ie etc according respectively instead rather compared comparing actually exactly still
    paper papers work works study studies article articles research researcher researchers approach approaches method
    methods technique techniques literature corpus author authors abstract abstracts collection library listing
    propose proposes proposed report reports reported present presents presented say says said state states stated tell
    tells find finds found show shows shown describe describes described discuss discusses discussed mention mentions
    mentioned cover covers covered claim claims claimed differ differs different difference differences compare
    compares comparison contrast distinguish main way ways kind kinds type types sort example examples get gets got
    make makes made deal deals handle handles handled address addresses addressed list name names named give gives
    given any exist exists help need needs needed take takes go goes come comes know known seem seems relate related
    respect terms term regard overall generally evidence topic question answer recent new novel various several
    authors' does doing anything something thing things please there's what's survey surveys review reviews agree
    disagree contradict contradicts conflict conflicting score scores scored reach reaches reached achieve achieves
    achieved obtain obtains obtained large long number numbers value values far well best exact whether agreement
    contain contains contained comprise comprises consist consists include includes included cause causes caused mean
    means lead leads stand stands think believe clash clashes look looks together side versus roughly approximately
    around average respect stuff really truly experiment experiments ones end ends own throw away sort went""".split()
)


ASPECTS = frozenset(
    """better worse best fast faster slow slower quick cost costs price cheap accurate accuracy big bigger large larger
    small smaller limitation limitations limit limits weakness weaknesses drawback drawbacks strength strengths
    advantage advantages disadvantage disadvantages performance perform performs quality result results data dataset
    datasets benchmark benchmarks evaluate evaluated evaluation train trained training supervision label labels
    running time memory size efficient efficiency effective compute problem problems approach idea goal""".split()
)
"""Words that ask for an aspect of a system (they become roles) and need not stand in its abstract."""
MEASURES = frozenset(
    "better worse best fast faster slower slow quick cheap accurate big bigger large larger small".split()
)
"""Those of them that a question after a number has in "how …"; what is counted has to stand there."""


@dataclass(frozen=True, slots=True)
class Lexicon:
    """What a planner may ask of the corpus. `known_name(phrase)`: a system of that name is in it.
    `frequency(word)`: in how many papers a word stands."""

    known_name: Callable[[str], bool]
    frequency: Callable[[str], int]


def plan_question(question: str, *, lexicon: Lexicon) -> Plan:
    """Cut a question into clauses."""
    text, left_out = without_exceptions(for_search(question).strip())
    pieces = [p.strip(" ,;?") for p in _NEW_CLAUSE.split(text)]
    pieces = [p for p in pieces if p] or [text]
    clauses: list[Clause] = []
    carried: tuple[str, ...] = ()
    for piece in _folded(pieces, lexicon):
        names = find_names(piece, lexicon)
        if re.search(r"\b(?:it|its|they|them|their|both)\b", piece, re.I) or (
            not names and re.search(r"\b(?:this|that|each)\b", piece, re.I)
        ):
            names = tuple(dict.fromkeys((*carried, *names)))
        carried = tuple(dict.fromkeys((*carried, *(n for n in names if not _is_measured_on(piece, n)))))
        clauses.append(_clause(piece, names))
    return Plan(question=question, clauses=tuple(clauses), left_out=left_out)


def _folded(pieces: Iterable[str], lexicon: Lexicon) -> list[str]:
    """Pieces with something to look for; "and how?", "do the papers disagree?" join the piece before them."""
    folded: list[str] = []
    for piece in pieces:
        if folded and not find_names(piece, lexicon) and not _facets(piece, ())[0]:
            folded[-1] = f"{folded[-1]}, {piece}"
        else:
            folded.append(piece)
    return folded


def _is_measured_on(text: str, name: str) -> bool:
    """Whether a name is where something is measured ("on ParlorBench"): "it" will not mean that."""
    return bool(re.search(rf"\b(?:on|over|against|across) (?:the )?{re.escape(name)}(?!\w)", text, re.IGNORECASE))


def find_names(text: str, lexicon: Lexicon) -> tuple[str, ...]:
    """Names in a text: known systems of up to four words, longest first, and whatever is written like a name."""
    words = tokens(text)
    capitalised = sum(w[:1].isupper() for w in words) <= len(words) / 2  # else capitals tell nothing
    found: list[str] = []
    at = 0
    while at < len(words):
        for length in (4, 3, 2, 1):
            run = words[at : at + length]
            proper = capitalised and at > 0 and length == 1 and _is_strange(run[0], lexicon)
            if len(run) == length and (proper or _names_system(run, lexicon)):
                found.append(" ".join(run))
                at += length
                break
        else:
            at += 1
    return tuple(dict.fromkeys(found))


def _names_system(run: list[str], lexicon: Lexicon) -> bool:
    """A known name, or an unknown token that is written like one.

    Ordinary words (TRACE, STRUCTURE, DeAL are systems too) count only when the question writes them like
    a name; a run of words counts when the corpus coins it.
    """
    if any(w.casefold() in SCAFFOLD and not looks_like_name(w) for w in (run[0], run[-1])):
        return False  # "deal" is scaffolding, DeAL is a system
    if len(run) == 1 and _is_quantity(run[0]):
        return False
    if len(run) == 2 and _VERSION.fullmatch(run[1]) and mentioned_names(run[0]):
        return True  # "LLaMA 2"
    if len(run) == 1 and mentioned_names(run[0]):
        return True
    written_so = any(looks_like_name(w) for w in run) or all(w[:1].isupper() for w in run)
    rare = lexicon.frequency(run[0]) <= _RARE  # "tidewalk", typed without its capitals
    return (written_so or len(run) > 1 or rare) and lexicon.known_name(" ".join(run))


def _clause(text: str, names: tuple[str, ...]) -> Clause:
    comparative = bool(_COMPARE.search(text)) or len(names) >= 2
    if comparative and not _NUMBER.search(text):
        intent = Intent.COMPARE
    elif _NUMBER.search(text):
        intent = Intent.NUMBER
    elif _LIST.search(text):
        intent = Intent.LIST
    else:
        intent = Intent.COMPARE if comparative else Intent.EXPLAIN
    facets, conjuncts = _facets(text, names)
    return Clause(
        text=text,
        intent=intent,
        names=names,
        facets=facets,
        conjuncts=conjuncts,
        roles=tuple(role for role, cue in _ROLE_CUES if cue.search(text)),
        surveys_only=bool(_SURVEYS.search(text)),
    )


_VERSION = re.compile(r"v?\d{1,2}(?:\.\d{1,2})?")
_SIZE = re.compile(r"\d[\d.]*[A-Za-z%]{0,2}")


def _is_quantity(token: str) -> bool:
    """Sizes and compounds of a generic acronym (7B, GPU-hours, LLM-based) are written like names and are none."""
    first, _, rest = token.partition("-")
    return bool(_SIZE.fullmatch(token)) or (bool(rest) and rest.islower() and is_acronym(first))


_PROPER = re.compile(r"[A-Z][a-z]+-(?:[A-Z][a-z]+|[a-z])(?:\d*)")  # "Evol-Instruct", "Show-o": odd, if not odd enough


def _is_strange(token: str, lexicon: Lexicon) -> bool:
    """Inside a question: an odd compound, or a capitalised word that no paper holds (Mixtral, Swahili)."""
    if _PROPER.fullmatch(token):
        return True
    return bool(re.fullmatch(r"[A-Z][a-z]{3,}\d*", token)) and lexicon.frequency(token) == 0


_COORDINATORS = frozenset({"and", "&", ","})  # "or" offers a choice: one side is enough
_RARE = 5
_ARTICLES = frozenset({"the", "a", "an", "its", "their"})
_PIECE = re.compile(r"[^\W_][\w^+.\-/]*[\w+]|[^\W_]|[,&;:()]")


def _facets(text: str, names: Iterable[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Content phrases (runs of words that are no scaffolding), and those of them that are coordinated."""
    taken = {name_key(w) for n in names for w in n.split()} | {name_key(n) for n in names}
    runs: list[tuple[str, bool]] = []
    run: list[str] = []
    joined = False
    between: list[str] = []
    for piece in [*_PIECE.findall(for_search(text)), ","]:
        word = piece.casefold()
        content = word[0].isalnum() and word not in SCAFFOLD and name_key(piece) not in taken
        if content:
            if not run:
                linked = [b for b in between if b not in _ARTICLES]
                joined = bool(linked) and all(b in _COORDINATORS for b in linked) and bool(runs)
            run.append(piece)
            continue
        if run:
            runs.append((" ".join(run), joined))
            run, between = [], []
        between.append(word)
    facets = tuple(dict.fromkeys(phrase for phrase, _ in runs))
    coordinated: list[str] = []
    for (left, _), (right, is_joined) in itertools.pairwise(runs):
        if is_joined:
            coordinated += [left, right]
    return facets, tuple(dict.fromkeys(coordinated))
