"""What the library gave -> a related-work text: first a plan, then a paragraph a theme, every claim quoted."""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, TypeAlias, TypeVar

from pydantic import TypeAdapter, ValidationError

from service.judge import Judge
from service.llm import ModelRequest
from service.records import Accounting, Draft, Dropped, JudgeName, Status
from service.records.steps import Observer, nobody
from service.review.drafting.by_model import plan_by_model, written_paragraph
from service.review.drafting.extractive import extractive_paragraph
from service.review.drafting.model import Paragraph, Planned, PreparedDraft
from service.review.drafting.outline import Outline, PlannedTheme
from service.review.drafting.text_so_far import TextSoFar
from service.review.writing.pipeline import spent_by

EXTRACTIVE: Final = "extractive"
REST: Final = "Further work"
_AT_ONCE: Final = 4  # paragraphs; the provider's own limit may let fewer through
Progress: TypeAlias = Callable[[int, int, str], None]
T = TypeVar("T", Paragraph, Outline)


class KeptSections:
    """Finished paragraphs of a survey and its plan on disk, so that one that was stopped goes on where it was.

    One file each, named by its key, under the library's directory; none without a folder.
    """

    def __init__(self, folder: Path | None, *, resume: bool) -> None:
        """Without `resume` nothing that was kept is used."""
        self._folder = folder
        self._resume = resume

    def get(self, key: str, form: type[T]) -> T | None:
        """What is kept under a key, or `None`, also where its file is damaged."""
        if self._folder is None or not self._resume:
            return None
        try:
            return TypeAdapter(form).validate_json((self._folder / f"{key}.json").read_bytes())
        except (FileNotFoundError, ValidationError):
            return None

    def keep(self, key: str, made: Paragraph | Outline) -> None:
        """Keep a paragraph or a plan; a process killed meanwhile leaves the old file or none.

        Where nothing can be written, as on a full disk, nothing is kept, and the text is written all the same.
        """
        if self._folder is None:
            return
        new = self._folder / f"{key}.{os.getpid()}.new"
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            new.write_bytes(TypeAdapter(type(made)).dump_json(made))
            new.replace(self._folder / f"{key}.json")
        except OSError:
            with suppress(OSError):
                new.unlink(missing_ok=True)


NOTHING_KEPT: Final = KeptSections(None, resume=False)


def drafted(
    prepared: PreparedDraft, writer: ModelRequest | None, judge: Judge | None, *, observe: Observer = nobody
) -> Draft:
    """A related-work text of about so many words; `not_in_corpus` where the library does not speak of the topic.

    With a `writer` its model plans and writes; a paragraph that fails is extractive, and `dropped` says so. `observe`
    hears each paragraph's sentences once those before it are told.
    """
    started = time.monotonic()
    plan = planned(prepared, writer)
    text = TextSoFar(plan.outline.papers, prepared.style, observe)
    made = composed(prepared, plan, writer, judge, finished=lambda _, paragraph: text.add(paragraph))
    return Draft(
        topic=prepared.topic,
        status=made.status,
        missing=made.missing,
        paragraphs=tuple(text.paragraphs),
        matrix=None,
        references=tuple(text.cite().values()),
        accounting=made.accounting(since=started),
        dropped=made.dropped,
        own_work=prepared.own_work if text.paragraphs else None,
        nearest=prepared.nearest if made.status in ("uncertain", "not_in_corpus") else (),
        judge=made.judge,
    )


def planned(prepared: PreparedDraft, writer: ModelRequest | None, *, kept: KeptSections = NOTHING_KEPT) -> Planned:
    """The plan to follow: the user's own, or the model's, or the one without a model where the model's fails.

    A model's is kept, since its paragraphs follow it.
    """
    if writer is None or not prepared.planning or not prepared.papers:
        return Planned(prepared.outline, Accounting(EXTRACTIVE))
    key = _key(prepared, writer, prepared.topic, prepared.most_themes)
    earlier = kept.get(key, Outline)
    if earlier is not None:
        return Planned(earlier, Accounting(EXTRACTIVE), by_model=True)
    plan = plan_by_model(prepared, writer)
    if plan.by_model:
        kept.keep(key, plan.outline)
    return plan


@dataclass(frozen=True, slots=True, eq=False)
class Composed:
    """A plan with its finished paragraphs, and what a document says of how they came about."""

    prepared: PreparedDraft
    plan: Planned
    paragraphs: tuple[Paragraph, ...]
    writer: ModelRequest | None

    @property
    def missing(self) -> tuple[str, ...]:
        return self.plan.outline.missing or (() if self._is_text else (self.prepared.topic,))

    @property
    def status(self) -> Status:
        if not self._is_text:
            return "not_in_corpus"
        if self.prepared.uncertain and self.judge is None:
            return "uncertain"
        return "partial" if self.missing else "answered"

    @property
    def judge(self) -> JudgeName | None:
        """Who judged what a model wrote; `None` where every sentence is verbatim."""
        return next((p.judge for p in self.paragraphs if p.judge is not None), None)

    @property
    def dropped(self) -> tuple[Dropped, ...]:
        """What of plan and paragraphs is not shown, and what the model had to do without."""
        remarks = () if self.writer is None else self.writer.remarks
        return (
            *self.plan.dropped,
            *(d for p in self.paragraphs for d in p.dropped),
            *(Dropped("kept replies", remark) for remark in remarks),
        )

    def accounting(self, *, since: float) -> Accounting:
        """Who composed the text and all that the request spent, with every prompt that was used."""
        used = [p.accounting for p in self.paragraphs if p.accounting is not None]
        return replace(
            Accounting(EXTRACTIVE) if self.writer is None else spent_by(self.writer),
            composer=next((a.composer for a in used if a.composer != EXTRACTIVE), EXTRACTIVE),
            prompt_versions={k: v for a in (self.plan.accounting, *used) for k, v in a.prompt_versions.items()},
            elapsed_ms=round((time.monotonic() - since) * 1000),
        )

    @property
    def _is_text(self) -> bool:
        return any(p.sentences for p in self.paragraphs)


def composed(
    prepared: PreparedDraft,
    plan: Planned,
    writer: ModelRequest | None,
    judge: Judge | None,
    *,
    kept: KeptSections = NOTHING_KEPT,
    progress: Progress = lambda *_: None,
    finished: Callable[[PlannedTheme, Paragraph], None] = lambda *_: None,
) -> Composed:
    """A paragraph a theme, by the model side by side or extractive. Raises `ModelCancelled`.

    One that is `kept` is taken from there; what a model failed to write is not kept. `progress` hears (paragraphs done,
    of, title of the next), `finished` each paragraph in the order of the plan.
    """
    themes = plan.outline.themes

    def paragraph(number: int) -> Paragraph:
        key = _key(prepared, writer, number, plan.outline.as_document())
        earlier = kept.get(key, Paragraph)
        if earlier is not None:
            return earlier
        if writer is None or not plan.reachable:
            made = extractive_paragraph(prepared, plan, number)
        else:
            made = written_paragraph(prepared, plan, number, writer, judge)
        if writer is None or made.accounting is not None:
            kept.keep(key, made)
        return made

    paragraphs = []
    with ThreadPoolExecutor(max_workers=1 if writer is None else _AT_ONCE) as pool:
        futures = [pool.submit(paragraph, number) for number in range(len(themes))]
        try:
            for number, (theme, future) in enumerate(zip(themes, futures, strict=True)):
                progress(number, len(themes), theme.title or REST)
                paragraphs.append(future.result())
                finished(theme, paragraphs[-1])
        finally:
            pool.shutdown(cancel_futures=True)
    progress(len(themes), len(themes), "")
    return Composed(prepared, plan, tuple(paragraphs), writer)


def _key(prepared: PreparedDraft, writer: ModelRequest | None, *more: object) -> str:
    """What something kept has to have in common with what is to be made anew, as one short name."""
    texts = [[i, p.paper.title, p.paper.abstract] for i, p in prepared.papers.items()]
    whole = json.dumps([writer and writer.model.name, prepared.words, texts, *more], ensure_ascii=True)
    return hashlib.sha256(whole.encode("ascii")).hexdigest()[:32]
