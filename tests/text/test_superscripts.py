"""Superscripts and subscripts of HTML, JATS and TeX as plain text: no number becomes another one."""

from __future__ import annotations

import pytest

from service.annotate.quantities import quantities
from service.text.latex import resolve
from service.text.markup import without_markup
from service.text.normal import for_search, title_key
from service.text.superscripts import DOWN, UP, UP_END
from service.text.terms import terms

READ = {
    "power": ("10<sup>3</sup> ml", "10^3 ml"),
    "negative power": ("2 × 10<jats:sup>−3</jats:sup>", "2 × 10^−3"),
    "entity in a power": ("10<sup>&minus;3</sup>", "10^−3"),
    "power in italics": ("10<sup><i>3</i></sup> of <i>10</i><sup>4</sup>", "10^3 of 10^4"),
    "decimal power": ("10<sup>-3.5</sup>", "10^-3.5"),
    "power before a digit": ("10<sup>3</sup>5", "10³5"),
    "power of a power": ("2<sup>2<sup>n</sup></sup>", "2^(2^n)"),
    "letter": ("2<sup>n</sup>", "2^n"),
    "sum": ("2<sup>n+1</sup>", "2^(n+1)"),
    "unit": ("70 mg/m<sup>2</sup>, 15 km·h<sup>-1</sup>", "70 mg/m², 15 km·h⁻¹"),
    "statistic": ("<i>R</i><sup>2</sup>&lt;0.25", "R²<0.25"),
    "isotope": ("[<sup>35</sup>S]GTP", "[³⁵S]GTP"),
    "ion": ("Ca<sup>2+</sup>, SO<sub>4</sub><sup>2-</sup>, CD34<sup>+</sup>", "Ca²⁺, SO4²⁻, CD34⁺"),
    "reference mark": ("as shown<sup>12</sup>", "as shown¹²"),
    "several marks": ("5.2<sup>1,2</sup>", "5.2^(1,2)"),
    "ordinal": ("94<sup>th</sup>, 1<sup>st</sup>, XIX<sup>e</sup>, 7<sup>e</sup>", "94th, 1st, XIXe, 7e"),
    "trade mark": ("Aggie Meter<sup>®</sup>", "Aggie Meter®"),
    "formula": ("CO<sub>2</sub>, H<inf>2</inf>O, V<sub>max</sub>, HbA1<sub>c</sub>", "CO2, H2O, Vmax, HbA1c"),
    "base": ("101<sub>2</sub> and log<sub>10</sub>2", "101₂ and log₁₀2"),
    "empty": ("10<sup></sup> x", "10 x"),
    "not closed": ("10<sup>3 x", "10<sup>3 x"),
    "escaped markup": ("&lt;p&gt;N&lt;sub&gt;2&lt;/sub&gt;: 10&lt;sup&gt;3&lt;/sup&gt;&lt;/p&gt;", "N2: 10^3"),
    "escaped text": ("p&lt;0.05, &lt;LOD&gt;", "p<0.05, <LOD>"),
}  # fmt: skip


@pytest.mark.parametrize(("markup", "expected"), READ.values(), ids=READ.keys())
def test_markup(markup: str, expected: str) -> None:
    assert without_markup(markup) == expected


@pytest.mark.parametrize(
    ("tex", "expected"),
    [
        (r"10\textsuperscript{3} of 2\textsuperscript{n}", "10^3 of 2^n"),
        (r"7\textsuperscript{th}, m\textsuperscript{2}", "7th, m²"),
        (r"CO\textsubscript{2}, 101\textsubscript{2}", "CO2, 101₂"),
        (r"Crust\textsuperscript{\textregistered} and \textsuperscript{a {b}}", "Crust® and a b"),
    ],
)
def test_tex(tex: str, expected: str) -> None:
    assert resolve(tex) == expected


def test_search_and_titles_do_not_depend_on_how_it_is_written() -> None:
    assert terms("Ca²⁺ CO₂ m² CD34⁺") == terms("Ca2+ CO2 m2 CD34+")
    assert title_key("R² of CO₂") == title_key("R2 of CO2") == title_key("R^2 of CO2")
    assert for_search("2.1 × 10⁻³") == "2.1 × 10^-3"


def test_numbers_are_read_as_what_they_mean() -> None:
    [found] = quantities(for_search(without_markup("2.1 × 10<sup>-3</sup>")))
    assert float(found.value) == 0.0021
    [dose] = quantities(for_search(without_markup("70 mg/m<sup>2</sup>")))
    assert dose.unit == "milligram/metre2"


@pytest.mark.parametrize("hostile", [UP, DOWN, UP + UP_END, f"{UP}<b>2</b>", "<sup>" * 9 + "2" + "</sup>" * 9])
def test_marks_of_a_hostile_file_cost_no_more_than_their_length(hostile: str) -> None:
    found = without_markup(f"<i>{hostile * 20_000}</i>")
    assert UP not in found
    assert DOWN not in found
