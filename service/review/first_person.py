"""Who says "we" in an abstract: its authors, everybody ("the way we live"), or somebody who is quoted.

Only the authors' "we" may be told in the third person. A "we" is theirs when a verb of doing research follows
it and nothing around it makes it generic; an "our" is theirs when it owns a piece of research. In doubt, no.
"""

from __future__ import annotations

import re


def _past(verb: str) -> str:
    if verb.endswith("e"):
        return f"{verb}d"
    return f"{verb[:-1]}ied" if re.search(r"[^aeiou]y$", verb) else f"{verb}ed"


_REGULAR = """
    propose introduce present develop design demonstrate observe evaluate study investigate explore examine analyse
    analyze conduct perform provide describe formulate devise use utilize utilise leverage employ adopt apply train
    construct collect create release compare test validate verify report reveal identify discover establish derive
    argue discuss summarize summarise review survey focus aim extend adapt combine integrate incorporate define
    formalize formalise frame measure quantify assess benchmark experiment outperform achieve highlight illustrate
    address tackle bridge call name term refer hypothesize hypothesise conclude remark note suggest recommend offer
    implement fine-tune finetune pre-train pretrain select generate synthesize synthesise augment convert decompose
    view consider model delve expose uncover unveil chart modify particularize mitigate improve enhance enable start
    outline trace aggregate distinguish revisit tune optimize optimise simulate sample solve reduce obtain estimate
    calibrate re-examine reexamine reaffirm ask attempt try seek participate check confirm notice learn encode extract
    annotate predict detect compute calculate add replace record rank group cluster classify categorize organise
    organize publish share clarify answer detail emphasize emphasise stress underline exploit showcase contribute
    advocate urge contrast cover enrich expand explain infer inspect interpret label link merge motivate
    operationalize parametrize parameterize probe produce prompt prune quantize recast reformulate relate replicate
    reproduce resolve restrict retrieve scale simplify specify standardize supplement support systematize target
    transfer transform translate treat unify update visualize weigh believe hope expect conjecture speculate assume
    list recruit interview enroll randomize follow assign reach place constrain avoid challenge isolate re-annotate
    boost approach project envision decide encourage invite collate code cross-validate merge parse
""".split()
_DOUBLED = "map fit dub submit tag plan plot".split()
_IRREGULAR = """
    show showed shown find found build built cast make made begin begun began draw drew rethink rethought prove proved
    proven learnt set hold held break broke give gave run ran carry carried choose chose take took sought wrote wish
    shed
""".split()
_IRREGULAR_BASE = """
    show find build cast make begin draw rethink prove learn set hold break give run carry choose take seek write wish
    shed
""".split()
AUTHOR_VERB = "(?:{})".format(
    "|".join(
        sorted(
            {*_REGULAR, *map(_past, _REGULAR), *_DOUBLED, *(f"{v}{v[-1]}ed" for v in _DOUBLED), *_IRREGULAR},
            key=lambda verb: (-len(verb), verb),
        )
    )
)
"""A pattern: what authors say of themselves, base form and past."""
BASE_VERBS = frozenset({*_REGULAR, *_DOUBLED, *_IRREGULAR_BASE})
"""The base forms among them."""

_WE = re.compile(r"\b[Ww]e\b")
_WE_AUTHOR = re.compile(
    rf" (?:\w+ly |also |then |further |first |next |thus |therefore |instead |finally |will |have |had |here |now |"
    rf"again |do not |did not |could not |cannot |can |can not |could |are able to |were able to |were unable to |"
    rf"go on to )*"
    rf"{AUTHOR_VERB}\b"
)
# "How should we evaluate …?", "the way we build software", "as we develop ever larger models", "if we use".
_GENERIC_BEFORE = re.compile(
    r"\b(?:can|could|should|do|does|did|must|may|might|will|would|shall|how|ways?|than|if|unless|until|so|what|"
    r"before|words|language|languages|tools|technology|world)\s*$",
    re.IGNORECASE,
)
_AS_WE = re.compile(r"\bas\s*$", re.IGNORECASE)
_AS_WE_AUTHOR = re.compile(
    r" (?:\w+ly |will |also )*(?:show|demonstrate|find|found|report|discuss|describe|argue|observe|explain|prove|see)"
)
_EVERYBODY = re.compile(
    r"\b(?:we (?:humans|all|people|as)|humankind|mankind|every day|(?:everyday|daily) (?:life|lives|living|experience)|"
    r"our (?:own )?(?:lives|world|society|planet|everyday|daily))\b",
    re.IGNORECASE,
)
_OUR = re.compile(r"\b[Oo]ur\b")
_OUR_WORK = re.compile(
    r" (?:(?!(?:of|in|on|for|to|and|or|about|with|from|by|solar|immune|nervous|visual|auditory|legal|political|social|"
    r"economic|health|healthcare|education|educational|food|digital|cognitive|mental|brains?|bod(?:y|ies)|human|"
    r"common|collective)\b)\w+[- ]){0,3}?"
    r"(?:methods?|methodology|approach|approaches|models?|frameworks?|experiments?|experimental|results?|analysis|"
    r"analyses|findings?|works?|evaluations?|stud(?:y|ies)|papers?|codes?|datasets?|data ?sets?|data|corpus|corpora|"
    r"systems?|algorithms?|techniques?|strategy|strategies|pipelines?|benchmarks?|theory|theorems?|insights?|"
    r"observations?|contributions?|proposed|designs?|theoretical|empirical|extensive|comprehensive|formulations?|"
    r"implementations?|surveys?|reviews?|architectures?|solutions?|schemes?|procedures?|investigations?|main|goals?|"
    r"aims?|research|proposals?|metrics?|tools?|toolkits?|submissions?|baselines?|classifiers?|parsers?|taggers?|"
    r"encoders?|decoders?|detectors?|improvements?|hypothes[ei]s|experiences?|conclusions?|annotations?|recordings?|lexicons?|"
    r"resources?|ontology|wordnets?|testbeds?|tests?|protocols?|recipes?|modules?|loss|objective|classification|"
    r"attacks?|defen[cs]es?|probes?|estimates?|simulations?|proofs?|bounds?|taxonomy|typology|perspective|position)\b"
)
_OTHER_FIRST = re.compile(r"\b(?:us|ours|ourselves|Ours|Ourselves|Let us|Let's|let's|[Mm]y|me|myself)\b")
# A single author's "I", not "Type I error" or "Part I": a verb follows.
_I = re.compile(
    rf"\bI(?:'(?:m|ve|ll|d))?(?= (?:\w+ly |also |then |first |further )*(?:am|was|have|will|{AUTHOR_VERB})\b)"
)
_ANY = re.compile(r"\b(?:[Ww]e|WE|[Oo]ur|OUR)\b")
_QUOTED = re.compile(r"[\"“„«]([^\"”“»]*)[\"”“»]|(?<![^\s(])['‘]([^'‘’]+)['’](?![^\s.,;:!?)])")
_LOOK_BACK_CHARS = 30  # a generic "we" shows close before it; looking further back would cost quadratic time
_SENTENCE_HEAD = re.compile(r"(?:^|[.:;!?)\]]\s*|[—–-]\s+|[\"“*]\s*)$")


def has_first_person(text: str) -> bool:
    """Whether anybody says "we", "our", "us", "I" or "my" in the text, in whatever sense."""
    return bool(_ANY.search(text) or _OTHER_FIRST.search(text) or _I.search(text))


def is_told_by_authors(text: str) -> bool:
    """Whether every first person of the text is a "we" or "our" of its authors, outside quotes."""
    if _OTHER_FIRST.search(text) or _I.search(text) or _EVERYBODY.search(text) or re.search(r"\b(?:WE|OUR)\b", text):
        return False
    if any(_ANY.search(quoted[0]) for quoted in _QUOTED.finditer(text)):
        return False
    return all(_is_authors_we(text, m.start(), m.end()) for m in _WE.finditer(text)) and all(
        _OUR_WORK.match(text, m.end()) is not None and _may_stand(text, m.start()) for m in _OUR.finditer(text)
    )


def _is_authors_we(text: str, start: int, end: int) -> bool:
    before = text[max(0, start - _LOOK_BACK_CHARS) : start]
    if _GENERIC_BEFORE.search(before) or not _may_stand(text, start):
        return False
    if _AS_WE.search(before) and not _AS_WE_AUTHOR.match(text, end):
        return False
    return _WE_AUTHOR.match(text, end) is not None


def _may_stand(text: str, start: int) -> bool:
    """A capital within a sentence belongs to a title ("Hear Our Voice"), which is nobody's to reword."""
    return text[start].islower() or _SENTENCE_HEAD.search(text[max(0, start - _LOOK_BACK_CHARS) : start]) is not None
