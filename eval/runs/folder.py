"""A run on disk: `manifest.json`, `answers.jsonl` (every document as it came) and `scores.json`."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from eval.documents.reading import AnswerDocument, MalformedDocument, read_answer
from eval.results import report
from eval.results.outcome import Results
from eval.runs.manifest import Manifest, RunError, read_manifest, write_manifest
from eval.scorers.score import Better

ANSWERS, SCORES = "answers.jsonl", "scores.json"


@dataclass(frozen=True, slots=True)
class ScoredCase:
    """One case of a run as it was written: its scores (`None`: unscored), why, and its answer where kept."""

    suite: str
    id: str
    kind: str
    question: str
    failure: str | None
    scores: Mapping[str, float | None]
    reasons: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    document: Mapping[str, object] | None = None

    def answer(self) -> AnswerDocument | None:
        """The answer as the scorers read it; `None` where there is none or it can't be read."""
        try:
            return read_answer(self.document) if self.document is not None else None
        except MalformedDocument:
            return None


@dataclass(frozen=True, slots=True)
class Run:
    """A run read back. `better`: the direction of every measure, by suite."""

    name: str
    cases: Mapping[tuple[str, str], ScoredCase]
    better: Mapping[str, Mapping[str, Better]]
    problems: tuple[str, ...]
    manifest: Manifest | None = None

    @property
    def suites(self) -> tuple[str, ...]:
        return tuple(self.better)

    def of(self, suite: str) -> dict[str, ScoredCase]:
        """The cases of one suite by id, in order."""
        return {case_id: c for (name, case_id), c in self.cases.items() if name == suite}


def write_run(results: Results, manifest: Manifest, folder: Path) -> None:
    """Write all three files; an older run in the folder is replaced."""
    report.write(results, folder)
    write_manifest(manifest, folder)


def read_run(path: Path) -> Run:
    """A run's folder, or a file of scores alone. Raises `RunError` where it is neither."""
    file = path / SCORES if path.is_dir() else path
    try:
        stored = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise RunError(f"There is no run at {str(path)!r}: {error}; make one with `eval run --out DIR`.") from error
    return run_of(stored, name=path.name, answers=_answers(file.parent), manifest=read_manifest(file.parent))


def run_of(
    stored: Mapping[str, object],
    *,
    name: str,
    answers: Mapping[tuple[str, str], Mapping[str, object]] | None = None,
    manifest: Manifest | None = None,
) -> Run:
    """The document of an evaluation (`report.as_document`) as a run. Raises `RunError` where it is none."""
    try:
        cases = {(c.suite, c.id): c for c in _cases(stored, answers or {})}
        suites: list[dict[str, dict[str, Better]]] = stored["suites"]  # type: ignore[assignment]
        better: dict[str, Mapping[str, Better]] = {str(s["suite"]): s["better"] for s in suites}
        problems = [*stored["problems"], *(p for s in suites for p in s["problems"])]  # type: ignore[misc]
    except (KeyError, TypeError, AttributeError) as error:
        raise RunError(f"{name!r} isn't the scores of a run: {error!r}.") from error
    return Run(name, cases, better, tuple(map(str, problems)), manifest)


def _cases(
    stored: Mapping[str, object], answers: Mapping[tuple[str, str], Mapping[str, object]]
) -> Iterator[ScoredCase]:
    for suite in stored["suites"]:  # type: ignore[attr-defined]
        for case in suite["cases"]:
            yield ScoredCase(
                suite["suite"],
                case["id"],
                case["kind"],
                case["question"],
                case.get("failure"),
                case["scores"],
                {name: tuple(reasons) for name, reasons in case.get("reasons", {}).items()},
                answers.get((suite["suite"], case["id"])),
            )


def _answers(folder: Path) -> dict[tuple[str, str], Mapping[str, object]]:
    path = folder / ANSWERS
    if not path.is_file():
        return {}
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]
    return {(r["suite"], r["id"]): r["document"] for r in rows if r.get("document") is not None}
