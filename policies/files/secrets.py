"""Finds credentials in text. What is found is named by its kind and place, never shown."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, pairwise

_Place = tuple[str, int, int]


@dataclass(frozen=True, slots=True)
class Secret:
    """A credential: its kind in words, its line counting from 1, and where it stands in the text."""

    kind: str
    line: int
    start: int
    end: int


# Each with the characters that have to be in the text before the pattern is tried. A match's group `secret` is
# the part that is hidden; without one, all of it.
_KINDS: tuple[tuple[str, tuple[str, ...], str], ...] = (
    (
        "an AWS access key",
        ("AKIA", "ASIA", "ABIA", "ACCA"),
        r"(?<![A-Za-z0-9])(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}(?![A-Z0-9])",
    ),
    (
        "an AWS secret key",
        ("aws", "AWS", "Aws"),
        r"(?i:aws)[\w.\- ]{0,30}(?i:key|secret)[\"'\w\s:=>]{0,12}[\"':=\s](?P<secret>[\w/+]{40})(?![\w/+=])",
    ),
    ("a Google API key", ("AIza",), r"AIza[A-Za-z0-9_-]{35}"),
    ("a Google OAuth secret", ("GOCSPX-", "ya29."), r"GOCSPX-[A-Za-z0-9_-]{20,}|ya29\.[A-Za-z0-9_-]{20,}"),
    (
        "a Google service account key",
        ("private_key_id",),
        r"[\"']?private_key_id[\"']?\s*[:=]\s*[\"']?(?P<secret>[0-9a-f]{40})",
    ),
    (
        "a GitHub token",
        ("gh", "github_pat_"),
        r"(?<![A-Za-z0-9])gh[pousr]_[A-Za-z0-9]{30,255}|github_pat_[A-Za-z0-9_]{22,255}",
    ),
    ("a GitLab token", ("glpat-",), r"glpat-[A-Za-z0-9_-]{20,}"),
    ("an Anthropic key", ("sk-ant-",), r"sk-ant-[A-Za-z0-9_-]{20,}"),
    (
        "an OpenAI key",
        ("sk-",),
        r"(?<![A-Za-z0-9])sk-(?!ant-)(?:(?:proj|svcacct|admin|or-v1)-[A-Za-z0-9_-]{20,}|[A-Za-z0-9]{32,})",
    ),
    ("a Hugging Face token", ("hf_", "api_org_"), r"(?<![A-Za-z0-9])(?:hf|api_org)_[A-Za-z0-9]{30,}"),
    ("a Slack token", ("xox", "xapp-"), r"xox[abeoprs]-[A-Za-z0-9-]{10,}|xapp-[A-Za-z0-9-]{10,}"),
    (
        "a Slack webhook",
        ("hooks.slack.com",),
        r"hooks\.slack\.com/(?:services|workflows)/(?P<secret>[A-Za-z0-9/_-]{20,})",
    ),
    ("a Stripe key", ("_live_", "_test_"), r"(?<![A-Za-z0-9])[rs]k_(?:live|test)_[A-Za-z0-9]{16,}"),
    ("an npm token", ("npm_",), r"(?<![A-Za-z0-9])npm_[A-Za-z0-9]{36}"),
    ("a PyPI token", ("pypi-Ag",), r"pypi-Ag[A-Za-z0-9_-]{50,}"),
    ("a Pulumi token", ("pul-",), r"(?<![A-Za-z0-9])pul-[0-9a-f]{40}"),
    ("a Databricks token", ("dapi",), r"(?<![A-Za-z0-9])dapi[0-9a-f]{32}"),
    ("an Azure storage key", ("AccountKey=",), r"AccountKey=(?P<secret>[A-Za-z0-9+/]{40,}={0,2})"),
    ("a SendGrid key", ("SG.",), r"(?<![A-Za-z0-9])SG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}"),
    (
        "a model provider's key",
        ("gsk_", "r8_", "xai-", "pplx-", "nvapi-"),
        r"(?<![A-Za-z0-9])(?:gsk_|r8_|xai-|pplx-|nvapi-)[A-Za-z0-9_-]{30,}",
    ),
    (
        "a JSON Web Token",
        ("eyJ",),
        r"(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}",
    ),
    (
        "a private key",
        ("PRIVATE KEY",),
        r"-----BEGIN (?:[A-Z0-9]{1,20} ){0,3}PRIVATE KEY(?: BLOCK)?-----(?:[^-]{0,16384}-----END[A-Z0-9 ]{0,60}-----)?",
    ),
    ("a bearer token", ("earer", "EARER"), r"(?i:bearer)[ \t]+(?P<secret>(?=\S*[0-9])[A-Za-z0-9._~+/=-]{16,})"),
    (
        "a password in an address",
        ("://",),
        r"[a-zA-Z][a-zA-Z0-9+.-]{0,30}://[^\s:/@\"'<>]{1,100}:(?P<secret>[^\s/@\"'<>${}]{3,200})@",
    ),
)
_PATTERNS = tuple((kind, signs, re.compile(pattern)) for kind, signs, pattern in _KINDS)
# Starts with the word itself and not with what may stand before it, so that a large file is read in one pass.
_ASSIGNED = re.compile(
    r"(?:password|passwd|passphrase|pwd|secret|token|api[_-]?key|(?:access|account|private|secret|signing)[_-]?key"
    r"|credentials?)[\"']?[ \t]{0,8}(?::=|[:=])[ \t]{0,8}(?P<quote>[\"']?)(?P<secret>[^\s\"',;<>{}()\[\]]{6,400})",
    re.IGNORECASE,
)
_BEFORE = re.compile(r"(?P<start>^|\n)?[ \t]*(?:-[ \t]+)?(?:export[ \t]+)?[\"']?(?:[\w.-]*:)?(?P<name>[\w.-]*)\Z")
_NO_SECRET = re.compile(
    r"\$|%\(|\*{3}|x{4,}|\.{3}|…|(?:your|my|the|example|sample|dummy|changeme|placeholder|redacted|masked|none|null|true|false"
    r"|string|integer|number|boolean|any|required|optional|file:|https?:|env:|secretref)\b|(?-i:[A-Z]+_[A-Z0-9_]+$)",
    re.IGNORECASE,
)
# What looks random and is public: digests, checksums, ciphertext that Pulumi made, embedded pictures.
_PUBLIC_BEFORE = re.compile(
    r"(?:sha(?:1|224|256|384|512)|md5|blake2b|blake3)[:=-]\s*$|(?:encryptionsalt|encryptedkey|secure)[\"']?\s*:\s*[\"']?(?:v1:)?"
    r"[A-Za-z0-9+/=:]{0,100}$|data:[a-z0-9.+/;=-]{1,60},$|;base64,$",
    re.IGNORECASE,
)
_RUN = re.compile(r"[A-Za-z0-9+/=_-]{32,}")
_CHECKSUM = re.compile(r"sha[0-9]{1,3}[-=]|v[0-9]:")
_MIN_TURNS = 0.35
_MIN_ENTROPY_BITS = 4.0
_MOST = 100
_LONGEST_RUN = 500
_SHORTEST_VALUE = 6


def find_secrets(text: str) -> tuple[Secret, ...]:
    """The credentials in a text, in order, each place once; at most a hundred of a sort, since one is enough."""
    found: list[_Place] = []
    for search in (_known, _assigned, _random):
        for kind, start, end in islice(search(text), _MOST):
            if not any(begin < end and start < stop for _, begin, stop in found):
                found.append((kind, start, end))
    found.sort(key=lambda place: place[1])
    return tuple(Secret(kind, text.count("\n", 0, start) + 1, start, end) for kind, start, end in found)


def redact(text: str) -> str:
    """A text with every credential in it replaced by its kind."""
    for secret in reversed(find_secrets(text)):
        text = f"{text[: secret.start]}[{secret.kind}]{text[secret.end :]}"
    return text


def _known(text: str) -> Iterator[_Place]:
    for kind, signs, pattern in _PATTERNS:
        if any(sign in text for sign in signs):
            for match in pattern.finditer(text):
                group = "secret" if "secret" in pattern.groupindex else 0
                yield kind, *match.span(group)


def _assigned(text: str) -> Iterator[_Place]:
    for match in _ASSIGNED.finditer(text):
        value = match["secret"].rstrip(".!?")
        if len(value) < _SHORTEST_VALUE or value.isdigit() or _NO_SECRET.match(value):
            continue
        before = _BEFORE.search(text, max(0, match.start() - 60), match.start())
        alone = before is not None and before["start"] is not None and _ends_line(text, match.end("secret"))
        if alone or match["quote"] or _is_mixed(value):
            word = re.split(r"[\"' \t:=]", match[0], maxsplit=1)[0]
            yield f"a value for '{(before['name'] if before else '') + word}'", *match.span("secret")


def _ends_line(text: str, end: int) -> bool:
    rest = text[end : end + 8].lstrip("\"' \t,}")
    return not rest or rest[0] in "\r\n#"


def _is_mixed(value: str) -> bool:
    """Letters with digits or signs between them, as no word of a language has."""
    return any(char.isalpha() for char in value) and any(char.isdigit() or char in "!@#^&*+=" for char in value)


def _random(text: str) -> Iterator[_Place]:
    for match in _RUN.finditer(text):
        before = text[max(0, match.start() - 160) : match.start()]
        if _looks_random(match[0][:_LONGEST_RUN]) and not _PUBLIC_BEFORE.search(before):
            yield "a random string such as a key", match.start(), match.end()


def _looks_random(run: str) -> bool:
    """Small letters, capitals and digits in turns, as in no word, path or name."""
    if _CHECKSUM.match(run):
        return False
    sorts = [_sort(char) for char in run if char.isalnum()]
    turns = sum(one != other for one, other in pairwise(sorts))
    return len(set(sorts)) == 3 and turns / len(run) >= _MIN_TURNS and _entropy_bits(run) >= _MIN_ENTROPY_BITS


def _sort(char: str) -> str:
    return "digit" if char.isdigit() else "small" if char.islower() else "capital"


def _entropy_bits(word: str) -> float:
    """Shannon entropy of a character."""
    counts = Counter(word)
    return -sum(n / len(word) * math.log2(n / len(word)) for n in counts.values())
