"""Small replies of every service, of invented papers, in the shape that each documents."""

from __future__ import annotations

import json
from collections.abc import Sequence

BIRDS = ("Kite", "Heron", "Tern", "Gull", "Wren", "Finch", "Crane", "Swift", "Robin", "Stork")


def title(number: int) -> str:
    return f"{BIRDS[number % 10]} {number}: Gentle Alignment of Models"


def abstract(number: int) -> str:
    return f"We align the {BIRDS[number % 10]} model. It reaches {number}.5% on GustBench."


def arxiv_feed(numbers: Sequence[int], total: int) -> bytes:
    entries = "".join(
        f"<entry><id>http://arxiv.org/abs/2401.{n:05d}v1</id><title>{title(n)}</title><summary>{abstract(n)}</summary>"
        f"<published>2024-01-05T00:00:00Z</published><author><name>Mira Okonjo</name></author></entry>"
        for n in numbers
    )
    return (
        '<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom" '
        'xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/"><id>http://arxiv.org/api/x</id>'
        f"<opensearch:totalResults>{total}</opensearch:totalResults>{entries}</feed>"
    ).encode()


def openalex_work(number: int) -> dict[str, object]:
    places: dict[str, list[int]] = {}
    for at, word in enumerate(abstract(number).split()):
        places.setdefault(word, []).append(at)
    return {
        "id": f"https://openalex.org/W{number + 100}",
        "doi": f"https://doi.org/10.1234/bird.{number}",
        "title": title(number),
        "publication_year": 2024,
        "publication_date": "2024-02-03",
        "authorships": [{"author": {"display_name": "Mira Okonjo"}}],
        "primary_location": {"source": {"display_name": "Journal of Birds"}},
        "abstract_inverted_index": places,
    }


def openalex_page(numbers: Sequence[int], following: str | None, count: int = 10) -> bytes:
    works = [openalex_work(n) for n in numbers]
    return json.dumps({"meta": {"count": count, "next_cursor": following}, "results": works}).encode()


def semantic_scholar_page(numbers: Sequence[int], token: str | None) -> bytes:
    papers = [
        {"paperId": f"{n:040x}", "title": title(n), "abstract": abstract(n), "year": 2024, "externalIds": {}}
        for n in numbers
    ]
    return json.dumps({"total": 10, "token": token, "data": papers}).encode()


def crossref_work(number: int, *, has_abstract: bool = True) -> dict[str, object]:
    work: dict[str, object] = {
        "DOI": f"10.1234/bird.{number}",
        "title": [title(number)],
        "author": [{"given": "Mira", "family": "Okonjo"}],
        "issued": {"date-parts": [[2024, 2, 3]]},
        "container-title": ["Journal of Birds"],
        "reference-count": 3,
        "member": "9",
        "prefix": "10.1234",
    }
    return work | ({"abstract": f"<jats:p>{abstract(number)}</jats:p>"} if has_abstract else {})


def crossref_page(numbers: Sequence[int], following: str, total: int = 10) -> bytes:
    message = {"items": [crossref_work(n) for n in numbers], "next-cursor": following, "total-results": total}
    return json.dumps({"status": "ok", "message-type": "work-list", "message": message}).encode()


def crossref_single(number: int, *, has_abstract: bool = True) -> bytes:
    work = crossref_work(number, has_abstract=has_abstract)
    return json.dumps({"status": "ok", "message-type": "work", "message": work}).encode()


def pubmed_search(count: int, environment: str = "MCID_1") -> bytes:
    found = {"count": str(count), "querykey": "1", "webenv": environment}
    return json.dumps({"header": {}, "esearchresult": found}).encode()


def pubmed_set(numbers: Sequence[int]) -> bytes:
    articles = "".join(
        f"<PubmedArticle><MedlineCitation><PMID>{3000 + n}</PMID><Article><ArticleTitle>{title(n)}</ArticleTitle>"
        f"<Abstract><AbstractText>{abstract(n)}</AbstractText></Abstract></Article></MedlineCitation></PubmedArticle>"
        for n in numbers
    )
    return f'<?xml version="1.0" ?>\n<PubmedArticleSet>{articles}</PubmedArticleSet>'.encode()


def daily_list(numbers: Sequence[int], *, said: str = "") -> bytes:
    entries = [
        {
            "paper": {
                "id": f"2401.{n:05d}",
                "title": title(n),
                "summary": f"{abstract(n)} {said}",
                "authors": [{"name": "Mira Okonjo"}],
                "publishedAt": "2024-01-05T00:00:00.000Z",
                "upvotes": 5,
            },
            "title": title(n),
        }
        for n in numbers
    ]
    return json.dumps(entries).encode()
