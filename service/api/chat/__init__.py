"""`/v1/chat/completions` and `/v1/responses`: any chat client becomes a page for a library."""

from service.api.chat.routes import add_chat

__all__ = ["add_chat"]
