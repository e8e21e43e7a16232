"""A broken `model.sqlite` costs kept replies, never an answer."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import SecretStr

from service.errors import BudgetExceeded
from service.llm import Models
from service.llm.policies.budget import DayBook, Limits, Spent
from service.llm.policies.cache import KeptReply, ReplyCache
from service.llm.policies.store import FILE_NAME, ModelStore, open_store
from service.settings import Settings


def settings(folder: Path) -> Settings:
    return Settings(library=folder, model="openai/m", api_base="http://127.0.0.1:9/v1", api_key=SecretStr("k"))


def test_a_damaged_store_is_put_aside_and_begun_anew(tmp_path: Path) -> None:
    """The request goes on with a cache, says what happened, and the damaged file can still be looked at."""
    (tmp_path / FILE_NAME).write_bytes(b"SQLite format 3\x00" + b"nonsense" * 600)
    request = Models(settings(tmp_path), tmp_path).request()
    assert request is not None
    assert request.cache is not None
    request.cache.put("key", KeptReply("{}", "m"), prompt="answer/1")
    assert request.cache.get("key") == KeptReply("{}", "m")
    assert "begun anew" in "".join(request.remarks)
    assert (tmp_path / f"{FILE_NAME}.damaged").is_file()
    again = Models(settings(tmp_path), tmp_path).request()
    assert again is not None
    assert again.remarks == ()


def test_a_store_that_cannot_be_written_is_kept_in_memory(tmp_path: Path) -> None:
    """A directory stands where the file should: replies and the day's limit hold for this process."""
    (tmp_path / FILE_NAME).mkdir()
    (tmp_path / f"{FILE_NAME}.damaged").mkdir()
    (tmp_path / f"{FILE_NAME}.damaged" / "full").touch()
    store = open_store(tmp_path / FILE_NAME)
    book = DayBook(store, Limits(max_tokens=10), clock=lambda: datetime(2026, 1, 1, tzinfo=UTC))
    book.book(Spent(8))
    with pytest.raises(BudgetExceeded):
        book.book(Spent(8))
    assert "until this process ends" in "".join(store.remarks)


def broken(tmp_path: Path) -> ModelStore:
    """A store whose tables are gone under its feet."""
    store = ModelStore(tmp_path / FILE_NAME)
    with store.transaction() as connection:
        connection.execute("DROP TABLE replies")
        connection.execute("DROP TABLE spent")
    return store


def test_a_cache_that_breaks_is_no_cache(tmp_path: Path) -> None:
    """Nothing is found and nothing raised."""
    cache = ReplyCache(broken(tmp_path), max_age_s=100, max_bytes=1000)
    cache.put("key", KeptReply("{}", "m"), prompt="answer/1")
    assert cache.get("key") is None


def test_a_limit_that_cannot_be_kept_forbids_the_call_and_nothing_else(tmp_path: Path) -> None:
    """Money is the one thing that a broken store must not let through; the extractive answer takes over."""
    book = DayBook(broken(tmp_path), Limits(max_tokens=100))
    with pytest.raises(BudgetExceeded, match="cannot be kept"):
        book.book(Spent(1))
    book.correct(Spent(1), Spent(0))
