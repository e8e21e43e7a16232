"""Numbers of a text with their units and what they count."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import pytest

from service.annotate.quantities import quantities


def _short(text: str) -> list[tuple[str, str, str]]:
    return [(q.value, q.unit, q.counted) for q in quantities(text)]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1,240 sentences", "1240"),
        ("12 000 cells", "12000"),
        ("12\u2009345 cells", "12345"),
        (".05", "0.05"),
        ("0,05", "0.05"),
        ("0·05", "0.05"),
        ("41.80", "41.8"),
        ("2.6 billion tweets", "2600000000"),
        ("10k examples", "10000"),
        ("a 7B model", "7000000000"),
        ("1.5 × 10^-5", "0.000015"),
        ("$3\\times 10^{4}$", "30000"),
        ("twelve hours", "12"),
        ("forty-two adults", "42"),
        ("Two hundred and five rats", "205"),
        ("three thousand two hundred rats", "3200"),
        ("two million people", "2000000"),
        ("a hundred people", "100"),
        ("half of the children", "1/2"),
        ("two-thirds of participants", "2/3"),
        ("a third of them", "1/3"),
        ("a drop of −12", "-12"),
        ("(-0.5)", "-0.5"),
    ],
)
def test_value_is_canonical(text: str, value: str) -> None:
    assert [q.value for q in quantities(text)] == [value]


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("5 mg", "milligram"),
        ("5mg/kg", "milligram/kilogram"),
        ("5 mg/kg per day", "milligram/kilogram/day"),
        ("25.87 cm2 V−1 s−1", "centimetre2/volt/second"),
        ("36 kg/m2", "kilogram/metre2"),
        ("20 °C", "celsius"),
        ("8 percentage points", "percentage point"),
        ("5 per cent", "%"),
        ("44\\%", "%"),
        ("44 %", "%"),
        ("a 12-week trial", "week"),
        ("24 hrs", "hour"),
        ("100 km per hour", "kilometre/hour"),
        ("3-fold", "times"),
        ("threefold", "times"),
        ("3.2x faster", "times"),
        ("3 times", "times"),
        ("twice as many", "times"),
        ("$1.2 million", "dollar"),
        ("€3.5 billion", "euro"),
        ("5 percent", "%"),
        ("day 4", "day"),
        ("the 20th percentile", "ordinal"),
        ("in 2014", "calendar year"),
        ("143 ha", "hectare"),
    ],
)
def test_unit_is_canonical(text: str, unit: str) -> None:
    assert [q.unit for q in quantities(text)] == [unit]


@pytest.mark.parametrize(
    ("text", "counted"),
    [
        ("1,100 annotated sentences were", "sentenc"),
        ("43 young male rats fed fat", "rat"),
        ("40 patients received drugs", "patient"),
        ("two other groups", "group"),
        ("two thirds of the participants", "particip"),
        ("20 (50%) of the children", "children"),
        ("a 15-item test", "item"),
        ("12 sports teams", "team"),
        ("5 to", ""),
        ("PDT-C 1.0 contains", ""),
        ("31% displayed higher levels", ""),
        ("31% of users", "user"),
    ],
)
def test_head_noun_is_counted(text: str, counted: str) -> None:
    assert quantities(text)[0].counted == counted


def test_what_is_said_once_holds_for_all_of_a_list_or_range() -> None:
    assert _short("4, 8, and 12 weeks") == [("4", "week", ""), ("8", "week", ""), ("12", "week", "")]
    assert _short("3–5 mg") == [("3", "milligram", ""), ("5", "milligram", "")]
    assert [u for _, u, _ in _short("45 ± 3 vs. 52 ± 4 min")] == ["minute"] * 4
    assert _short("18 of 40 patients") == [("18", "", "patient"), ("40", "", "patient")]
    assert _short("2-3 million people") == [("2000000", "", "peopl"), ("3000000", "", "peopl")]
    assert _short("n = .05, 41.80 points and twelve hours") == [
        ("0.05", "", ""), ("41.8", "point", ""), ("12", "hour", ""),
    ]  # fmt: skip


def test_symbols_and_bounds_are_kept() -> None:
    assert [q.symbol for q in quantities("a p-value < 0.05, P value = .03, p=.1")] == ["p"] * 3
    found = quantities("(n = 25; p < 0.05, OR 1.5 [95% CI 1.2-3.4]), at least 50 dogs, up to 9 cats, 36 ± 6, about 7")
    assert [(q.value, q.symbol, q.bound) for q in found] == [
        ("25", "n", ""), ("0.05", "p", "<"), ("1.5", "or", ""), ("95", "", ""), ("1.2", "ci", ""), ("3.4", "ci", ""),
        ("50", "", "≥"), ("9", "", "≤"), ("36", "", ""), ("6", "", "±"), ("7", "", "~"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "GPT-4 and IL-6", "3D scenes", "5-HT receptors", "CD4+ cells", "version 2.5.1", "COVID-19", "one of them",
        "a review", "https://x.org/2024/12", "Qwen2 beats BM25", "glucagon precursors3–5", "a double-blind trial",
        "a third time", "(1) fast, and (2) small", "doi:10.1000/182",
    ],
)  # fmt: skip
def test_numbers_in_names_and_list_marks_are_no_quantities(text: str) -> None:
    assert quantities(text) == ()


def test_span_holds_number_and_unit_in_the_text_as_given() -> None:
    text = "It cost US$\u00a05 million, 44\\% of\u2009the total,\nor −0.3 °C."
    assert [text[q.start : q.end] for q in quantities(text)] == ["US$\u00a05 million", "44\\%", "−0.3 °C"]


@pytest.mark.parametrize("text", ["", "9" * 5000, "1," * 5000, "one " * 5000, "$" * 5000, "-1" * 5000, "(1)" * 3000])
def test_odd_texts_are_read_whole(text: str) -> None:
    found = quantities(text)
    assert all(a.end <= b.start for a, b in pairwise(found))


def test_most_figures_of_real_abstracts_are_read() -> None:
    papers = Path("../shared/data/claims/papers.jsonl")
    if not papers.is_file():
        pytest.skip("real abstracts are not here")
    abstracts = [json.loads(line)["abstract"] for line in papers.read_text(encoding="utf-8").splitlines()[:200:2]]
    for abstract in abstracts:
        found = quantities(abstract)
        assert all(abstract[q.start : q.end].strip() == abstract[q.start : q.end] != "" for q in found)
        assert abstract.count("%") - sum(q.unit == "%" for q in found) <= 1
