"""Any language model behind one small seam: it may fail, and is told apart from what it may not do.

Outside this package a model is a `Model`; litellm is known to none but it. `Models(settings, directory)` gives
each request what it writes with, `structured` asks and checks, `render_sources` shows papers to a model safely.
"""

from typing import TYPE_CHECKING

from service.lazily import names_from

if TYPE_CHECKING:
    from service.llm.build import ModelRequest, Models
    from service.llm.core.model import Completion, Deadline, Delta, Finished, Message, Model, Parameters, Usage
    from service.llm.core.payer import Payer, paying
    from service.llm.policies.dry_run import DryRunModel, PlannedCall
    from service.llm.policies.ledger import Ledger
    from service.llm.prompting.prompts import Prompt, Rendered, load_prompt
    from service.llm.prompting.sources import Excerpt, Located, SourceSheet, render_sources
    from service.llm.providers.replay import RecordingModel, ReplayingModel
    from service.llm.providers.scripted import Reply, ScriptedModel
    from service.llm.replies.structured import QuoteReply, ReplyForm, Structured, Text, json_schema, structured

__all__ = [
    "Completion",
    "Deadline",
    "Delta",
    "DryRunModel",
    "Excerpt",
    "Finished",
    "Ledger",
    "Located",
    "Message",
    "Model",
    "ModelRequest",
    "Models",
    "Parameters",
    "Payer",
    "PlannedCall",
    "Prompt",
    "QuoteReply",
    "RecordingModel",
    "Rendered",
    "ReplayingModel",
    "Reply",
    "ReplyForm",
    "ScriptedModel",
    "SourceSheet",
    "Structured",
    "Text",
    "Usage",
    "json_schema",
    "load_prompt",
    "paying",
    "render_sources",
    "structured",
]  # fmt: skip

__getattr__ = names_from(
    __name__,
    {
        "build": ["ModelRequest", "Models"],
        "core.model": ["Completion", "Deadline", "Delta", "Finished", "Message", "Model", "Parameters", "Usage"],
        "core.payer": ["Payer", "paying"],
        "policies.dry_run": ["DryRunModel", "PlannedCall"],
        "policies.ledger": ["Ledger"],
        "prompting.prompts": ["Prompt", "Rendered", "load_prompt"],
        "prompting.sources": ["Excerpt", "Located", "SourceSheet", "render_sources"],
        "providers.replay": ["RecordingModel", "ReplayingModel"],
        "providers.scripted": ["Reply", "ScriptedModel"],
        "replies.structured": ["QuoteReply", "ReplyForm", "Structured", "Text", "json_schema", "structured"],
    },
)
