"""Daily Papers listings, in good shape and in bad."""

from __future__ import annotations

from pathlib import Path

import pytest

from service.readers import read
from service.readers.daily_papers import DailyPapers
from service.readers.lines import open_text
from service.records import Origin, Paper, Rejection

ONE = (
    "We bake forty loaves of bread at three temperatures and weigh each crust by hand. "
    "The crust hardens above 220 degrees, and the crumb stays moist for 33.25\\% longer than before. "
    "We release all recipes, the weights and photographs of every loaf at https://example.org/bread ."
)
TWO = ONE.replace("bread", "cake").replace("forty", "sixty")
FURNITURE = (
    "new\n\nGet trending papers in your email inbox!\n\nSubscribe\n\nDaily Papers\n\n"
    "byAK and the research community\n\nJan 8\n\n"
)
DATED = "  • 4 authors\n·\nDec 3, 2023 4\n\n"
ORGANISED = "Oven-Lab Oven Lab\n·\nOct 9, 2025 2\n\n"


def listing(tmp_path: Path, text: str, *, encoding: str = "utf-8") -> list[Paper | Rejection]:
    path = tmp_path / "listing.txt"
    path.write_bytes(text.encode(encoding))
    return list(read(path, max_record_bytes=10_000))


def shown(records: list[Paper | Rejection]) -> list[tuple[str, int]]:
    """("paper title" or "no abstract"/"no title"/..., line) for each record."""
    return [
        (r.title, r.origin.line if r.origin else 0) if isinstance(r, Paper) else (r.reason.split(":")[0], r.line)
        for r in records
    ]


def test_a_dated_entry_is_read_whole(tmp_path: Path) -> None:
    """Furniture is skipped; title, abstract, count, date and upvotes land in their fields."""
    assert listing(tmp_path, f"{FURNITURE}Crusts: A Study\n\n{ONE}\n\n{DATED}") == [
        Paper(
            title="Crusts: A Study", abstract=ONE, author_count=4, year=2023, date="2023-12-03",
            date_kind="listed", upvotes=4, origin=Origin("listing.txt", 13),
        )
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("Fudan-University Fudan University", "Fudan University"),
        ("deepbake DeepBake", "DeepBake"),
        ("Crust-Lab The Oven Group", "The Oven Group"),
        ("Peking University", "Peking University"),
        ("  • BakeCorp", "BakeCorp"),
    ],
)
def test_an_organisation_may_stand_for_the_count(tmp_path: Path, line: str, name: str) -> None:
    """The display name is kept, the slug before it goes, and no count is invented."""
    [found] = listing(tmp_path, f"Crusts\n\n{ONE}\n\n{line}\n·\nOct 9, 2025 2\n")
    assert isinstance(found, Paper)
    assert (found.organisation, found.author_count, found.date, found.upvotes) == (name, None, "2025-10-09", 2)


@pytest.mark.parametrize("line", ["  • 1 author", "1 author", "\u00a0• 1 author \u00a0"])
def test_one_author_is_a_count(tmp_path: Path, line: str) -> None:
    """Singular, missing bullet and no-break spaces make no difference; no number means no upvotes."""
    [found] = listing(tmp_path, f"Crusts\n\n{ONE}\n\n{line}\n·\nMay 19, 2023\n")
    assert isinstance(found, Paper)
    assert (found.author_count, found.date, found.upvotes) == (1, "2023-05-19", None)


def test_metadata_may_stand_on_one_line(tmp_path: Path) -> None:
    """A copy that loses line breaks keeps the meaning."""
    [found] = listing(tmp_path, f"Crusts\n\n{ONE}\n\n• 4 authors · Dec 3, 2023 4\n")
    assert isinstance(found, Paper)
    assert (found.author_count, found.date, found.upvotes) == (4, "2023-12-03", 4)


VARIANTS = {
    "undated": f"{FURNITURE}Crusts\n\n{ONE}\n\nCakes\n\n{TWO}\n",
    "crlf": f"Crusts\r\n\r\n{ONE}\r\n\r\nCakes\r\n\r\n{TWO}\r\n",
    "byte order mark": f"\ufeffCrusts\n\n{ONE}\n\nCakes\n\n{TWO}",
    "no blank lines": f"Crusts\n{ONE}\nCakes\n{TWO}\n",
    "odd blanks": f"Crusts \u00a0\n\u00a0\n  {ONE} \t\n \n\n\n\nCakes\n\n{TWO}\u00a0\n",
}


@pytest.mark.parametrize("text", VARIANTS.values(), ids=VARIANTS.keys())
def test_the_shape_of_white_space_does_not_matter(tmp_path: Path, text: str) -> None:
    """The abstract is the text between its first and last character that is not blank."""
    found = [(r.title, r.abstract) for r in listing(tmp_path, text) if isinstance(r, Paper)]
    assert found == [("Crusts", ONE), ("Cakes", TWO)]


def test_utf16_with_a_mark_is_read(tmp_path: Path) -> None:
    """Windows editors save so."""
    assert shown(listing(tmp_path, f"Crüsts\r\n\r\n{ONE}\r\n", encoding="utf-16")) == [("Crüsts", 1)]


_NO_ABSTRACT, _NO_TITLE, _NUL = "title with no abstract", "abstract with no title", "holds a NUL character"
_A, _B = f"Crusts\n\n{ONE}\n\n", f"Cakes\n\n{TWO}\n\n"
BROKEN = {
    "title alone": (f"{_A}Lost\n\n{_B}", [("Crusts", 1), (_NO_ABSTRACT, 5), ("Cakes", 7)]),
    "title alone, dated": (f"{_A}{DATED}Lost\n\n{DATED}{_B}", [("Crusts", 1), (_NO_ABSTRACT, 9), ("Cakes", 15)]),
    "title at the end": (f"{_A}Lost\n", [("Crusts", 1), (_NO_ABSTRACT, 5)]),
    "two titles first": (f"Lost\n\nLost too\n\n{_A}", [(_NO_ABSTRACT, 1), (_NO_ABSTRACT, 3), ("Crusts", 5)]),
    "abstract alone": (f"{_A}{TWO}\n\n{_B}", [("Crusts", 1), (_NO_TITLE, 5), ("Cakes", 7)]),
    "abstract alone, dated": (f"{_A}{DATED}{TWO}\n\n{DATED}{_B}", [("Crusts", 1), (_NO_TITLE, 9), ("Cakes", 15)]),
    "title alone, organisation": (
        f"Lost\n\n{ORGANISED}{_B}{DATED}",
        [(_NO_ABSTRACT, 1), ("Cakes", 7)],
    ),
    "abstract alone, organisation": (
        f"{_A}{DATED}{ONE}\n\n{ORGANISED}{_B}{DATED}",
        [("Crusts", 1), (_NO_TITLE, 9), ("Cakes", 15)],
    ),
    "two abstracts alone": (f"{ONE}\n\n{TWO}\n\n{_A}", [(_NO_TITLE, 1), (_NO_TITLE, 3), ("Crusts", 5)]),
    "abstract first": (f"{TWO}\n\n{_A}{DATED}", [(_NO_TITLE, 1), ("Crusts", 3)]),
    "NUL in a title": (f"{_A}Pi\x00es\n\n{TWO}\n\n{_B}", [("Crusts", 1), (_NUL, 5), ("Cakes", 9)]),
    "NUL in an abstract": (f"Crusts\n\n{ONE}\x00\n\n{DATED}{_B}", [(_NUL, 3), ("Cakes", 9)]),
    "no such day": (
        f"{_A}·\nFeb 30, 2024\n\n{_B}",
        [("'Feb 30, 2024' is not a date of the calendar ('Crusts')", 1), ("Cakes", 8)],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), BROKEN.values(), ids=BROKEN.keys())
def test_a_bad_record_costs_itself_only(tmp_path: Path, text: str, expected: list[tuple[str, int]]) -> None:
    """Each is counted once, with its line, and its neighbours are read."""
    assert shown(listing(tmp_path, text)) == expected


def test_a_line_that_is_not_utf8_costs_one_record(tmp_path: Path) -> None:
    """The reason names the byte, and nothing is guessed."""
    path = tmp_path / "latin.txt"
    path.write_bytes(f"Crusts\n\n{ONE}\n\nG\xe2teaux\n\n{TWO}\n\nPies\n\n{ONE}\n".encode("latin-1"))
    found = list(read(path, max_record_bytes=10_000))
    assert shown([found[0], found[2]]) == [("Crusts", 1), ("Pies", 9)]
    assert found[1] == Rejection("latin.txt", 5, "byte 0xe2 at column 2 is not valid UTF-8: save the file as UTF-8")


def test_short_abstracts_are_abstracts(tmp_path: Path) -> None:
    """A sentence after a title is its abstract, also where the next entry is as short."""
    text = (
        "On Bread\n\nWe bake white bread in a new and slower way.\n\nOn Cake\n\nCake is baked as bread is, we find.\n"
    )
    found = [(r.title, r.abstract) for r in listing(tmp_path, text) if isinstance(r, Paper)]
    assert found == [
        ("On Bread", "We bake white bread in a new and slower way."),
        ("On Cake", "Cake is baked as bread is, we find."),
    ]


def test_an_abstract_may_span_lines_and_paragraphs(tmp_path: Path) -> None:
    """Wrapped lines stay as they are; a paragraph before the metadata belongs to the abstract, gap included."""
    half = len(ONE) // 2
    wrapped = f"{ONE[:60]}\n{ONE[60:120]}\n{ONE[120:175].strip()}"
    text = f"Crusts\n\n{wrapped}\n\nCakes\n\n{TWO}\n\n{ONE[half:]}{ONE}\n\n{DATED}"
    found = [(r.title, r.abstract) for r in listing(tmp_path, text) if isinstance(r, Paper)]
    assert found == [("Crusts", wrapped), ("Cakes", f"{TWO}\n\n{ONE[half:].strip()}{ONE}")]


def test_an_abstract_over_the_limit_is_rejected(tmp_path: Path) -> None:
    """One endless line is skipped without being held, and counted once with its title."""
    found = listing(tmp_path, f"Crusts\n\n{'Long text. ' * 500_000}\n\nCakes\n\n{TWO}\n")
    assert shown(found) == [("the line is longer than 10,000 bytes", 3), ("Cakes", 5)]


@pytest.mark.parametrize(
    "text",
    [
        "hello world\n",
        "@article{a,\n  title={Crusts},\n  abstract={" + ONE + "}\n}\n",
        "<html><body>" + ONE + "</body></html>\n",
        'id,title,abstract\n1,Crusts,"' + ONE + '"\n',
        "TY  - JOUR\nTI  - Crusts\nAB  - " + ONE + "\nER  - \n",
        "# Readme\n\n" + ONE + "\n",
        "[" + '{"title": "Crusts"}' + "]\n",
        "\n".join([ONE] * 6),
    ],
    ids=["words", "bibtex", "html", "csv", "ris", "markdown", "json array", "plain prose"],
)
def test_other_text_is_no_listing(tmp_path: Path, text: str) -> None:
    path = tmp_path / "listing.txt"
    path.write_text(text, encoding="utf-8")
    assert not DailyPapers().recognises(open_text(path).head)
