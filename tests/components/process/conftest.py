"""A site of its own for each test, and the end of everything that it started."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from components.process.site import Site
from components.process.strays import strays
from components.process.supervisor import Supervisor
from tests.kit.processes import properties


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """An empty site; whatever a test leaves running is ended."""
    made = Site(tmp_path, "local")
    yield made
    Supervisor(made).stop()
    assert strays(made) == []


@pytest.fixture
def stand_in(site: Site) -> Callable[..., dict[str, Any]]:
    """The properties of a process that runs the stand-in server; arguments are its options."""
    return lambda *options, **changes: properties(site, *options, **changes)


@pytest.fixture
def supervisor_of() -> Callable[[Site], psutil.Process]:
    """The supervisor's process of a site."""
    return lambda site: psutil.Process(int(site.pid_file.read_text()))
