"""A model's quote is one of the abstract's own, or none: NFKC, white space, and back to what is stored."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.llm import Located, render_sources
from service.records import Paper
from service.text.sentences import split_sentences


def located(abstract: str, quote: str) -> Located | None:
    """What `locate` makes of a quote of a one-paper sheet."""
    sheet = render_sources([Paper("Kites", abstract, "p")])
    return sheet.locate(next(iter(sheet.by_id)), quote)


@pytest.mark.parametrize(
    ("abstract", "quote", "span"),
    [
        ("We ﬁnd eﬀects of 3 %.", "find effects", "ﬁnd eﬀects"),
        ("We find effects of 3 %.", "ﬁnd eﬀects", "find effects"),
        ("Ｋｉｔｅｓ glide １２ km.", "Kites glide 12 km.", "Ｋｉｔｅｓ glide １２ km."),
        ("Kites glide 12 km.", "Ｋｉｔｅｓ glide １２ km.", "Kites glide 12 km."),
        ("Kites\u00a0glide\u202f12\u2009km.", "Kites glide 12 km.", "Kites\u00a0glide\u202f12\u2009km."),
        ("Kites glide\n  12 km.", "Kites glide 12 km.", "Kites glide\n  12 km."),
        ("An ex\u00adtra\u00adordinary kite.", "extraordinary kite", "ex\u00adtra\u00adordinary kite"),
        ("An extraordinary kite.", "extra\u00adordinary\u200b kite", "extraordinary kite"),
        ("The cafe\u0301 glides.", "caf\u00e9 glides", "cafe\u0301 glides"),
        ("The caf\u00e9 glides.", "cafe\u0301 glides", "caf\u00e9 glides"),
        ("A \u1112\u1161\u11ab kite.", "\ud55c kite", "\u1112\u1161\u11ab kite"),
        ("It ends in cafe\u0301", "in caf\u00e9", "in cafe\u0301"),
        ("Kites – “light” ones – glide.", 'Kites - "light" ones - glide.', "Kites – “light” ones – glide."),
    ],
    ids=["ligature stored", "ligature quoted", "full width stored", "full width quoted", "narrow and no-break spaces",
         "line break", "soft hyphens stored", "soft hyphen and zero width quoted", "marks apart stored",
         "marks apart quoted", "Hangul in parts", "mark at the end", "typographic signs"],
)  # fmt: skip
def test_the_same_characters_in_another_form_are_found_where_they_stand(abstract: str, quote: str, span: str) -> None:
    """What is cited are the stored characters, with every mark that belongs to them."""
    found = located(abstract, quote)
    assert found is not None
    assert found.quote == span == abstract[found.start : found.end]


@pytest.mark.parametrize(
    ("abstract", "quote"),
    [
        ("The cafe\u0301 glides.", "The cafe"),
        ("The caf\u00e9 glides.", "The cafe"),
        ("The caf\u00e9 glides.", "\u0301 glides"),
        ("We ﬁnd eﬀects.", "We f"),
        ("We ﬁnd eﬀects.", "ind eﬀects"),
        ("An irrelevant kite.", "relevant kite"),
        ("Kites rise 112% a day.", "12% a day"),
        ("Kites rise 3.5 km.", "Kites rise 3"),
        ("Kites rise 3.5 km.", "5 km."),
        ("Kites cost 1,200 euros.", "200 euros"),
        ("Kites glide 12 km.", "kites glide 12 km."),
        ("Kites glide 12 km.", "Kites glided 12 km."),
        ("Kites glide 12 km.", "Kites glide 12km."),
        ("Kites glide 12 km.", "Kites glide 12 km. They land."),
    ],
    ids=["mark cut off", "mark left out", "mark alone", "ligature cut", "ligature cut at its beginning", "word cut",
         "figure cut", "figure cut at its point", "figure cut before its point", "thousands cut", "case", "ending",
         "space left out", "longer"],
)  # fmt: skip
def test_nearly_is_not_there(abstract: str, quote: str) -> None:
    """A quote that cuts a grapheme, a word or a figure, or changes one, is no quote."""
    assert located(abstract, quote) is None


def test_a_cut_place_does_not_hide_a_whole_one_behind_it() -> None:
    """The first occurrence lies inside a word, the second is meant."""
    found = located("Irrelevant here, relevant here.", "relevant here")
    assert found is not None
    assert found.start == 17


ODD = st.text(
    alphabet=st.sampled_from("abef ﬁﬀ１２12%.,\u0301\u0308é\u00a0\u00ad\u200b\u202f\n½²…“”–ｆ한\u1112\u1161\u11ab"),
    max_size=50,
)


@given(ODD, ODD)
def test_whatever_is_found_is_equal_in_normal_form(abstract: str, quote: str) -> None:
    """For any text and quote: offsets lie inside, and both sides have the same letters and digits after NFKC."""
    found = located(abstract, quote)
    if found is None:
        return
    assert 0 <= found.start < found.end <= len(abstract)
    assert found.quote == abstract[found.start : found.end]
    assert _letters(found.quote) == _letters(quote.strip().removeprefix("...").removesuffix("..."))


def _letters(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKC", text) if c.isalnum())


@given(
    ODD.map(lambda text: f"Kites {text} glide. Nets {text} do not."), st.sampled_from(["NFC", "NFD", "NFKC", "NFKD"])
)
def test_every_sentence_in_any_normal_form_is_found(abstract: str, form: str) -> None:
    """Quoting what is shown, in any normal form, leads back to a place with the same letters."""
    for span in split_sentences(abstract):
        sentence = abstract[span.start : span.end]
        quoted = unicodedata.normalize(form, sentence)  # type: ignore[arg-type]
        found = located(abstract, quoted)
        assert found is not None
        assert _letters(found.quote) == _letters(sentence)


def test_a_long_hostile_text_is_searched_in_time() -> None:
    """Thousands of places where a quote almost begins."""
    assert located("ab" * 4000, "b" + "ab" * 3999) is None
