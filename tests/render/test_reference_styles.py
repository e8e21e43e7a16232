"""Reference lists in CSL styles: right in the common ten, inert on any paper, safe on any file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scripted_review import HERON, KITE, hostile_answer, refer

from service.errors import UsageError
from service.records import Reference
from service.render.csl import styled
from service.render.csl_styles import find_style
from service.render.entry import Entry, entry_text

BARE = Reference("9", "p", "Bare", (), None, None, None, None, None, "bare")
LISTED = refer(KITE, "1", "kite2024")
PUBLISHED = refer(HERON, "2", "heron2023")
TEAM = replace(BARE, label="3", title="Why? Ask <b>no</b> more & {x}?", authors=("DeepMind Team",), year=2021)
PREPRINT = replace(
    BARE,
    label="4",
    title="On arXiv",
    authors=("Jan van der Berg",),
    url="https://arxiv.org/abs/2412.06673",
    year=2024,
    date="2024-12-09",
    date_kind="published",
)
REFERENCES = (LISTED, PUBLISHED, TEAM, PREPRINT)
TITLE = "KITE: Gentle Alignment of Small Models"
WORKSHOP = "Workshop on Birds & Models"
DOI = "https://doi.org/10.1234/heron_1"
ARXIV = "https://arxiv.org/abs/2412.06673"

# Read beside each style's own guide. What a style asks for and nobody knows (pages, a publisher) is left out.
EXPECTED = {
    "apa": (
        f"*{TITLE}*. (n.d.).",
        f"Okonjo, M., & Šťastný, J. (2023, May 1). Heron Without Labels. *{WORKSHOP}*. {DOI}",
        f"van der Berg, J. (2024). *On arXiv*. {ARXIV}",
    ),
    "ieee": (
        f"“{TITLE}.”",
        f"M. Okonjo and J. Šťastný, “Heron Without Labels,” in *{WORKSHOP}*, May 2023. doi: 10.1234/heron_1.",
        f"J. van der Berg, “On arXiv,” Dec. 09, 2024. [Online]. Available: {ARXIV}",
    ),
    "acm": (
        f"{TITLE}.",
        f"Mira Okonjo and Ján Šťastný. 2023. Heron Without Labels. In *{WORKSHOP}*, May 01, 2023. {DOI}",
        f"Jan van der Berg. 2024. On arXiv. Retrieved from {ARXIV}",
    ),
    "nature": (
        f"{TITLE}.",
        f"Okonjo, M. & Šťastný, J. Heron Without Labels. in *{WORKSHOP}* (2023). doi:10.1234/heron_1.",
        f"van der Berg, J. On arXiv. Preprint at {ARXIV} (2024).",
    ),
    "chicago-author-date": (
        f"“{TITLE}.” n.d.",
        f"Okonjo, Mira, and Ján Šťastný. 2023. “Heron Without Labels.” *{WORKSHOP}*, May 1. {DOI}.",
        f"Berg, Jan van der. 2024. “On arXiv.” Preprint, December 9. {ARXIV}.",
    ),
    "vancouver": (
        f"{TITLE}.",
        f"Okonjo M, Šťastný J. Heron Without Labels. In: {WORKSHOP} [Internet]. 2023. "
        "Available from: https://example.org/heron?a=1&b=2 doi:10.1234/heron_1",
        f"van der Berg J. On arXiv [Internet]. 2024. Available from: {ARXIV}",
    ),
    "mla": (
        f"“{TITLE}.”",
        f"Okonjo, Mira, and Ján Šťastný. “Heron Without Labels.” *{WORKSHOP}*, 2023, {DOI}.",
        f"van der Berg, Jan. “On arXiv.” 9 Dec. 2024, {ARXIV}.",
    ),
    "harvard": (
        f"“{TITLE}” (no date).",
        f"Okonjo, M. and Šťastný, J. (2023) “Heron Without Labels,” *{WORKSHOP}*. Available at: {DOI}.",
        f"van der Berg, J. (2024) “On arXiv.” Available at: {ARXIV}.",
    ),
    "lncs": (
        f"{TITLE}.",
        f"Okonjo, M., Šťastný, J.: Heron Without Labels. In: {WORKSHOP} (2023). {DOI}.",
        f"van der Berg, J.: On arXiv, {ARXIV}, (2024).",
    ),
    "acl": (
        f"{TITLE}.",
        f"Mira Okonjo and Ján Šťastný. 2023. Heron Without Labels. In *{WORKSHOP}*.",
        "Jan van der Berg. 2024. On arXiv.",
    ),
}

STYLE = (
    '<style xmlns="http://purl.org/net/xbiblio/csl" version="1.0" class="in-text"><info/>'
    '<citation><layout><text variable="title"/></layout></citation>{macros}'
    '<bibliography><layout suffix="!">{layout}</layout></bibliography></style>'
)


def marked(entry: Entry) -> str:
    return "".join(f"*{run.text}*" if run.italic else run.text for run in entry)


def written(folder: Path, layout: str, macros: str = "", *, head: str = "") -> str:
    path = folder / "own.csl"
    path.write_text(head + STYLE.format(layout=layout, macros=macros), encoding="utf-8")
    return str(path)


@pytest.mark.parametrize("style", EXPECTED)
def test_the_common_styles_are_set_as_their_guides_ask(style: str) -> None:
    """A listing (no authors, no date), a workshop paper and a preprint; numbers stay ours, links stay links."""
    entries = styled(REFERENCES, style)
    assert (marked(entries["1"]), marked(entries["2"]), marked(entries["4"])) == EXPECTED[style]
    assert {run.link for run in entries["4"] if run.link} == ({ARXIV} if style != "acl" else set())


@pytest.mark.parametrize("style", EXPECTED)
def test_a_listing_date_is_no_date_in_any_style(style: str) -> None:
    """KITE was listed in 2024; no style may print that year as its own."""
    assert "2024" not in entry_text(styled(REFERENCES, style)["1"])


def test_titles_keep_their_letters_and_marks() -> None:
    """Question marks are not doubled, letters keep their case, names of teams stay whole.

    The display form of a title leaves out `<b>` and LaTeX's braces everywhere, not only here.
    """
    assert marked(styled([TEAM], "mla")["3"]) == "DeepMind Team. “Why? Ask no more & x?” 2021."
    assert marked(styled([replace(TEAM, title="iPad and mRNA")], "chicago")["3"]).endswith("“iPad and mRNA.”")


@pytest.mark.parametrize("style", EXPECTED)
def test_hostile_papers_are_only_text_in_every_style(style: str) -> None:
    """No private-use stand-in is left, no control character comes through, no address but http(s) is a link."""
    (entry,) = styled(hostile_answer().references, style).values()
    text = entry_text(entry)
    assert "<script>alert(1)</script>" in text
    assert not [c for c in text if "\ue000" <= c <= "\uf8ff" or c < " "]
    assert not [run for run in entry if run.link]


@settings(max_examples=40, deadline=None)
@given(st.text(st.characters(exclude_categories=()), min_size=1, max_size=30))
def test_any_field_is_set_without_a_fault(text: str) -> None:
    """Whatever title, names and venue hold, one entry comes back and nothing of the stand-ins."""
    reference = replace(BARE, title=text, authors=(text, f"{text} {text}", f"{text}, {text}"), venue=text, year=2020)
    (entry,) = styled([reference], "apa").values()
    assert not [c for c in entry_text(entry) if "\ue000" <= c <= "\uf8ff"]


def test_no_references_need_no_style_but_a_known_one() -> None:
    """A name is checked even where there is nothing to set."""
    assert styled([], "apa") == {}
    with pytest.raises(UsageError, match="no reference style"):
        styled([], "no such style")


def test_an_unknown_style_names_close_ones() -> None:
    """By part of the name and by spelling."""
    with pytest.raises(UsageError, match=r"'ieeee'; close are .*ieee"):
        find_style("ieeee")
    with pytest.raises(UsageError, match=r"close are .*springer-lecture-notes-in-computer-science"):
        find_style("lecture-notes-in-computer")


@pytest.mark.parametrize("name", ["", "..", "../apa", "x" * 5000, "apa\0", "ápa"])
def test_a_name_is_never_a_path(name: str) -> None:
    """Nothing outside the package is opened by a name."""
    with pytest.raises(UsageError):
        find_style(name)


def test_a_dependent_style_is_its_parent() -> None:
    """Nature Physics stands for Nature."""
    assert styled([PUBLISHED], "nature-physics") == styled([PUBLISHED], "nature")


def test_a_style_of_ones_own_is_used(tmp_path: Path) -> None:
    """Relative to where the user stands; its numbers are left out as those of any other."""
    path = written(
        tmp_path, '<text variable="citation-number" suffix=". "/><text variable="title" font-weight="bold"/>'
    )
    (entry,) = styled([PUBLISHED], path).values()
    assert [(run.text, run.bold) for run in entry] == [("Heron Without Labels", True), ("!", False)]


@pytest.mark.parametrize(
    ("layout", "macros", "head", "reason"),
    [
        ('<text variable="title"/>', "", '<!DOCTYPE style [<!ENTITY a "b">]>', "entities"),
        ('<text variable="title"/>', "", '<!DOCTYPE style SYSTEM "file:///etc/passwd">', "entities"),
        ('<text macro="a"/>', '<macro name="a"><text macro="a"/></macro>', "", "calls itself"),
        ('<text macro="a"/>', "", "", "is not there"),
        (
            '<text macro="m0"/>',
            "".join(f'<macro name="m{n}">{f"""<text macro="m{n + 1}"/>""" * 9}</macro>' for n in range(9))
            + '<macro name="m9"><text variable="title"/></macro>',
            "",
            "too much work",
        ),
        ('<text macro="a"/>', """<macro name="a'] | //*"><text variable="title"/></macro>""", "", "which no CSL style"),
        ('<text variable="title"/>', '<locale xml:lang="../../x"/>', "", "which no CSL style"),
        ("<text", "", "", "not XML"),
        ("<unheard-of/>", "", "", "cannot be used"),
    ],
    ids=["entities", "external", "recursion", "no macro", "unfolding", "xpath", "locale", "broken", "unknown element"],
)
def test_a_hostile_style_is_refused_in_words(tmp_path: Path, layout: str, macros: str, head: str, reason: str) -> None:
    """Entities, endless or exploding macros, names that reach elsewhere: a usage error, soon."""
    with pytest.raises(UsageError, match=reason):
        styled([PUBLISHED], written(tmp_path, layout, macros, head=head))


@pytest.mark.parametrize("content", [b"", b"<style/>", b"<html/>", b"\xff\xfe\x00", b" " * 1_000_001])
def test_a_file_that_is_no_style_is_refused(tmp_path: Path, content: bytes) -> None:
    """Empty, other XML, binary, too large."""
    path = tmp_path / "x.csl"
    path.write_bytes(content)
    with pytest.raises(UsageError):
        find_style(str(path))


def test_a_missing_style_file_is_named(tmp_path: Path) -> None:
    """In words of the file system."""
    with pytest.raises(UsageError, match=r"no\.csl.*No such file"):
        find_style(str(tmp_path / "no.csl"))
