"""What a setting may be."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from service.settings import Settings


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ("http://chroma:8000", "http://chroma:8000"),
        ("https://vectors.example/chroma/", "https://vectors.example/chroma"),
        ("http://[::1]:8000", "http://[::1]:8000"),
        ("", None),
    ],
)
def test_an_address_of_a_chroma_server(given: str, read: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty variable, as compose passes on, is none."""
    monkeypatch.setenv("LITWEAVE_CHROMA_URL", given)
    assert Settings().chroma_url == read


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ("chroma:8000", "http://chroma:8000"),
        ("ftp://chroma", "no address"),
        ("http://", "no address"),
        ("http://chroma:port", "no address"),
        ("http://chroma:0", "no address"),
        ("http://ada:secret@chroma:8000", "LITWEAVE_CHROMA_TOKEN"),
        ("http://chroma:8000?token=secret", "LITWEAVE_CHROMA_TOKEN"),
    ],
)
def test_what_is_no_address_is_refused(given: str, says: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What may be a password is not told again."""
    monkeypatch.setenv("LITWEAVE_CHROMA_URL", given)
    with pytest.raises(ValidationError) as caught:
        Settings()
    (error,) = caught.value.errors()
    assert says in error["msg"]
    assert "secret" not in error["msg"]


def test_the_token_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LITWEAVE_CHROMA_TOKEN", "secret")
    assert "secret" not in repr(Settings())
