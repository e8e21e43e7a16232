"""Questions of known answerability to libraries of several fields, read from ../shared/data.

A field's library holds the papers that its questions were written over, among a thousand real ones of the same sources.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias, get_args

from eval.datasets.corpora import shared
from eval.datasets.halves import is_for_choosing
from eval.datasets.jsonl import records
from service.records import Paper
from service.text.normal import title_key

FieldName: TypeAlias = Literal["arxiv", "acl", "scifact", "rct", "wide"]
QuestionKind: TypeAlias = Literal[
    "answerable", "near miss", "another field", "subject of no paper", "trial prompt",
    "overview", "no overview", "comparison", "no comparison", "in other words", "not said, in other words",
]  # fmt: skip
FIELDS: Final[tuple[FieldName, ...]] = get_args(FieldName)
OTHERS: Final = 1000
"""Papers of the same sources that stand beside the questioned ones."""
_FOLDERS: Final = {
    "arxiv": ("arxiv",),
    "acl": ("acl_anthology",),
    "scifact": ("scifact",),
    "rct": ("evidence_inference", "pubmedqa"),
    "wide": ("orkg_groups", "economics"),
}
_TRIAL_PROMPTS: Final = 200
_ASKED: Final = (
    "What is the effect of {i} compared with {c} on {o}?",
    "Does {i} change {o} compared with {c}?",
    "Is {o} different with {i} than with {c}?",
)
_BROAD: Final = Path(__file__).parent / "broad_questions.jsonl"
_BROAD_KINDS: Final[dict[str, tuple[QuestionKind, QuestionKind]]] = {
    "overview": ("overview", "no overview"),
    "comparison": ("comparison", "no comparison"),
    "indirect": ("in other words", "not said, in other words"),
}
_NOWHERE: Final = (
    "Which Venetian composers wrote operas for public theatres before 1700?",
    "How deep did Roman engineers dig the wells of Pompeii?",
    "Does biodynamic pruning raise the sugar content of Riesling grapes?",
    "What tonnage did Hanseatic cogs carry in the fourteenth century?",
    "Why did the Byzantine court adopt silk ceremonial dress?",
    "How many pawns does the Botvinnik system sacrifice on average?",
    "What glaze recipes did potters of the Song dynasty use?",
    "Is the eruption of Krakatoa visible in Javanese tree rings?",
    "Which knots hold best in wet climbing ropes?",
    "How are Norwegian stave churches protected from rot?",
    "What penalties did medieval guilds impose on apprentices?",
    "How much yeast does sourdough rye bread need at altitude?",
    "Do violin varnishes change the damping of spruce plates?",
    "In which counties were Anglo-Saxon brooches with garnets found?",
    "How far do monarch butterflies drift when they cross the Gulf of Mexico?",
    "Which poets answered Petrarch's sonnets in his lifetime?",
    "What torque loosens bicycle spokes during downhill races?",
    "When did Portuguese caravels first reach the Banda Islands?",
)
"""Questions of subjects that none of the libraries holds."""


@dataclass(frozen=True, slots=True)
class FieldQuestion:
    """A question to a field's library. `own`: the title keys of its papers; `gold`: the sentences that answer.

    A near miss is about its own paper, which does not say; a question of another field has no paper there. Of several
    papers any is a right one.
    """

    field: FieldName
    text: str
    kind: QuestionKind
    answerable: bool
    own: tuple[str, ...]
    gold: tuple[str, ...]
    for_choosing: bool


def read_questions(data: Path | None = None) -> list[FieldQuestion]:
    """Every hand-written question, and a quarter of them asked of another field's library too.

    Halves go by n // 2: n itself is even for answerable ones and odd for near misses.
    """
    place = data or shared() / "data"
    titles = {(r["corpus"], r["n"]): title_key(r["title"]) for r in records(place / "claims/papers.jsonl")}
    found: list[FieldQuestion] = []
    for row in records(place / "claims/questions.jsonl"):
        field, n, text, answerable = row["corpus"], row["n"], row["question"], row["answerable"]
        kind: QuestionKind = "answerable" if answerable else "near miss"
        own, gold = titles[field, n], tuple(row["quotes"])
        found.append(FieldQuestion(field, text, kind, answerable, (own,), gold, is_for_choosing(n // 2)))
        if n % 4 == 0:
            other = FIELDS[(FIELDS.index(field) + 1 + n % 3) % len(FIELDS)]
            found.append(FieldQuestion(other, text, "another field", False, (), (), is_for_choosing(n // 4)))
    return found


def read_trial_prompts(data: Path | None = None) -> list[FieldQuestion]:
    """Prompts of Evidence Inference whose evidence stands in the abstract, put as questions; a seeded draw."""
    place = (data or shared() / "data") / "evidence_inference"
    titles = {r["id"]: title_key(r["title"]) for r in records(place / "corpus.jsonl")}
    prompts = [p for p in records(place / "prompts.jsonl") if p["evidence_in_abstract"]]
    random.Random(0).shuffle(prompts)
    found = []
    for i, p in enumerate(prompts[:_TRIAL_PROMPTS]):
        text = _ASKED[i % len(_ASKED)].format(
            i=p["intervention"].strip(), c=p["comparator"].strip(), o=p["outcome"].strip()
        )
        own, half = titles[p["paper_id"]], is_for_choosing(p["paper_id"])
        found.append(FieldQuestion("rct", text, "trial prompt", True, (own,), tuple(p["evidence"]), half))
    return found


def read_broad_questions(path: Path = _BROAD) -> list[FieldQuestion]:
    """Overviews, comparisons and single facts in other words than the abstract's, answerable and not.

    Their halves were drawn when they were written: every other pair of an answerable one and its like.
    """
    found = []
    for row in records(path):
        kind = _BROAD_KINDS[row["kind"]][not row["answerable"]]
        own, half = tuple(map(title_key, row["papers"])), row["half"] == "choose"
        found.append(FieldQuestion(row["field"], row["question"], kind, row["answerable"], own, (), half))
    return found


def questions_of_no_field() -> list[FieldQuestion]:
    """Questions of subjects that no library holds, asked of each; all of the half that figures are reported of."""
    return [
        FieldQuestion(field, text, "subject of no paper", False, (), (), for_choosing=False)
        for text in _NOWHERE
        for field in FIELDS
    ]


def missing(field: FieldName, data: Path | None = None) -> str | None:
    """Why a field's library cannot be made here; `None` where its sources are there."""
    place = data or shared() / "data"
    absent = [place / folder for folder in ("claims", *_FOLDERS[field]) if not (place / folder).is_dir()]
    return f"there is no {absent[0]}; set LITWEAVE_SHARED to the folder that holds data/" if absent else None


def papers_of(field: FieldName, data: Path | None = None) -> list[Paper]:
    """The questioned papers of a field, then others of its sources."""
    place = data or shared() / "data"
    own = [paper_of(r) for r in records(place / "claims/papers.jsonl") if r["corpus"] == field]
    seen = {title_key(p.title) for p in own}
    others = [p for p in _sources(field, place) if title_key(p.title) not in seen]
    step = max(len(others) // OTHERS, 1)
    return [*own, *others[::step][:OTHERS]]


def paper_of(record: dict[str, Any]) -> Paper:
    """The paper of a record with `title`, `abstract` and perhaps `year`."""
    year = record.get("year")
    return Paper(record["title"], record["abstract"], year=int(year) if year else None)


def pubmedqa_paper(record: dict[str, Any]) -> Paper:
    """A PubMedQA abstract under its question, which is the paper's title."""
    return Paper(record["question"], " ".join(record["contexts"]))


def _sources(field: FieldName, data: Path) -> Sequence[Paper]:
    if field == "rct":
        trials = [paper_of(r) for r in records(data / "evidence_inference/corpus.jsonl")]
        return [*trials, *map(pubmedqa_paper, records(data / "pubmedqa/pqal_train.jsonl"))]
    if field == "wide":
        grouped = [paper_of(p) for g in records(data / "orkg_groups/groups.jsonl") for p in g["papers"]]
        return [*grouped, *(paper_of(r) for r in records(data / "economics/corpus.jsonl"))]
    corpus = next((data / _FOLDERS[field][0]).glob("corpus.jsonl*"))
    return [paper_of(r) for r in _every(records(corpus), 4)]


def _every(rows: Iterable[dict[str, Any]], step: int) -> Iterator[dict[str, Any]]:
    return (row for i, row in enumerate(rows) if i % step == 0)
