"""Which judge a request has, and whether that judge was ever measured."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from service.diskspace import write_atomically
from service.judge.alignment import AlignmentJudge
from service.judge.by_model import ModelJudge
from service.judge.model import Judge
from service.llm import ModelRequest

MEASURED_FILE: Final = "judges.json"
"""In the library's directory: what each model made of claims of known truth."""


class Measured(BaseModel):
    """How many of `n` false claims a model called supported, as a share; `true_lost`: of true ones it did not."""

    false_accepts: float = Field(ge=0, le=1)
    n: int = Field(ge=1)
    true_lost: float | None = Field(default=None, ge=0, le=1)


_MEASURED: Final = TypeAdapter(dict[str, Measured])


def measured_models(path: Path) -> Mapping[str, Measured]:
    """The models that were measured, by name; none where the file is missing or damaged."""
    try:
        return _MEASURED.validate_json(path.read_bytes())
    except (OSError, ValidationError):
        return {}


def record_measured(path: Path, model: str, measured: Measured) -> None:
    """Add a model's figures to the file."""
    known = {**measured_models(path), model: measured}
    write_atomically(path, json.dumps({name: m.model_dump() for name, m in known.items()}, indent=1))


def judge_for(request: ModelRequest | None, measured: Mapping[str, Measured] | None = None) -> Judge:
    """The configured judge model, else the model that writes, else ordered alignment."""
    if request is None:
        return AlignmentJudge()
    model = request.judge or request.model
    return ModelJudge(replace(request, model=model), model.name, model.name in (measured or {}))
