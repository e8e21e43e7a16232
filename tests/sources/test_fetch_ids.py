"""`litweave fetch ids`, and the recorded replies of the services."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from command_run import Run
from invented import arxiv_feed, crossref_single, openalex_work, pubmed_set, title
from reply_server import Canned

OPENALEX = "/api.openalex.org/works"
ARXIV = "/export.arxiv.org/api/query"
CROSSREF = "/api.crossref.org/works"
DOWN = Canned(status=500, headers={"Retry-After": "0"})


def test_ids_of_all_kinds_are_fetched_and_those_that_nobody_has_are_listed(run: Run, tmp_path: Path) -> None:
    """DOIs from Crossref, then OpenAlex; arXiv's own from arXiv, in one request; PMIDs from PubMed."""
    listed = tmp_path / "ids.txt"
    lines = [
        "# what I want to read",
        "https://doi.org/10.1234/bird.0",
        "10.5281/data.1",
        "10.9999/nobody",
        "10.48550/arXiv.2401.00002",
        "https://arxiv.org/abs/2401.00003v2",
        "arXiv:2401.00009",
        "3004",
        "https://pubmed.ncbi.nlm.nih.gov/3005/",
        "PMID: 99",
        "not an id",
        "10.1234/BIRD.0",
    ]
    listed.write_text("\n".join(lines) + "\n")
    server = run.serve(
        {
            f"{CROSSREF}/10.1234%2Fbird.0": [Canned(crossref_single(0))],
            f"{CROSSREF}/10.5281%2Fdata.1": [Canned(b"Resource not found.", 404)],
            f"{CROSSREF}/10.9999%2Fnobody": [Canned(b"Resource not found.", 404)],
            f"{OPENALEX}/https://doi.org/10.5281/data.1": [Canned(json.dumps(openalex_work(1)).encode())],
            ARXIV: [Canned(arxiv_feed((2, 3), 2))],
            "/eutils.ncbi.nlm.nih.gov/entrez/eutils/efetch.fcgi": [Canned(pubmed_set((4, 5)))],
        }
    )
    code, document, err = run("fetch", "ids", str(listed), "--no-wait")
    assert code == 0
    assert (document["added"], document["total"]) == (6, 10)
    assert document["source"]["not_found"] == ["arXiv:2401.00009", "10.9999/nobody", "PMID: 99"]
    assert [(r["line"], r["reason"].split(" ")[0]) for r in document["rejected"]] == [
        (11, "'not"),
        (7, "arXiv"),
        (4, "Crossref"),
        (10, "PubMed"),
    ]
    assert "ids.txt:4" in err
    arxiv = next(asked for asked in server.asked if asked.path == ARXIV)
    assert arxiv.parameters["id_list"] == "2401.00002,2401.00003,2401.00009"
    assert run.titles() == [title(n) for n in (2, 3, 0, 1, 4, 5)]


def test_crossref_without_an_abstract_is_completed_from_openalex(run: Run, tmp_path: Path) -> None:
    """As one record; where OpenAlex fails the work is taken without."""
    listed = tmp_path / "ids.txt"
    listed.write_text("10.1234/bird.0\n10.1234/bird.1\n")
    run.serve(
        {
            f"{CROSSREF}/10.1234%2Fbird.0": [Canned(crossref_single(0, has_abstract=False))],
            f"{CROSSREF}/10.1234%2Fbird.1": [Canned(crossref_single(1, has_abstract=False))],
            f"{OPENALEX}/https://doi.org/10.1234/bird.0": [Canned(json.dumps(openalex_work(0)).encode())],
            f"{OPENALEX}/https://doi.org/10.1234/bird.1": [Canned(b"daily limit", 403)],
        }
    )
    _, document, _ = run("fetch", "ids", str(listed), "--no-wait")
    assert (document["added"], document["total"], document["without_abstract"]) == (2, 2, 1)


def test_ids_go_on_at_the_batch_where_they_stood(run: Run, tmp_path: Path) -> None:
    listed = tmp_path / "ids.txt"
    listed.write_text("2401.00002\n10.1234/bird.0\n")
    run.serve({ARXIV: [Canned(arxiv_feed((2,), 1))], f"{CROSSREF}/10.1234%2Fbird.0": [DOWN]})
    assert run("fetch", "ids", str(listed), "--no-wait")[0] == 1
    server = run.serve({f"{CROSSREF}/10.1234%2Fbird.0": [Canned(crossref_single(0))]})
    code, document, _ = run("fetch", "ids", str(listed), "--no-wait")
    assert (code, document["added"], document["source"]["resumed_at"], len(server.asked)) == (0, 1, 2, 1)


def test_no_id_is_found(run: Run, tmp_path: Path) -> None:
    listed = tmp_path / "ids.txt"
    listed.write_text("2401.00009\n")
    run.serve({ARXIV: [Canned(arxiv_feed((), 0))]})
    code, document, _ = run("fetch", "ids", str(listed))
    assert (code, document["total"], document["source"]["not_found"]) == (3, 1, ["2401.00009"])


@pytest.mark.parametrize("content", ["", "# nothing\n", "neither\nnor\n"])
def test_a_list_without_ids_is_refused(run: Run, tmp_path: Path, content: str) -> None:
    listed = tmp_path / "ids.txt"
    listed.write_text(content)
    code, document, _ = run("fetch", "ids", str(listed))
    assert code in (1, 2)
    assert "ids.txt" in document["error"]["message"]


def recorded(shared_data: Path, folder: str, name: str) -> Canned:
    return Canned((shared_data / "formats" / folder / name).read_bytes())


def test_recorded_replies_of_arxiv(run: Run, shared_data: Path) -> None:
    """Ten papers of a recorded page of ten."""
    folder = shared_data / "formats" / "arxiv_atom"
    found = {path.name.split("_")[2][1:]: path for path in folder.glob("q_testing_s*_m10_*.xml")}

    def answer(asked: Any) -> Canned:
        return Canned(found[asked.parameters["start"]].read_bytes())

    run.serve({ARXIV: [answer]})
    code, document, _ = run("fetch", "arxiv", "testing", "--max", "10", "--no-wait")
    assert (code, document["added"], document["source"]["stopped_because"]) == (0, 10, "max")
    assert document["source"]["available"] > 100_000


def test_recorded_replies_to_ids(run: Run, shared_data: Path, tmp_path: Path) -> None:
    """Crossref's and arXiv's own replies to these ids, and arXiv's to one that does not exist."""
    listed = tmp_path / "ids.txt"
    listed.write_text("10.1016/j.xgen.2025.100814\n1605.08386\n")
    run.serve(
        {
            f"{CROSSREF}/10.1016%2Fj.xgen.2025.100814": [
                recorded(shared_data, "crossref_json", "test_doi_search_paper_attributes0__3.json")
            ],
            ARXIV: [recorded(shared_data, "arxiv_atom", "id_1605.08386_s0_m100_199195aa31ad.xml")],
            f"{OPENALEX}/https://doi.org/10.1016/j.xgen.2025.100814": [Canned(b"", 404)],
        }
    )
    code, document, _ = run("fetch", "ids", str(listed), "--no-wait")
    assert (code, document["added"], document["rejected"]) == (0, 2, [])
    listed.write_text("0808.05394\n")
    run.serve({ARXIV: [recorded(shared_data, "arxiv_atom", "id_0808.05394_s0_m100_7b0c7d0a7cdd.xml")]})
    assert run("fetch", "ids", str(listed), "--no-wait")[0] == 3


@pytest.mark.parametrize(
    ("source", "path", "folder", "name", "added"),
    [
        ("crossref", CROSSREF, "crossref_json", "test_cursor_0.json", 20),
        ("openalex", OPENALEX, "openalex_json", "test_title_search_paper_attributes2__3.json", 1),
    ],
)
def test_recorded_pages(
    run: Run, shared_data: Path, source: str, path: str, folder: str, name: str, added: int
) -> None:
    run.serve({path: [recorded(shared_data, folder, name)]})
    code, document, _ = run("fetch", source, "widget", "--max", str(added), "--no-wait")
    assert (code, document["added"]) == (0, added)
