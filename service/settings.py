"""Environment -> frozen `Settings`. Builds nothing, opens nothing, imports no heavy package."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


def _default_library() -> Path:
    return Path.home() / ".local" / "share" / "litweave"


class Settings(BaseSettings):
    """Every setting is an environment variable with the prefix `LITWEAVE_`."""

    model_config = SettingsConfigDict(env_prefix="LITWEAVE_", frozen=True, extra="ignore")

    library: Path = Field(default_factory=_default_library, description="directory of the library")
    embedding: str = Field(default="minilm", description="`minilm`, or a litellm embedding model: `openai/…`")
    embedding_runtime: str = Field(default="auto", description="auto | openvino | onnxruntime")
    embedding_api_base: str | None = Field(default=None, description="address of a litellm embedding model's server")
    embedding_api_key: SecretStr | None = Field(default=None, description="its key; never shown")
    embedding_price: float | None = Field(default=None, ge=0, description="USD a million tokens, if not known")
    embedding_dimension: int | None = Field(default=None, ge=1, le=20_000, description="its dimension, if not asked")
    embedding_batch_texts: int = Field(default=64, ge=1, le=2048, description="texts a request to it")
    chroma_url: str | None = Field(default=None, description="a Chroma server for the vectors; none: inside litweave")
    chroma_token: SecretStr | None = Field(default=None, description="sent to it as a bearer token; never shown")
    import_batch_papers: int = Field(default=500, ge=1, le=5000, description="papers a transaction")
    embed_batch_chunks: int = Field(default=1024, ge=1, le=20_000, description="chunks embedded a transaction")
    max_record_bytes: int = Field(default=1_000_000, ge=1000, description="longest line of an imported file")
    max_upload_bytes: int = Field(default=64_000_000, ge=1000, description="largest upload the service takes")
    max_query_chars: int = Field(default=10_000, ge=10, description="longest question or query")
    service_key: SecretStr | None = Field(default=None, description="an administrator's key of `serve`; never shown")

    # Online sources: nothing is fetched unless a command asks for it. docs/fetching.md explains each.
    mailto: str | None = Field(default=None, description="your address, told to the services that are fetched from")
    openalex_api_key: SecretStr | None = Field(default=None, description="key for OpenAlex")
    semantic_scholar_api_key: SecretStr | None = Field(default=None, description="key for Semantic Scholar")
    ncbi_api_key: SecretStr | None = Field(default=None, description="key for PubMed")
    zotero_api_key: SecretStr | None = Field(default=None, description="key for zotero.org, for `zotero pull --web`")
    zotero_address: str = Field(default="http://127.0.0.1:23119", description="Zotero on this machine")
    sources_at: str | None = Field(
        default=None, description="server on this machine that replies in place of all services, for tests"
    )

    # The language model: off unless named. docs/models.md explains each.
    model: str | None = Field(default=None, description="any litellm name, as `openai/gpt-…` or `ollama/…`; none: off")
    api_base: str | None = Field(default=None, description="address of the model's server, where it is not the usual")
    api_key: SecretStr | None = Field(default=None, description="its key; never shown, logged or sent elsewhere")
    model_fallbacks: tuple[str, ...] = Field(default=(), description="models tried in order when the first fails")
    judge_model: str | None = Field(default=None, description="model that judges what was written; none: the writer's")
    model_json: Literal["auto", "schema", "off"] = Field(default="auto", description="send the reply's JSON schema")
    model_timeout_s: float = Field(default=60.0, gt=0, le=3600, description="longest single call")
    model_deadline_s: float = Field(default=300.0, gt=0, le=3600, description="longest request, repeats included")
    model_concurrency: int = Field(default=4, ge=1, le=256, description="calls at once to one provider")
    model_queue: int = Field(default=16, ge=0, le=10_000, description="calls that may wait for one provider")
    model_reply_tokens: int = Field(default=6000, ge=16, le=200_000, description="longest reply")
    model_sources: int | None = Field(default=None, ge=1, le=100, description="abstracts a model is shown at most")
    max_tokens: int | None = Field(default=400_000, ge=1, description="tokens one request may use, in and out")
    max_cost_usd: float | None = Field(default=None, ge=0, description="what one request may cost")
    max_tokens_day: int | None = Field(default=5_000_000, ge=1, description="tokens a day (UTC), over all requests")
    max_cost_usd_day: float | None = Field(default=None, ge=0, description="what a day (UTC) may cost")
    model_price_in: float | None = Field(default=None, ge=0, description="USD a million input tokens, if not known")
    model_price_out: float | None = Field(default=None, ge=0, description="USD a million output tokens, if not known")
    model_cache: bool = Field(default=True, description="keep good replies in the library")
    model_cache_days: float = Field(default=30.0, gt=0, description="how long a reply is kept")
    model_cache_bytes: int = Field(default=50_000_000, ge=0, description="size of all kept replies")

    @field_validator("chroma_url")
    @classmethod
    def _an_address(cls, value: str | None) -> str | None:
        """The address without a slash at its end; an empty one is none."""
        if not value:
            return None
        if re.search(r"[@?#]", value):
            raise ValueError("it holds a name, a password or a query: put a token in LITWEAVE_CHROMA_TOKEN")
        try:
            parts = urlsplit(value)
            usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
        except ValueError:
            usable = False
        if not usable:
            raise ValueError(f"{value!r} is no address of a server; write it as http://chroma:8000")
        return value.rstrip("/")
