"""docker-compose.yml is valid, and it exposes nothing that it need not. No engine runs here."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from fastapi.testclient import TestClient
from scripted_review import ScriptedReview

from service.api import create_app
from service.api.operating import Operating
from service.llm import Ledger


@pytest.fixture(scope="module")
def compose(checkout: Path) -> dict[str, Any]:
    """docker-compose.yml, parsed."""
    content = yaml.safe_load((checkout / "docker-compose.yml").read_text(encoding="utf-8"))
    assert isinstance(content, dict)
    return content


@pytest.fixture(scope="module")
def service(compose: dict[str, Any]) -> dict[str, Any]:
    """litweave's own service, the only one that no profile has to be named for."""
    unasked = [name for name, one in compose["services"].items() if "profiles" not in one]
    assert unasked == ["litweave"]
    found = compose["services"]["litweave"]
    assert isinstance(found, dict)
    return found


def _validate(file: Path) -> subprocess.CompletedProcess[str]:
    schema = ["--builtin-schema", "vendor.compose-spec"]
    command = [sys.executable, "-m", "check_jsonschema", *schema, str(file)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)


def test_the_compose_file_follows_the_specification(checkout: Path) -> None:
    """Checked against the schema of the compose specification, which check-jsonschema carries."""
    result = _validate(checkout / "docker-compose.yml")
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize(
    ("good", "bad"),
    [("read_only: true", "read_only_root: true"), ("retries: 3", "retries: [3]"), ("volumes:\n", "volume:\n")],
    ids=["an unknown key", "a wrong type", "a misspelt key"],
)
def test_the_schema_catches_a_mistake(checkout: Path, tmp_path: Path, good: str, bad: str) -> None:
    """The check above can fail."""
    text = (checkout / "docker-compose.yml").read_text(encoding="utf-8")
    assert good in text
    broken = tmp_path / "docker-compose.yml"
    broken.write_text(text.replace(good, bad), encoding="utf-8")
    assert _validate(broken).returncode == 1


def test_the_port_is_published_on_loopback_only(service: dict[str, Any]) -> None:
    """A port without an address would be open to the whole network, past the host's firewall."""
    assert service["ports"] == ["127.0.0.1:8765:8765"]
    assert service.get("network_mode") != "host"


def test_the_library_lies_in_a_named_volume(compose: dict[str, Any], service: dict[str, Any]) -> None:
    """`docker compose down` and an update of the image keep the papers."""
    (mount,) = service["volumes"]
    name, _, target = mount.partition(":")
    assert name in compose["volumes"]
    assert target == "/var/lib/litweave"


def test_the_container_can_do_little(service: dict[str, Any]) -> None:
    """A plain user, a read-only file system, no capabilities, no way to gain any."""
    assert service["user"].split(":")[0] not in ("0", "root")
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in service["security_opt"]
    assert not service.get("privileged")


def test_the_container_is_served_with_a_key_only(service: dict[str, Any]) -> None:
    """Inside the container the service listens on every address: without a key it does not start, nor does compose."""
    assert service["environment"]["LITWEAVE_SERVICE_KEY"].startswith("${LITWEAVE_SERVICE_KEY:?")


def test_the_health_check_asks_the_service_itself(service: dict[str, Any]) -> None:
    """It needs no shell and no curl, neither of which a slim image promises."""
    test = service["healthcheck"]["test"]
    assert test[:3] == ["CMD", "python", "-c"]
    assert "/readyz" in test[3]
    compile(test[3], "healthcheck", "exec")


def test_what_stands_beside_it_is_not_published(compose: dict[str, Any]) -> None:
    """Chroma stands on a network without a way out; only the dashboard has a port, on loopback."""
    published = {name: one["ports"] for name, one in compose["services"].items() if "ports" in one}
    assert published == {"litweave": ["127.0.0.1:8765:8765"], "grafana": ["127.0.0.1:3000:3000"]}
    assert compose["networks"]["inside"]["internal"] is True
    for name in ("chroma", "prometheus"):
        assert compose["services"][name]["networks"] == ["inside"]
    assert {one.get("network_mode") for one in compose["services"].values()} == {None}
    assert {p for one in compose["services"].values() for p in one.get("profiles", ())} == {
        "chroma",
        "ollama",
        "observability",
    }


def test_the_chroma_server_is_reached_by_the_service_alone(compose: dict[str, Any], service: dict[str, Any]) -> None:
    """One image, so one release; a plain user; the network without a way out; the service is told by a variable."""
    chroma = compose["services"]["chroma"]
    assert chroma["image"] == service["image"]
    assert chroma["user"] == service["user"]
    assert chroma["cap_drop"] == ["ALL"]
    assert chroma["read_only"] is True
    assert "inside" in service["networks"]
    port = chroma["command"][chroma["command"].index("--port") + 1]
    assert f":{port}/api/v2/heartbeat" in chroma["healthcheck"]["test"][3]
    assert service["environment"]["LITWEAVE_CHROMA_URL"] is None
    assert "chroma" in service["environment"]["NO_PROXY"].split(",")


def test_every_image_has_a_fixed_tag(compose: dict[str, Any]) -> None:
    """None is `latest`, whose content changes under a running installation."""
    tags = {one["image"].partition(":")[2] for one in compose["services"].values()}
    assert "" not in tags
    assert "latest" not in tags


def test_what_is_mounted_is_there(checkout: Path, compose: dict[str, Any]) -> None:
    """Every file of deploy/ that a service mounts exists, and every volume is declared."""
    mounts = [mount.split(":")[0] for one in compose["services"].values() for mount in one.get("volumes", ())]
    assert [mount for mount in mounts if mount.startswith(".") and not (checkout / mount).is_file()] == []
    assert {mount for mount in mounts if not mount.startswith(".")} == set(compose["volumes"])


def test_prometheus_asks_the_service_with_its_key(checkout: Path, compose: dict[str, Any]) -> None:
    """Address, port, path and secret fit together."""
    (scrape,) = yaml.safe_load((checkout / "deploy" / "prometheus.yml").read_text())["scrape_configs"]
    assert scrape["static_configs"] == [{"targets": ["litweave:8765"]}]
    assert scrape["metrics_path"] == "/metrics"
    (secret,) = compose["services"]["prometheus"]["secrets"]
    assert scrape["authorization"] == {"type": "Bearer", "credentials_file": f"/run/secrets/{secret}"}
    assert compose["secrets"][secret] == {"environment": "LITWEAVE_SERVICE_KEY"}
    assert set(compose["services"]["prometheus"]["networks"]) & set(compose["services"]["litweave"]["networks"])


def test_the_dashboard_shows_metrics_that_there_are(checkout: Path) -> None:
    """Every name in its expressions is one that /metrics has, and the other way round."""
    folder = checkout / "deploy" / "grafana"
    dashboard = json.loads((folder / "litweave.json").read_text(encoding="utf-8"))
    (source,) = yaml.safe_load((folder / "datasource.yml").read_text())["datasources"]
    expressions = [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]
    shown = {name for expression in expressions for name in re.findall(r"litweave_\w+", expression)}
    ledger = Ledger(checkout / "nothing")
    client = TestClient(create_app(ScriptedReview(), operating=Operating(ledger=ledger)))
    client.get("/docs")
    text = client.get("/metrics").text
    kinds = dict(re.findall(r"^# TYPE (litweave_\w+) (\w+)$", text, re.MULTILINE))
    names = {
        name + suffix
        for name, kind in kinds.items()
        for suffix in (("_bucket", "_count", "_sum") if kind == "histogram" else ("",))
    }
    assert shown - names == set()
    families = {re.sub(r"_(bucket|count|sum)$", "", name) for name in shown}
    assert {name for name in kinds if not name.endswith("_created")} - families == {"litweave_tokens_today"}
    assert {panel["datasource"]["uid"] for panel in dashboard["panels"]} == {source["uid"]}
    assert len({panel["id"] for panel in dashboard["panels"]}) == len(dashboard["panels"])


@pytest.fixture(scope="module")
def dockerfile(checkout: Path) -> str:
    """The Dockerfile with continued lines joined."""
    return re.sub(r"\\\n\s*", "", (checkout / "Dockerfile").read_text(encoding="utf-8"))


def test_the_image_installs_from_the_lock_with_hashes(dockerfile: str) -> None:
    """Every pip line either checks hashes or cannot reach an index."""
    lines = [line for line in dockerfile.splitlines() if "pip install" in line]
    assert len(lines) == 2
    assert all("--require-hashes" in line or "--no-index" in line for line in lines)


def test_the_image_ends_as_a_plain_user(dockerfile: str, service: dict[str, Any]) -> None:
    """The last stage leaves root before it starts anything, as the same user as in the compose file."""
    last = dockerfile[dockerfile.rindex("\nFROM ") :]
    assert re.findall(r"^USER (.+)$", last, re.MULTILINE) == [service["user"]]
    assert last.index("\nUSER ") < last.index("\nCMD ")


def test_the_port_is_the_same_everywhere(dockerfile: str, service: dict[str, Any]) -> None:
    """What the service listens on is what the image exposes, the health checks ask and the host publishes."""
    (command,) = re.findall(r"^CMD (.+)$", dockerfile, re.MULTILINE)
    started = json.loads(command)
    assert started[:2] == ["litweave", "serve"]
    port = started[started.index("--port") + 1]
    assert re.findall(r"^EXPOSE (\d+)$", dockerfile, re.MULTILINE) == [port]
    asked = [*re.findall(r"127\.0\.0\.1:(\d+)/readyz", dockerfile + service["healthcheck"]["test"][3])]
    assert asked == [port, port]
    assert service["ports"][0].split(":")[-1] == port


def test_what_the_image_copies_reaches_the_build(checkout: Path, dockerfile: str) -> None:
    """.dockerignore keeps everything out but what a COPY names, and each of those is there."""
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", dockerfile, re.MULTILINE)
    names = {name for line in copied for name in line.split()}
    ignore = (checkout / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert ignore[1] == "*"
    assert {line[1:] for line in ignore if line.startswith("!")} == names
    assert [name for name in sorted(names) if not (checkout / name).exists()] == []
