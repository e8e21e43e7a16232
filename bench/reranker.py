"""A small cross-encoder that orders the first 20 papers of a search anew: measured, not shipped (docs/adr/0019).

    [taskset -c 0] python bench/reranker.py [--layers 6] [--tokens 160] [--groups 2200] [--cache DIR]

Beyond the project's own dependencies it needs jax (`pip install jax`), which trains on the CPU; OpenVINO scores. The
first stage, of which the first 20 are kept in `--cache`, is that of bench/retrieval.py and takes its half hour once.
On one core six layers are then trained in 18 minutes and measured, four times, in 13; two layers of 64 tokens with
6,600 groups take a quarter of an hour in all. The figures of the decision are of LitSearch cut down to 20,747 papers.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import importlib.util
import json
import random
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from corpora import DATA, Collection, read
from measures import Measure
from numpy.typing import NDArray
from retrieval import assemble
from shelf import CACHE, Remembering

from service.index import minilm
from service.index.embedding import load_embedder
from service.index.runtime import quiet_openvino
from service.index.words import WordIndex
from service.records import Paper
from service.settings import Settings
from service.text.terms import STOP_TERMS, terms

Params = dict[str, Any]
"""The constants of the ONNX graph by name, `matrix.LAYER.N` and `head`."""
Group = tuple[str, list[str]]
"""A query and texts; of those to train with the first answers it, the others do not."""
Batch = list[NDArray[Any]]
"""Token ids, and which of them belong to the query and to the paper, each (pairs, length)."""
Pairing = Callable[[Sequence[Group]], Batch]
Score = Callable[[Group], NDArray[np.float32]]

SHARES = {"scifact": (28, 38), "litsearch": (42, 58)}
"""Up to which hundredth of its hash a query tests, and up to which it validates; the rest train."""
MEASURES = (("scifact", Measure("nDCG", 10)), ("litsearch", Measure("R", 5)), ("litsearch", Measure("nDCG", 10)))
WEIGHTS = (0.0, 0.001, 0.002, 0.003, 0.005, 0.007, 0.01, 0.015, 0.02, 0.03, 0.05, 0.07, 0.1, 0.2)
"""What the reranker's score may count beside the first stage's."""
_DEPTH, _OTHERS, _GROUPS, _FROZEN, _RATE, _HEAD = 20, 3, 8, 2, 1e-4, 50
_NAMES = [f"attention.{n}" for n in ("self.query", "self.key", "self.value", "output.dense")]
_NAMES += ["intermediate.dense", "output.dense"]


@dataclass(frozen=True, slots=True)
class Trial:
    """A collection, what the first stage found for its queries, and the queries of each part."""

    collection: Collection
    found: Mapping[str, list[tuple[str, float]]]
    parts: Mapping[str, list[str]]

    def texts(self, papers: Sequence[str]) -> list[str]:
        return [f"{p.title}. {p.abstract}" for p in map(self.collection.papers.__getitem__, papers)]

    def group(self, query: str, rng: random.Random) -> Group:
        """With one paper that answers and others of its first 20."""
        gold = self.collection.gold[query]
        others = rng.sample([p for p, _ in self.found[query] if p not in gold], _OTHERS)
        return self.collection.queries[query], self.texts([rng.choice(sorted(gold)), *others])


def split(collection: Collection) -> dict[str, list[str]]:
    """By hash of a paper that answers, because SciFact turns claims around. No such paper trains and tests."""
    gold, (test, validation) = collection.gold, SHARES[collection.name]
    place = {q: int(hashlib.sha256(min(gold[q]).encode()).hexdigest(), 16) % 100 for q in collection.queries}
    held = {p for q in place if place[q] < validation for p in gold[q]}
    return {
        "test": [q for q in place if place[q] < test],
        "validation": [q for q in place if test <= place[q] < validation],
        "train": [q for q in place if not gold[q] & held],
    }


def first_stage(name: str, data: Path, cache: Path) -> Trial:
    """The product's own first 20 with their scores."""
    collection, kept = read(name, data), cache / f"reranker-{name}.json"
    if not kept.exists():
        with tempfile.TemporaryDirectory() as folder:
            words = WordIndex.create(Path(folder), terms=terms, stop_terms=STOP_TERMS)
            parts = assemble(collection, cache, words, Remembering(load_embedder(Settings())))
            search = parts.variants()["ALL (as shipped)"].search
            hits = {q: search(text, k=_DEPTH, quoted=False).hits for q, text in collection.queries.items()}
        kept.write_text(json.dumps({q: [(h.paper.paper_id, h.score) for h in of] for q, of in hits.items()}))
    return Trial(collection, json.loads(kept.read_text()), split(collection))


def titles(papers: Sequence[Paper], count: int, rng: random.Random) -> Iterator[Group]:
    """Title and abstract; the others are among the first 12 that words find for the title."""
    by_id = {p.paper_id: p for p in papers}
    with tempfile.TemporaryDirectory() as folder:
        words = WordIndex.create(Path(folder), terms=terms, stop_terms=STOP_TERMS)
        words.replace(papers)
        for paper in rng.sample(papers, count):
            found = [by_id[p] for p, _ in words.search(terms(paper.title), 12)]
            others = [p.abstract for p in found if p.title.lower() != paper.title.lower()]
            yield paper.title, [paper.abstract, *rng.sample(others, _OTHERS)]


def training(trials: Mapping[str, Trial], data: Path, count: int) -> list[Group]:
    """Twice the claims, four times the requests, titles for the rest; no title of a paper that answers a query."""
    rng, listed = random.Random(0), []
    repeated = [trials[name] for name in ["scifact"] * 2 + ["litsearch"] * 4]
    groups = [trial.group(query, rng) for trial in repeated for query in trial.parts["train"]]
    both = [trial.collection for trial in trials.values()]
    answers = {c.papers[p].title.lower() for c in both for gold in c.gold.values() for p in gold}
    for name in ("acl_anthology", "arxiv"):
        with gzip.open(data / name / "corpus.jsonl.gz") as lines:
            listed += [Paper(r["title"], r["abstract"] or "", r["id"]) for r in map(json.loads, lines)]
    for papers, most in ((list(both[0].papers.values()), 400), (rng.sample(listed, 60_000), count)):
        usable = [p for p in papers if len(p.abstract) > 300 and len(p.title) > 30 and p.title.lower() not in answers]
        groups += titles(usable, min(most, count - len(groups)), rng)
    return groups


def pairing(tokens: int) -> Pairing:
    """Groups to their pairs, cut to a length: [CLS] query [SEP] title. abstract [SEP]."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(minilm.tokenizer_path()))
    tokenizer.enable_truncation(tokens, strategy="longest_first")
    tokenizer.enable_padding(pad_to_multiple_of=32)

    def batch(groups: Sequence[Group]) -> Batch:
        coded = tokenizer.encode_batch_fast([(query, text) for query, texts in groups for text in texts])
        ids, theirs, mask = (np.array([getattr(c, n) for c in coded]) for n in ("ids", "type_ids", "attention_mask"))
        return [ids, (mask - theirs).astype(np.float32), theirs.astype(np.float32)]

    return batch


def in_jax(params: Params, batch: Batch, layers: int) -> Any:
    """(texts,) scores, to be differentiated."""
    import jax
    import jax.numpy as jnp

    ids, ours, theirs = batch
    shape = (*ids.shape, minilm.HEADS, minilm.HEAD_SIZE)

    def rows(name: str, index: Any) -> Any:
        table = f"inner.embeddings.{name}_embeddings.weight"
        return params[f"{table}_q"][index].astype(jnp.float32) * params[f"{table}_scale"][index]

    def normal(x: Any, prefix: str) -> Any:
        standard = jax.nn.standardize(x, epsilon=minilm.LAYER_NORM_EPSILON)
        return standard * params[f"{prefix}LayerNorm.weight"] + params[f"{prefix}LayerNorm.bias"]

    def linear(x: Any, layer: int, n: int) -> Any:
        halves = x.astype(jnp.bfloat16), params[f"matrix.{layer}.{n}"].astype(jnp.bfloat16)
        bias = params[f"inner.encoder.layer.{layer}.{_NAMES[n]}.bias"]
        return jnp.dot(*halves, preferred_element_type=jnp.float32) + bias

    def pooled(weights: Any) -> Any:
        total = jnp.einsum("nl,nld->nd", weights, hidden)
        return total / jnp.linalg.norm(total, axis=-1, keepdims=True)

    segment = params["inner.embeddings.token_type_embeddings.weight"][0]
    hidden = normal(rows("word", ids) + rows("position", jnp.arange(shape[1])) + segment, "inner.embeddings.")
    for layer in range(layers):
        prefix = f"inner.encoder.layer.{layer}."
        query, key, value = (linear(hidden, layer, n).reshape(shape).transpose(0, 2, 1, 3) for n in range(3))
        raw = query @ key.transpose(0, 1, 3, 2) * minilm.HEAD_SIZE**-0.5
        attended = jax.nn.softmax(raw + (ours + theirs - 1)[:, None, None, :] * 1e4) @ value
        merged = linear(attended.transpose(0, 2, 1, 3).reshape(hidden.shape), layer, 3)
        hidden = normal(merged + hidden, f"{prefix}attention.output.")
        hidden = normal(linear(jax.nn.gelu(linear(hidden, layer, 4)), layer, 5) + hidden, f"{prefix}output.")
    return (pooled(ours) * pooled(theirs) @ params["head"])[:, 0] * _HEAD


def trained(groups: Sequence[Group], pairs: Pairing, layers: int) -> Iterator[Params]:
    """The parameters after 0, 1/4, 1/2 and all of the groups: Adam, the rate falling to 0, softmax over each group.

    The head begins as the cosine of query and paper. Tables, and the first two of six layers, stay as they are.
    """
    graph = minilm.read_weights(quiet_openvino().Core().read_model(str(minilm.model_path())))
    matrices = minilm._layer_matrices(graph)[:layers]
    params: Params = {f"matrix.{layer}.{n}": m for layer, of in enumerate(matrices) for n, m in enumerate(of)}
    params |= {**graph, "head": np.full((minilm.DIMENSION, 1), 20 / _HEAD, np.float32)}
    yield params

    import jax
    import jax.numpy as jnp

    free = range(_FROZEN if layers == minilm.LAYERS else 0, layers)
    names = ("head", *(f"{kind}.{n}." for kind in ("matrix", "inner.encoder.layer") for n in free))
    tuned = {k: jnp.asarray(v) for k, v in params.items() if k.startswith(names)}
    fixed = {k: jnp.asarray(v) for k, v in params.items() if k not in tuned}

    def loss(tuned: Params, batch: Any) -> Any:
        return -jax.nn.log_softmax(in_jax(fixed | tuned, batch, layers).reshape(_GROUPS, -1))[:, 0].mean()

    @jax.jit
    def step(state: tuple[Params, Params, Params], batch: Any, done: Any, rate: Any) -> Any:
        slope = jax.grad(loss)(state[0], batch)
        mean = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, state[1], slope)
        square = jax.tree.map(lambda s, g: 0.99 * s + 0.01 * g**2, state[2], slope)
        ways = jax.tree.map(lambda m, s: m / (jnp.sqrt(s / (1 - 0.99**done)) + 1e-8), mean, square)
        return jax.tree.map(lambda p, w: p - rate / (1 - 0.9**done) * w, state[0], ways), mean, square

    state = tuned, *(jax.tree.map(jnp.zeros_like, tuned) for _ in range(2))
    ordered = sorted(groups, key=lambda group: max(map(len, group[1])))
    batches = [ordered[i : i + _GROUPS] for i in range(0, len(ordered) - _GROUPS + 1, _GROUPS)]
    random.Random(1).shuffle(batches)
    for done, batch in enumerate(batches, 1):
        state = step(state, pairs(batch), float(done), _RATE * min(1, done / 25, 1 - (done - 1) / len(batches)))
        if done in (len(batches) // 4, len(batches) // 2, len(batches)):
            print(f"after {done} of {len(batches)} batches:", flush=True)
            yield params | {k: np.asarray(v) for k, v in state[0].items()}


def scorer(params: Params, layers: int, pairs: Pairing) -> Score:
    """The same in OpenVINO, out of the embedder's own blocks, on one thread, in bf16 where the CPU has it."""
    ov = quiet_openvino()
    ops = ov.opset15
    ids, ours, theirs = (ops.parameter([-1, -1], t) for t in (ov.Type.i64, ov.Type.f32, ov.Type.f32))
    bias = ops.unsqueeze(ops.multiply(ops.subtract(ops.add(ours, theirs), np.float32(1)), np.float32(1e4)), [1, 2])
    hidden = minilm._embed(ids, ops.shape_of(ids), params)
    for layer in range(layers):
        matrices = [params[f"matrix.{layer}.{n}"] for n in range(len(_NAMES))]
        hidden = minilm._layer(hidden, bias, f"inner.encoder.layer.{layer}.", matrices, params)
    totals = (ops.squeeze(ops.matmul(ops.unsqueeze(w, 1), hidden, False, False), [1]) for w in (ours, theirs))
    product = ops.multiply(*(ops.normalize_l2(total, [1], 1e-12, "add") for total in totals))
    scores = ops.result(ops.matmul(product, params["head"] * np.float32(_HEAD), False, False))
    core = ov.Core()
    precision = "bf16" if "BF16" in core.get_property("CPU", "OPTIMIZATION_CAPABILITIES") else "f32"
    settings = {"INFERENCE_NUM_THREADS": 1, "NUM_STREAMS": 1, "INFERENCE_PRECISION_HINT": precision}
    request = core.compile_model(ov.Model([scores], [ids, ours, theirs]), "CPU", settings).create_infer_request()

    def score(group: Group) -> NDArray[np.float32]:
        request.infer(pairs([group]))
        return np.array(request.get_output_tensor(0).data[:, 0], np.float32)

    return score


def report(trials: Mapping[str, Trial], score: Score) -> None:
    """Means, and gains over the first stage with 95 % intervals: 10,000 resamplings of the queries, paired."""
    scores: dict[tuple[str, str], NDArray[np.float32]] = {}
    for name, trial in trials.items():
        spent = []
        for query in trial.parts["validation"] + trial.parts["test"]:
            texts, started = trial.texts([p for p, _ in trial.found[query]]), time.process_time()
            scores[name, query] = score((trial.collection.queries[query], texts))
            spent.append(1000 * (time.process_time() - started))
        print(f"  {name}: {np.median(spent):.0f} ms of one core a query")

    def values(part: str, name: str, measure: Measure, weight: float) -> NDArray[np.float64]:
        made = []
        for query in trials[name].parts[part]:
            ids, first = zip(*trials[name].found[query], strict=True)
            order = np.argsort(-(np.array(first) + weight * scores[name, query]), kind="stable")
            made.append(measure([ids[i] for i in order], trials[name].collection.gold[query]))
        return np.array(made)

    worth = {w: np.mean([values("validation", *m, w).mean() for m in MEASURES]) for w in WEIGHTS}
    weight = max(WEIGHTS, key=lambda w: worth[w])
    print(f"  weight {weight}, validation {worth[0]:.3f} -> {worth[weight]:.3f}")
    for name, measure in MEASURES:
        first, *others = (values("test", name, measure, w) for w in (0, 1e9, weight))
        row = f"  {name} {measure.name}, {len(first)} queries: first stage {first.mean():.3f}"
        for what, gains in zip(("alone", "fused"), (other - first for other in others), strict=True):
            chosen = np.random.default_rng(0).integers(0, len(gains), (10_000, len(gains)))
            low, high = np.percentile(gains[chosen].mean(axis=1), (2.5, 97.5))
            row += f"; {what} {(first + gains).mean():.3f} ({gains.mean():+.3f}, {low:+.3f} to {high:+.3f})"
        print(row, flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, usual in {"layers": minilm.LAYERS, "tokens": 160, "groups": 2200, "cache": CACHE, "data": DATA}.items():
        parser.add_argument(f"--{name}", type=type(usual), default=usual)
    options = parser.parse_args()
    if not options.data.exists() or importlib.util.find_spec("jax") is None:
        print("not run: it needs ../shared/data, and jax beside the project's own dependencies")
        return
    options.cache.mkdir(parents=True, exist_ok=True)
    trials = {name: first_stage(name, options.data, options.cache) for name in SHARES}
    groups, pairs = training(trials, options.data, options.groups), pairing(options.tokens)
    for params in trained(groups, pairs, options.layers):
        report(trials, scorer(params, options.layers, pairs))


if __name__ == "__main__":
    main()
