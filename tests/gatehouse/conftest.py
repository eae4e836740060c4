"""What several tests of the commands stand on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kit.deployable import Deployable, a_deployable


@pytest.fixture
def checkout(tmp_path: Path) -> Iterator[Deployable]:
    with a_deployable(tmp_path) as deployable:
        yield deployable
