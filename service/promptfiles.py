"""Where the prompt files lie: inside an installed package, or at the top of a checkout."""

from __future__ import annotations

from pathlib import Path

from service.errors import LitweaveError

_PACKAGE = Path(__file__).resolve().parent


def prompt_directory() -> Path:
    """The directory of prompt files.

    A wheel carries them as `service/prompts`; a checkout, also an editable install of one, has them
    beside `service`. There, `pyproject.toml` has to lie beside them: next to an installed package a
    folder of that name belongs to somebody else. Raises `LitweaveError` where neither is there.
    """
    packaged = _PACKAGE / "prompts"
    if packaged.is_dir():
        return packaged
    checkout = _PACKAGE.parent
    if (checkout / "pyproject.toml").is_file() and (checkout / "prompts").is_dir():
        return checkout / "prompts"
    raise LitweaveError(f"the prompt files are missing from {str(packaged)!r}: install litweave again")


def skill_file() -> Path:
    """SKILL.md, which lies as the prompt files do. Raises `LitweaveError` where it is missing."""
    packaged, checkout = _PACKAGE / "SKILL.md", _PACKAGE.parent
    if packaged.is_file():
        return packaged
    if (checkout / "pyproject.toml").is_file() and (checkout / "SKILL.md").is_file():
        return checkout / "SKILL.md"
    raise LitweaveError(f"SKILL.md is missing from {str(_PACKAGE)!r}: install litweave again")
