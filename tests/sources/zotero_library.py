"""Invented items as Zotero's API gives them."""

from __future__ import annotations

from typing import Any


def item(key: str, version: int = 1, **data: Any) -> dict[str, Any]:
    given = {"key": key, "version": version, "itemType": "journalArticle", "collections": [], "extra": "", **data}
    return {"key": key, "version": version, "data": given}


def author(first: str, last: str, kind: str = "author") -> dict[str, str]:
    return {"creatorType": kind, "firstName": first, "lastName": last}


def heron(**more: Any) -> dict[str, Any]:
    data: dict[str, Any] = {
        "title": "Heron Without Labels",
        "abstractNote": "We train Heron without labels.",
        "creators": [author("Mira", "Okonjo"), author("Ed", "Itor", "editor")],
        "date": "May 1, 2023",
        "DOI": "10.1234/heron",
        "publicationTitle": "Journal of Birds",
        "extra": "Citation Key: okonjo2023\nPMID: 77",
        "collections": ["OUTER", "INNER"],
    }
    return item("HERON", **data | more)


def kite(**more: Any) -> dict[str, Any]:
    data: dict[str, Any] = {
        "itemType": "preprint",
        "title": "KITE: Gentle Alignment",
        "abstractNote": "KITE aligns models.",
        "creators": [{"creatorType": "author", "name": "The Kite Team"}],
        "date": "2024",
        "archiveID": "arXiv:2401.00001",
        "url": "http://arxiv.org/abs/2401.00001",
        "citationKey": "kite2024",
        "collections": ["INNER"],
    }
    return item("KITE", **data | more)


NOTE = item("NOTE", itemType="note", note="<p>read this</p>", collections=["OUTER"])
