"""Papers as a library may hold them, with whatever Unicode, TeX and markup a source can bring."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies as st

from service.readers.raw import RawRecord, papers_of
from service.records import Origin, Paper

_PIECES = (
    "\\input{/etc/passwd}", "{", "}", "\\", "%", "$", "&", "#", "_", "^", "~", '"', "'", "``", "''", "--", "$x^2$",
    "\\'e", "{\\\"o}", "<b>bold</b>", "<p>", "p<0.05", "&amp;", "&lt;i&gt;", "=1+1", "+", "-", "@cmd", "|", ";",
    " and ", ", ", "مرحبا", "שלום", "e\u0301", "n\u0303o", "𝒟", "😀", "中文", "\u200f", "\u200d", "\u202e", "\u2028",
    "\xa0", "ﬁ", "ß", "Ł", "  ", "TY  - JOUR", "ER  - ", "@misc{x,", "---", "%%", "[[a]]", "x" * 300,
)  # fmt: skip
_WORDS = st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff"), max_size=12)
LINES = st.lists(st.one_of(st.sampled_from(_PIECES), _WORDS), min_size=1, max_size=8).map("".join)
"""One line of anything."""
TEXTS = st.lists(LINES, min_size=1, max_size=4).map("\n".join)
"""Lines of anything."""
_NAMES = st.one_of(
    st.sampled_from(
        (
            "Ján Šťastný",
            "Oven, Ada",
            "van der Berg, Jan",
            "{The Crust and Crumb Team}",
            "Aristotle",
            "王小明",
            "O'Neill, A.",
        )
    ),
    LINES,
)
_DATES = st.sampled_from((None, "2023", "2023-05", "2023-05-01", "1999-12-31"))


@st.composite
def odd_papers(draw: st.DrawFn) -> Paper:
    """A paper that `papers_of` makes of a record of odd texts, as every reader's records are made."""
    date = draw(_DATES)
    raw = RawRecord(
        number=1,
        title=draw(LINES),
        abstract=draw(st.one_of(st.just(""), TEXTS)),
        authors=draw(st.lists(_NAMES, max_size=4)),
        year=draw(st.sampled_from((None, 1999, 2023))) if date is None else None,
        date=date,
        date_kind=draw(st.sampled_from(("published", "listed"))),
        doi=draw(st.sampled_from((None, "10.1234/a_b", "10.1002/(SICI)1097<1::AID>3.0"))),
        url=draw(st.sampled_from((None, "https://example.org/a?b=1&c=%20_d", "https://arxiv.org/abs/2412.06673"))),
        venue=draw(st.one_of(st.none(), st.sampled_from(("Journal of Crusts", "Proc. of Ovens & Bread")), LINES)),
        organisation=draw(st.one_of(st.none(), LINES)),
        key=draw(st.sampled_from(("p-1", "x:2", "0123"))),
        author_count=draw(st.one_of(st.none(), st.integers(0, 9))),
        upvotes=draw(st.one_of(st.none(), st.integers(0, 9))),
        status=draw(st.sampled_from((None, "retracted", "withdrawn", "corrected", "concern"))),
        markup="none",
        origin="a file",
    )
    found = next(papers_of(raw, "odd"))
    if not isinstance(found, Paper):
        return Paper(title="Loaves", abstract="We bake.", paper_id="p-1", origin=Origin("a file", 1))
    return replace(found, paper_id=found.paper_id or "p-1")
