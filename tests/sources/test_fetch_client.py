"""The client against every fault a server on a real socket can show, and the addresses that it may ask."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from email.utils import format_datetime

import pytest
from reply_server import Answer, Canned, ReplyServer, serving

from service.errors import ServiceRefused, ServiceUnavailable, SourceTooLarge, UsageError
from service.sources.addresses import checked_loopback, why_not_allowed
from service.sources.client import Client, Limits, Reply, asked_wait_s
from service.sources.source import MalformedReply, Request, Site

SITE = Site("birds", "Bird Index", "https://birds.example", ("old.birds.example",))
GOOD = Canned(b"a whole reply")
LIMITS = Limits(body_bytes=100_000, attempt_s=5.0)
Ask = Callable[..., bytes]


def body(reply: Reply) -> bytes:
    return reply.body


class Asking:
    """A client at a server with the given answers; the waits it asked for instead of waiting."""

    def __init__(self, server: ReplyServer, limits: Limits) -> None:
        self.server, self.waits, self.told = server, list[float](), list[str]()
        self.client = Client(at=server.address, limits=limits, sleep=self.waits.append, waiting=self.told.append)

    def ask(self, path: str = "/works", read: Callable[[Reply], bytes] = body, **headers: str) -> bytes:
        return self.client.get(SITE, Request(path, {"q": "tern & gull"}, headers), read)


@pytest.fixture
def asking() -> Iterator[Callable[..., Asking]]:
    """Make an `Asking` for answers to /works (and more paths by name)."""
    opened: list[tuple[ReplyServer, Client]] = []

    def make(*answers: Answer, limits: Limits = LIMITS, **more: Answer) -> Asking:
        paths = {"/birds.example/works": list(answers), **{f"/birds.example/{p}": [a] for p, a in more.items()}}
        made = Asking(ReplyServer(paths), limits)
        opened.append((made.server, made.client))
        return made

    yield make
    for server, client in opened:
        client.close()
        server.close()


def test_a_reply_comes_with_what_was_asked(asking: Callable[..., Asking]) -> None:
    """Parameters are encoded; the client names itself."""
    to = asking(GOOD)
    assert to.ask() == b"a whole reply"
    asked = to.server.asked[0]
    assert asked.parameters == {"q": "tern & gull"}
    assert asked.headers["user-agent"].startswith("litweave")
    assert to.waits == []


def test_the_contact_address_is_sent() -> None:
    with serving({"/birds.example/works": GOOD}) as server, Client(mailto="ada@example.org", at=server.address) as to:
        to.get(SITE, Request("/works"), body)
        headers = server.asked[0].headers
    assert headers["from"] == "ada@example.org"
    assert "(mailto:ada@example.org)" in headers["user-agent"]


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503])
def test_a_passing_fault_is_asked_again(asking: Callable[..., Asking], status: int) -> None:
    """With a growing wait in between."""
    to = asking(Canned(status=status), Canned(status=status), GOOD)
    assert to.ask() == b"a whole reply"
    assert len(to.waits) == 2
    assert 0.5 <= to.waits[0] <= 1.0 <= to.waits[1] <= 2.0


def test_retry_after_is_kept_in_seconds(asking: Callable[..., Asking]) -> None:
    to = asking(Canned(status=429, headers={"Retry-After": "17"}), GOOD)
    to.ask()
    assert to.waits == [17.0]


def test_retry_after_is_kept_as_a_date(asking: Callable[..., Asking]) -> None:
    """A date that is past asks for no wait."""
    to = asking(Canned(status=503, headers={"Retry-After": "Fri, 31 Dec 1999 23:59:59 GMT"}), GOOD)
    to.ask()
    assert to.waits == [0.0]


def test_the_date_of_retry_after_is_read() -> None:
    now = datetime(2025, 3, 4, 12, 0, 0, tzinfo=UTC)
    later = format_datetime(datetime(2025, 3, 4, 12, 0, 40, tzinfo=UTC), usegmt=True)
    assert asked_wait_s(later, now) == 40.0
    assert asked_wait_s("2.5") == 2.5
    assert [asked_wait_s(value) for value in (None, "soon", "-3", "nan", "inf")] == [None] * 5


def test_a_long_wait_is_told_before_it(asking: Callable[..., Asking]) -> None:
    """A short one is not."""
    to = asking(Canned(status=429, headers={"Retry-After": "17"}), Canned(status=500), GOOD)
    to.ask()
    assert to.told == ["Bird Index answered 429: it asks to wait 17 s. Waiting 17 s."]


def test_a_limit_that_a_key_raises_names_its_setting() -> None:
    site = Site("birds", "Bird Index", "https://birds.example", key_setting="LITWEAVE_BIRDS_API_KEY")
    refusing = {"/birds.example/w": Canned(status=403)}
    with serving(refusing) as server, Client(at=server.address) as to, pytest.raises(ServiceRefused) as caught:
        to.get(site, Request("/w"), body)
    assert "a key in LITWEAVE_BIRDS_API_KEY raises its limits" in str(caught.value)


def test_a_wait_beyond_the_limit_ends_the_request(asking: Callable[..., Asking]) -> None:
    """The error says how long the service asks to wait; it is not asked again before."""
    to = asking(Canned(status=429, headers={"Retry-After": "900"}), GOOD)
    with pytest.raises(ServiceUnavailable, match=r"Bird Index answered 429.*asks to wait 900 s") as caught:
        to.ask()
    assert caught.value.retryable
    assert caught.value.retry_after_s == 900
    assert len(to.server.asked) == 1


def test_a_lasting_fault_ends_after_four_attempts(asking: Callable[..., Asking]) -> None:
    to = asking(Canned(b"<html><h1>down for repair</h1></html>", status=500))
    with pytest.raises(ServiceUnavailable, match=r"answered 500 \(down for repair\)"):
        to.ask()
    assert len(to.server.asked) == to.client.requests == 4


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410])
def test_a_refusal_is_not_asked_again(asking: Callable[..., Asking], status: int) -> None:
    """The service's own words are in the error, the status beside them."""
    to = asking(Canned(b'{"message": "unknown filter"}', status=status))
    with pytest.raises(ServiceRefused, match="unknown filter") as caught:
        to.ask()
    assert caught.value.status == status
    assert len(to.server.asked) == 1


def test_a_cut_body_is_fetched_again(asking: Callable[..., Asking]) -> None:
    to = asking(Canned(b"0123456789" * 50, cut=100), GOOD)
    assert to.ask() == b"a whole reply"
    assert len(to.server.asked) == 2


def test_a_body_that_is_always_cut_is_an_error(asking: Callable[..., Asking]) -> None:
    to = asking(Canned(b"0123456789" * 50, cut=100))
    with pytest.raises(ServiceUnavailable, match="broke off"):
        to.ask()


def test_a_malformed_page_is_fetched_again(asking: Callable[..., Asking]) -> None:
    """What the reader calls malformed is like a cut body; for ever, it is an error that says what was wrong."""

    def read(reply: Reply) -> bytes:
        if not reply.body.startswith(b"a whole"):
            raise MalformedReply("it is no whole reply")
        return reply.body

    assert asking(Canned(b"<html>"), GOOD).ask(read=read) == b"a whole reply"
    with pytest.raises(ServiceUnavailable, match="Bird Index sent a reply that cannot be read: it is no whole reply"):
        asking(Canned(b"<html>")).ask(read=read)


def test_a_huge_body_is_not_read(asking: Callable[..., Asking]) -> None:
    """Not even once more."""
    to = asking(Canned(b"x" * 100_001))
    with pytest.raises(SourceTooLarge, match="more than 100,000 bytes"):
        to.ask()
    assert len(to.server.asked) == 1


def test_a_body_that_grows_when_unpacked_is_not_read(asking: Callable[..., Asking]) -> None:
    packed = gzip.compress(b"x" * 10_000_000)
    to = asking(Canned(packed, headers={"Content-Encoding": "gzip"}))
    with pytest.raises(SourceTooLarge):
        to.ask()


def test_a_slow_drip_ends_with_its_attempt(asking: Callable[..., Asking]) -> None:
    """Each byte comes in time, the whole does not."""
    to = asking(Canned(b"x" * 1000, drip_s=0.05), limits=Limits(attempt_s=0.3, attempts=2))
    with pytest.raises(ServiceUnavailable, match=r"did not answer in full within 0\.3 s"):
        to.ask()
    assert len(to.server.asked) == 2


def test_nobody_listens() -> None:
    with serving({}) as server:
        address = server.address
    with (
        Client(at=address, sleep=lambda _: None) as client,
        pytest.raises(ServiceUnavailable, match="cannot be reached"),
    ):
        client.get(SITE, Request("/works"), body)


def test_a_redirect_within_the_site_is_followed(asking: Callable[..., Asking]) -> None:
    to = asking(Canned(status=301, headers={"Location": "/birds.example/new"}), new=GOOD)
    assert to.ask() == b"a whole reply"


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/works",
        "http://birds.example/works",
        "file:///etc/passwd",
        "http://127.0.0.1:9/works",
        "//x",
    ],
)
def test_a_redirect_elsewhere_is_not_followed(
    asking: Callable[..., Asking], address: str, network_attempts: list[str]
) -> None:
    """Nobody else is asked, and it is not tried again."""
    to = asking(Canned(status=302, headers={"Location": address}))
    with pytest.raises(ServiceRefused, match="which is not followed"):
        to.ask()
    assert len(to.server.asked) == 1
    assert network_attempts == []


def test_redirects_in_a_circle_end(asking: Callable[..., Asking]) -> None:
    to = asking(Canned(status=307, headers={"Location": "/birds.example/works"}))
    with pytest.raises(ServiceRefused, match="over and over"):
        to.ask()
    assert len(to.server.asked) == 5


def test_an_error_shows_no_key(asking: Callable[..., Asking]) -> None:
    """Parameters may hold one."""
    to = asking(Canned(status=302, headers={"Location": "https://evil.example/works?api_key=k3y"}))
    with pytest.raises(ServiceRefused) as caught:
        to.ask()
    assert "k3y" not in str(caught.value)


@pytest.mark.parametrize("status", [403, 429])
def test_a_key_that_is_said_back_is_in_no_error(asking: Callable[..., Asking], status: int) -> None:
    """NCBI answers `{"error": "API key invalid", "api-key": …}`. What a terminal would act on goes as well."""
    key = "c0ffee-c0ffee-c0ffee"
    answer = Canned(f'{{"error":"API key invalid \x1b[31m","api-key":"{key}"}}'.encode(), status=status)
    to = asking(answer)
    with pytest.raises((ServiceRefused, ServiceUnavailable)) as refused:
        to.client.get(SITE, Request("/works", {"api_key": key}), body)
    assert "API key invalid" in str(refused.value)
    with pytest.raises((ServiceRefused, ServiceUnavailable)) as again:
        to.ask(**{"x-api-key": key})
    for told in (str(refused.value), str(again.value), *to.told):
        assert key not in told
        assert "\x1b" not in told


def test_proxies_of_the_environment_are_not_asked_for_this_machine(
    asking: Callable[..., Asking], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://proxy.example:3128")
    assert asking(GOOD).ask() == b"a whole reply"


BASE = SITE.base


@pytest.mark.parametrize(
    ("url", "base", "reason"),
    [
        (f"{BASE}/works", BASE, None),
        ("https://old.birds.example/works", BASE, None),
        ("https://birds.example:443/works", BASE, None),
        ("https://birds.example:8443/works", BASE, "no host of Bird Index"),
        ("http://birds.example/works", BASE, "not https"),
        ("https://birds.example.evil.example/", BASE, "no host of Bird Index"),
        ("https://birds.example@evil.example/", BASE, "user name"),
        ("https://127.0.0.1/", BASE, "no host of Bird Index"),
        ("https://birds.example:x/", BASE, "no web address"),
        ("http://127.0.0.1:8000/works", "http://127.0.0.1:8000", None),
        ("http://127.0.0.1:8001/works", "http://127.0.0.1:8000", "another server"),
        ("https://birds.example/works", "http://127.0.0.1:8000", "another server"),
    ],
)
def test_addresses_that_may_be_asked(url: str, base: str, reason: str | None) -> None:
    """The site's own hosts over https; where the site is set to be on this machine, that server alone."""
    found = why_not_allowed(url, SITE, base)
    assert found is None if reason is None else reason in str(found)


@pytest.mark.parametrize(
    "address", ["https://birds.example", "http://10.0.0.1:80", "127.0.0.1:8000", "ftp://localhost"]
)
def test_a_stand_in_must_be_on_this_machine(address: str) -> None:
    with pytest.raises(UsageError, match="LITWEAVE_SOURCES_AT"):
        checked_loopback(address, setting="LITWEAVE_SOURCES_AT")


def test_requests_to_a_service_are_paced(network_attempts: list[str]) -> None:
    """The second request waits for what is left of the interval; the clock stands still here."""
    waits: list[float] = []
    client = Client(sleep=waits.append, clock=lambda: 100.0, limits=Limits(attempts=1))
    for _ in range(2):
        with pytest.raises((ServiceUnavailable, RuntimeError)):
            client.get(Site("b", "B", "https://birds.example", interval_s=3.0), Request("/works"), body)
    client.close()
    network_attempts.clear()
    assert waits == [3.0]
