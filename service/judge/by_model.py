"""A judge that asks a language model: one call for a text, each part of a statement against its own paper's quotes."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Final, get_args

from service.annotate import AnnotatedAbstract
from service.annotate.hostile import hostile
from service.errors import ModelCancelled, ModelError
from service.judge.hard_facts import hard_fact
from service.judge.model import Claim, Judgement, Label
from service.llm import ModelRequest, ReplyForm, load_prompt
from service.llm.prompting.readable import readable
from service.llm.prompting.sources import drawing, fresh_id, fresh_mark
from service.text.normal import for_display

PROMPT: Final = "support"
_BATCH: Final = 25  # claims of one call
_AT_ONCE: Final = 4  # calls for a long text; the provider's own limit may let fewer through
_TOKENS_A_CLAIM: Final = 200
_MOST_REASON: Final = 300  # characters
_LABELS: Final = get_args(Label)
_SCORES: Final[Mapping[str, float]] = {"supported": 0.95, "partly": 0.5, "undecided": 0.5}
_LOG = logging.getLogger(__name__)


class PartReply(ReplyForm):
    """One thing that a statement asserts."""

    part: str
    borne_out: str


class VerdictReply(ReplyForm):
    """One case."""

    id: str
    parts: tuple[PartReply, ...] = ()
    label: str
    part: str | None = None
    reason: str | None = None


class SupportReply(ReplyForm):
    """The reply to prompts/support.md."""

    verdicts: list[VerdictReply]


@dataclass(frozen=True, slots=True)
class CaseSheet:
    """The rendered claims. `ids` in the order the claims were given in, which is not the order they are shown in."""

    text: str
    mark: str
    ids: tuple[str, ...]


class ModelJudge:
    """The `Judge` of a library with a model. What its reply leaves out, or says in two ways, is `undecided`.

    `prompt_versions` names the prompts that were used, `failure` says why it could not be asked.
    Hard facts veto, whatever the model says; what is verbatim is not asked about.
    """

    def __init__(self, request: ModelRequest, name: str, measured: bool) -> None:
        self.name = name
        self.measured = measured
        self.prompt_versions: dict[str, str] = {}
        self.failure: str | None = None
        self._request = request

    def support(self, claims: Sequence[Claim], abstracts: Mapping[str, AnnotatedAbstract]) -> tuple[Judgement, ...]:
        """One judgement a claim, in order. Raises `ModelCancelled`, and no other error of the model's."""
        grounded = [_grounded(claim, claims) for claim in claims]
        settled = [_settled(claim) for claim in grounded]
        facts = [hard_fact(c, abstracts) if s is None else None for c, s in zip(grounded, settled, strict=True)]
        asked = [at for at, judgement in enumerate(settled) if judgement is None]
        size = -(-len(asked) // -(-len(asked) // _BATCH)) if asked else 1
        batches = [[grounded[at] for at in asked[begin : begin + size]] for begin in range(0, len(asked), size)]
        with ThreadPoolExecutor(max_workers=_AT_ONCE, thread_name_prefix="litweave-judge") as pool:
            answers = [j for batch in pool.map(lambda claims: self._asked(claims, abstracts), batches) for j in batch]
        said = dict(zip(asked, answers, strict=True))
        return tuple(s or _vetoed(said[at], facts[at]) for at, s in enumerate(settled))

    def _asked(self, claims: Sequence[Claim], abstracts: Mapping[str, AnnotatedAbstract]) -> list[Judgement]:
        sheet = case_sheet(claims, abstracts, secret=self._request.secret)
        rendered = load_prompt(PROMPT).render(claims=sheet.text, mark=sheet.mark, count=str(len(claims)))
        values = {"id": sheet.ids, "label": _LABELS, "borne_out": ("yes", "no", "opposite")}
        own = self._request.parameters
        parameters = replace(own, max_tokens=max(own.max_tokens, _TOKENS_A_CLAIM * len(claims)), temperature=0.0)
        self.prompt_versions[PROMPT] = str(rendered.version)
        try:
            reply = self._request.reply(rendered, SupportReply, values, parameters=parameters)
        except ModelCancelled:
            raise
        except ModelError as error:
            _LOG.warning("%d sentences stay undecided: %s", len(claims), error)
            self.failure = str(error)
            return [_undecided() for _ in claims]
        by_id: dict[str, list[VerdictReply]] = {}
        for verdict in reply.value.verdicts:
            by_id.setdefault(verdict.id.strip(), []).append(verdict)
        return [_read(by_id.get(i, []), claim) for i, claim in zip(sheet.ids, claims, strict=True)]


def is_verbatim(claim: Claim) -> bool:
    """Whether a claim's text is the whole of one of its quotes, as a person reads both."""
    text = for_display(claim.text)
    return any(text == for_display(citation.quote) for citation in claim.citations)


def case_sheet(
    claims: Sequence[Claim], abstracts: Mapping[str, AnnotatedAbstract], *, secret: bytes | None = None
) -> CaseSheet:
    """The claims with their quotes by paper, under ids and a mark that none can know, in an order drawn anew."""
    bodies = [_lines(claim, abstracts) for claim in claims]
    draw = drawing(secret, *(line for body in bodies for line in body))
    taken = " ".join(line for body in bodies for line in body).casefold()
    mark = fresh_mark(draw, taken)
    ids: list[str] = []
    blocks: list[str] = []
    for body in bodies:
        ids.append(fresh_id(draw, f"{taken} {mark} {' '.join(ids)}"))
        tag = f'case id="{ids[-1]}" mark="{mark}"'
        blocks.append("\n".join([f"<{tag}>", *(f"{mark}| {line}" for line in body), f"</{tag}>"]))
    draw.shuffle(blocks)
    return CaseSheet("\n\n".join(blocks), mark, tuple(ids))


def _lines(claim: Claim, abstracts: Mapping[str, AnnotatedAbstract]) -> list[str]:
    quotes: dict[str, list[str]] = {}
    for citation in claim.citations:
        quotes.setdefault(citation.paper_id, []).append(readable(citation.quote).text)
    lines = [f"Statement - {readable(claim.text).text}"]
    for paper_id, said in quotes.items():
        lines += [f"Paper - {_naming(abstracts[paper_id])}", *(f"Quote - {quote}" for quote in dict.fromkeys(said))]
    return lines


def _naming(abstract: AnnotatedAbstract) -> str:
    """How a statement may refer to a paper: its own name, its authors and year, its title."""
    paper = abstract.paper
    authors = ", ".join(paper.authors[:3]) + (" and others" if len(paper.authors) > 3 else "")
    named = [f"called {abstract.own.short}"] if abstract.own.short else []
    named += [f"by {authors}"] if authors else []
    named += [str(paper.year)] if paper.year else []
    title = "(withheld)" if hostile(paper.title) else paper.title
    return readable("; ".join([*named, f"title: {title}"])).text


def _grounded(claim: Claim, claims: Sequence[Claim]) -> Claim:
    """A claim with the quotes of those that it rests on among its own."""
    below = [citation for place in claim.rests_on for citation in claims[place].citations]
    return replace(claim, citations=tuple(dict.fromkeys([*claim.citations, *below]))) if below else claim


def _settled(claim: Claim) -> Judgement | None:
    """What needs no model to say."""
    if not claim.citations:
        return Judgement("not_said", 0.0, claim.text, "no quote stands behind it")
    return Judgement("supported", 1.0) if is_verbatim(claim) else None


def _vetoed(said: Judgement, fact: Judgement | None) -> Judgement:
    """What a model said under the veto of a hard fact, whose reason never hides the model's own."""
    if fact is None:
        return said
    faulted = said.label in ("partly", "contradicted", "not_said") and said.reason
    return replace(fact, reason=f"{fact.reason} {said.reason}") if faulted else fact


def _read(verdicts: Sequence[VerdictReply], claim: Claim) -> Judgement:
    """The one verdict on a claim, as far as it can be taken at its word."""
    if len(verdicts) != 1:
        return _undecided()
    verdict = verdicts[0]
    label = next((known for known in _LABELS if known == verdict.label.strip().casefold()), None)
    lacking = [p.part for p in verdict.parts if p.borne_out.strip().casefold() != "yes"]
    if label is None or (label == "supported" and lacking):
        return _undecided()
    if label == "supported":
        return Judgement("supported", _SCORES["supported"])
    part = next((p for said in (verdict.part, *lacking) if (p := _words_of(claim.text, said))), None)
    reason = for_display(verdict.reason or "")[:_MOST_REASON]
    return Judgement(label, _SCORES.get(label, 0.0), part, reason or "the quotes do not bear it out")


def _words_of(text: str, said: str | None) -> str | None:
    """The words, as the text has them, or `None` where they do not stand in it."""
    wanted = for_display(said or "").strip(" .\"'“”")
    shown = for_display(text)
    at = shown.casefold().find(wanted.casefold()) if wanted else -1
    return shown[at : at + len(wanted)] if at >= 0 else None


def _undecided() -> Judgement:
    return Judgement("undecided", _SCORES["undecided"], None, "no clear judgement was given")
