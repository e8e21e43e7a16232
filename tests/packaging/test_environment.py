"""`.ci/environment` sets up .venv once, says what is wrong with a machine, and notices what changed.

The interpreter is a stand-in that makes a .venv whose python writes down what pip was asked for.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

RUNTIME, DEV = "requirements.lock", "requirements-dev.lock"

# `-m venv` makes the stand-in environment; everything else goes to the real interpreter.
STAND_IN = """#!/bin/sh
case "$*" in
    *ensurepip*) exit {ensurepip} ;;
    "-m venv .venv")
        mkdir -p .venv/bin
        cp "{folder}/inner" .venv/bin/python ;;
    *) exec "{python}" "$@" ;;
esac
"""
INNER = """#!/bin/sh
case "$*" in
    *pip*) echo "$*" >>"{folder}/asked"; [ ! -e "{folder}/broken" ] ;;
    *) exec "{python}" "$@" ;;
esac
"""
TOO_OLD = """#!/bin/sh
case "$*" in *print*) echo 3.9 ;; *) exit 1 ;; esac
"""


@dataclass(frozen=True)
class Machine:
    """A checkout in which .ci/environment runs, and the interpreter that it is given."""

    checkout: Path
    folder: Path

    def set_up(self, lock: str, python: str | None = None) -> subprocess.CompletedProcess[str]:
        """Run `.ci/environment LOCK`."""
        environment = os.environ | {"PYTHON": python or str(self.folder / "python"), "CI": ""}
        command = ["sh", str(self.checkout / ".ci" / "environment"), lock]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)

    def asked(self) -> list[str]:
        """What pip was asked for since the last call."""
        file = self.folder / "asked"
        lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
        file.unlink(missing_ok=True)
        return lines

    def write(self, name: str, text: str, **values: object) -> None:
        """Put an executable stand-in into the folder."""
        file = self.folder / name
        file.write_text(text.format(folder=self.folder, python=sys.executable, **values), encoding="utf-8")
        file.chmod(0o755)


@pytest.fixture
def machine(tmp_path: Path, checkout: Path) -> Machine:
    """A copy of the files that matter, on a machine with a suitable Python."""
    top, folder = tmp_path / "a checkout", tmp_path / "machine"
    (top / ".ci").mkdir(parents=True)
    folder.mkdir()
    shutil.copy(checkout / ".ci" / "environment", top / ".ci")
    for name in (RUNTIME, DEV, "pyproject.toml"):
        (top / name).write_text(f"# {name}\n", encoding="utf-8")
    machine = Machine(top, folder)
    machine.write("inner", INNER)
    machine.write("python", STAND_IN, ensurepip=0)
    return machine


def test_it_installs_from_the_lock_with_hashes_and_nothing_from_elsewhere(machine: Machine) -> None:
    """The lock by hash, wheels only; then the checkout itself without an index; then the proof."""
    result = machine.set_up(RUNTIME)
    assert result.returncode == 0, result.stderr
    lock, itself, check = machine.asked()
    assert "--require-hashes --no-deps --only-binary :all: -r requirements.lock" in lock
    assert "--no-index --no-deps --no-build-isolation -e ." in itself
    assert check.endswith("pip check")


@pytest.mark.parametrize("lock", [RUNTIME, DEV])
def test_a_second_run_does_nothing(machine: Machine, lock: str) -> None:
    """Not even a question to pip, and not a word."""
    machine.set_up(lock)
    machine.asked()
    result = machine.set_up(lock)
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")
    assert machine.asked() == []


def test_the_environment_of_the_tests_serves_the_demo(machine: Machine) -> None:
    """`make demo` after `make test` installs nothing; `make test` after `make demo` installs the rest."""
    machine.set_up(RUNTIME)
    machine.asked()
    machine.set_up(DEV)
    assert "-r requirements-dev.lock" in machine.asked()[0]
    machine.set_up(RUNTIME)
    assert machine.asked() == []


@pytest.mark.parametrize("name", [RUNTIME, "pyproject.toml"])
def test_a_change_is_noticed(machine: Machine, name: str) -> None:
    """Another lock or other metadata: installed again, by the next `make test` as well."""
    machine.set_up(DEV)
    (machine.checkout / name).write_text("# changed\n", encoding="utf-8")
    machine.asked()
    machine.set_up(RUNTIME)
    assert len(machine.asked()) == 3
    machine.set_up(DEV)
    assert len(machine.asked()) == 3


def test_a_failed_install_is_tried_again(machine: Machine) -> None:
    """Nothing counts as installed until `pip check` has passed."""
    (machine.folder / "broken").touch()
    assert machine.set_up(RUNTIME).returncode != 0
    (machine.folder / "broken").unlink()
    machine.asked()
    assert machine.set_up(RUNTIME).returncode == 0
    assert len(machine.asked()) == 3


def test_an_environment_whose_python_is_gone_is_made_anew(machine: Machine) -> None:
    """After an update of the system's Python, .venv/bin/python points nowhere."""
    machine.set_up(RUNTIME)
    python = machine.checkout / ".venv" / "bin" / "python"
    python.unlink()
    python.symlink_to("/nowhere/python")
    machine.asked()
    result = machine.set_up(RUNTIME)
    assert result.returncode == 0, result.stderr
    assert "making it anew" in result.stderr
    assert len(machine.asked()) == 3


def test_a_moved_checkout_is_installed_again(machine: Machine) -> None:
    """The install holds the checkout's path; after a move it would import from where nothing is."""
    machine.set_up(RUNTIME)
    machine.asked()
    moved = machine.checkout.rename(machine.checkout.with_name("moved"))
    assert Machine(moved, machine.folder).set_up(RUNTIME).returncode == 0
    assert len(machine.asked()) == 3


def test_a_python_that_is_too_old_is_named(machine: Machine) -> None:
    """The message says what there is, what is needed, and how to choose another."""
    machine.write("python", TOO_OLD)
    result = machine.set_up(RUNTIME)
    assert result.returncode == 1
    assert "Python 3.9 is too old: 3.11 or newer" in result.stderr
    assert "make PYTHON=" in result.stderr
    assert not (machine.checkout / ".venv").exists()


def test_a_missing_python_is_named(machine: Machine) -> None:
    """The name that was looked for is in the message."""
    result = machine.set_up(RUNTIME, python="python-of-nowhere")
    assert result.returncode == 1
    assert "'python-of-nowhere'" in result.stderr


def test_a_python_without_venv_names_the_package_to_install(machine: Machine) -> None:
    """Debian ships python3 without ensurepip; no half-made .venv is left behind."""
    machine.write("python", STAND_IN, ensurepip=1)
    result = machine.set_up(RUNTIME)
    assert result.returncode == 1
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    assert f"apt-get install python{version}-venv" in result.stderr
    assert not (machine.checkout / ".venv").exists()
