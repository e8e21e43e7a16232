"""Prompt files are found in a wheel's layout and in a checkout's, and nowhere else."""

from __future__ import annotations

from pathlib import Path

import pytest

from service import promptfiles
from service.errors import LitweaveError


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty package folder that `prompt_directory` takes for its own."""
    folder = tmp_path / "service"
    folder.mkdir()
    monkeypatch.setattr(promptfiles, "_PACKAGE", folder)
    return folder


def test_this_checkout_serves_its_own_prompts(checkout: Path) -> None:
    """Running from a checkout reads the files that a developer edits."""
    assert promptfiles.prompt_directory() == checkout / "prompts"


def test_a_wheel_serves_what_it_carries(package: Path) -> None:
    """The packaged folder wins, even when a checkout's lies beside it."""
    (package / "prompts").mkdir()
    (package.parent / "prompts").mkdir()
    (package.parent / "pyproject.toml").touch()
    assert promptfiles.prompt_directory() == package / "prompts"


def test_a_strangers_folder_is_not_taken(package: Path) -> None:
    """A `prompts` beside an installed package (site-packages/prompts) is another project's."""
    (package.parent / "prompts").mkdir()
    with pytest.raises(LitweaveError, match="install litweave again"):
        promptfiles.prompt_directory()


def test_a_checkout_without_prompts_is_reported(package: Path) -> None:
    """pyproject.toml alone does not make a prompt directory."""
    (package.parent / "pyproject.toml").touch()
    with pytest.raises(LitweaveError, match="missing"):
        promptfiles.prompt_directory()


def test_a_file_named_prompts_is_not_a_directory(package: Path) -> None:
    """Only a directory counts."""
    (package / "prompts").touch()
    with pytest.raises(LitweaveError, match="missing"):
        promptfiles.prompt_directory()
