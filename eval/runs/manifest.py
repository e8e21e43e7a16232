"""What a run was a run of: enough to tell whether two may be compared, and to make one again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from eval.datasets import fingerprints
from eval.results.outcome import Results
from eval.stats import RESAMPLES, SEED
from service.errors import LitweaveError

NAME = "manifest.json"


class RunError(LitweaveError):
    """A folder that isn't a run, or a run that can't be compared; the message says which and what to do."""


class Manifest(BaseModel):
    """`manifest.json` of a run. Fingerprints are hashes; costs are sums over the answers, in US dollars."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    version: int = 1
    created: str
    commit: str | None
    dirty: bool
    code: str
    settings: str
    corpora: Mapping[str, str]
    cases: str
    suites: tuple[str, ...]
    composers: tuple[str, ...]
    prompt_versions: Mapping[str, str] = Field(default_factory=dict)
    packages: Mapping[str, str]
    seed: int = SEED
    resamples: int = RESAMPLES
    tokens_in: int = 0
    tokens_out: int = 0
    cost_usd: float = 0.0


def manifest_of(results: Results, *, corpora: Mapping[str, str], cases: str) -> Manifest:
    """The manifest of what has just been run. `corpora`: fingerprint by name; `cases`: of what was asked."""
    head, dirty = fingerprints.commit()
    documents = [o.document for s in results.suites for o in s.outcomes if o.document and "composer" in o.document]
    versions: dict[str, str] = {}
    for document in documents:
        found = document.get("prompt_versions")
        versions |= {str(k): str(v) for k, v in found.items()} if isinstance(found, Mapping) else {}
    return Manifest(
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        commit=head,
        dirty=dirty,
        code=fingerprints.of_code(),
        settings=fingerprints.of_settings(),
        corpora=dict(corpora),
        cases=cases,
        suites=tuple(s.name for s in results.suites),
        composers=tuple(sorted({str(d["composer"]) for d in documents})),
        prompt_versions=dict(sorted(versions.items())),
        packages=fingerprints.packages(),
        tokens_in=round(_sum(documents, "tokens_in")),
        tokens_out=round(_sum(documents, "tokens_out")),
        cost_usd=_sum(documents, "cost_usd"),
    )


def write_manifest(manifest: Manifest, folder: Path) -> None:
    """`manifest.json` in `folder`."""
    text = json.dumps(manifest.model_dump(mode="json"), indent=1, ensure_ascii=False)
    (folder / NAME).write_text(text + "\n", encoding="utf-8")


def read_manifest(folder: Path) -> Manifest | None:
    """The manifest of a run; `None` where the folder has none. Raises `RunError` for one that isn't."""
    path = folder / NAME
    if not path.is_file():
        return None
    try:
        return Manifest.model_validate_json(path.read_bytes())
    except ValidationError as error:
        raise RunError(
            f"{path.name} in {folder.name!r} isn't the manifest of a run: {error.errors()[0]['msg']}"
        ) from error


def _sum(documents: list[Mapping[str, object]], key: str) -> float:
    found = [d.get(key) for d in documents]
    return float(sum(v for v in found if isinstance(v, int | float)))
