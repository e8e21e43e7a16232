"""Python runs this at start-up in every process that a test starts, through PYTHONPATH."""

from loopback_only import install

install()
