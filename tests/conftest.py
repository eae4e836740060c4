"""Every test starts from the same environment, whatever the shell of the person who runs it holds."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import pytest

# With somebody's own backend or key in it, a test would update their stacks or ask their models.
_FOREIGN = ("PULUMI_", "GATEHOUSE_", "OPENAI_", "ANTHROPIC_", "AWS_ACCESS", "AWS_SECRET", "AWS_SESSION", "AWS_PROFILE")
# Where the tools are, and which browser to use, is a matter of the machine.
_KEPT = ("GATEHOUSE_CACHE", "GATEHOUSE_CHROMIUM")


@pytest.fixture(scope="session", autouse=True)
def _environment_of_nobody() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith(_FOREIGN) and name not in _KEPT]:
            patch.delenv(name)
        yield


@pytest.fixture(scope="session", autouse=True)
def _interrupts_are_heard() -> None:
    """A shell starts what runs in the background deaf to SIGINT, and every child would inherit that."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
