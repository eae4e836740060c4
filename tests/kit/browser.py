"""A real Chromium for the tests that open pages."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

_NAMES = ("chromium", "chromium-browser", "google-chrome")


def _found() -> str | None:
    return next((path for name in _NAMES if (path := shutil.which(name))), None)


@contextmanager
def a_browser() -> Iterator[Browser]:
    """Chromium from the PATH, or the one that playwright installed. Without one the test skips, and in CI it fails."""
    with sync_playwright() as playwright:
        path = _found() or playwright.chromium.executable_path
        if not Path(path).exists():
            _without()
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        try:
            yield browser
        finally:
            browser.close()


def _without() -> None:
    reason = f"no Chromium: neither {', '.join(_NAMES)} on the PATH nor one that playwright installed"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)
