"""Rules about the repository itself: what no tracked file may contain, and what documents must have."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

# Put together from parts, so that this file does not contain what it looks for.
START = r"(?<![\w.~/-])/"
FORBIDDEN = {
    "a registry's host": ["pypi" + r"\.org", "pythonhosted" + r"\.org", "npmjs" + r"\.(org|com)"],
    "a distribution's host": ["deb" + r"\.debian\.org", "archive" + r"\.ubuntu\.com"],
    "a machine's path": [START + "work/", START + "root/", START + "opt/(wheels|pypi)"],
    "a person's path": [START + r"home/\w+/", START + r"Users/\w+/"],
}
MAX_LINES = 300
ADR_HEADINGS = ["## Context", "## Decision", "## Alternatives", "## Consequences"]


@pytest.fixture(scope="module")
def tracked(checkout: Path) -> dict[str, str]:
    """Text of each tracked file, by its path; without git (an unpacked archive) the test is skipped."""
    if not (checkout / ".git").exists():
        pytest.skip("not a git checkout")
    command = ["git", "-c", f"safe.directory={checkout}", "-C", str(checkout), "ls-files", "-z"]
    listed = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout
    files = [checkout / name for name in listed.split("\0") if name]
    return {str(f.relative_to(checkout)): f.read_text("utf-8", "replace") for f in files if f.is_file()}


def _offences(files: dict[str, str], patterns: list[str]) -> list[str]:
    wanted = re.compile("|".join(patterns))
    return [
        f"{name}:{number}"
        for name, text in files.items()
        for number, line in enumerate(text.splitlines(), 1)
        if wanted.search(line)
    ]


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_tracked_file_names(tracked: dict[str, str], what: str) -> None:
    """A checkout works behind any mirror and in any folder, and says nothing of where it was written."""
    assert len(tracked) > 20
    assert _offences(tracked, FORBIDDEN[what]) == []


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("index-url = https://" + "pypi" + ".org/simple", ["f:1"]),
        ('PATH = "/' + 'work/x"', ["f:1"]),
        ("cd /" + "home/ada/litweave", ["f:1"]),
        ("see ../shared/data and /var/lib/litweave", []),
        ("related/work/ and ~/.local/share/litweave", []),
    ],
    ids=["registry", "machine", "person", "relative", "inside a word"],
)
def test_the_search_for_them_works(line: str, expected: list[str]) -> None:
    """It finds what it should and leaves relative paths alone."""
    patterns = [pattern for group in FORBIDDEN.values() for pattern in group]
    assert _offences({"f": line}, patterns) == expected


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()


def test_no_real_abstract_is_copied_into_the_repository(tracked: dict[str, str], shared_data: Path) -> None:
    """The listings' long lines are abstracts; none occurs in a tracked file, however its lines are wrapped."""
    listings = sorted((shared_data / "daily_papers").glob("listing_*.txt"))
    lines = [line for file in listings for line in file.read_text(encoding="utf-8").splitlines()]
    probes = {_folded(line)[100:180] for line in lines if len(line) > 400}
    assert len(probes) > 90
    texts = {name: _folded(text) for name, text in tracked.items() if not name.endswith(".lock")}
    assert [name for name, text in texts.items() if any(probe in text for probe in probes)] == []


def test_no_file_of_the_service_is_too_long(tracked: dict[str, str]) -> None:
    """At 300 lines, look for the second idea."""
    python = {name: text for name, text in tracked.items() if re.fullmatch(r"(service|eval)/.+\.py", name)}
    assert python
    lengths = {name: len(text.splitlines()) for name, text in python.items()}
    assert {name: length for name, length in lengths.items() if length > MAX_LINES} == {}


def test_the_changelog_starts_with_what_is_unreleased(tracked: dict[str, str]) -> None:
    """Keep a Changelog: the newest section first, and it says something."""
    sections = re.split(r"^## ", tracked["CHANGELOG.md"], flags=re.MULTILINE)[1:]
    assert sections[0].startswith("[Unreleased]\n")
    assert re.search(r"^- \S", sections[0], re.MULTILINE)


def test_every_decision_has_the_four_headings(tracked: dict[str, str]) -> None:
    """Context, decision, alternatives and consequences, in this order and nothing else."""
    pages = {name: text for name, text in tracked.items() if re.match(r"docs/adr/\d", name)}
    assert pages
    headings = {name: re.findall(r"^## .+$", text, re.MULTILINE) for name, text in pages.items()}
    assert {name: found for name, found in headings.items() if found != ADR_HEADINGS} == {}


def test_decisions_are_numbered_once(tracked: dict[str, str]) -> None:
    """`NNNN-words.md`, and no number twice."""
    names = [name.removeprefix("docs/adr/") for name in tracked if name.startswith("docs/adr/")]
    pages = [name for name in names if name != "README.md"]
    assert [name for name in pages if not re.fullmatch(r"\d{4}-[a-z0-9-]+\.md", name)] == []
    assert len({name[:4] for name in pages}) == len(pages)


def test_every_target_of_the_makefile_is_explained(tracked: dict[str, str]) -> None:
    """CONTRIBUTING.md names each target that `make help` lists."""
    targets = re.findall(r"^([a-z]+):.*## ", tracked["Makefile"], re.MULTILINE)
    assert {"demo", "test", "lock", "bench", "clean"} <= set(targets)
    assert [t for t in targets if t != "help" and f"`make {t}`" not in tracked["CONTRIBUTING.md"]] == []


def test_the_benchmarks_still_name_what_there_is(checkout: Path) -> None:
    """Each file of `bench/` can be imported: nobody runs them all after each change, and what they name moves."""
    files = sorted(str(f) for f in (checkout / "bench").glob("*.py"))
    script = "import runpy, sys\nfor file in sys.argv[1:]:\n    runpy.run_path(file, run_name='imported')"
    command = [sys.executable, "-c", f"import sys; sys.path[:0] = ['bench', '.']\n{script}", *files]
    ran = subprocess.run(command, cwd=checkout, capture_output=True, text=True, check=False, timeout=300)
    assert files
    assert ran.returncode == 0, ran.stderr
