"""CSL-JSON: what pandoc, Zotero and reference styles take."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Final

from service.render.csl_json import csl_item
from service.writers.cited import cited
from service.writers.writer import Selected, WriteOptions, Writer


class CslJson:
    """An array of items, one a line, in ASCII, each with its abstract."""

    key = "csl-json"
    name = "CSL-JSON for pandoc and Zotero"
    suffixes = (".json",)
    media_type = "application/vnd.citationstyles.csl+json"
    kind: Final = "text"

    def write(self, papers: Iterable[Selected], _options: WriteOptions, /) -> Iterator[str]:
        """An item a paper, brackets around them."""
        yield "["
        for number, one in enumerate(cited(papers)):
            item = csl_item(one.reference, one.key, abstract=one.paper.abstract or None)
            yield f"{',' if number else ''}\n{json.dumps(item, ensure_ascii=True)}"
        yield "\n]\n"


CSL_JSON: Final = CslJson()
WRITERS: Final[tuple[Writer, ...]] = (CSL_JSON,)
