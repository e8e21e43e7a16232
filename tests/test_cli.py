"""The command line over a scripted review: documents, exit codes, files, and what reaches the terminal."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from scripted_review import ANSWER, DRAFT, KITE, REFUSAL, ScriptedReview, hostile_answer

from service.app import build
from service.cli import main
from service.cli.importing import files_of
from service.errors import EmbeddingError, LibraryBusy, LibraryMissing, QueryError, SourceError
from service.records import Filters, Health
from service.requests import AskRequest, DraftRequest, SearchRequest
from service.settings import Settings

Run = Callable[..., "Outcome"]


class Outcome:
    """Exit code and both streams of one command."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err

    @property
    def document(self) -> dict[str, Any]:
        """The one JSON document on stdout."""
        document = json.loads(self.out)
        assert isinstance(document, dict)
        return document


@pytest.fixture
def review() -> ScriptedReview:
    return ScriptedReview()


@pytest.fixture
def opened() -> list[tuple[Settings, bool]]:
    """What the core was built with."""
    return []


@pytest.fixture
def run(
    review: ScriptedReview, opened: list[tuple[Settings, bool]], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Run:
    """Run a command over the scripted review; a library that is not given is in a temporary folder."""

    def build(settings: Settings, *, create: bool, repair: bool) -> ScriptedReview:
        opened.append((settings, create or repair))
        return review

    def run_command(*arguments: str) -> Outcome:
        capsys.readouterr()
        code = main(["--library", str(tmp_path / "library"), *arguments], build=build)
        streams = capsys.readouterr()
        return Outcome(code, streams.out, streams.err)

    return run_command


@pytest.fixture
def papers(tmp_path: Path) -> Path:
    """A file with two papers and one record without a title."""
    path = tmp_path / "papers.jsonl"
    lines = [{"title": "One", "abstract": "A."}, {"title": "Two", "abstract": "B."}, {"abstract": "C."}]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return path


# ask, search, draft


def test_ask_prints_the_answer_with_labels_and_sources(run: Run, review: ScriptedReview) -> None:
    """Exit 0; words of an unquoted question are joined; the review is closed."""
    outcome = run(
        "ask", "How", "do", "they", "differ?", "--max-sentences", "5", "--year-from", "2020", "--id", "p-kite"
    )
    assert outcome.code == 0
    assert "It needs 1,200 pairs and reaches 78.2% on GustBench. [1]" in outcome.out
    assert "“We train Heron without labels.” (characters 0 to 30)" in outcome.out
    assert review.calls == [("ask", AskRequest("How do they differ?", 5, Filters(("p-kite",), 2020)))]
    assert review.closed


@pytest.mark.parametrize(
    ("arguments", "document"),
    [
        (("ask", "q"), ANSWER.as_document()),
        (("draft", "t"), DRAFT.as_document()),
        (("doctor",), Health(2, 4, 4, 4).as_document()),
        (("search", "q"), ScriptedReview().search(SearchRequest("q")).as_document()),
    ],
    ids=["ask", "draft", "doctor", "search"],
)
def test_json_is_the_records_document_and_nothing_else(
    run: Run, arguments: tuple[str, ...], document: dict[str, Any]
) -> None:
    """stdout is exactly one JSON document."""
    outcome = run(*arguments, "--json")
    assert (outcome.code, outcome.document) == (0, document)


def test_an_uncertain_answer_exits_0_and_says_that_it_is_one(run: Run) -> None:
    """The passages are shown as such, and as JSON with what comes nearest."""
    text = run("ask", "Is", "it", "worth", "it?")
    assert text.code == 0
    assert "it is not sure that they answer it" in text.out
    document = run("ask", "Is it worth it?", "--json").document
    assert (document["status"], [n["paper_id"] for n in document["nearest"]]) == ("uncertain", ["p-heron"])


@pytest.mark.parametrize("arguments", [("ask", "volcano"), ("draft", "volcano"), ("search", "volcano")])
def test_nothing_in_the_corpus_exits_3(run: Run, arguments: tuple[str, ...]) -> None:
    """Also as JSON, where the document is the ordinary one."""
    text = run(*arguments)
    assert text.code == 3
    assert "volcano" in text.out
    as_json = run(*arguments, "--json")
    assert as_json.code == 3
    assert as_json.document.get("status", "not_in_corpus") == "not_in_corpus"


@pytest.mark.parametrize(
    ("form", "start"), [("md", "# alignment"), ("latex", "% Composed by litweave"), ("text", "ali")]
)
def test_draft_is_printed_in_each_format(run: Run, form: str, start: str) -> None:
    """LaTeX on stdout is followed by its bibliography."""
    outcome = run("draft", "t", "--format", form)
    assert outcome.out.startswith(start)
    assert ("@misc{kite2024," in outcome.out) == (form == "latex")


@pytest.mark.parametrize(
    ("form", "given", "written", "bibliography"),
    [
        ("latex", "related.tex", "related.tex", "related.bib"),
        ("latex", "related", "related.tex", "related.bib"),
        ("latex", "my räw work.tex", "my räw work.tex", "my-r-w-work.bib"),
        ("md", "related.md", "related.md", "related.bib"),
        ("text", "related.out", "related.out", None),
    ],
)
def test_output_writes_the_text_and_a_matching_bibliography(
    run: Run, tmp_path: Path, form: str, given: str, written: str, bibliography: str | None
) -> None:
    r"""Every key that is cited is in the .bib, and \bibliography names that file; stdout stays empty."""
    folder = tmp_path / "out"
    folder.mkdir()
    outcome = run("draft", "t", "--format", form, "--output", str(folder / given))
    assert (outcome.code, outcome.out) == (0, "")
    assert {p.name for p in folder.iterdir()} == {written, bibliography} - {None}
    text = (folder / written).read_text(encoding="utf-8")
    if bibliography is not None:
        entries = (folder / bibliography).read_text(encoding="utf-8")
        assert "@misc{kite2024," in entries
        assert "@inproceedings{heron2023," in entries
    if form == "latex":
        assert bibliography is not None
        assert f"\\bibliography{{{bibliography.removesuffix('.bib')}}}" in text
        assert "\\cite{kite2024}" in text


def test_output_replaces_a_file_only_by_an_answer(run: Run, tmp_path: Path) -> None:
    """A refusal leaves the file of yesterday alone, says so, and exits 3."""
    target = tmp_path / "answer.md"
    assert run("ask", "q", "--format", "md", "--output", str(target)).code == 0
    before = target.read_text()
    outcome = run("ask", "volcano", "--format", "md", "--output", str(target))
    assert outcome.code == 3
    assert "Nothing written" in outcome.err
    assert target.read_text() == before


def test_output_into_a_missing_folder_fails_in_words(run: Run, tmp_path: Path) -> None:
    """Exit 1 and a message, no trace."""
    outcome = run("ask", "q", "--output", str(tmp_path / "no" / "a.txt"))
    assert (outcome.code, outcome.out) == (1, "")
    assert "Traceback" not in outcome.err
    assert "a.txt" in outcome.err


# errors


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (LibraryMissing("there is no library at 'x'"), 1),
        (LibraryBusy("process 7 owns it"), 1),
        (EmbeddingError("the model is damaged"), 1),
        (OSError(28, "No space left on device"), 1),
        (QueryError("nothing to search for"), 2),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else None,
)
def test_an_expected_error_is_a_message_and_a_code(
    run: Run, review: ScriptedReview, error: Exception, code: int
) -> None:
    """On stderr in words; with --json the error document is the one on stdout; the review is closed."""
    review.raises = error
    text = run("ask", "q")
    assert (text.code, text.out) == (code, "")
    assert str(error) in text.err
    assert "Traceback" not in text.err
    as_json = run("ask", "q", "--json")
    assert as_json.code == code
    retryable = isinstance(error, LibraryBusy)
    told = as_json.document["error"]
    assert (told["type"], told["message"], told["retryable"]) == (type(error).__name__, str(error), retryable)
    assert review.closed


def test_an_unexpected_error_is_one_document_and_shows_its_traceback_only_when_asked(
    run: Run, review: ScriptedReview
) -> None:
    """A fault of our own: exit 1, the document on stdout with --json, the traceback with --debug."""
    review.raises = ZeroDivisionError("by nought")
    text = run("ask", "q")
    assert (text.code, text.out) == (1, "")
    assert "by nought" in text.err
    assert "Traceback" not in text.err
    as_json = run("ask", "q", "--json")
    error = {
        "type": "InternalError",
        "message": "ZeroDivisionError: by nought",
        "retryable": False,
        "field": None,
        "next": None,
    }
    assert (as_json.code, as_json.document) == (1, {"error": error})
    debugged = run("--debug", "ask", "q", "--json")
    assert debugged.document == {"error": error}
    assert "Traceback" in debugged.err


@pytest.mark.parametrize(
    "arguments",
    [
        ("ask", ""),
        ("ask", "q", "--max-sentences", "0"),
        ("ask", "q", "--format", "pdf"),
        ("search", "q", "--k", "many"),
        ("search", "q", "--year-from", "2025", "--year-to", "2020"),
        ("draft", "t", "--words", "1"),
        ("import",),
        ("nonsense",),
        ("ask", "q", "--nonsense"),
        ("ask", "\udcff"),
    ],
)
def test_usage_errors_exit_2(run: Run, arguments: tuple[str, ...]) -> None:
    """With --json, stdout still is one document."""
    text = run(*arguments)
    assert (text.code, text.out) == (2, "")
    as_json = run(*arguments, "--json")
    assert as_json.code == 2
    assert set(as_json.document["error"]) == {"type", "message", "retryable", "field", "next"}


def test_no_command_shows_the_help_and_exits_2(run: Run) -> None:
    """The help then is a message, so it goes to stderr."""
    outcome = run()
    assert (outcome.code, outcome.out) == (2, "")
    assert "Commands:" in outcome.err


def test_a_wrong_setting_is_a_usage_error(monkeypatch: pytest.MonkeyPatch, run: Run) -> None:
    """The message names the environment variable."""
    monkeypatch.setenv("LITWEAVE_MAX_QUERY_CHARS", "many")
    outcome = run("ask", "q")
    assert outcome.code == 2
    assert "LITWEAVE_MAX_QUERY_CHARS" in outcome.err


def test_ctrl_c_exits_130(run: Run, review: ScriptedReview) -> None:
    """In words, and the library is closed."""
    review.raises = KeyboardInterrupt()  # type: ignore[assignment]
    outcome = run("ask", "q", "--json")
    assert (outcome.code, outcome.out, outcome.err) == (130, "", "Interrupted.\n")
    assert review.closed


@pytest.mark.parametrize(
    ("arguments", "helped"),
    [
        (["asc", "q"], "litweave --help"),
        (["ask", "--foo"], "litweave ask --help"),
        (["papers", "lst"], "papers --help"),
    ],
    ids=["command", "option", "of a group"],
)
def test_a_usage_error_names_the_help_that_helps(run: Run, arguments: list[str], helped: str) -> None:
    outcome = run(*arguments)
    assert (outcome.code, outcome.out) == (2, "")
    assert f"{helped} says more)" in outcome.err


@pytest.mark.parametrize("group", [[], ["papers"], ["collection"], ["tag"], ["note"], ["keys"], ["status"], ["zotero"]])
def test_a_list_of_commands_says_whole_sentences(run: Run, monkeypatch: pytest.MonkeyPatch, group: list[str]) -> None:
    """At 80 columns none is cut off."""
    monkeypatch.setenv("COLUMNS", "80")
    listed = run(*group, "--help").out.split("Commands:")[1].splitlines()
    assert [line for line in listed if line.endswith("...")] == []


def test_help_names_arguments_without_types_of_python(run: Run) -> None:
    assert "<list[" not in run("import", "--help").out
    assert "  PATH...  Files" in run("import", "--help").out
    assert "<str>" not in run("papers", "show", "--help").out


# the terminal


def test_nothing_of_an_abstract_acts_on_the_terminal(run: Run, review: ScriptedReview) -> None:
    """No escape character on either stream, as text and as JSON."""
    review.answer = hostile_answer()
    for arguments in (("ask", "q"), ("ask", "q", "--json"), ("ask", "q", "--format", "md")):
        outcome = run(*arguments)
        assert outcome.code == 0
        assert "\x1b" not in outcome.out + outcome.err
        assert "\u202e" not in outcome.out + outcome.err


def test_an_ascii_terminal_gets_the_nearest_plain_form(review: ScriptedReview, monkeypatch: pytest.MonkeyPatch) -> None:
    """Quotes and accents become plain, other characters are named; nothing fails to encode."""
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding="ascii"))
    assert main(["ask", "q"], build=lambda settings, **_: review) == 0
    shown = raw.getvalue().decode("ascii")
    assert '"We train Heron without labels."' in shown
    assert "Jan Stastny" in shown


CLOSED_PIPE = """
import sys
sys.path.insert(0, {tests!r})
from scripted_review import ScriptedReview
from service.app import build
from service.cli import main
sys.stdin.read()
sys.exit(main(["ask", "q"], build=lambda settings, **_: ScriptedReview()))
"""


def test_a_closed_pipe_is_quiet(checkout: Path) -> None:
    """`litweave ask q | true` in effect: no trace, and the exit code of a command that SIGPIPE ended."""
    script = CLOSED_PIPE.format(tests=str(checkout / "tests"))
    process = subprocess.Popen(
        [sys.executable, "-c", script],
        cwd=checkout,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    process.stdin.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait(timeout=60) == 141


def test_help_loads_nothing_heavy(checkout: Path) -> None:
    """The packages that take long to import are imported by the commands that need them."""
    probe = (
        "import sys; from service.cli import main; main(['--help']); "
        "print(sorted({m.partition('.')[0] for m in sys.modules} & {'chromadb', 'fastapi', 'numpy', 'openvino', "
        "'onnxruntime', 'pydantic', 'tantivy', 'litellm', 'uvicorn', 'rich'}))"
    )
    done = subprocess.run([sys.executable, "-c", probe], cwd=checkout, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


# import


def test_import_counts_and_lists_rejections_on_stderr(
    run: Run, papers: Path, opened: list[tuple[Settings, bool]]
) -> None:
    """Exit 0 where anything could be read; a library is made if there is none."""
    outcome = run("import", str(papers))
    assert outcome.code == 0
    assert outcome.out == "3 records: 2 added, 0 duplicates, 1 rejected.\n"
    assert f"{papers}:3: it has no title" in outcome.err
    assert [create for _, create in opened] == [True]


def test_import_lists_titles_when_asked(run: Run, papers: Path) -> None:
    """`--verbose`, in text and as JSON."""
    assert run("import", str(papers), "--verbose").out.splitlines()[:2] == ["added      One", "added      Two"]
    document = run("import", str(papers), "--verbose", "--json").document
    assert [paper["title"] for paper in document["papers"]] == ["One", "Two"]
    assert "papers" not in run("import", str(papers), "--json").document


def test_one_unreadable_file_fails_the_command_but_loses_nothing(run: Run, papers: Path, tmp_path: Path) -> None:
    """Exit 1; the other files are imported and counted, before and after the bad one."""
    scan = tmp_path / "scan.pdf"
    scan.write_bytes(b"%PDF-1.7\x00\x01")
    third = tmp_path / "third.jsonl"
    third.write_text('{"title": "Three", "abstract": "D."}\n')
    outcome = run("import", str(papers), str(scan), str(third), "--json")
    assert outcome.code == 1
    document = outcome.document
    assert (document["added"], len(document["rejected"]), document["total"]) == (3, 1, 4)
    assert [(e["source"], e["type"]) for e in document["errors"]] == [(str(scan), "UnknownFormat")]
    assert str(scan) in outcome.err


def test_import_of_nothing_readable_is_an_error(run: Run, tmp_path: Path) -> None:
    """One missing file: its error. Two: one error that names both."""
    one = run("import", str(tmp_path / "a"), "--json")
    assert (one.code, one.document["error"]["type"]) == (1, "UnknownFormat")
    both = run("import", str(tmp_path / "a"), str(tmp_path / "b"), "--json")
    assert both.code == 1
    assert str(tmp_path / "a") in both.document["error"]["message"]
    assert str(tmp_path / "b") in both.document["error"]["message"]


def test_import_waits_for_the_vectors_unless_told_not_to(run: Run, review: ScriptedReview, papers: Path) -> None:
    """All files first, then one embedding of what waits; `--no-wait` leaves it to a later run."""
    assert run("import", str(papers), str(papers.parent)).code == 0
    assert [what for what, _ in review.calls][-1] == "embed"
    review.calls.clear()
    assert run("import", str(papers), "--no-wait").code == 0
    assert [what for what, _ in review.calls] == ["import"]


def test_a_directory_means_its_files_in_order(tmp_path: Path) -> None:
    """Hidden files and folders are left out; a path that does not exist is passed on to its reader."""
    for name in ("b.jsonl", "a.jsonl", "sub/c.jsonl", ".hidden", ".git/d"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    found = list(files_of([tmp_path, Path("missing")]))
    assert [str(p.relative_to(tmp_path)) for p in found[:-1]] == ["a.jsonl", "b.jsonl", "sub/c.jsonl"]
    assert found[-1] == Path("missing")


def test_an_empty_directory_is_an_error(tmp_path: Path) -> None:
    """Importing nothing is a mistake, not a success."""
    with pytest.raises(SourceError, match="no file to import"):
        list(files_of([tmp_path]))


# doctor, demo, eval, serve


def test_doctor_exits_1_where_something_is_wrong(run: Run, review: ScriptedReview) -> None:
    """The problems are printed; --rebuild reaches the core."""
    assert run("doctor").out.endswith("All is well.\n")
    review.state = Health(2, 4, 4, 3, ("one vector is not indexed",))
    outcome = run("doctor", "--rebuild")
    assert outcome.code == 1
    assert "Problem: one vector is not indexed" in outcome.out
    assert review.calls[-1] == ("health", True)


def test_doctor_embeds_what_waits_chunks_before_sentences(run: Run, review: ScriptedReview) -> None:
    """Waiting chunks are told of, but are no problem."""
    review.state = Health(2, 4, 3, 3, papers_without_sentences=2)
    outcome = run("doctor", "--embed")
    assert outcome.code == 0
    assert "Waiting  1 chunks" in outcome.out
    assert "Waiting  2 papers for the vectors of their sentences" in outcome.out
    assert "The sentences of 2 papers still wait" in outcome.err
    assert review.calls == [("counts", None), ("embed", False), ("embed", True), ("health", False)]


def test_doctor_tells_recall_where_it_was_measured(run: Run, review: ScriptedReview) -> None:
    """In the text and in the document; absent otherwise."""
    review.state = Health(2, 4, 4, 4, (), 0.9934)
    assert "recall   0.993 of the 50 nearest" in run("doctor", "--recall").out
    assert run("doctor", "--recall", "--json").document["recall"] == 0.9934
    assert "recall" not in Health(2, 4, 4, 4).as_document()


def test_demo_imports_asks_twice_and_drafts(
    run: Run, review: ScriptedReview, opened: list[tuple[Settings, bool]]
) -> None:
    """In a library of its own, never in the user's; says where to go next."""
    outcome = run("demo")
    assert outcome.code == 0
    assert [what for what, _ in review.calls] == ["import", "ask", "ask", "draft"]
    assert "litweave import YOUR_FILES" in outcome.out
    assert "invented" in outcome.err


def test_demo_json_is_one_document(run: Run) -> None:
    """Import report, answers and draft."""
    document = run("demo", "--json").document
    assert set(document) == {"import", "answers", "draft"}
    assert len(document["answers"]) == 2


def test_demo_does_not_touch_the_users_library(
    review: ScriptedReview, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Without --library it works in a temporary folder, whatever the environment says."""
    monkeypatch.setenv("LITWEAVE_LIBRARY", str(tmp_path / "mine"))
    used: list[Path] = []

    def build(settings: Settings, *, create: bool, repair: bool) -> ScriptedReview:
        used.append(settings.library)
        return review

    assert main(["demo"], build=build) == 0
    assert used != [tmp_path / "mine"]
    assert not used[0].parent.exists()


def test_the_library_option_wins_over_the_environment(
    run: Run, opened: list[tuple[Settings, bool]], tmp_path: Path
) -> None:
    """Before or after the command; the one after wins. Asking never makes a library."""
    run("ask", "q")
    run("ask", "q", "--library", str(tmp_path / "other"))
    assert [settings.library.name for settings, _ in opened] == ["library", "other"]
    assert [create for _, create in opened] == [False, False]


def test_eval_passes_its_arguments_on(checkout: Path) -> None:
    """Options of the evaluation are not ours to read: its help is shown, not that of litweave."""
    if not (checkout / "eval" / "__main__.py").is_file():
        pytest.skip("no evaluation in this checkout")
    command = [sys.executable, "-m", "service.cli", "eval", "--help"]
    done = subprocess.run(command, cwd=checkout, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0
    assert "litweave [OPTIONS]" not in done.stdout
    assert "usage" in done.stdout.lower()


# A job that a shell started in the background ignores Ctrl-C, and so would what it starts.
SERVER = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
sys.path.insert(0, {tests!r})
from scripted_review import ScriptedReview
from service.app import build
from service.cli import main
review = ScriptedReview()
code = main(["serve", "--port", "0", "--json", *{extra!r}], build=lambda settings, **_: review)
print("closed", review.closed, "code", code, file=sys.stderr)
sys.exit(code)
"""


@pytest.mark.parametrize(("stop", "code"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)])
def test_serve_answers_on_loopback_and_stops_cleanly(
    checkout: Path, tmp_path: Path, stop: signal.Signals, code: int
) -> None:
    """A real server on a free port: answers, refuses a foreign host, closes the library when stopped."""
    script = SERVER.format(tests=str(checkout / "tests"), extra=["--library", str(tmp_path)])
    process = subprocess.Popen(
        [sys.executable, "-c", script], cwd=checkout, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        lines = []
        while not lines or lines[-1] != "}\n":
            lines.append(process.stdout.readline())
            assert lines[-1], process.communicate()[1]
        where = json.loads("".join(lines))
        assert where["host"] == "127.0.0.1"
        with httpx.Client(base_url=where["url"], trust_env=False, timeout=60) as client:
            assert client.post("/v1/ask", json={"question": "q"}).json() == ANSWER.as_document()
            upload = client.post("/v1/papers", files={"files": ("p.jsonl", b'{"title": "One"}')})
            assert upload.json()["added"] == 1
            assert client.get("/healthz", headers={"host": "evil.example"}).status_code == 400
            assert client.get("/healthz", headers={"host": "api"}).status_code == 400
    finally:
        process.send_signal(stop)
        _, err = process.communicate(timeout=60)
    assert process.returncode == code, err
    assert "closed True" in err
    assert "Traceback" not in err
    assert "Warning" not in err


def test_serve_refuses_addresses_in_words() -> None:
    """An address that is none of this machine's, a port that is taken."""
    from service.cli.serving import listening
    from service.errors import UsageError

    with pytest.raises(UsageError, match=r"cannot listen on '203\.0\.113\.7' port 8765"):
        listening("203.0.113.7", 8765)
    with listening("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]
        with pytest.raises(UsageError, match=f"port {port}"):
            listening("127.0.0.1", port)


def test_scripted_quotes_are_exact() -> None:
    """The records that these tests rest on keep the contract themselves."""
    for sentence in ANSWER.sentences:
        for citation in sentence.citations:
            if citation.paper_id == KITE.paper_id:
                assert citation.quote == KITE.abstract[citation.start : citation.end]
    assert REFUSAL.sentences == ()
    assert os.environ.get("LITWEAVE_LIBRARY") is None


# models


def test_a_dry_run_prints_the_planned_calls_and_asks_nothing(run: Run, review: ScriptedReview) -> None:
    """One document with --json; a total only where every price is known."""
    assert run("ask", "How?", "--dry-run", "--json").document == {
        "calls": [{"model": "scripted", "tokens_in": 1200, "tokens_out": 500, "cost_usd": 0.25}],
        "cost_usd": 0.25,
    }
    assert run("draft", "kites", "--dry-run", "--json").document["cost_usd"] is None
    assert "price unknown" in run("draft", "kites", "--dry-run").out
    asked = AskRequest("How?"), DraftRequest("kites"), DraftRequest("kites")
    assert review.calls == [("planned", request) for request in asked]


@pytest.mark.parametrize("option", ["--dry-run", "--no-cache"])
def test_options_for_a_model_need_one(tmp_path: Path, capsys: pytest.CaptureFixture[str], option: str) -> None:
    """Over the real core without LITWEAVE_MODEL: exit 2 and the setting's name."""
    build(Settings(library=tmp_path / "library"), create=True).close()
    assert main(["--library", str(tmp_path / "library"), "ask", "How?", option]) == 2
    assert "LITWEAVE_MODEL" in capsys.readouterr().err


def test_a_setting_that_is_no_json_list_is_a_usage_error(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Lists in the environment are JSON; a plain name gets a message and a document, not a traceback."""
    monkeypatch.setenv("LITWEAVE_MODEL_FALLBACKS", "openai/other")
    code = main(["--library", str(tmp_path / "library"), "doctor", "--json"])
    assert code == 2
    assert json.loads(capsys.readouterr().out)["error"]["type"] == "UsageError"


def test_a_wrong_choice_is_told_in_plain_words(run: Run) -> None:
    """What there is to choose from, without the validator's own label."""
    outcome = run("ask", "x", "--format", "nonsense")
    assert outcome.code == 2
    assert "'--format': 'nonsense' is not one of 'text'" in outcome.err
