"""The formats of JSON Schema that promptfoo checks (ajv-formats) and that can be checked without a dependency."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, time
from ipaddress import IPv4Address, IPv6Address
from typing import Any
from urllib.parse import urlsplit

from catalog.patterns import BadPatternError, translate

_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_TIME = re.compile(r"\d\d:\d\d:\d\d(\.\d{1,9})?(Z|z|[+-]\d\d:?\d\d)", re.ASCII)
_UUID = re.compile(r"(urn:uuid:)?[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}", re.ASCII | re.IGNORECASE)
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", re.ASCII | re.IGNORECASE)
_LOCAL_PART = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*", re.ASCII | re.IGNORECASE)
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*", re.ASCII | re.IGNORECASE)
_MAX_CHARACTERS = 2_000


def _holds(function: Callable[[str], Any]) -> Callable[[str], bool]:
    """The text is of reasonable length and the function neither raises nor says no."""

    def check(text: str) -> bool:
        try:
            return len(text) <= _MAX_CHARACTERS and bool(function(text))
        except ValueError:
            return False

    return check


def _is_date(text: str) -> bool:
    return _DATE.fullmatch(text) is not None and bool(date.fromisoformat(text))


def _is_time(text: str) -> bool:
    found = _TIME.fullmatch(text)
    return found is not None and time.fromisoformat(text[:8]) is not None


def _is_date_time(text: str) -> bool:
    return len(text) > 11 and text[10] in "Tt " and _is_date(text[:10]) and _is_time(text[11:])


def _is_email(text: str) -> bool:
    local, at, domain = text.rpartition("@")
    return bool(at) and _LOCAL_PART.fullmatch(local) is not None and "." in domain and _is_hostname(domain)


def _is_hostname(text: str) -> bool:
    return len(text) <= 253 and all(_LABEL.fullmatch(label) for label in text.removesuffix(".").split("."))


def _is_uri(text: str) -> bool:
    if not text.isascii() or any(char <= " " or char in '"<>\\^`{|}' for char in text):
        return False
    parts = urlsplit(text)
    return _SCHEME.fullmatch(parts.scheme) is not None and bool(parts.netloc or parts.path)


def _is_web_address(text: str) -> bool:
    parts = urlsplit(text)
    return parts.scheme in {"http", "https", "ftp"} and bool(parts.hostname) and " " not in text


def _is_pattern(text: str) -> bool:
    try:
        translate(text)
    except BadPatternError:
        return False
    return True


FORMATS: dict[str, Callable[[str], bool]] = {
    "date": _holds(_is_date),
    "date-time": _holds(_is_date_time),
    "email": _holds(_is_email),
    "hostname": _holds(_is_hostname),
    "ipv4": _holds(IPv4Address),
    "ipv6": _holds(IPv6Address),
    "regex": _holds(_is_pattern),
    "time": _holds(_is_time),
    "uri": _holds(_is_uri),
    "url": _holds(_is_web_address),
    "uuid": _holds(_UUID.fullmatch),
}
