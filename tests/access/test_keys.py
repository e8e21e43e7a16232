"""API keys: made, kept as hashes, found again, revoked, rotated; on the command line too."""

from __future__ import annotations

import json
import stat
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from service.api.access.keyring import FILE, Keyring
from service.api.access.keys import token_of
from service.api.access.rates import Rates
from service.api.access.scopes import needed
from service.cli import main
from service.errors import LibraryError, UsageError

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
SECRET = "0123456789abcdef0123456789abcdef"


def test_a_key_opens_and_its_token_is_nowhere_on_disk(tmp_path: Path) -> None:
    """Only its hash is kept, in a file for its owner alone; no repr shows either."""
    keyring = Keyring(tmp_path)
    key, token = keyring.create("ada", "write", per_minute=7, usd_per_day=0.5)
    assert token.startswith(f"lw_{key.id}_")
    assert keyring.opened_by(token) == key
    secret = token.rpartition(f"{key.id}_")[2]
    assert len(secret) == 43
    kept = "".join(path.read_text() for path in tmp_path.iterdir())
    assert secret not in kept
    assert key.digest in kept
    assert secret not in repr(keyring.stored())
    assert key.digest not in repr(key)
    assert stat.S_IMODE((tmp_path / FILE).stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "token",
    ["", "lw_", "nonsense", "lw_000000000000_" + "A" * 43, "environment", "lw_ä_" + "A" * 43, "\udcff" * 50],
)
def test_what_is_no_key_opens_nothing(tmp_path: Path, token: str) -> None:
    keyring = Keyring(tmp_path, bootstrap=SECRET)
    key, _ = keyring.create("ada", "read")
    assert keyring.opened_by(token) is None
    assert keyring.opened_by(f"lw_{key.id}_" + "A" * 43) is None


def test_another_process_sees_a_key_come_and_go(tmp_path: Path) -> None:
    """Two keyrings over one file: a service that runs, and the command line."""
    serving, command = Keyring(tmp_path), Keyring(tmp_path)
    assert serving.in_force() == ()
    key, token = command.create("ada", "read")
    assert serving.opened_by(token) == key
    assert [ended.id for ended in command.revoke("ada")] == [key.id]
    assert serving.opened_by(token) is None
    with pytest.raises(UsageError, match="no key in force is called 'ada'"):
        command.revoke("ada")


def test_a_rotated_key_holds_for_as_long_as_is_said(tmp_path: Path) -> None:
    now = [NOON]
    keyring = Keyring(tmp_path, clock=lambda: now[0])
    old, old_token = keyring.create("ada", "admin", per_minute=3)
    new, new_token = keyring.rotate("ada", old_holds=timedelta(hours=2))
    assert (new.name, new.scope, new.per_minute) == ("ada", "admin", 3)
    assert new.id != old.id
    assert keyring.opened_by(old_token) is not None
    now[0] = NOON + timedelta(hours=2)
    assert keyring.opened_by(old_token) is None
    assert keyring.opened_by(new_token) == new
    keyring.rotate(new.id)
    assert keyring.opened_by(new_token) is None


def test_names_are_not_taken_twice_and_have_to_be_names(tmp_path: Path) -> None:
    keyring = Keyring(tmp_path)
    keyring.create("ada", "read")
    with pytest.raises(UsageError, match="'ada' already"):
        keyring.create("ada", "admin")
    for name in ("", " a", "a\nb", "x" * 61, "\x1b[2J"):
        with pytest.raises(UsageError, match="no name for a key"):
            keyring.create(name, "read")


def test_keys_made_at_the_same_time_are_all_kept(tmp_path: Path) -> None:
    threads = [threading.Thread(target=Keyring(tmp_path).create, args=(f"k{n}", "read")) for n in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(key.name for key in Keyring(tmp_path).stored()) == sorted(f"k{n}" for n in range(12))


@pytest.mark.parametrize("content", [b"", b"[]", b'{"format": 2, "keys": []}', b'{"format": 1, "keys": [{}]}'])
def test_a_damaged_file_lets_nobody_in(tmp_path: Path, content: bytes) -> None:
    """It is an error that names the file, not an empty ring."""
    (tmp_path / FILE).write_bytes(content)
    with pytest.raises(LibraryError, match=FILE):
        Keyring(tmp_path).opened_by("lw_000000000000_" + "A" * 43)


def test_the_environments_key_is_an_administrators(tmp_path: Path) -> None:
    keyring = Keyring(tmp_path, bootstrap=SECRET)
    key = keyring.opened_by(SECRET)
    assert key is not None
    assert (key.scope, key.id) == ("admin", "environment")
    for weak in ("admin", "x" * 31, "x " * 32, "ä" * 40):
        with pytest.raises(UsageError, match="LITWEAVE_SERVICE_KEY"):
            Keyring(tmp_path, bootstrap=weak)


@pytest.mark.parametrize(
    ("authorization", "other", "token"),
    [
        ("Bearer abc", None, "abc"),
        ("bearer  abc ", "def", "abc"),
        (None, "def", "def"),
        ("Basic abc", None, None),
        ("Basic abc", "def", "def"),
        ("Bearer ", "", None),
        (None, None, None),
    ],
)
def test_where_a_token_is_read(authorization: str | None, other: str | None, token: str | None) -> None:
    assert token_of(authorization, other) == token


@pytest.mark.parametrize(
    ("method", "path", "scope"),
    [
        ("GET", "/", None),
        ("GET", "/assets/page.js", None),
        ("GET", "/readyz", None),
        ("GET", "/healthz", "read"),
        ("GET", "/docs", None),
        ("GET", "/v1/papers/export", "read"),
        ("GET", "/v1/jobs/1/events", "read"),
        ("POST", "/v1/search", "read"),
        ("POST", "/v1/ask", "read"),
        ("POST", "/v1/render", "read"),
        ("POST", "/v1/papers", "write"),
        ("PATCH", "/v1/papers/p", "write"),
        ("POST", "/anything", "write"),
        ("DELETE", "/v1/jobs/1", "write"),
        ("DELETE", "/v1/papers/p", "admin"),
        ("DELETE", "/anything", "admin"),
        ("GET", "/v1/usage", "admin"),
        ("GET", "/metrics", "admin"),
        ("GET", "/evaluate", None),
        ("GET", "/v1/evaluations/x/report", "admin"),
    ],
)
def test_the_scope_that_a_request_needs(method: str, path: str, scope: str | None) -> None:
    assert needed(method, path) == scope


def test_a_minute_holds_so_many_requests_and_fills_evenly() -> None:
    """Three a minute: the fourth waits 20 s, by the definition of the bucket."""
    now = [0.0]
    rates = Rates(lambda: now[0])
    assert [rates.wait_s("a", 3) for _ in range(4)] == [0, 0, 0, 20]
    assert rates.wait_s("b", 3) == 0
    now[0] = 19.0
    assert rates.wait_s("a", 3) == 1
    now[0] = 20.0
    assert [rates.wait_s("a", 3), rates.wait_s("a", 3)] == [0, 20]


def test_the_commands_print_a_key_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """create, list, rotate, revoke; the token is in the first output and in no other."""
    at = ["--library", str(tmp_path / "new")]
    assert main(["keys", "list", *at]) == 2
    assert main(["keys", "create", "ada", "--scope", "write", "--per-minute", "5", *at]) == 0
    token = capsys.readouterr().out.strip()
    assert Keyring(tmp_path / "new").opened_by(token) is not None
    assert main(["keys", "list", "--json", *at]) == 0
    listed = capsys.readouterr()
    [key] = json.loads(listed.out)["keys"]
    assert (key["name"], key["scope"], key["per_minute"], key["expires"]) == ("ada", "write", 5, None)
    assert token not in listed.out + listed.err
    assert main(["keys", "rotate", "ada", "--json", *at]) == 0
    rotated = json.loads(capsys.readouterr().out)
    assert rotated["key"] != token
    assert main(["keys", "revoke", "ada", *at]) == 0
    assert main(["keys", "revoke", "ada", *at]) == 2
    capsys.readouterr()
    assert main(["keys", "list", *at]) == 0
    assert capsys.readouterr().out == ""
