"""What fills a cell without a model, and why one is empty."""

from __future__ import annotations

import pytest

from service.annotate import annotate
from service.records import Paper
from service.review.comparison.columns import columns
from service.review.comparison.table import extracted

NOT_REPORTED, NOT_FOUND = "not_reported", "not_found"


def value(column: str, abstract: str, title: str = "A paper") -> str:
    """The cell's value, or why it is empty; a filled cell's quote is checked to be its sentence."""
    row = extracted(annotate(Paper(title, abstract, "p")), columns([column]))
    cell = row.cells[column]
    if cell is None:
        return row.empty[column]
    (citation,) = cell.citations
    assert abstract[citation.start : citation.end] == citation.quote
    assert cell.value in citation.quote
    return cell.value


@pytest.mark.parametrize(
    ("abstract", "expected"),
    [
        pytest.param("We enrolled 312 adults with asthma. Of these, 40 adults relapsed.", "312 adults", id="people"),
        pytest.param("We studied 24 rats. They were fed.", "24 rats", id="animals"),
        pytest.param("We collected 119 topsoil samples in May.", "119 topsoil samples", id="samples"),
        pytest.param("Patients (n = 940) were randomized to insulin or no infusion.", "Patients (n = 940)", id="n ="),
        pytest.param("We train a model of 7 billion parameters on 300 tokens.", NOT_REPORTED, id="parameters"),
        pytest.param("We use 12,000 patient records of one clinic.", "12,000 patient records", id="any thing counted"),
        pytest.param("We use two case studies of PISA 2015 schools.", NOT_REPORTED, id="a year, a frame"),
        pytest.param("We learn an offset for each block of 64 weights.", NOT_REPORTED, id="of each block"),
        pytest.param("We plant maize. The yield rose in 12 plants.", NOT_REPORTED, id="among the results"),
        pytest.param("This trial (planned: 700 patients) began.", "700 patients", id="in brackets"),
        pytest.param("We screened 900 adults. We enrolled 312 adults.", "312 adults", id="enrolled, not screened"),
        pytest.param("We gave two groups of 30 patients each a drug.", NOT_FOUND, id="size of a group"),
    ],
)
def test_n_counts_subjects(abstract: str, expected: str) -> None:
    """Never parameters, tokens or the subjects of one group."""
    assert value("n", abstract) == expected


@pytest.mark.parametrize(
    ("abstract", "title", "expected"),
    [
        ("We sampled soils in northern Kenya.", "Soils", "northern Kenya"),
        ("The virus emerged in China. We screened drugs in cells.", "Drugs", NOT_FOUND),
        ("We sampled soils in Kenya. Strains from Peru differed.", "Soils of Kenya", "Kenya"),
        ("We sampled soils in Kenya. Strains from Peru differed.", "Soils", NOT_FOUND),
        ("We train a model.", "Models", NOT_REPORTED),
    ],
)
def test_place_is_where_the_work_was_done(abstract: str, title: str, expected: str) -> None:
    """A place of the background is none; of two, the one in the title."""
    assert value("place", abstract, title) == expected


@pytest.mark.parametrize(
    ("abstract", "expected"),
    [
        ("We counted birds between 1998 and 2004.", "1998 and 2004"),
        ("We studied change over three decades (1990-2020). It was largest during 2005-2010.", "1990-2020"),
        ("We counted birds in 1998-2000 and again in 2010-2012.", NOT_FOUND),
        ("We counted birds after the flood of 1998.", NOT_FOUND),
        ("We counted birds.", NOT_REPORTED),
    ],
)
def test_period_is_one_span_of_years(abstract: str, expected: str) -> None:
    """Of several the one that holds the others; else it is not sure."""
    assert value("period", abstract) == expected


@pytest.mark.parametrize(
    ("column", "abstract", "expected"),
    [
        ("design", "This single-blind randomized controlled trial was done in 50 adults.",
         "single-blind randomized controlled trial"),
        ("design", "Previous randomized trials failed. We present a model.", NOT_REPORTED),
        ("population", "We enrolled 40 patients with rupture of a tendon.", "patients with rupture of a tendon"),
        ("outcome", "Adults were treated. The primary outcome was blood loss within 2 h.", "blood loss within 2 h"),
        ("species", "We grew Bromus tectorum in pots.", NOT_REPORTED),
        ("limitation", "We train a model. A limitation is that only one city was studied.",
         "A limitation is that only one city was studied"),
        ("licence", "We train a model. The licence of our model is free.", "The licence of our model is free"),
        ("licence", "We train a model.", NOT_REPORTED),
    ],
)  # fmt: skip
def test_a_cell_is_a_part_of_one_sentence(column: str, abstract: str, expected: str) -> None:
    """Of the work's own sentences."""
    assert value(column, abstract) == expected


def test_an_effect_stands_with_its_interval() -> None:
    """A figure without one is a result, no effect."""
    told = "We treated adults. The odds of relapse were lower (OR 0.6; 95% CI 0.4 to 0.9)."
    assert value("effect", told) == "The odds of relapse were lower (OR 0.6; 95% CI 0.4 to 0.9)"
    assert value("effect", "We treated adults. Relapse fell by 12.5%.") == NOT_REPORTED


def test_an_abstract_that_never_ends_is_read_in_its_own_time() -> None:
    """A hundred times the words take no more than about a hundred times as long: no pattern blows up."""
    abstract = "We studied the effect of " + "a and b of c to d " * 400 + "on nothing at all"
    assert value("intervention", abstract) in (NOT_REPORTED, NOT_FOUND)
