"""litweave: literature review over paper abstracts, every sentence backed by a verified quote."""

__version__ = "0.1.0"
