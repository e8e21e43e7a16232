"""Papers -> files for other programs. One format is one `Writer` in a file of `own/`.

To add a format: write a class with the attributes of `Writer` in a file in `own/` and list it in that file's
`WRITERS`; or register it from another package under the entry point group `litweave.writers`. `cited` gives each paper
its reference with a key of its own.
"""

from service.writers.cited import Cited, cited
from service.writers.registry import writer_for, writer_named, writers
from service.writers.writer import FolderWriter, Selected, WriteOptions, Writer

__all__ = [
    "Cited",
    "FolderWriter",
    "Selected",
    "WriteOptions",
    "Writer",
    "cited",
    "writer_for",
    "writer_named",
    "writers",
]
