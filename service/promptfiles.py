"""Where the prompt files and SKILL.md lie: inside an installed package, or at the top of a checkout."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from service.errors import LitweaveError

_PACKAGE = Path(__file__).resolve().parent


def prompt_directory() -> Path:
    """The directory of prompt files. Raises `LitweaveError` where it is missing."""
    return _shipped("prompts", Path.is_dir)


def skill_file() -> Path:
    """SKILL.md. Raises `LitweaveError` where it is missing."""
    return _shipped("SKILL.md", Path.is_file)


def _shipped(name: str, is_there: Callable[[Path], bool]) -> Path:
    """A wheel carries it below `service`; a checkout, also an editable install of one, has it beside `service`.

    There, `pyproject.toml` has to lie beside it: what has that name next to an installed package belongs to somebody
    else.
    """
    packaged, checkout = _PACKAGE / name, _PACKAGE.parent
    if is_there(packaged):
        return packaged
    if (checkout / "pyproject.toml").is_file() and is_there(checkout / name):
        return checkout / name
    raise LitweaveError(f"{name} is missing from {str(_PACKAGE)!r}: install litweave again")
