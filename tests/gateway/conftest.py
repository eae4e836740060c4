"""One stub and one gateway for the tests of a module."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kit.gateway import RunningGateway, gateway, gateway_config, write_config
from tests.kit.mannered_model import ManneredModel, mannered_model


@pytest.fixture(scope="module")
def stub() -> Iterator[ManneredModel]:
    with mannered_model() as running:
        yield running


@pytest.fixture(scope="module")
def running(stub: ManneredModel, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningGateway]:
    folder = tmp_path_factory.mktemp("gateway")
    with gateway(write_config(folder / "gateway.json", gateway_config(folder, stub.url))) as one:
        yield one


@pytest.fixture
def log_path(running: RunningGateway) -> Path:
    return running.config.parent / "predictions.sqlite"
