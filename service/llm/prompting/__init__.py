"""Prompt files rendered, papers shown to a model as untrusted data, and quotes found again in their abstracts."""
