"""What a user gets from `pip install litweave`: the wheel works far from the checkout.

The wheel is installed, without its dependencies, into an empty environment. Its dependencies are those that
this test run was installed with (by hash, from the lock): their folder is put on the path as a plain folder,
so the `.pth` file that makes the checkout importable here is not read there.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from dataclasses import dataclass
from email.parser import Parser
from importlib.metadata import version
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from service.readers import format_keys
from service.writers import writers

pytestmark = pytest.mark.wheel
NETWORK_GUARD = Path(__file__).resolve().parents[1] / "offline"


@dataclass(frozen=True)
class Installed:
    """An environment that holds the wheel, and an empty working directory."""

    bin: Path
    site: Path
    work: Path

    def run(self, *command: str | Path) -> subprocess.CompletedProcess[str]:
        """Run a program of this environment; `HOME` and the library are inside the working directory."""
        environment = {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"}
        environment |= {"HOME": str(self.work), "LITWEAVE_LIBRARY": str(self.work / "library")}
        environment["PYTHONPATH"] = str(NETWORK_GUARD)
        line = [str(self.bin / str(command[0])), *map(str, command[1:])]
        return subprocess.run(
            line, cwd=self.work, env=environment, capture_output=True, text=True, check=False, timeout=280
        )


@pytest.fixture(scope="module")
def wheel(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel built from this checkout by the pinned hatchling."""
    target = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(target)]
    built = subprocess.run(command, cwd=checkout, capture_output=True, text=True, check=False, timeout=120)
    assert built.returncode == 0, built.stdout + built.stderr
    (file,) = target.glob("*.whl")
    return file


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """The wheel in an environment of its own, with the locked dependencies in reach."""
    top = tmp_path_factory.mktemp("elsewhere")
    venv.create(top / "env", with_pip=False, symlinks=True)
    python = top / "env" / "bin" / "python"
    options = ["--no-index", "--no-deps", "--no-compile", "--disable-pip-version-check", "-q"]
    command = [sys.executable, "-m", "pip", "--python", str(python), "install", *options, str(wheel)]
    subprocess.run(command, check=True, timeout=120, cwd=top)
    (site,) = (top / "env" / "lib").glob("python*/site-packages")
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    (top / "work").mkdir()
    return Installed(bin=top / "env" / "bin", site=site, work=top / "work")


def _names(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def test_the_wheel_holds_the_two_packages_and_nothing_else(wheel: Path) -> None:
    """Tests, evaluation, benchmarks and documents stay in the checkout."""
    tops = {name.split("/")[0] for name in _names(wheel)}
    assert tops == {"service", "litweave", f"litweave-{version('litweave')}.dist-info"}
    assert not [name for name in _names(wheel) if "__pycache__" in name]


def test_the_wheel_carries_its_data(wheel: Path, checkout: Path) -> None:
    """Every prompt, every sample paper, the licence and the marker of typed packages."""
    names = _names(wheel)
    prompts = {f"service/{file.relative_to(checkout)}" for file in (checkout / "prompts").rglob("*.*")}
    samples = {str(file.relative_to(checkout)) for file in (checkout / "service" / "sample").glob("*.jsonl")}
    assert "service/prompts/README.md" in prompts
    assert samples
    assert prompts | samples | {"service/py.typed", "litweave/py.typed", "service/SKILL.md"} <= names
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in names)


def test_the_wheel_asks_for_what_the_lock_provides(wheel: Path) -> None:
    """Each requirement in its metadata is met by the release that is installed here."""
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        metadata = Parser().parsestr(archive.read(name).decode("utf-8"))
    wanted = [Requirement(line) for line in metadata.get_all("Requires-Dist") or []]
    needed = [item for item in wanted if item.marker is None or item.marker.evaluate({"extra": ""})]
    assert len(needed) > 20
    assert [str(item) for item in needed if not item.specifier.contains(version(item.name))] == []


def test_modules_come_from_the_wheel(installed: Installed) -> None:
    """The checkout is out of reach: no module of the run below comes from it."""
    code = "import service, service.app; print(service.__file__); print(service.app.__file__)"
    result = installed.run("python", "-c", code)
    assert result.returncode == 0, result.stderr
    files = [Path(line) for line in result.stdout.split()]
    assert len(files) == 2
    assert all(file.is_relative_to(installed.site) for file in files)


@pytest.mark.parametrize("name", ["eval", "tests", "bench"])
def test_what_is_not_shipped_cannot_be_imported(installed: Installed, name: str) -> None:
    """`python -m eval` is for the checkout."""
    result = installed.run("python", "-c", f"import {name}")
    assert result.returncode == 1
    assert f"No module named '{name}'" in result.stderr


def test_prompts_are_found_inside_the_package(installed: Installed) -> None:
    """The packaged folder, not a checkout's."""
    code = "from service.promptfiles import prompt_directory as found; print(found())"
    result = installed.run("python", "-c", code)
    assert Path(result.stdout.strip()) == installed.site / "service" / "prompts", result.stderr


def test_help_is_printed(installed: Installed) -> None:
    """The command is on the path and starts."""
    result = installed.run("litweave", "--help")
    assert result.returncode == 0, result.stderr
    assert "import" in result.stdout


def test_the_sample_is_imported_and_searched(installed: Installed) -> None:
    """An import adds every sample paper, from the packaged model and indexes, and a search finds one."""
    sample = sorted((installed.site / "service" / "sample").glob("papers*.jsonl"))
    lines = sum(1 for file in sample for line in file.read_text(encoding="utf-8").splitlines() if line.strip())
    first = installed.run("litweave", "import", *sample, "--json")
    assert first.returncode == 0, first.stderr
    report = json.loads(first.stdout)
    assert report["rejected"] == []
    assert report["total"] == report["added"] + report["duplicates"] == lines
    assert report["added"] >= 60
    title = json.loads(sample[0].read_text(encoding="utf-8").splitlines()[0])["title"]
    found = installed.run("litweave", "search", title, "--json")
    assert found.returncode == 0, found.stderr
    assert json.loads(found.stdout)["hits"][0]["title"] == title


def test_the_package_answers_in_python(installed: Installed) -> None:
    """`from litweave import Library` over the library that the test before filled; its module is the wheel's."""
    code = (
        "import litweave; from litweave import Library; library = Library('library'); "
        "answer = library.ask('How do TideWalk and Gusset-4 differ?'); "
        "print(litweave.__file__); print(answer.record.status, len(answer._repr_html_()) > 1000)"
    )
    result = installed.run("python", "-c", code)
    assert result.returncode == 0, result.stderr
    file, said = result.stdout.splitlines()
    assert Path(file) == installed.site / "litweave" / "__init__.py"
    assert said == "answered True"


def test_the_skill_comes_with_the_package(installed: Installed, checkout: Path) -> None:
    """As it is in the checkout."""
    result = installed.run("litweave", "mcp", "--skill")
    assert result.returncode == 0, result.stderr
    assert result.stdout == (checkout / "SKILL.md").read_text(encoding="utf-8")


def test_the_wheel_has_every_reader_and_writer(installed: Installed) -> None:
    """An installed package reads and writes what the checkout does."""
    listing = (
        "import json; from service.readers import format_keys; from service.writers import writers;"
        "print(json.dumps([format_keys(), list(writers())]))"
    )
    listed = installed.run("python", "-c", listing)
    assert listed.returncode == 0, listed.stderr
    assert json.loads(listed.stdout) == [list(format_keys()), list(writers())]
