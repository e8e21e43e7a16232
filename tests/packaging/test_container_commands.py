"""What docker-compose.yml runs is run here, without an engine: health checks, Chroma's command, the scrape."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from chroma_process import free_port
from prometheus_client.parser import text_string_to_metric_families
from served import Served, served

KEY = "k" * 40


@pytest.fixture(scope="module")
def compose(checkout: Path) -> dict[str, Any]:
    content = yaml.safe_load((checkout / "docker-compose.yml").read_text(encoding="utf-8"))
    assert isinstance(content, dict)
    return content


@pytest.fixture
def service(tmp_path: Path) -> Any:
    (tmp_path / "kites.jsonl").write_text('{"title": "Kites", "abstract": "Kites glide in a steady wind."}')
    line = [sys.executable, "-m", "service.cli", "import", str(tmp_path / "kites.jsonl")]
    subprocess.run([*line, "--library", str(tmp_path / "library")], check=True, capture_output=True)
    with served(tmp_path / "library", environment={"LITWEAVE_SERVICE_KEY": KEY}) as running:
        yield running


def checked(test: list[str], port: int) -> int:
    """Exit code of a health check whose service listens on that port."""
    code = re.sub(r"127\.0\.0\.1:\d+", f"127.0.0.1:{port}", test[3])
    assert code != test[3]
    command = [sys.executable, *test[2:3], code]
    environment = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    return subprocess.run(command, env=environment, capture_output=True, check=False, timeout=60).returncode


def test_the_health_check_tells_a_live_service_from_a_dead_one(compose: dict[str, Any], service: Served) -> None:
    test = compose["services"]["litweave"]["healthcheck"]["test"]
    port = service.client.base_url.port
    assert port is not None
    assert checked(test, port) == 0
    service.process.kill()
    service.process.wait()
    assert checked(test, port) != 0


def test_prometheus_is_given_the_metrics_for_the_key_alone(checkout: Path, service: Served) -> None:
    """Path and scheme as deploy/prometheus.yml says them, the key as the secret holds it."""
    (scrape,) = yaml.safe_load((checkout / "deploy" / "prometheus.yml").read_text())["scrape_configs"]
    told = {"Authorization": f"{scrape['authorization']['type']} {KEY}"}
    reply = service.client.get(scrape["metrics_path"], headers=told)
    assert reply.status_code == 200
    names = {family.name for family in text_string_to_metric_families(reply.text)}
    assert {"litweave_papers", "litweave_request_seconds"} <= names
    told["Authorization"] += "x"
    assert service.client.get(scrape["metrics_path"], headers=told).status_code == 401


def test_chromas_command_starts_a_server_that_its_health_check_finds(compose: dict[str, Any], tmp_path: Path) -> None:
    """The command of the profile on another port and path; a home that is not there, as in the container."""
    chroma = compose["services"]["chroma"]
    given, port = list(chroma["command"]), free_port()
    for option, value in (("--host", "127.0.0.1"), ("--port", str(port)), ("--path", str(tmp_path / "vectors"))):
        given[given.index(option) + 1] = value
    given[0] = str(Path(sys.executable).with_name(given[0]))
    environment = {**os.environ, **chroma["environment"], "HOME": str(tmp_path / "nowhere")}
    log = tmp_path / "log"
    with log.open("wb") as out:
        process = subprocess.Popen(given, env=environment, cwd=tmp_path, stdout=out, stderr=out)
    try:
        end = time.monotonic() + 60
        while checked(chroma["healthcheck"]["test"], port) != 0:
            assert process.poll() is None, log.read_text(errors="replace")
            assert time.monotonic() < end
        reply = httpx.get(f"http://127.0.0.1:{port}/api/v2/version", trust_env=False)
        assert reply.json().startswith("1.")
    finally:
        process.kill()
        process.wait()
    assert checked(chroma["healthcheck"]["test"], port) != 0
    assert not (tmp_path / "nowhere").exists()
