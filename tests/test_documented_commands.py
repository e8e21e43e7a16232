"""Every command that README and the tour show is run, and prints what they say it prints."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
BLOCK = re.compile(r"```console\n(.*?)```", re.DOTALL)
REST = re.compile(r"\[[a-z ]+ follow\]")
NOT_RUN = ("make ", "litweave serve")  # these set up, and do not end


def steps(page: str) -> list[tuple[str, str]]:
    """(command, what it prints) of every console block, in order."""
    found: list[tuple[str, str]] = []
    for block in BLOCK.findall((ROOT / page).read_text(encoding="utf-8")):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, printed = part.partition("\n")
            found.append((re.sub(r"\s+# .*", "", command), printed))
    return found


def squeezed(text: str) -> str:
    """Without the breaks of lines, which depend on the width of the terminal."""
    return re.sub(r"- ", "-", " ".join(text.split()))


@pytest.mark.parametrize("page", ["README.md", "docs/tour.md"])
def test_what_a_page_shows_is_what_happens(page: str, tmp_path: Path) -> None:
    ran = 0
    environment = {name: value for name, value in os.environ.items() if not name.startswith("LITWEAVE_")}
    environment |= {"LITWEAVE_LIBRARY": str(tmp_path / "library"), "PYTHONPATH": str(ROOT), "COLUMNS": "100"}
    for command, printed in steps(page):
        if command.startswith(NOT_RUN):
            continue
        if command.startswith("cat "):
            (tmp_path / command.removeprefix("cat ")).write_text(printed, encoding="utf-8")
            continue
        words = shlex.split(command)
        assert words[0] == "litweave", command
        arguments = [str(ROOT / word) if word.startswith("service/") else word for word in words[1:]]
        done = subprocess.run(
            [sys.executable, "-m", "service.cli", *arguments],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            encoding="utf-8",
            check=False,
            timeout=120,
        )
        # The whole of it, or what stands before and behind "[sources follow]".
        said = squeezed(done.stdout)
        pieces = [squeezed(piece) for piece in REST.split(printed)]
        assert said.startswith(pieces[0]), (command, said, done.stderr)
        assert said.endswith(pieces[-1]) if len(pieces) > 1 else said == pieces[0], (command, said)
        ran += 1
    assert ran >= 2
