"""Normal forms of titles and abstracts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.text.normal import for_display, for_search, title_key

SEARCH = {
    "escaped percent": (r"from 33.25\% to 1.74\%", "from 33.25% to 1.74%"),
    "braced greek": (r"LiPO-{\lambda}", "LiPO-λ"),
    "greek in math": (r"LiPO-$\lambda$", "LiPO-λ"),
    "accent inside a word": (r"Nystr\"omLoRA", "NyströmLoRA"),
    "accent in braces": (r"Nystr{\"o}m and Erd\H{o}s and \v{S}", "Nyström and Erdős and Š"),
    "letter command eats its space": (r"\L ukasz", "Łukasz"),
    "combining accent": ("Nystro\u0308m", "Nyström"),
    "lost dash entity": ("paired samplesx2013less than", "paired samples-less than"),
    "lost dash alone": ("data x2014 and more", "data - and more"),
    "lost apostrophe": ("the modelx2019s size", "the model's size"),
    "years are no dashes": ("SimLex2013 and SimLex2019, 640x2013", "SimLex2013 and SimLex2019, 640x2013"),
    "special token": ("a hybrid token, <HYBNEXT>, is", "a hybrid token, <HYBNEXT>, is"),
    "known tags go": ("10<sup>3</sup> <i>in vivo</i>", "10^3 in vivo"),
    "a less-than sign": ("< 200 seed prompts, a<b", "< 200 seed prompts, a<b"),
    "tex quotes": ("``honesty'' and ``lite-weight\"", '"honesty" and "lite-weight"'),
    "mixed quotes": ("“a” ‘b’ it’s", "\"a\" 'b' it's"),
    "caret": ("Align^2LLaVA", "Align^2LLaVA"),
    "math caret": ("Align$^2$LLaVA", "Align^2LLaVA"),
    "superscript digit": ("Align²LLaVA", "Align^2LLaVA"),
    "money is no math": ("$5 of $10 to $20", "$5 of $10 to $20"),
    "spaced escape": (r"(e.g.\ relying", "(e.g. relying"),
    "tex dash": ("Human Values -- A Survey", "Human Values - A Survey"),
    "bold with spaces": (r"\textbf{very good}, {a, b}, {BERT}", "very good, {a, b}, BERT"),
    "url stands": (r"https://a.b/~u/x_y--z\_w .", "https://a.b/~u/x_y--z_w ."),
    "url command": (r"see \url{https://a.b/c}.", "see https://a.b/c."),
    "entities": ("R&amp;D &lt; AT&T", "R&D < AT&T"),
    "unknown command stays": (r"\foo{x} C:\dir", r"\foox C:\dir"),
    "unbalanced braces stay": ("legal reasoning}. {", "legal reasoning}. {"),
    "no-break and zero-width": ("a\u00a0b\u200bc\u3000d", "a bc d"),
    "direction marks go": ("a\u202eb", "ab"),
    "lone surrogate": ("a\ud800b", "a\ufffdb"),
    "empty": ("", ""),
    "blank": (" \n\u00a0", ""),
}


@pytest.mark.parametrize(("raw", "expected"), SEARCH.values(), ids=SEARCH.keys())
def test_the_search_form_resolves_what_listings_hold(raw: str, expected: str) -> None:
    """Each oddity, most of them met in the real listings, has one plain form."""
    assert for_search(raw) == expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (r"78.2\% of LiPO-{\lambda}", "78.2% of LiPO-λ"),
        ("samplesx2013less", "samples–less"),
        ("Values -- A Survey---really", "Values – A Survey—really"),
        ("Align²LLaVA “quoted”", "Align²LLaVA “quoted”"),
        ("use --json", "use --json"),
    ],
)
def test_the_display_form_is_gentle(raw: str, expected: str) -> None:
    """A reader sees LaTeX resolved, and typographic signs as the author set them."""
    assert for_display(raw) == expected


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (r"NLoRA: Nystr\"om-Initiated", "NLoRA: Nyström-initiated."),
        ("Align^2LLaVA: Cascaded", "Align$^2$LLaVA – cascaded"),
        (r"LiPO-{\lambda}", "LiPO-Lambda"),
        ("COCO is \"ALL'' You Need", "COCO is “ALL” you need"),
        ("Vision & Language", "Vision  and\nlanguage"),
        ("Straße Łódź", "STRASSE LODZ"),
    ],
)
def test_titles_that_differ_in_spelling_only_share_a_key(a: str, b: str) -> None:
    """Case, punctuation, accents, LaTeX and spaces are no difference."""
    assert title_key(a) == title_key(b) != ""


@pytest.mark.parametrize(("a", "b"), [("GPT-3", "GPT-4"), ("???", "!!!"), ("对齐", "综述"), ("A Survey", "B Survey")])
def test_different_titles_have_different_keys(a: str, b: str) -> None:
    """Digits count, so do scripts without case, and a title of signs alone still has a key."""
    assert title_key(a) != title_key(b)


@given(st.text(alphabet=st.characters(codec=None), max_size=200))
def test_the_forms_are_total(text: str) -> None:
    """Any string, lone surrogates included, has every form, and each form can be encoded."""
    for form in (for_search, for_display, title_key):
        form(text).encode("utf-8")


@given(st.text(alphabet="\\{}$^\"'`~xab2013 &<>-", max_size=80))
def test_latex_debris_never_raises(text: str) -> None:
    """Broken LaTeX is left as it stands or resolved, and no white space is left at the ends."""
    assert for_search(text) == for_search(text).strip()


@pytest.mark.timeout(120)
@pytest.mark.parametrize("piece", ["{", "}", "\\", "$x ", '\\"', "\\textbf{", "&", "http://", "``", "\\c "])
def test_a_hostile_megabyte_is_normalised_in_linear_time(piece: str) -> None:
    """A quadratic pattern would need hours here; the time limit of the test is the assertion."""
    assert len(for_search(piece * (1_000_000 // len(piece)))) <= 1_000_000
