"""The action and the pre-commit hook at the top of the repository: valid, and doing what they say when they run."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from service.cli import main
from service.sample import papers_path

TRUE = "TideWalk lets the rank of every adapter climb during the first third of training and then ebb away"
TITLE = "TideWalk: Rank Schedules That Rise and Fall for Adapting Small Language Models"
HOOK_KEYS = {
    "id", "name", "entry", "language", "files", "exclude", "types", "types_or", "args", "require_serial", "description",
    "pass_filenames", "stages", "minimum_pre_commit_version", "additional_dependencies", "always_run", "verbose",
}  # fmt: skip
"""What a hook of a manifest may have, as pre-commit's documentation lists it."""


@pytest.fixture(scope="module")
def action(checkout: Path) -> dict[str, Any]:
    content = yaml.safe_load((checkout / "action.yml").read_text(encoding="utf-8"))
    assert isinstance(content, dict)
    return content


def _bib(year: int) -> str:
    rest = f"journal={{Workshop on Frugal Language Modelling}}, year={year}"
    return f"@article{{tide, title={{{TITLE}}}, author={{Ilse Marrowby and others}}, {rest}}}\n"


def _git(folder: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=T", "-c", "user.email=t@example.org", "-c", f"safe.directory={folder}"]
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True, timeout=60)


@pytest.fixture
def work(tmp_path: Path) -> Path:
    """A repository with a text on its main branch, cloned, and changed in the clone: one text and a .bib."""
    origin = tmp_path / "origin"
    origin.mkdir()
    _git(origin, "init", "--quiet", "--initial-branch=main")
    (origin / "old.md").write_text("Nothing is known of this [@nothing].\n", encoding="utf-8")
    _git(origin, "add", ".")
    _git(origin, "commit", "--quiet", "-m", "A text")
    clone = tmp_path / "clone"
    _git(tmp_path, "clone", "--quiet", str(origin), str(clone))
    (clone / "in parts").mkdir()
    (clone / "in parts" / "new one.md").write_text(f"{TRUE} [@tide].\n", encoding="utf-8")
    (clone / "NOTES.md").write_text("These notes are about nothing that anybody has cited yet.\n", encoding="utf-8")
    (clone / "refs.bib").write_text(_bib(2024), encoding="utf-8")
    _git(clone, "add", ".")
    _git(clone, "commit", "--quiet", "-m", "Another text")
    return clone


def _run_check(action: dict[str, Any], checkout: Path, work: Path, **inputs: str) -> subprocess.CompletedProcess[str]:
    """The step as a runner executes it: bash, with each expression of its environment filled in."""
    step = action["runs"]["steps"][-1]
    given = {name: value.get("default", "") for name, value in action["inputs"].items()} | inputs
    known = {f"inputs.{name}": value for name, value in given.items()} | {"github.base_ref": inputs.get("base", "")}
    filled = {name: known[re.sub(r"[${}\s]", "", value)] for name, value in step["env"].items()}
    commands = work.parent / "commands"
    commands.mkdir(exist_ok=True)
    (commands / "litweave").write_text(f'#!/bin/sh\nexec {sys.executable} -m service.cli "$@"\n', encoding="utf-8")
    (commands / "litweave").chmod(0o755)
    path = {"PATH": f"{commands}:{os.environ['PATH']}", "PYTHONPATH": f"{checkout}:{os.environ['PYTHONPATH']}"}
    return subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
        cwd=work, env=os.environ | filled | path, capture_output=True, text=True, check=False, timeout=240,
    )  # fmt: skip


def test_the_action_follows_the_schema_of_actions(checkout: Path) -> None:
    """Checked against the schema that check-jsonschema carries."""
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.github-actions"]
    result = subprocess.run(
        [*command, str(checkout / "action.yml")], capture_output=True, text=True, check=False, timeout=120
    )
    assert result.returncode == 0, result.stdout + result.stderr


def test_no_input_is_put_into_the_script(action: dict[str, Any]) -> None:
    """Inputs come through the environment, where nothing in them is run."""
    scripts = [step["run"] for step in action["runs"]["steps"] if "run" in step]
    assert len(scripts) == 2
    assert not any("${{" in script for script in scripts)


@pytest.mark.slow
def test_the_action_checks_what_a_pull_request_changes(action: dict[str, Any], checkout: Path, work: Path) -> None:
    """Names with spaces, texts without citations, and the files of the base branch left alone."""
    inputs = {"papers": str(papers_path()), "base": "main", "bib": "*.bib", "library": str(work.parent / "library")}
    done = _run_check(action, checkout, work, **inputs)
    assert (done.returncode, done.stdout.count("::error")) == (0, 0), done.stderr
    assert "NOTES.md is passed over" in done.stderr
    assert "old.md" not in done.stdout + done.stderr
    (work / "refs.bib").write_text(_bib(2019), encoding="utf-8")
    wrong = _run_check(action, checkout, work, **(inputs | {"papers": ""}))
    assert wrong.returncode == 1
    assert re.search(r"^::error file=refs\.bib,line=1,.*2019.*2024", wrong.stdout, re.MULTILINE)
    named = _run_check(action, checkout, work, **(inputs | {"papers": "", "files": "old.md\n**/new*.md", "bib": ""}))
    assert named.returncode == 1
    assert "::error file=old.md,line=1" in named.stdout


@pytest.mark.slow
def test_the_action_says_where_there_is_no_text(action: dict[str, Any], checkout: Path, work: Path) -> None:
    """A pattern that nothing matches is no failure."""
    done = _run_check(action, checkout, work, files="*.tex")
    assert (done.returncode, done.stdout) == (0, "No text to check.\n")


def test_the_hook_runs_as_pre_commit_runs_it(
    checkout: Path, work: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its entry, the user's arguments, then the files that changed, several at once."""
    (hook,) = yaml.safe_load((checkout / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert {"id", "name", "entry", "language"} <= set(hook) <= HOOK_KEYS
    assert hook["require_serial"]  # the library is opened by one process at a time
    command, *arguments = shlex.split(hook["entry"])
    assert command == "litweave"
    library = str(work.parent / "library")
    assert main(["import", str(papers_path()), "--library", library, "--no-wait"]) == 0
    monkeypatch.chdir(work)
    given = [*arguments, "--library", library, "--bib", "refs.bib", "NOTES.md", "in parts/new one.md"]
    assert main(given) == 0
    assert "NOTES.md is passed over" in capsys.readouterr().err
    assert main([*given, "old.md"]) == 1
