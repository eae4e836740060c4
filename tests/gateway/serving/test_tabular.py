"""The server of a tabular model, as a process of its own."""

from __future__ import annotations

import http.client
import json
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from catalog.model_folder import read_model
from gateway.serving.tabular_inputs import MAX_BODY_BYTES

ROOT = Path(__file__).parents[3]
FOLDER = ROOT / "models" / "breast-cancer"
ROW = {
    "mean_radius": 15.27,
    "mean_texture": 12.91,
    "mean_perimeter": 98.17,
    "mean_area": 725.5,
    "mean_smoothness": 0.08182,
    "mean_compactness": 0.0623,
    "mean_concavity": 0.05892,
    "mean_concave_points": 0.03157,
    "mean_symmetry": 0.1359,
    "mean_fractal_dimension": 0.05526,
}


class Served:
    """The process and its address."""

    def __init__(self, folder: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port: int = free.getsockname()[1]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "gateway.serving", str(folder), "--port", str(self.port)],
            cwd=ROOT,
            stderr=subprocess.PIPE,
            text=True,
        )

    def ask(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request(method, path, body if body is None or isinstance(body, bytes) else json.dumps(body))
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())

    def wait(self) -> None:
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                self.ask("GET", "/health")
            except OSError:
                time.sleep(0.1)
            else:
                return
        pytest.fail("the server did not start")


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    server = Served(FOLDER)
    try:
        server.wait()
        yield server
    finally:
        server.process.terminate()
        server.process.communicate(timeout=60)


def test_its_health_names_the_model_the_digest_and_the_features(served: Served) -> None:
    status, health = served.ask("GET", "/health")

    assert status == 200
    assert (health["status"], health["model"]) == ("ok", "breast-cancer")
    assert health["digest"] == read_model(FOLDER).artifact.digest
    assert health["features"] == list(ROW)


def test_every_row_gets_a_label_and_probabilities(served: Served) -> None:
    large = ROW | {"mean_radius": 25.0, "mean_area": 2000.0, "mean_perimeter": "170"}
    status, answer = served.ask("POST", "/v1/predict", {"inputs": [ROW, large]})

    assert status == 200
    assert [prediction["label"] for prediction in answer["predictions"]] == ["benign", "malignant"]
    assert answer["predictions"][0]["probabilities"]["benign"] == pytest.approx(0.969, abs=0.005)


def test_a_missing_feature_is_named(served: Served) -> None:
    status, answer = served.ask("POST", "/v1/predict", {"inputs": [{**ROW, "mean_area": None}]})

    assert status == 422
    assert answer["error"]["code"] == "invalid_inputs"
    assert answer["error"]["param"] == "inputs[0].mean_area"


def test_a_body_that_is_too_large_is_refused(served: Served) -> None:
    status, answer = served.ask("POST", "/v1/predict", b" " * (MAX_BODY_BYTES + 1))

    assert (status, answer["error"]["code"]) == (413, "request_too_large")


def test_it_stays_within_the_memory_that_the_model_asks_for(served: Served) -> None:
    assert psutil.Process(served.process.pid).memory_info().rss < read_model(FOLDER).needs.memory_mib << 20


def test_a_changed_file_is_never_served(tmp_path: Path) -> None:
    folder = tmp_path / "breast-cancer"
    shutil.copytree(FOLDER, folder)
    (folder / "model.skops").write_bytes((folder / "model.skops").read_bytes() + b"\n")
    server = Served(folder)
    _, errors = server.process.communicate(timeout=120)

    assert server.process.returncode == 4
    assert "model.skops has digest sha256:" in errors
    assert "Traceback" not in errors
