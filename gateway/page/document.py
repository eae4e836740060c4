"""The web page as one document without anything from elsewhere, allowed to run only its own script."""

from __future__ import annotations

import base64
import hashlib
from functools import lru_cache
from pathlib import Path

_FOLDER = Path(__file__).parent
_STYLES = ("page.css",)
_SCRIPTS = ("dom.js", "chart.js", "trial.js", "live.js", "page.js")


@lru_cache(maxsize=1)
def page() -> bytes:
    """The page with its style and script inside."""
    html = (_FOLDER / "page.html").read_text("utf-8")
    return html.replace("/*style*/", _joined(_STYLES)).replace("/*script*/", _joined(_SCRIPTS)).encode()


@lru_cache(maxsize=1)
def content_security_policy() -> str:
    """What a browser may do with it: run this script, apply this style, talk to this gateway; nothing else."""
    return (
        "default-src 'none'; connect-src 'self'; img-src data:; "
        f"script-src '{_hash(_SCRIPTS)}'; style-src '{_hash(_STYLES)}'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"
    )


def _joined(names: tuple[str, ...]) -> str:
    return "\n".join((_FOLDER / name).read_text("utf-8") for name in names)


def _hash(names: tuple[str, ...]) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(_joined(names).encode()).digest()).decode()}"
