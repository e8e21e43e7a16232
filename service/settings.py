"""Environment -> frozen `Settings`. Builds nothing, opens nothing, imports no heavy package."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


def _default_library() -> Path:
    return Path.home() / ".local" / "share" / "litweave"


class Settings(BaseSettings):
    """Every setting is an environment variable with the prefix `LITWEAVE_`."""

    model_config = SettingsConfigDict(env_prefix="LITWEAVE_", frozen=True, extra="ignore")

    library: Path = Field(default_factory=_default_library, description="directory of the library")
    embedding: str = Field(default="minilm", description="embedding model: `minilm`")
    embedding_runtime: str = Field(default="auto", description="auto | openvino | onnxruntime")
    import_batch_papers: int = Field(default=64, ge=1, le=5000, description="papers a transaction")
    max_record_bytes: int = Field(default=1_000_000, ge=1000, description="longest line of an imported file")
    max_upload_bytes: int = Field(default=64_000_000, ge=1000, description="largest upload the service takes")
    max_query_chars: int = Field(default=10_000, ge=10, description="longest question or query")
