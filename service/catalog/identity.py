"""Which library this is: a name of its own, under which something can be kept for it elsewhere."""

from __future__ import annotations

import os
import secrets
import sqlite3
from typing import Final

from service.catalog.connections import Connections

_NAME: Final = "identity"
_FILE: Final = "identity_of_file"


class Identity:
    """Made when it is first asked for. Safe for many threads."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def name(self) -> str:
        """32 hexadecimal digits. A moved library keeps them; a copy, which is another library, gets its own.

        A copy is known by its file's inode, which is recorded beside the name. Raises `LibraryError`.
        """
        file = str(os.stat(self._connections.path).st_ino)
        with self._connections.reading() as connection:
            known = _recorded(connection)
        if known.get(_FILE) == file and _NAME in known:
            return known[_NAME]
        name = secrets.token_hex(16)
        with self._connections.writing() as connection:
            connection.executemany(
                "INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", [(_NAME, name), (_FILE, file)]
            )
        return name


def _recorded(connection: sqlite3.Connection) -> dict[str, str]:
    rows = connection.execute("SELECT key, value FROM meta WHERE key IN (?, ?)", (_NAME, _FILE))
    return {row["key"]: row["value"] for row in rows}
