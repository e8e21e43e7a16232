"""The import contracts of pyproject.toml catch what they are there to catch.

`make test` runs them on the checkout. Here they run on a skeleton: every room an empty module, one
import added, so that a failure is about the contract and not about today's code.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOMS = [
    "cli", "mcp", "api", "app", "writers", "render", "review", "judge", "library", "index", "catalog",
    "readers", "sources", "llm", "manuscript", "identity", "annotate", "persons", "text", "vocabulary",
    "limits", "promptfiles", "records", "sample", "settings", "diskspace", "errors",
]  # fmt: skip
FILES = [
    "index/vectors", "index/words", "index/embedding", "index/minilm", "index/runtime", "llm/core", "llm/replies",
    "review/review", "review/drafting", "review/writing", "review/evidence", "judge/model", "judge/alignment",
]  # fmt: skip


def _skeleton(top: Path, checkout: Path) -> None:
    for package in ["eval", "service", *(f"service/{room}" for room in ROOMS)]:
        (top / package).mkdir()
        (top / package / "__init__.py").touch()
    for file in FILES:
        (top / "service" / f"{file}.py").touch()
    shutil.copy(checkout / "pyproject.toml", top)


@pytest.fixture
def skeleton(tmp_path: Path, checkout: Path) -> Path:
    """A checkout in which every module is empty."""
    _skeleton(tmp_path, checkout)
    return tmp_path


def _lint(top: Path) -> subprocess.CompletedProcess[str]:
    code = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True, no_logo=True))"
    command = [sys.executable, "-c", code]
    return subprocess.run(command, cwd=top, capture_output=True, text=True, check=False, timeout=120)


def _broken(report: str) -> list[str]:
    return [line.removesuffix(" BROKEN") for line in report.splitlines() if line.endswith(" BROKEN")]


def _write(top: Path, module: str, line: str) -> None:
    folder = top / Path(*module.split("."))
    file = folder / "__init__.py" if folder.is_dir() else folder.with_suffix(".py")
    file.write_text(line + "\n", encoding="utf-8")


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("service.cli", "import service.app"),
        ("service.review", "from service.index.embedding import load_embedder"),
        ("service.library", "import service.catalog, service.readers"),
        ("service.records", "import service.errors"),
        ("service.index.vectors", "import chromadb"),
        ("service.index.runtime", "import openvino, onnxruntime"),
        ("service.llm.core", "import litellm"),
        ("service.review.drafting", "import service.review.writing"),
        ("eval", "import service.app"),
    ],
    ids=lambda value: value if value.startswith(("service", "eval")) else "",
)
def test_an_import_downwards_is_allowed(skeleton: Path, module: str, line: str) -> None:
    """What the rooms are meant to do keeps every contract."""
    _write(skeleton, module, line)
    result = _lint(skeleton)
    assert result.returncode == 0, result.stdout + result.stderr
    assert "10 kept, 0 broken" in result.stdout


LAYERS = "The rooms of service import downwards only"
NO_EVAL = "The service does not know its evaluation"
LITELLM = "litellm stays inside service.llm and the embedding adapter"
CHROMADB = "chromadb stays inside service.index.vectors and vector_server"
RUNTIMES = "openvino and onnxruntime stay inside the embedding files"
REVIEW = "The rooms of service.review import downwards only"
JUDGE = "The judges of service.judge import downwards only"
LLM = "The rooms of service.llm import downwards only"


@pytest.mark.parametrize(
    ("module", "line", "contract"),
    [
        pytest.param("service.text", "import service.review", LAYERS, id="upwards"),
        pytest.param("service.catalog", "import service.readers", LAYERS, id="sideways"),
        pytest.param("service.mcp", "import service.cli", LAYERS, id="between entry points"),
        pytest.param("service.index.words", "from service import library", LAYERS, id="from a submodule"),
        pytest.param("service.render", "def f():\n    import service.app", LAYERS, id="inside a function"),
        pytest.param("service.review.evidence", "import service.review.writing", REVIEW, id="upwards in review"),
        pytest.param("service.judge.model", "import service.judge.alignment", JUDGE, id="upwards in judge"),
        pytest.param("service.llm.core", "import service.llm.replies", LLM, id="upwards in llm"),
        pytest.param("service.review", "import eval", NO_EVAL, id="eval"),
        pytest.param("service.review", "import litellm", LITELLM, id="litellm in review"),
        pytest.param("service.index.embedding", "from litellm import aembedding", LITELLM, id="litellm in index"),
        pytest.param("service.index.words", "import chromadb.config", CHROMADB, id="a second chromadb file"),
        pytest.param("eval", "import chromadb", CHROMADB, id="chromadb in eval"),
        pytest.param("service.index.vectors", "import onnxruntime", RUNTIMES, id="onnxruntime elsewhere"),
        pytest.param("service.review", "import openvino.opset15", RUNTIMES, id="openvino elsewhere"),
    ],
)
def test_a_forbidden_import_breaks_its_contract(skeleton: Path, module: str, line: str, contract: str) -> None:
    """Exactly the contract that is meant for it breaks, and the report names the module."""
    _write(skeleton, module, line)
    result = _lint(skeleton)
    assert result.returncode == 1
    assert _broken(result.stdout) == [contract]
    assert module in result.stdout


@pytest.mark.parametrize("module", ["service.shed", "service.review.shed"])
def test_a_room_that_nobody_placed_is_reported(skeleton: Path, module: str) -> None:
    """A new top-level module, or room of the core, needs a place among the layers before it lands."""
    _write(skeleton, module, "")
    result = _lint(skeleton)
    assert result.returncode == 1
    assert f"The following modules are not listed as layers:\n\n- {module}" in result.stdout
