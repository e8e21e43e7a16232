"""What a command imports: the heavy packages only where it works with them, and every name of a lazy package."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

from service.cli import main
from service.cli.commands import COMMANDS
from service.lazily import names_from
from service.sample import papers_path

MODEL = {"litellm", "langchain", "langchain_core", "openai", "httpx"}
SERVER = {"fastapi", "starlette", "uvicorn", "mcp"}
INDEX = {"chromadb", "tantivy"}
ENCODER = {"openvino", "onnxruntime", "tokenizers"}
READERS = {"lxml", "Bio", "markdown_it", "openpyxl"}
SHOWN = {"rich", "docx", "citeproc"}
SETTINGS = {"pydantic", "pydantic_settings", "numpy"}
PROBE = """
import json, sys
from service.cli import main
code = main(json.loads(sys.argv[1]))
print()
print(json.dumps([code, sorted({name.partition(".")[0] for name in sys.modules})]))
"""


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("imports") / "library"
    assert main(["import", str(papers_path()), "--library", str(folder)]) == 0
    return folder


@pytest.mark.parametrize(
    ("arguments", "unwanted"),
    [
        (["--help"], MODEL | SERVER | INDEX | ENCODER | READERS | SHOWN | SETTINGS),
        (["papers", "list", "--limit", "2"], MODEL | SERVER | INDEX | ENCODER | READERS | SHOWN),
        (["collection", "list"], MODEL | SERVER | INDEX | ENCODER | READERS | SHOWN),
        (["search", "low-rank adaptation"], MODEL | SERVER | {"chromadb", "onnxruntime"} | READERS | SHOWN),
        (
            ["ask", "How do TideWalk and Gusset-4 differ?"],
            MODEL | SERVER | {"chromadb", "onnxruntime"} | READERS | SHOWN,
        ),
    ],
    ids=["help", "papers", "collection", "search", "ask"],
)
def test_a_command_imports_what_it_works_with(
    arguments: list[str], unwanted: set[str], library: Path, checkout: Path
) -> None:
    given = ["--library", str(library), *arguments]
    done = subprocess.run(
        [sys.executable, "-c", PROBE, json.dumps(given)], cwd=checkout, capture_output=True, text=True, check=True
    )
    code, imported = json.loads(done.stdout.splitlines()[-1])
    assert code == 0, done.stderr
    assert not unwanted & set(imported)


@pytest.mark.parametrize("place", COMMANDS.values(), ids=COMMANDS)
def test_every_command_stands_where_the_table_says(place: object) -> None:
    from service.cli.commands import Place

    assert isinstance(place, Place)
    module = importlib.import_module(f"service.cli.{place.module}")
    assert hasattr(module, place.name)
    assert place.options is None or isinstance(getattr(module, place.options), dict)


@pytest.mark.parametrize(
    "package",
    [
        "annotate",
        "llm",
        "manuscript",
        "render",
        "review.answering",
        "review.checking",
        "review.comparison",
        "review.drafting",
    ],
)
def test_a_lazy_package_gives_every_name_that_it_announces(package: str) -> None:
    """A module of the package of the same name would be given in its place."""
    module = importlib.import_module(f"service.{package}")
    for name in module.__all__:
        given = getattr(module, name)
        assert not hasattr(given, "__path__")
        assert not isinstance(given, type(sys)), name


def test_a_name_that_a_lazy_package_does_not_have_is_an_attribute_error() -> None:
    attribute = names_from("service.render", {"terminal": ["as_text"]})
    assert callable(attribute("as_text"))
    with pytest.raises(AttributeError, match=r"service\.render.*as_nothing"):
        attribute("as_nothing")
