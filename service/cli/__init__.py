"""The `litweave` command. Exit codes: 0 done, 1 failed, 2 usage, 3 nothing in the corpus answers it.

Heavy imports stand inside the commands, so that `--help` and shell completion stay quick.
"""

from service.cli.main import main

__all__ = ["main"]
