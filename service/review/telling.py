"""One paper's sentences as a draft tells them: who did it, in the third person, or between quotation marks.

A first sentence says whose work it is: by the authors' names where all are known, by the system's name, else as
"one paper", which its citation tells apart. What cannot be put in the third person is quoted as it stands.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from service.annotate.names import looks_like_name, name_key, own_names, tokens
from service.records import Citation, Paper, Sentence
from service.review.gate import fault
from service.review.old_evidence import Candidate
from service.review.references import short_name, surnames
from service.review.rewrite import coins, dangles, third_person, without_item, without_opening
from service.review.subjects import Subject
from service.text.normal import for_display

_SURVEY = re.compile(r"\b(?:surveys?|reviews?|overview|roadmap|tutorial|taxonomy)\b", re.IGNORECASE)
_THIS_PAPER = re.compile(r"^(?:this|the) (?P<noun>paper|work|study|survey|article|review|report)(?P<of>'s)? ", re.I)
_MAY_BE_SMALL = frozenset(
    """a an the this these those in on for with by to from as at of it its such each both more most while when we our
    extensive experimental experiments empirical results comprehensive evaluations recent existing current one two
    another several many some all no not only using based given unlike compared despite although through
    under""".split()
)


class Teller:
    """Tells the sentences of a paragraph in order and remembers how many of its papers had no name."""

    def __init__(self) -> None:
        self._nameless = Counter[str]()

    def tell(self, candidate: Candidate, index: int, *, introduced: bool, previous: bool = False) -> Sentence:
        """Sentence `index` as a claim. `introduced`: the paper was just told of; `previous`: by the sentence before.

        The best of the forms that pass the gate; the last form, a quotation, is what remains.
        """
        paper = candidate.paper
        span = candidate.sentences.spans[index]
        quote = paper.abstract[span.start : span.end]
        citation = Citation("", paper.paper_id, quote, span.start, span.end)
        forms = self._later(paper, quote, previous=previous) if introduced else self._first(paper, quote)
        sentence = Sentence(for_display(quote), "claim", "exact", (citation,))
        for text, nameless in forms:
            whole = for_display(quote) in text
            sentence = Sentence(text, "claim", "exact" if whole else "supported", (citation,))
            if fault(sentence, {paper.paper_id: paper}) is None:
                self._nameless[_noun(paper)] += nameless
                break
        return sentence

    def _first(self, paper: Paper, quote: str) -> Iterator[tuple[str, bool]]:
        """Forms of a paper's first sentence, best first, each with whether it leaves the paper without a name."""
        short = own_names(paper.title, paper.abstract).short
        text = without_opening(without_item(for_display(quote)))
        anyone = self._one_paper(paper)
        this = _THIS_PAPER.match(text)
        if this is not None:
            yield _capital(f"{anyone.text}{this['of'] or ''} {text[this.end() :]}"), True
        subject = self._subject(paper, coined=short is not None and coins(text, short))
        told = third_person(quote, short=short, introduced=False, subject=subject)
        if told is not None and told != without_item(for_display(quote)):
            yield told, subject.text == anyone.text
            retold = third_person(quote, short=short, introduced=False, subject=anyone)
            yield retold or told, True
        elif told is not None and short is not None and name_key(short) in name_key(text):
            yield text, False
        small = _small_first(text, paper.abstract)
        for whose in (subject, anyone):
            if told is not None and small is not None and not dangles(told):
                yield f"According to {whose.text}, {small}", whose.text == anyone.text
            yield f"{_capital(whose.text)} {_states(whose)}: “{for_display(quote)}”", whose.text == anyone.text
        yield f"{short_name(paper)}: “{for_display(quote)}”", False

    def _later(self, paper: Paper, quote: str, *, previous: bool) -> Iterator[tuple[str, bool]]:
        short = own_names(paper.title, paper.abstract).short
        told = third_person(quote, short=short, introduced=True)
        if told is not None and (previous or not dangles(told)):
            if not previous:
                told = without_opening(told)
            yield told, False
            yield for_display(quote), False
        yield f"The authors state: “{for_display(quote)}”", False
        yield f"{short_name(paper)}: “{for_display(quote)}”", False

    def _subject(self, paper: Paper, *, coined: bool) -> Subject:
        known = surnames(paper)
        if known is not None:
            return Subject(known, f"{known}'s", plural=len(paper.authors) > 1)
        short = own_names(paper.title, paper.abstract).short
        if short is None or coined:
            return self._one_paper(paper)
        return Subject(f"the authors of {short}", f"the {short} authors'", plural=True)

    def _one_paper(self, paper: Paper) -> Subject:
        before = self._nameless[_noun(paper)]
        which = "one" if before == 0 else ("a further" if before % 3 == 2 else "another")
        called = f"{which} {_noun(paper)}"
        return Subject(called, f"{called}'s", plural=False)


def _noun(paper: Paper) -> str:
    return "survey" if _SURVEY.search(paper.title) else "paper"


def _states(whose: Subject) -> str:
    return "state" if whose.plural else "states"


def _small_first(text: str, abstract: str) -> str | None:
    """The text as it goes on after a comma, or `None` where its first word may be a name."""
    first = text.split(" ", 1)[0]
    if looks_like_name(first):
        return text
    plain = (tokens(first) or [""])[0].casefold()
    may = plain in _MAY_BE_SMALL or re.search(rf"(?<![\w-]){re.escape(plain)}(?![\w-])", abstract) is not None
    return text[:1].lower() + text[1:] if may else None


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
