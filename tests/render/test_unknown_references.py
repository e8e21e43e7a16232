"""A report names the references that nothing is known of: silence about them reads as praise."""

from __future__ import annotations

from service.records import Accounting
from service.records.checks import Check, CheckedEntry, FieldFault
from service.render.check import check_markdown, check_text


def check_of(*entries: CheckedEntry) -> Check:
    return Check("my.md", "markdown", 1, (), (), Accounting("extractive"), bibliography=entries)


def test_what_nothing_is_known_of_is_named_apart_from_what_differs() -> None:
    known = CheckedEntry("kite", 1, "valid", "p-kite")
    other = CheckedEntry("heron", 2, "unverified", fields=(FieldFault("year", "2019", "2023"),))
    nobodys = CheckedEntry("swim\x1b[31m2006", 3, "unverified")
    for report in (check_text, check_markdown):
        text = report(check_of(known, other, nobodys))
        named = text.partition("nothing is known of, neither for nor against them")[2]
        listed = named.partition("my.md")[0] if report is check_text else named
        assert "swim" in listed
        assert "heron" not in listed
        assert "kite" not in listed
        assert "\x1b" not in text


def test_many_are_counted() -> None:
    text = check_text(check_of(*(CheckedEntry(f"key{n}", n, "unverified") for n in range(1, 41))))
    assert "key30, and 10 more" in " ".join(text.split())
    assert "nothing is known of" not in check_text(check_of(CheckedEntry("kite", 1, "valid", "p-kite")))
