"""The cases over the real listings stay true to those listings and quote nothing from them at length."""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

CHECKOUT = Path(__file__).resolve().parents[1]
LISTINGS = CHECKOUT / ".." / "shared" / "data" / "daily_papers"
CASES = CHECKOUT / "eval" / "cases" / "listings.jsonl"
PARAPHRASES = CHECKOUT / "eval" / "cases" / "listings_paraphrases.jsonl"

SHORTEST_ABSTRACT = 1000  # characters; no title, by-line or furniture of the listings comes near it
ANSWERABLE = {"unanswerable": "no", "half-answerable": "partly"}
KINDS = {"factual", "comparative", "aggregation", "contradiction", "unanswerable", "half-answerable"}

needs_listings = pytest.mark.skipif(not LISTINGS.is_dir(), reason="the real listings are not here")

# Question -> regular expressions that no title or abstract may match, else the corpus holds an answer.
ABSENT_EVERYWHERE = {
    "volcanoes": ["volcan", "erupt", "iceland"],
    "tax law": [r"\btax(es)?\b", r"\bcapital\b", r"\brent"],
    "wafer yield": [r"\bchips?\b", "wafer", "semicond"],
    "wheels of a car": ["wheel", "camber", r"\btyres?\b"],
    "suspension bridges": ["suspension", "inspect", "steel"],
    "RISC-V": ["risc-v", "processor"],
    "price elasticity": ["elasticit", r"\bprices?\b", "coffee"],
    "protein sequences": ["protein", r"\bdna\b", "genom", r"\bamino\b"],
    "camels and sheep": ["australia", "livestock"],
    "high-voltage": ["voltage", r"\bcool", r"\boil\b"],
    "SPIN": [r"\bspin\b", "self-play"],
    "GRPO": ["grpo", "group relative"],
    "Q-Former": ["blip-2", "instructblip", "q-former"],
    "perceiver": ["perceiver", "resampler"],
    "watermark": ["watermark"],
    "robot arms": ["robot", "manipulator", "embodied"],
    "CUHK-PEDES": ["cuhk"],
    "carbon footprint": ["carbon", r"\benergy\b", "electricity"],
    "Show-o": ["show-o"],
    "Emu3": [r"\bemu\d"],
    "DoRA": [r"\bdora\b"],
    "ARGS": [r"\bargs\b"],
    "VLM2Vec": ["vlm2vec"],
    "VideoCLIP": ["videoclip"],
    "Evol-Instruct": ["evol-instruct", "wizardlm"],
}

# Question -> a paper that the question names, and what its abstract must not state.
ABSENT_IN_PAPER = {
    "inter-annotator": ("Align^2LLaVA", ["agreement", "kappa"]),
    "licence is the Magpie": ("Magpie", ["licen[cs]e", "creative commons", r"\bcc-by"]),
    "GPU hours": ("UniME-V2", [r"\bgpus?\b", r"\bhours?\b", r"\bdays?\b"]),
    "best score on CIF-Bench": ("CIF-Bench", ["gpt", "qwen", "llama", "baichuan", "claude"]),
    "RCL win back": ("TRACE", [r"rcl[^.]*\d"]),
    "BLEU score": ("mBLIP", ["bleu"]),
    "how long did its training": ("Clinical Camel", [r"\bgpus?\b", r"\bhours?\b", r"\bdays?\b"]),
    "how many conversations": ("WildFeedback", [r"\d"]),
    "how many training examples": ("Emergent Misalignment", [r"\d{3}", "thousand"]),
}


def records(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def folded(text: str) -> str:
    """Case, white space, compatibility forms and escaped symbols do not matter."""
    text = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(re.sub(r"\\([%&_#$])", r"\1", text).split())


def runs(text: str, length: int = 8) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", folded(text))
    return {tuple(words[i : i + length]) for i in range(len(words) - length + 1)}


def strings(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [text for child in children for text in strings(child)]


@pytest.fixture(scope="module")
def listed() -> dict[str, str]:
    """Title to abstract, read without the project's own readers: a long line and the line above it."""
    papers: dict[str, str] = {}
    for path in sorted(LISTINGS.glob("*.txt")):
        lines = [line.strip() for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
        papers |= {a: b for a, b in pairwise(lines) if len(b) > SHORTEST_ABSTRACT}
    return papers


def asked(fragment: str) -> dict[str, Any]:
    found = [case for case in records(CASES) if fragment in case["question"]]
    assert len(found) == 1, f"{fragment!r} should name one case, names {len(found)}"
    return found[0]


def test_every_case_is_well_formed() -> None:
    """Ids and questions are unique, and the kind decides answerability, golds, nuggets and what is missing."""
    cases = records(CASES)
    assert len({case["id"] for case in cases}) == len(cases)
    assert len({folded(case["question"]) for case in cases}) == len(cases)
    for case in cases:
        kind = case["kind"]
        assert kind in KINDS, case["id"]
        assert case["corpus"] == "listings", case["id"]
        assert case["answerable"] == ANSWERABLE.get(kind, "yes"), case["id"]
        assert bool(case["gold"]) == (kind != "unanswerable"), case["id"]
        assert bool(case["missing"]) == (kind == "half-answerable"), case["id"]
        assert any(nugget["vital"] for nugget in case["nuggets"]) == (kind != "unanswerable"), case["id"]
        assert "second pass" in case["provenance"], case["id"]


def test_comparisons_name_at_least_two_gold_papers() -> None:
    """A comparison, an aggregation or a contradiction over one paper would be none."""
    for case in records(CASES):
        if case["kind"] in {"comparative", "aggregation", "contradiction"}:
            assert len(set(case["gold"])) >= 2, case["id"]


def test_kinds_are_balanced() -> None:
    """Each kind is frequent enough to score by itself, and no kind makes up more than a third."""
    counts = Counter(case["kind"] for case in records(CASES))
    least = {
        "factual": 10,
        "comparative": 10,
        "aggregation": 8,
        "contradiction": 4,
        "unanswerable": 10,
        "half-answerable": 6,
    }
    assert set(counts) == KINDS
    assert all(counts[kind] >= number for kind, number in least.items()), counts
    assert max(counts.values()) * 3 <= counts.total(), counts


def test_nugget_alternatives_are_one_to_five_words() -> None:
    """A nugget is a name, a number or a phrase: checkable, and no copied sentence."""
    for case in records(CASES):
        for nugget in case["nuggets"]:
            assert nugget["alternatives"], case["id"]
            for alternative in nugget["alternatives"]:
                assert 1 <= len(alternative.split()) <= 5, (case["id"], alternative)


def test_paraphrases_are_sixty_distinct_queries_for_sixty_papers() -> None:
    """No paper weighs twice in the hit rate."""
    paraphrases = records(PARAPHRASES)
    assert len(paraphrases) == 60
    for field in ("id", "query"):
        assert len({p[field] for p in paraphrases}) == 60, field
    assert all(p["corpus"] == "listings" and len(p["gold"]) == 1 for p in paraphrases)
    assert len({p["gold"][0] for p in paraphrases}) == 60


@needs_listings
def test_the_listings_hold_ninety_nine_papers(listed: dict[str, str]) -> None:
    """The oracle of this module sees what the listings are known to hold: 110 records, 99 distinct."""
    assert len(listed) == 99


@needs_listings
def test_gold_titles_are_in_the_listings(listed: dict[str, str]) -> None:
    """Titles are exact, letter for letter."""
    for record in records(CASES) + records(PARAPHRASES):
        assert set(record["gold"]) <= set(listed), record["id"]


@needs_listings
def test_every_nugget_alternative_occurs_in_a_gold_abstract(listed: dict[str, str]) -> None:
    """Otherwise an exact quote could never earn the nugget."""
    for case in records(CASES):
        abstracts = [folded(listed[title]) for title in case["gold"]]
        for alternative in (a for nugget in case["nuggets"] for a in nugget["alternatives"]):
            assert any(folded(alternative) in abstract for abstract in abstracts), (case["id"], alternative)


@needs_listings
def test_no_eight_words_in_a_row_are_copied(listed: dict[str, str]) -> None:
    """No sentence of a real abstract is in the repository. Gold titles may stand: they name the papers."""
    copied = {run for abstract in listed.values() for run in runs(abstract)}
    for record in records(CASES) + records(PARAPHRASES):
        for text in strings({field: value for field, value in record.items() if field != "gold"}):
            assert not runs(text) & copied, (record["id"], text)


@needs_listings
@pytest.mark.parametrize(("fragment", "patterns"), ABSENT_EVERYWHERE.items(), ids=ABSENT_EVERYWHERE)
def test_what_is_called_absent_is_absent(fragment: str, patterns: list[str], listed: dict[str, str]) -> None:
    """No paper mentions what an unanswerable or half-answerable question is about."""
    assert asked(fragment)["answerable"] != "yes"
    text = "\n".join(f"{title}\n{abstract}" for title, abstract in listed.items())
    assert [p for p in patterns if re.search(p, text, re.IGNORECASE)] == []


@needs_listings
@pytest.mark.parametrize(("fragment", "named"), ABSENT_IN_PAPER.items(), ids=ABSENT_IN_PAPER)
def test_what_a_named_paper_is_said_not_to_state_is_not_stated(
    fragment: str, named: tuple[str, list[str]], listed: dict[str, str]
) -> None:
    """A question about a property counts as unanswerable only where the abstract is silent on it."""
    assert asked(fragment)["answerable"] != "yes"
    prefix, patterns = named
    abstracts = [abstract for title, abstract in listed.items() if title.startswith(prefix)]
    assert len(abstracts) == 1
    without_urls = re.sub(r"https?://\S+", "", abstracts[0])
    assert [p for p in patterns if re.search(p, without_urls, re.IGNORECASE)] == []


@needs_listings
def test_every_unanswerable_question_is_checked_for_absence() -> None:
    """A new unanswerable or half-answerable case cannot go in without its search terms."""
    checked = {asked(fragment)["id"] for fragment in [*ABSENT_EVERYWHERE, *ABSENT_IN_PAPER]}
    assert checked == {case["id"] for case in records(CASES) if case["answerable"] != "yes"}
