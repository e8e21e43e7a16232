"""A review that returns hand-made records: invented papers, every quote cut from its abstract."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from memory_corpus import passes

from service.errors import QueryError, UnknownFormat
from service.llm import PlannedCall
from service.records import (
    Accounting,
    Agreement,
    Answer,
    Cell,
    Citation,
    Comparison,
    Draft,
    Dropped,
    Filters,
    Health,
    Hit,
    ImportedPaper,
    ImportReport,
    JudgeName,
    LibraryCounts,
    Matrix,
    Nearest,
    Paper,
    Passage,
    Position,
    Record,
    Reference,
    Rejection,
    Row,
    SearchResult,
    Sentence,
    Shelving,
)
from service.records.checks import Check
from service.records.surveys import Dated, Survey, SurveySection
from service.requests import (
    AS_USUAL,
    AskRequest,
    CheckRequest,
    CompareRequest,
    DraftRequest,
    Planned,
    Run,
    SearchRequest,
    SurveyRequest,
)
from service.review.drafting.outline import Outline, PlannedSentence, PlannedTheme, read_outline

KITE = Paper(
    title="KITE: Gentle Alignment of Small Models",
    abstract="KITE aligns small models. It needs 1,200 pairs and reaches 78.2\\% on GustBench. It is slow.",
    paper_id="p-kite",
    author_count=9,
    year=2024,
    date="2024-12-05",
    date_kind="listed",
    upvotes=12,
)
HERON = Paper(
    title="Heron Without Labels",
    abstract="We train Heron without labels. Heron scores 74.0% on GustBench.",
    paper_id="p-heron",
    authors=("Mira Okonjo", "Ján Šťastný"),
    author_count=2,
    year=2023,
    date="2023-05-01",
    date_kind="published",
    url="https://example.org/heron?a=1&b=2",
    doi="10.1234/heron_1",
    venue="Workshop on Birds & Models",
)
HOSTILE = Paper(
    title="\\input{/etc/passwd} <script>alert(1)</script> & 100% _safe_ #1",
    abstract=(
        "\\write18{rm -rf /} <img src=x onerror=alert(1)> \x1b[31mred\x1b[0m \u202egnp.exe "
        "[click](javascript:alert(1)) $\\immediate\\openout$ ^^5cinput ~ {unbalanced \ud800 end."
    ),
    paper_id="p-hostile",
    url="javascript:alert(1)",
    doi="10.1/}\\input{x}",
)


def cite(paper: Paper, label: str, quote: str) -> Citation:
    """A citation of the first place where `quote` stands in the abstract."""
    start = paper.abstract.index(quote)
    return Citation(label, paper.paper_id, quote, start, start + len(quote))


def refer(paper: Paper, label: str, key: str) -> Reference:
    """The reference of a paper."""
    return Reference(
        label,
        paper.paper_id,
        paper.title,
        paper.authors,
        paper.author_count,
        paper.year,
        paper.date,
        paper.url,
        paper.doi,
        key,
        paper.date_kind,
        paper.venue,
    )


KITE_NEEDS = cite(KITE, "1", "It needs 1,200 pairs and reaches 78.2\\% on GustBench.")
HERON_TRAINS = cite(HERON, "2", "We train Heron without labels.")
HERON_SCORES = cite(HERON, "2", "Heron scores 74.0% on GustBench.")
REFERENCES = (refer(KITE, "1", "kite2024"), refer(HERON, "2", "heron2023"))
SENTENCES = (
    Sentence("Two papers speak to this.", "connective", "exact"),
    Sentence(KITE_NEEDS.quote, "claim", "exact", (KITE_NEEDS,)),
    Sentence("Turning to labels:", "connective", "exact"),
    Sentence("Heron is trained without labels.", "claim", "supported", (HERON_TRAINS,)),
)
MATRIX = Matrix(
    columns=("supervision", "result"),
    rows=(
        Row("p-kite", {"supervision": Cell("1,200 pairs", (KITE_NEEDS,)), "result": Cell("78.2\\%", (KITE_NEEDS,))}),
        Row("p-heron", {"supervision": None, "result": Cell("74.0%", (HERON_SCORES,))}),
    ),
)
ANSWER = Answer(
    question="How do KITE and Heron differ?",
    status="partial",
    missing=("what either costs to run",),
    sentences=SENTENCES,
    matrix=MATRIX,
    references=REFERENCES,
    accounting=Accounting("extractive", elapsed_ms=12),
    dropped=(Dropped("Heron scores 75.0%.", "the number 75.0 is not in its quote"),),
)
COMPARISON = Comparison(
    question="KITE and Heron by supervision and result",
    status="answered",
    missing=(),
    matrix=MATRIX,
    agreement=(
        Agreement(
            "Heron scores 74.0% on GustBench.",
            (
                Position("supports", "Heron scores 74.0% on GustBench.", (HERON_SCORES,)),
                Position("contradicts", "It reaches 78.2\\% on GustBench.", (KITE_NEEDS,)),
            ),
        ),
    ),
    references=REFERENCES,
    accounting=Accounting("extractive", elapsed_ms=12),
    dropped=(Dropped("the column 'data'", "mostly empty: 0 of 2 abstracts tell it"),),
)
REFUSAL = Answer("When do volcanoes erupt?", "not_in_corpus", ("volcanoes",), (), None, (), Accounting("extractive"))
KITE_IS_SLOW = cite(KITE, "1", "It is slow.")
JUDGED = Answer(
    question="What does alignment cost?",
    status="answered",
    missing=(),
    sentences=(
        Sentence("KITE pays with time, Heron with accuracy.", "synthesis", "supported", (), (1, 3)),
        Sentence("KITE takes its time.", "claim", "partial", (KITE_IS_SLOW,)),
        Sentence(KITE_NEEDS.quote, "claim", "exact", (KITE_NEEDS,)),
        Sentence("Heron is the weaker of the two on GustBench.", "claim", "undecided", (HERON_SCORES,)),
        Sentence("Heron goes without labels.", "claim", "supported", (HERON_TRAINS,)),
    ),
    matrix=Matrix(
        columns=("time", "labels"),
        rows=(
            Row("p-kite", {"time": Cell("slow", (KITE_IS_SLOW,)), "labels": None}, {"labels": "not_found"}),
            Row("p-heron", {"time": None, "labels": Cell("none", (HERON_TRAINS,))}, {"time": "not_reported"}),
        ),
    ),
    references=REFERENCES,
    accounting=Accounting("scripted-model"),
    judge=JudgeName("scripted-model", measured=False),
)
"""A model's answer with a sentence of every support, judged by a model that was never measured."""
NEAREST = tuple(
    Nearest(p.paper_id, p.title, c.quote, c.start, c.end) for p, c in ((KITE, KITE_IS_SLOW), (HERON, HERON_SCORES))
)
UNCERTAIN = Answer(
    question="Is KITE worth its time?",
    status="uncertain",
    missing=(),
    sentences=(Sentence('KITE (2024): "It is slow."', "claim", "exact", (KITE_IS_SLOW,)),),
    matrix=None,
    references=REFERENCES[:1],
    accounting=Accounting("extractive"),
    nearest=NEAREST[1:],
)
LEADS = Answer("Who paid for KITE?", "not_in_corpus", (), (), None, (), Accounting("extractive"), nearest=NEAREST)
SOUND = Health(papers=2, chunks=4, vectors=4, indexed=4)
DRAFT = Draft(
    topic="alignment of small models",
    status="answered",
    missing=(),
    paragraphs=((SENTENCES[0], SENTENCES[1]), (SENTENCES[3],)),
    matrix=None,
    references=REFERENCES,
    accounting=Accounting("extractive"),
)

SURVEY = Survey(
    topic="alignment of small models",
    status="answered",
    missing=(),
    sections=(SurveySection("Small models", ((SENTENCES[0], SENTENCES[1]), (SENTENCES[3],)), MATRIX),),
    timeline=(
        Dated("2023-05-01", 2023, "2", "p-heron", HERON.title),
        Dated("2024-12-05", 2024, "1", "p-kite", KITE.title),
    ),
    open_problems=(Sentence("It is slow.", "claim", "exact", (cite(KITE, "1", "It is slow."),)),),
    references=REFERENCES,
    accounting=Accounting("extractive"),
)


def hostile_answer() -> Answer:
    """An answer whose every free text is hostile."""
    quote = cite(HOSTILE, "1", HOSTILE.abstract)
    bad = HOSTILE.abstract
    return Answer(
        question=HOSTILE.title,
        status="partial",
        missing=(bad,),
        sentences=(
            Sentence(bad, "claim", "exact", (quote,)),
            Sentence("A rewriting.", "claim", "partial", (quote,)),
        ),
        matrix=Matrix((HOSTILE.title,), (Row("p-hostile", {HOSTILE.title: Cell(bad, (quote,))}),)),
        references=(refer(HOSTILE, "1", "bad}key,\\input{x}%ü"),),
        accounting=Accounting(f"model {bad}"),
        dropped=(Dropped(bad, bad),),
    )


@dataclass
class ScriptedReview:
    """Answers every question with the scripted records, and writes down what it was asked.

    Questions and topics with "volcano" get the refusal, and searches for it no hit; an empty one raises.
    `records` reads JSON lines with a title; a file that starts with "%PDF" raises `UnknownFormat`.
    """

    answer: Answer = ANSWER
    draft_text: Draft = DRAFT
    state: Health = SOUND
    raises: Exception | None = None
    vectors_away: str | None = None
    calls: list[tuple[str, object]] = field(default_factory=list)
    closed: bool = False

    def records(
        self, path: Path, *, position: Callable[[int], None] | None = None, form: str | None = None
    ) -> Iterator[Record]:
        self._called("import", path.name)
        content = path.read_bytes() if path.is_file() else b"%PDF"
        if content.startswith(b"%PDF") or not content.isascii():
            raise UnknownFormat(f"{str(path)!r} is in no format that litweave reads")
        for number, line in enumerate(content.decode().splitlines(), start=1):
            try:
                title = json.loads(line).get("title")
            except (ValueError, AttributeError):
                title = None
            yield Paper(title, "") if title else Rejection(str(path), number, "it has no title")

    def import_records(
        self,
        records: Iterable[Record],
        *,
        embed: bool | None = True,
        titles: bool = True,
        shelving: Shelving | None = None,
    ) -> ImportReport:
        listed = list(records)
        papers = tuple(
            ImportedPaper(p.title, f"p-{n}", "added") for n, p in enumerate(listed, 1) if isinstance(p, Paper)
        )
        rejected = tuple(r for r in listed if isinstance(r, Rejection))
        return ImportReport(len(papers), 0, rejected, papers if titles else ())

    def embed(self, *, progress: Callable[[int, int], None] | None = None, sentences: bool | None = None) -> None:
        self._called("embed", sentences)

    def embed_in_background(self) -> None:
        self._called("embed in background", None)

    def search(self, request: SearchRequest) -> SearchResult:
        self._called("search", request)
        if "volcano" in request.query:
            return SearchResult(request.query, (), "no paper mentions volcanoes")
        passage = Passage(KITE, 26, 79, 0.9)
        return SearchResult(request.query, (Hit(KITE, 0.9, (passage,)),))

    def ask(self, request: AskRequest, run: Run = AS_USUAL) -> Answer:
        self._called("ask", request)
        if "volcano" in request.question:
            return REFUSAL
        return UNCERTAIN if "worth" in request.question else self.answer

    def compare(self, request: CompareRequest, run: Run = AS_USUAL) -> Comparison:
        self._called("compare", request)
        if "volcano" in request.question:
            return Comparison(request.question, "not_in_corpus", ("volcanoes",), None, (), (), Accounting("extractive"))
        return COMPARISON

    def draft(self, request: DraftRequest, run: Run = AS_USUAL) -> Draft:
        if request.plan is not None:
            known = {"p-kite": KITE, "p-heron": HERON}
            read_outline(request.plan, known.get, topic=request.topic, name=request.plan_name)
        self._called("draft", request)
        if "volcano" in request.topic:
            return Draft(request.topic, "not_in_corpus", ("volcanoes",), (), None, (), Accounting("extractive"))
        return self.draft_text

    def plan(self, request: DraftRequest, run: Run = AS_USUAL) -> Outline:
        self._called("plan", request)
        themes = (PlannedTheme("small models", (PlannedSentence("approach", ("p-kite",)),)),)
        return Outline(request.topic, () if "volcano" in request.topic else themes, (), {"p-kite": KITE})

    def survey(self, request: SurveyRequest, run: Run = AS_USUAL) -> Survey:
        self._called("survey", request)
        if "volcano" in request.topic:
            return Survey(request.topic, "not_in_corpus", ("volcanoes",), (), (), (), (), Accounting("extractive"))
        if run.progress is not None:
            run.progress(0, 1, "Small models")
        return SURVEY

    def check(self, request: CheckRequest, run: Run = AS_USUAL, *, sources: Sequence[object] = ()) -> Check:
        self._called("check", request)
        run.stop()
        return Check(request.file, request.form, 0, (), (), Accounting("extractive"))

    def planned(self, request: Planned) -> list[PlannedCall]:
        self._called("planned", request)
        return [PlannedCall("scripted", 1200, 500, None if isinstance(request, DraftRequest) else 0.25)]

    def year_counts(self) -> dict[int, int]:
        return dict(Counter(paper.year for paper in (KITE, HERON) if paper.year is not None))

    def papers(self, filters: Filters | None = None) -> Iterator[Paper]:
        self._called("papers", filters)
        return (paper for paper in (KITE, HERON) if passes(paper, filters or Filters()))

    def paper(self, paper_id: str) -> Paper | None:
        self._called("paper", paper_id)
        return {KITE.paper_id: KITE, HERON.paper_id: HERON}.get(paper_id)

    def newest_change(self) -> int:
        return 0

    def count(self) -> int:
        return 2

    def warm_in_background(self) -> None:
        self._called("warm", None)

    def health(self, *, rebuild: bool = False, recall: bool = False) -> Health:
        self._called("health", rebuild)
        return self.state

    def papers_without_sentences(self) -> int:
        return self.state.papers_without_sentences

    def counts(self) -> LibraryCounts:
        self._called("counts", None)
        waiting = self.state.chunks - self.state.vectors
        return LibraryCounts(self.state.papers, self.state.chunks, waiting, False, False, self.vectors_away)

    def stop(self) -> None:
        self._called("stop", None)

    def close(self) -> None:
        self.closed = True

    def _called(self, what: str, arguments: object) -> None:
        self.calls.append((what, arguments))
        if self.raises is not None:
            raise self.raises
        if "" in (getattr(arguments, words, None) for words in ("question", "query", "topic")):
            raise QueryError("there is nothing to search for")
