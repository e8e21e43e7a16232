"""Variants of a corpus, and what is said of the answers over them."""

from __future__ import annotations

from pathlib import Path

from eval.datasets import corpora
from eval.solvers.candidates import scripted
from eval.tasks.answering import evaluate
from eval.tasks.robustness import robustness, variants
from tests.eval.worked import COMPARATIVE, PAPERS, correct


def test_variants_add_strangers_or_change_the_order(tmp_path: Path) -> None:
    """5 and 20 more records, first; the shuffled one has the same records in another order."""
    (sample,) = corpora.files("sample")
    made = variants((sample,), tmp_path)
    assert {name: len(files) for name, files in made.items()} == {"+5": 2, "+20": 2, "shuffled": 1}
    assert [len(made[n][0].read_text().splitlines()) for n in ("+5", "+20")] == [5, 20]
    own, shuffled = sample.read_text().splitlines(), made["shuffled"][0].read_text().splitlines()
    assert own != shuffled
    assert sorted(own) == sorted(shuffled)
    again = tmp_path / "again"
    again.mkdir()
    assert variants((sample,), again)["shuffled"][0].read_text().splitlines() == shuffled


def test_strangers_share_no_name_with_the_sample() -> None:
    """They are outside every topic: none names a benchmark that is asked about."""
    text = corpora.OFF_TOPIC.read_text()
    assert not [
        n for n in ("AbacusGrove", "TessaVox", "ParlorBench", "NettleSet", "FurrowLeaf", "HarborQA") if n in text
    ]


def test_a_changed_answer_is_counted_with_what_it_lost() -> None:
    """Under +5 the answer loses one of two vital nuggets; shuffled it only stands in another order."""
    poorer, reordered = correct(), correct()
    poorer["sentences"].pop()
    reordered["sentences"].reverse()
    ran = {
        name: evaluate(name, [COMPARATIVE], scripted({"c1": document}), PAPERS)
        for name, document in (("plain", correct()), ("+5", poorer), ("shuffled", reordered))
    }
    found = robustness("r", ran.pop("plain"), ran)
    (outcome,) = found.outcomes
    values = {name: score.value for name, score in outcome.scores.items()}
    assert values == {
        "same_scores@+5": 0.0,
        "same_answer@+5": 0.0,
        "vital_loss@+5": 0.5,
        "same_scores@shuffled": 1.0,
        "same_answer@shuffled": 1.0,
        "vital_loss@shuffled": 0.0,
    }
    assert "nugget_recall_vital: 1.000 -> 0.500" in outcome.scores["same_scores@+5"].reasons
