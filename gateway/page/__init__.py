"""The web page: one file without anything from elsewhere, allowed to run only its own script."""

from __future__ import annotations

import base64
import hashlib
from functools import lru_cache
from pathlib import Path

_FOLDER = Path(__file__).parent


@lru_cache(maxsize=1)
def page() -> bytes:
    """The page with its style and script inside."""
    html = (_FOLDER / "page.html").read_text("utf-8")
    return html.replace("/*style*/", _part("page.css")).replace("/*script*/", _part("page.js")).encode()


@lru_cache(maxsize=1)
def content_security_policy() -> str:
    """What a browser may do with it: run this script, apply this style, talk to this gateway; nothing else."""
    return (
        "default-src 'none'; connect-src 'self'; img-src data:; "
        f"script-src '{_hash('page.js')}'; style-src '{_hash('page.css')}'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"
    )


def _part(name: str) -> str:
    return (_FOLDER / name).read_text("utf-8")


def _hash(name: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(_part(name).encode()).digest()).decode()}"
