"""The requests that single texts run on: all are there once the model is loaded, and serve any number of threads."""

from __future__ import annotations

import importlib.util
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from service.index.embedding import MiniLM, load_tokenizer
from service.index.runtime import OpenVinoRuntime

pytestmark = pytest.mark.skipif(importlib.util.find_spec("openvino") is None, reason="openvino is not installed")

TEXTS = [f"Kites of kind {i} glide over field {i}." for i in range(100)]


def test_more_threads_than_requests_get_the_vectors_of_their_own_texts() -> None:
    """None of them makes a request, which would wait for batches that run meanwhile: it is gone that makes them."""
    runtime = OpenVinoRuntime()
    del runtime._compiled
    embedder = MiniLM(lambda: runtime, load_tokenizer)
    with ThreadPoolExecutor(len(TEXTS)) as pool:
        at_once = list(pool.map(lambda text: embedder.embed([text])[0], TEXTS))
    for text, vector in zip(TEXTS, at_once, strict=True):
        assert np.array_equal(vector, embedder.embed([text])[0])
