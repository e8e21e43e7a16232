"""Rhetorical roles: told by words, place and neighbours, within what a section label allows."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from service.annotate import RhetoricalRole, annotate
from service.annotate.rhetorical_roles import ROLES, RoleModel, rhetorical_roles, role_model, sentence_features
from service.records import Paper
from service.text.terms import terms

PROBLEM, APPROACH, DATA, RESULT, LIMIT = ROLES


def _roles(*sentences: str) -> tuple[RhetoricalRole, ...]:
    return rhetorical_roles(sentences, [terms(s) for s in sentences], [None] * len(sentences))


def test_an_abstract_of_a_trial_is_read_by_its_moves() -> None:
    assert _roles(
        "Falls are common in old age, and it is unclear whether exercise prevents them.",
        "Patients were randomly assigned to exercise or usual care and followed for a year.",
        "Falls occurred in 12% of patients compared with 25% (p < 0.01).",
        "Exercise should be offered to older adults.",
    ) in {(PROBLEM, method, RESULT, RESULT) for method in (APPROACH, DATA)}


def test_an_abstract_of_a_system_is_read_by_its_moves() -> None:
    assert _roles(
        "Parsing of long sentences remains slow.",
        "In this paper, we propose a parser that reads a sentence once.",
        "Experiments on three treebanks show that it outperforms all others.",
    ) == (PROBLEM, APPROACH, RESULT)


def test_no_sentence_has_no_role() -> None:
    assert _roles() == ()
    assert len(_roles("")) == 1


def test_a_section_label_limits_the_roles() -> None:
    said = "Exercise should be offered."
    abstract = f"BACKGROUND: {said} METHODS: {said} RESULTS: {said} LIMITATIONS: {said} FUNDING: {said}"
    roles = [sentence.role for sentence in annotate(Paper(title="t", abstract=abstract)).sentences]
    assert roles[0] is PROBLEM
    assert roles[1] in (APPROACH, DATA)
    assert roles[2] in (RESULT, LIMIT)
    assert roles[3:] == [LIMIT, RhetoricalRole.NOTE]


def test_neighbours_decide_where_words_do_not() -> None:
    """With words that say nothing, the order of roles is followed."""
    step = np.log(np.array([[0.1, 0.9, 1e-3, 1e-3, 1e-3], *[[1e-3, 1e-3, 1e-3, 0.9, 0.1]] * 4]))
    model = RoleModel({}, np.zeros((0, 5)), np.log(np.array([0.9, 0.1, 1e-3, 1e-3, 1e-3])), step)
    assert model.roles([["x"], ["y"], ["z"]], [None] * 3) == (PROBLEM, APPROACH, RESULT)


def test_features_are_words_pairs_signs_and_place() -> None:
    features = sentence_features("It rose by 12% in 3 rats.", terms("It rose by 12% in 3 rats."), 0, 2)
    assert {"^it", "rose", "by #", "sign %", "@0", "@first"} <= set(features)
    assert "12" not in features


def test_shipped_model_is_small_and_finite() -> None:
    model = role_model()
    assert model.weights.shape == (len(model.index), len(ROLES))
    assert len(model.index) < 5_000
    assert all(np.isfinite(part).all() for part in (model.weights, model.first, model.step))


def test_roles_agree_with_what_authors_label() -> None:
    """On structured abstracts whose labels are hidden; the floor lies below the measured .939."""
    corpus = Path("../shared/data/pubmedqa/pqal_train.jsonl")
    if not corpus.is_file():
        pytest.skip("real abstracts are not here")
    right = seen = 0
    for line in corpus.read_text(encoding="utf-8").split("\n")[:60]:
        record = json.loads(line)
        parts = [(text, label) for text, label in zip(record["contexts"], record["context_labels"], strict=True)]
        roles = _roles(*(text.split(". ")[0] for text, _ in parts))
        for (_, label), role in zip(parts, roles, strict=True):
            if label in ("RESULTS", "METHODS", "BACKGROUND", "OBJECTIVE"):
                seen += 1
                right += {"RESULTS": role is RESULT, "METHODS": role in (APPROACH, DATA)}.get(label, role is PROBLEM)
    assert right / seen > 0.8
