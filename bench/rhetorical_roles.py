"""Learn the model of rhetorical roles and write it where the service reads it.

    python bench/rhetorical_roles.py [--data ../shared/data] [--plain 3000] [--out FILE]

Labelled: structured abstracts of SciFact, Evidence Inference, CliniFact and two systematic reviews; a section label
says which roles a sentence may have ("METHODS": approach or data), and the likelihood of those together is raised.
Abstracts that PubMedQA holds as well are left out: its halves choose and report (`bench/roles.py`). Plain: abstracts of
the ACL Anthology, arXiv, NBER and ORKG. A few of their sentences start with a role because of a phrase every reader
goes by (`_SEEDS`); the others get the role of which the model of the round before is sure. Multinomial logistic
regression by AdaGrad; fixed seed; about five minutes on one core.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from service.annotate.labels import Section, labelled
from service.annotate.no_evidence import no_evidence
from service.annotate.rhetorical_roles import ROLES, RhetoricalRole, RoleModel, sentence_features
from service.text.normal import for_search
from service.text.sentences import split_sentences
from service.text.terms import terms_of

PROBLEM, APPROACH, DATA, RESULT, LIMIT = ROLES
Allowed = tuple[RhetoricalRole, ...]
Example = tuple[str, tuple[str, ...], Allowed]
"""A sentence in its search form, its terms, and the roles it may have; none where nobody knows."""
Doc = list[Example]
Floats = NDArray[np.float64]

_STRUCTURED = (
    "scifact/corpus.jsonl", "evidence_inference/corpus.jsonl", "clinifact/clinifact.jsonl",
    "screening/Nagtegaal_2019.jsonl", "screening/Bannach-Brown_2019.jsonl",
)  # fmt: skip
_BY_SECTION: dict[Section, Allowed] = {
    "problem": (PROBLEM,), "approach": (APPROACH, DATA), "data": (APPROACH, DATA), "result": (RESULT,),
    "limit": (LIMIT,),
}  # fmt: skip
_ONLY_DATA = re.compile(
    r"(?:(?:setting|patient|participant|subject|sample|animal|source|stud(?:y|ies)|population|data|and)s?\W*)+"
)
_ONLY_DESIGN = re.compile(
    r"(?:(?:study|research|trial|design|intervention|statistical|analysis|main|outcome|measure|and)s?\W*)+"
)
_SEEDS = (
    (
        re.compile(
            r"\b(?:[Ww]e|[Tt]his (?:paper|work|article|study))(?: \w+ly| also| further| then| first)*"
            r" (?:propos|introduc|present|develop|design|describ)\w*"
        ),
        APPROACH,
    ),
    (
        re.compile(
            r"\b(?:outperform\w*|state-of-the-art|results (?:show|demonstrate|indicate|suggest|reveal)"
            r"|[Ww]e (?:find|found|show) that|[Ee]xperiments (?:\w+ ){0,6}(?:show|demonstrate))"
        ),
        RESULT,
    ),
    (re.compile(r"\b(?:dataset|corpus|data set) (?:of|with|containing|consisting|comprising)\b"), DATA),
    (re.compile(r"\b(?:limitations?|future work|remains? (?:an )?open|we leave)\b"), LIMIT),
)
_CONTRAST = re.compile(r"(?:However|Yet|Unfortunately|Despite|Although)\b")
_SURE = 0.7
_LEAST_SENTENCES, _MOST_SENTENCES = 4, 15


def structured(data: Path) -> Iterator[Doc]:
    """Abstracts with section labels, each once, without those of PubMedQA."""
    reported = {
        _letters(part) for record in _records(data / "pubmedqa/pqal_train.jsonl") for part in record["contexts"]
    }
    seen: set[str] = set()
    for record in (record for name in _STRUCTURED for record in _records(data / name)):
        written = record["abstract"]
        abstract = " ".join(written) if isinstance(written, list) else str(written or "")
        key = _letters(abstract)
        parts = labelled(abstract, split_sentences(abstract))
        if key in seen or len({part.section for part in parts} - {None, "notice"}) < 2 or parts[0].label is None:
            continue
        seen.add(key)
        texts = [(abstract[part.start : part.end], part) for part in parts]
        doc = [_example(text, _roles(part.label or "", part.section)) for text, part in texts
               if no_evidence(text, part.section) is None]  # fmt: skip
        if len(doc) >= _LEAST_SENTENCES and not any(_letters(text) in reported for text, _ in texts):
            yield doc


def plain(data: Path, n: int) -> list[Doc]:
    """`n` abstracts each of ACL and arXiv, and those of NBER and ORKG, with the roles of their seeds."""
    lines: list[str] = []
    for name in ("acl_anthology", "arxiv"):
        with gzip.open(next((data / name).glob("*.gz")), "rt", encoding="utf-8") as file:
            listed = sorted(file)
        lines += random.Random(5).sample(listed, n)
    lines += (data / "economics/corpus.jsonl").read_text(encoding="utf-8").split("\n")
    papers = (data / "claims/papers.jsonl").read_text(encoding="utf-8").split("\n")
    lines += [line for line in papers if '"orkg"' in line or '"wide"' in line]
    docs = (_seeded(json.loads(line)["abstract"] or "") for line in lines if line.strip())
    return [doc for doc in docs if _LEAST_SENTENCES <= len(doc) <= _MOST_SENTENCES]


def _seeded(abstract: str) -> Doc:
    doc: Doc = []
    begun = False
    spans = split_sentences(abstract)
    for i, span in enumerate(spans):
        text = abstract[span.start : span.end]
        role = next((role for pattern, role in _SEEDS if pattern.search(text)), None)
        if role is None and (i == 0 or (not begun and i < len(spans) / 2 and _CONTRAST.match(text))):
            role = PROBLEM
        begun = begun or role in (APPROACH, DATA, RESULT)
        doc.append(_example(text, (role,) if role else ()))
    return doc


def learn(docs: Sequence[Doc], *, features: int = 3000, rare: int = 20, epochs: int = 5) -> RoleModel:
    """The features that tell the roles apart best, their weights, and how one role follows another."""
    examples = [
        (names, allowed) for doc in docs for names, (_, _, allowed) in zip(_features(doc), doc, strict=True) if allowed
    ]
    index = {name: i for i, name in enumerate(_telling(examples, features, rare))}
    weights = _weights(
        [([index[n] for n in names if n in index], allowed) for names, allowed in examples], len(index), epochs
    )
    flat = np.zeros((len(ROLES), len(ROLES)))
    model = RoleModel(index, weights, flat[0], flat)
    first, step = _order(docs, model)
    return RoleModel(index, weights, first, step)


def _telling(examples: Sequence[tuple[list[str], Allowed]], n: int, rare: int) -> list[str]:
    """Places, and the `n` words and pairs whose roles differ most from those of all sentences (information gain)."""
    counts: Counter[str] = Counter()
    by_role: dict[str, Floats] = defaultdict(lambda: np.zeros(len(ROLES)))
    for names, allowed in examples:
        share = _mask(allowed) / len(allowed)
        counts.update(names)
        for name in names:
            by_role[name] += share
    total = sum(by_role.values(), np.zeros(len(ROLES)))
    prior = total / total.sum()

    def gain(name: str) -> float:
        n_here = by_role[name].sum()
        here = (by_role[name] + prior) / (n_here + 1)
        return float(n_here * np.sum(here * np.log(here / prior)))

    places = sorted(name for name in counts if name[0] == "@")
    words = sorted((name for name in counts if counts[name] >= rare and name[0] != "@"), key=lambda w: (-gain(w), w))
    return [*places, *words[:n]]


def _weights(examples: Sequence[tuple[list[int], Allowed]], n: int, epochs: int) -> Floats:
    """Raise the likelihood of the allowed roles together, by AdaGrad over batches of 64."""
    longest = max(len(ids) for ids, _ in examples)
    ids = np.full((len(examples), longest), n, dtype=np.int32)
    for i, (some, _) in enumerate(examples):
        ids[i, : len(some)] = some
    masks = np.array([_mask(allowed) for _, allowed in examples])
    weights, squares = np.zeros((n + 1, len(ROLES))), np.full((n + 1, len(ROLES)), 1e-8)
    draw = np.random.default_rng(0)
    for _ in range(epochs):
        for batch in np.array_split(draw.permutation(len(examples)), len(examples) // 64):
            points = weights[ids[batch]].sum(axis=1)
            chances = np.exp(points - points.max(axis=1, keepdims=True))
            chances /= chances.sum(axis=1, keepdims=True)
            wanted = chances * masks[batch] + 1e-12
            error = (chances - wanted / wanted.sum(axis=1, keepdims=True)) / len(batch)
            slope = np.zeros_like(weights)
            np.add.at(slope, ids[batch].ravel(), np.repeat(error, longest, axis=0))
            slope += 1e-5 * weights
            slope[n] = 0
            squares += slope * slope
            weights -= 0.1 * slope / np.sqrt(squares)
    return weights[:n]


def _order(docs: Sequence[Doc], model: RoleModel) -> tuple[Floats, Floats]:
    """Log probabilities of the first role and of each role behind each, from what is labelled."""
    first, step = np.full(len(ROLES), 0.5), np.full((len(ROLES), len(ROLES)), 0.5)
    for doc in docs:
        before: Floats | None = None
        chances = np.exp(model.log_probabilities(_features(doc)))
        for i, (_, _, allowed) in enumerate(doc):
            here = chances[i] * _mask(allowed) if allowed else None
            here = here / here.sum() if here is not None else None
            if here is not None and i == 0:
                first += here
            if here is not None and before is not None:
                step += np.outer(before, here)
            before = here
    return np.log(first / first.sum()), np.log(step / step.sum(axis=1, keepdims=True))


def _surer(doc: Doc, model: RoleModel) -> Doc:
    """The document with a role for each sentence of which the model, in its own words, is sure."""
    chances = np.exp(model.log_probabilities(_features(doc)))
    path = model.roles(_features(doc), [None] * len(doc))
    return [
        (text, terms, allowed or ((role,) if chances[i][ROLES.index(role)] > _SURE else ()))
        for i, ((text, terms, allowed), role) in enumerate(zip(doc, path, strict=True))
    ]


def _features(doc: Doc) -> list[list[str]]:
    return [sentence_features(text, terms, i, len(doc)) for i, (text, terms, _) in enumerate(doc)]


def _example(text: str, allowed: Allowed) -> Example:
    searched = for_search(text)
    return searched, tuple(terms_of(searched)), allowed


def _roles(label: str, section: Section | None) -> Allowed:
    if section in ("data", "approach") and _ONLY_DATA.fullmatch(label.casefold()):
        return (DATA,)
    if section == "approach" and _ONLY_DESIGN.fullmatch(label.casefold()):
        return (APPROACH,)
    return _BY_SECTION.get(section, ()) if section else ()


def _mask(allowed: Iterable[RhetoricalRole]) -> Floats:
    return np.array([float(role in set(allowed)) for role in ROLES])


def _letters(text: str) -> str:
    return re.sub(r"\W", "", text)[:60]


def _records(path: Path) -> list[dict[str, list[str]]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--plain", type=int, default=3000)
    parser.add_argument("--out", type=Path, default=Path("service/annotate/rhetorical_roles.npz"))
    options = parser.parse_args()
    labels, seeded = list(structured(options.data)), plain(options.data, options.plain)
    print(f"{len(labels)} structured abstracts, {len(seeded)} plain ones")
    model = learn([*labels, *seeded])
    for _ in range(2):
        model = learn([*labels, *(_surer(doc, model) for doc in seeded)])
    names = np.frombuffer("\n".join(model.index).encode(), dtype=np.uint8)
    np.savez_compressed(
        options.out,
        features=names,
        weights=model.weights.astype(np.float16),
        first=model.first.astype(np.float16),
        step=model.step.astype(np.float16),
    )
    print(f"{len(model.index)} features, {options.out.stat().st_size:,} bytes in {options.out}")


if __name__ == "__main__":
    main()
