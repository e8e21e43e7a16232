"""What a paper calls itself, and which words of a text are names."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.annotate.names import looks_like_name, mentioned_names, name_key, own_names, spells_out


@pytest.mark.parametrize(
    ("title", "abstract", "short", "keys"),
    [
        ("KestrelNet: Nets for Birds", "A net.", "KestrelNet", {"kestrelnet"}),
        ("KestrelNet-V2: Nets for Birds", "", "KestrelNet-V2", {"kestrelnetv2"}),
        ("mKite: Many Kites", "", "mKite", {"mkite"}),
        ("Kite-3D v2: Kites in Space", "", "Kite-3D v2", {"kite3dv2"}),
        ("Kite^2Net: Twice", "", "Kite^2Net", {"kite2net"}),
        ("Kite$^2$Net: Twice", "", "Kite^2Net", {"kite2net"}),
        (r"KiPO-{\lambda}: Ranks", "", "KiPO-λ", {"kipoλ"}),
        ("MOTHWING : Space Before the Colon", "", "MOTHWING", {"mothwing"}),
        ("Drystone: Walls", "Drystone picks layers.", "Drystone", {"drystone"}),
        ("Drystone: Walls", "It picks layers.", None, set()),
        ("Kites", "We propose a method called KestrelNet.", "KestrelNet", {"kestrelnet"}),
        ("Kites", "We introduce KestrelNet, a net.", "KestrelNet", {"kestrelnet"}),
        ("Kites", "We propose Rising Kite Alignment (RKA), which rises.", "RKA", {"rka"}),
        ("Kites", "We design a new framework, PuffinX, for birds.", "PuffinX", {"puffinx"}),
        ("A Study of PuffinX", "We present OwlY. We also present PuffinX.", "PuffinX", {"owly", "puffinx"}),
    ],
)
def test_a_paper_coins_its_names(title: str, abstract: str, short: str | None, keys: set[str]) -> None:
    """The head of the title first, then what the abstract proposes; names of the title before others."""
    own = own_names(title, abstract)
    assert own.short == short
    assert own.keys == keys


@pytest.mark.parametrize(
    ("title", "abstract"),
    [
        ("", ""),
        (":", ":"),
        ("Kites: A Survey", "We survey kites."),
        ("Kites in Wind", "We compare with KestrelNet and fine-tune LLMs."),
        ("Kites", "We present a system for neural machine translation (NMT)."),
        ("Kites", "We present an approach to rising kite alignment (RKA)."),
        ("Kites", "We present our submission to IWSLT."),
        ("Kites", "Patients presented with a mean body mass index (BMI) of 31."),
        ("Wings in KestrelNet: Theory and Practice", "Wings matter."),
        ("Going beyond KestrelNet: More", "More wings."),
        ("Kites", "We develop a PCR assay for kites."),
        ("Kites", "We propose a kite alignment that beats KestrelNet."),
    ],
)
def test_what_others_coined_is_not_the_papers_own(title: str, abstract: str) -> None:
    """Mentioned systems, campaigns and phrases with a name in them give no short name."""
    assert own_names(title, abstract).short is None
    assert own_names(title, abstract).keys == frozenset()


@pytest.mark.parametrize(
    "token",
    ["ILLUME", "UniME-V2", "D^2O", "GPT-4", "mBLIP", "LoRA", "iTRM", "R2Tune", "LLMs", "KiPO-λ", "A4", "I-SHEEP"],
)
def test_written_like_a_name(token: str) -> None:
    """Inner capitals, all capitals, or a capital with a digit."""
    assert looks_like_name(token)


@pytest.mark.parametrize(
    "token", ["", "kite", "Kite", "A", "2024", "3d", "Fine-Tuning", "state-of-the-art", "NOise", "-"]
)
def test_not_written_like_a_name(token: str) -> None:
    """Plain words, sentence capitals, title case with hyphens, figures, one letter."""
    assert not looks_like_name(token)


@pytest.mark.parametrize(
    ("spellings", "key"),
    [
        (["UniME-V2", "unime-v2", "UniME V2", "UNIME–V2"], "unimev2"),
        (["D^2O", "D$^2$O", "d2o", "D²O"], "d2o"),
        (["KiPO-λ", r"KiPO-{\lambda}", "kipo λ"], "kipoλ"),
        (["C++", "c++"], "c++"),
        (["", " ", "--", "$"], ""),
    ],
)
def test_spellings_of_one_name_have_one_key(spellings: list[str], key: str) -> None:
    """Case, white space, carets, dollars, braces and dashes do not tell names apart; a plus does."""
    assert {name_key(s) for s in spellings} == {key}


def test_mentioned_names_come_once_in_order() -> None:
    """The first spelling counts. Whether a name belongs to the field is told by how many papers share it."""
    text = "KestrelNet beats OwlY and Kestrelnet-like nets by 2 BLEU with one LLM on a GPU; owlY, KESTRELNET."
    assert mentioned_names(text) == ["KestrelNet", "OwlY", "BLEU", "LLM", "GPU"]


@pytest.mark.parametrize(
    ("text", "acronym", "holds"),
    [
        ("a WER of 4", "WER", True),
        ("two GPUs", "GPU", True),
        ("the word error rate fell", "WER", True),
        ("Word-error rate", "WER", True),
        ("an error of rates", "WER", False),
        ("nDCG@10 rose", "NDCG", True),
        ("", "WER", False),
        ("!!!", "WER", False),
    ],
)
def test_an_acronym_is_there_in_letters_or_spelt_out(text: str, acronym: str, holds: bool) -> None:
    """Whole words only, with or without plural, or a run of words with its initials."""
    assert spells_out(text, acronym) is holds


@given(st.text(max_size=200), st.text(max_size=400))
def test_any_text_is_read_without_error(title: str, abstract: str) -> None:
    """Total over every string, lone surrogates and controls included; keys are never empty; the short one is a key."""
    own = own_names(title, abstract)
    assert all(len(key) > 1 for key in own.keys)
    assert own.short is None or name_key(own.short) in own.keys
    assert len(set(map(name_key, mentioned_names(abstract)))) == len(mentioned_names(abstract))


@given(st.text(max_size=60))
def test_a_key_is_its_own_key(name: str) -> None:
    """Folding twice changes nothing, so that keys can be compared with keys."""
    assert name_key(name_key(name)) == name_key(name)


def test_a_method_in_plain_words_is_a_phrase_of_its_paper() -> None:
    """By the head of its title, and by what a coined acronym stands for."""
    titled = own_names("Rising Kite Alignment for Birds", "It rises.")
    spelt = own_names("Kites", "We propose Rising Kite Alignment (RKA), which rises.")
    assert titled.phrases == {name_key("rising kite alignment")}
    assert spelt.phrases == {name_key("Rising Kite Alignment")}
