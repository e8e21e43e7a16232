"""The web page: one HTML shell for each section, with style sheet and ES modules of its own.

Everything on it comes from the public `/v1`; nothing is loaded from elsewhere, and no script stands in the HTML.
"""

from service.page.routes import add_page

__all__ = ["add_page"]
