"""The guard of tests/conftest.py: tests and the processes they start reach loopback only."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from loopback_only import NetworkBlocked, is_loopback

# RFC 5737 and RFC 3849 set these aside for documentation: nothing answers there.
ELSEWHERE_V4, ELSEWHERE_V6 = "192.0.2.1", "2001:db8::1"

SWALLOWS = f"""
import socket

def test_swallows():
    try:
        socket.create_connection(({ELSEWHERE_V4!r}, 80), timeout=0.1)
    except Exception:
        pass

def test_stays_at_home():
    pass
"""


def _connect() -> None:
    with socket.socket() as opened:
        opened.settimeout(0.1)
        opened.connect((ELSEWHERE_V4, 80))


def _connect_ex() -> None:
    with socket.socket() as opened:
        opened.settimeout(0.1)
        opened.connect_ex((ELSEWHERE_V4, 80))


def _send_datagram() -> None:
    with socket.socket(type=socket.SOCK_DGRAM) as opened:
        opened.sendto(b"x", (ELSEWHERE_V4, 53))


def _connect_v6() -> None:
    with socket.socket(socket.AF_INET6) as opened:
        opened.settimeout(0.1)
        opened.connect((ELSEWHERE_V6, 80))


def _connect_from_asyncio() -> None:
    asyncio.run(asyncio.wait_for(asyncio.open_connection(ELSEWHERE_V4, 80), 1))


def _look_up_a_name() -> None:
    socket.getaddrinfo("papers.example", 443)


ATTEMPTS = [_connect, _connect_ex, _send_datagram, _connect_v6, _connect_from_asyncio, _look_up_a_name]


@pytest.mark.parametrize("attempt", ATTEMPTS, ids=lambda attempt: attempt.__name__.strip("_"))
def test_reaching_another_machine_is_stopped(attempt: Callable[[], None], network_attempts: list[str]) -> None:
    """Each way out of the process raises the guard's own error and is written down."""
    with pytest.raises(NetworkBlocked, match=r"127\.0\.0\.0/8"):
        attempt()
    assert network_attempts
    network_attempts.clear()


def test_loopback_is_open() -> None:
    """A server on 127.0.0.1 can be reached, by address and as localhost."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        for host in ("127.0.0.1", "localhost"):
            socket.create_connection((host, port), timeout=5).close()


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", True),
        ("127.8.9.10", True),
        ("::1", True),
        ("::ffff:127.0.0.1", True),
        ("localhost", True),
        (b"localhost", True),
        ("", True),
        (None, True),
        ("0.0.0.0", False),
        ("10.0.0.1", False),
        ("::ffff:192.0.2.1", False),
        ("localhost.example", False),
        ("127.0.0.1.example", False),
        ("fe80::1%eth0", False),
    ],
)
def test_only_loopback_addresses_count_as_this_machine(host: object, expected: bool) -> None:
    """A name that merely looks like loopback is another machine."""
    assert is_loopback(host) is expected


def test_a_process_that_a_test_starts_is_stopped_too() -> None:
    """The child's connect fails with the guard's error, not with a time-out."""
    code = f"import socket; socket.create_connection(({ELSEWHERE_V4!r}, 80), timeout=0.1)"
    child = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60)
    assert child.returncode == 1
    assert "NetworkBlocked" in child.stderr


def test_libraries_are_told_to_stay_offline() -> None:
    """The switches for compiled clients are set, and no proxy leads out."""
    assert os.environ["HF_HUB_OFFLINE"] == "1"
    assert os.environ["ANONYMIZED_TELEMETRY"] == "False"
    named = {name.lower() for name in os.environ if name.lower().endswith("_proxy")}
    assert named <= {"no_proxy"}  # which names what goes through none


def test_a_swallowed_error_still_fails_the_test(pytester: pytest.Pytester, checkout: Path) -> None:
    """Code that catches everything cannot hide that it reached for the network."""
    copied = pytester.mkdir("tests")
    shutil.copy(checkout / "tests" / "conftest.py", copied)
    shutil.copytree(checkout / "tests" / "offline", copied / "offline")
    (copied / "test_inner.py").write_text(SWALLOWS, encoding="utf-8")
    result = pytester.runpytest_subprocess("tests", "-p", "no:cacheprovider")
    result.assert_outcomes(passed=2, errors=1)
    result.stdout.fnmatch_lines([f"*reached for the network: socket.connect '{ELSEWHERE_V4}'*"])
