"""What the prompts ask models to reply, as pydantic reads it. A quote names its source by the opaque id."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from service.llm.prompting.sources import SourceSheet

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]


class ReplyForm(BaseModel):
    """Base of what is read from a model's reply: keys that were not asked for are left out."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class QuoteReply(ReplyForm):
    """Words said to stand in a source."""

    source: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]
    quote: Text


class ClaimReply(ReplyForm):
    """One sentence of an answer and the quotes it rests on."""

    text: Text
    quotes: Annotated[list[QuoteReply], Field(max_length=12)]


class AnswerReply(ReplyForm):
    """The reply to prompts/answer.md. Both lists may be empty: then the sources do not answer."""

    claims: Annotated[list[ClaimReply], Field(max_length=100)]
    missing: Annotated[list[Text], Field(max_length=20)] = []


class SentenceReply(ClaimReply):
    """One sentence of a draft; a connective has no quotes."""

    kind: Literal["claim", "connective"] = "claim"


class ParagraphReply(ReplyForm):
    """One paragraph."""

    sentences: Annotated[list[SentenceReply], Field(max_length=60)]


class DraftReply(ReplyForm):
    """Paragraphs of a draft; each is the reply to prompts/paragraph.md."""

    paragraphs: Annotated[list[ParagraphReply], Field(max_length=40)]
    missing: Annotated[list[Text], Field(max_length=20)] = []


def claims_of(reply: AnswerReply | DraftReply) -> tuple[ClaimReply, ...]:
    """Every sentence of a reply, in order."""
    if isinstance(reply, AnswerReply):
        return tuple(reply.claims)
    return tuple(sentence for paragraph in reply.paragraphs for sentence in paragraph.sentences)


def unknown_sources(reply: AnswerReply | DraftReply, sheet: SourceSheet) -> tuple[str, ...]:
    """Ids that were never given out, each once, in order."""
    return _strangers((quote.source for claim in claims_of(reply) for quote in claim.quotes), sheet)


def complaint_about(reply: AnswerReply | DraftReply, sheet: SourceSheet) -> str | None:
    """What to tell the model about ids and quotes that are not its sources', or `None`. For `structured`'s check."""
    strangers = unknown_sources(reply, sheet)
    if strangers:
        return f"these are no source ids: {', '.join(map(repr, strangers[:5]))}; use only {', '.join(sheet.by_id)}"
    quotes = [quote for claim in claims_of(reply) for quote in claim.quotes]
    absent = [quote.quote for quote in quotes if sheet.locate(quote.source, quote.quote) is None]
    if absent:
        listed = "; ".join(repr(quote[:120]) for quote in absent[:3])
        return f"{len(absent)} quotes do not stand in their source word for word, among them {listed}"
    return None


def _strangers(ids: Iterable[str], sheet: SourceSheet) -> tuple[str, ...]:
    return tuple(dict.fromkeys(i for i in ids if i not in sheet.by_id))


def with_source_ids(schema: Mapping[str, Any], ids: Sequence[str]) -> dict[str, Any]:
    """The reply's JSON schema with every `source` held to the ids of this request, for models that follow schemas."""

    def narrowed(node: Any) -> Any:
        if isinstance(node, Mapping):
            named = {key: narrowed(value) for key, value in node.items()}
            source = named.get("source")
            if isinstance(source, dict) and source.get("type") == "string" and ids:
                named["source"] = source | {"enum": list(ids)}
            return named
        return [narrowed(part) for part in node] if isinstance(node, list) else node

    held: dict[str, Any] = narrowed(schema)
    return held
