"""The lock files pin every requirement with hashes, and keep what pyproject.toml promises."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

LOCKS = ["requirements.lock", "requirements-dev.lock"]
PIN = re.compile(r"(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^\s;\\]+)(?P<marker> ;[^\\]*)?")
HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}")


@dataclass(frozen=True)
class Pin:
    """One requirement of a lock file."""

    name: str
    version: Version
    hashes: frozenset[str]


def _read(text: str) -> dict[str, Pin]:
    """Pins by canonical name. Anything but comments and `name==version --hash=...` is an error."""
    joined = re.sub(r"\\\n\s*", "", text)
    pins: dict[str, Pin] = {}
    for line in joined.splitlines():
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        match = PIN.match(line)
        assert match, f"not a pinned requirement: {line[:80]!r}"
        rest = HASH.sub("", line[match.end() :]).strip()
        assert rest == "", f"unexpected option {rest!r} on {match['name']}"
        name = canonicalize_name(match["name"])
        assert name not in pins, f"{name} is pinned twice"
        pins[name] = Pin(name, Version(match["version"]), frozenset(HASH.findall(line)))
    return pins


@pytest.fixture(scope="module")
def project(checkout: Path) -> dict[str, list[str]]:
    """Requirement lines of pyproject.toml: `runtime`, `dev` and `build`."""
    content = tomllib.loads((checkout / "pyproject.toml").read_text(encoding="utf-8"))
    return {
        "runtime": content["project"]["dependencies"],
        "dev": content["project"]["optional-dependencies"]["dev"],
        "build": [*content["build-system"]["requires"], "editables"],
    }


def _lock(checkout: Path, name: str) -> dict[str, Pin]:
    return _read((checkout / name).read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", LOCKS)
def test_every_requirement_has_hashes(checkout: Path, name: str) -> None:
    """No line of a lock installs a file that was not seen when the lock was made."""
    pins = _lock(checkout, name)
    assert len(pins) > 100
    assert [pin.name for pin in pins.values() if not pin.hashes] == []


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_names_no_place_on_this_machine_or_the_network(checkout: Path, name: str) -> None:
    """Neither an index, nor a folder, nor an address: a lock is good wherever pip gets its files."""
    text = (checkout / name).read_text(encoding="utf-8")
    assert "make lock" in text
    assert re.findall(r"://|--index-url|--extra-index-url|--find-links|--trusted-host|@ file|^/|\s/", text) == []


@pytest.mark.parametrize(
    ("name", "parts"),
    [("requirements.lock", ["runtime", "build"]), ("requirements-dev.lock", ["runtime", "build", "dev"])],
)
def test_a_lock_satisfies_pyproject(checkout: Path, project: dict[str, list[str]], name: str, parts: list[str]) -> None:
    """Each requirement and the build's own are pinned to a version inside the stated range."""
    pins = _lock(checkout, name)
    for line in (line for part in parts for line in project[part]):
        wanted = Requirement(line)
        pin = pins.get(canonicalize_name(wanted.name))
        assert pin, f"{line} is not in {name}: run make lock"
        assert wanted.specifier.contains(pin.version), f"{name} has {pin.version}, not {line}: run make lock"


def test_the_dev_lock_holds_the_runtime_lock(checkout: Path) -> None:
    """One .venv serves `make demo` and `make test`: the tests run what users run."""
    runtime, dev = (_lock(checkout, name) for name in LOCKS)
    assert {name: dev.get(name) for name in runtime} == runtime


# docs/adr/0006 gives the advisory behind each.
FLOORS = {
    "litellm": "1.84",
    "langchain-text-splitters": "1.1.2",
    "langchain-core": "1.3.3",
    "starlette": "1.3.1",
    "python-multipart": "0.0.31",
    "h11": "0.16",
}


@pytest.mark.parametrize(("name", "floor"), FLOORS.items(), ids=FLOORS)
def test_known_bad_releases_are_out_of_reach(
    checkout: Path, project: dict[str, list[str]], name: str, floor: str
) -> None:
    """pyproject.toml itself states the floor, so that an install without the lock keeps it too."""
    stated = {canonicalize_name(Requirement(line).name): Requirement(line) for line in project["runtime"]}
    assert f">={floor}" in str(stated[canonicalize_name(name)].specifier).split(",")
    assert _lock(checkout, "requirements.lock")[name].version >= Version(floor)


def test_the_malicious_litellm_uploads_are_refused(project: dict[str, list[str]]) -> None:
    """1.82.7 and 1.82.8 were uploaded by a thief of credentials."""
    litellm = next(Requirement(line) for line in project["runtime"] if line.startswith("litellm"))
    assert not litellm.specifier.contains("1.82.7")
    assert not litellm.specifier.contains("1.82.8")


@pytest.mark.parametrize(
    "text",
    ["numpy>=2\n", "numpy==2.0 \\\n    --no-binary\n", "-e .\n", "numpy==2.0\nNumPy==2.1\n"],
    ids=["a range", "an option", "a checkout", "a pin twice"],
)
def test_the_reading_of_locks_is_strict(text: str) -> None:
    """What the tests above could overlook is an error instead."""
    with pytest.raises(AssertionError):
        _read(text)
