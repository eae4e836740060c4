"""Secrets: none in an environment or a command line, where state files and process lists show them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from policies.guardrails.rule import SECRET_VALUE, Resource, rule
from policies.resource_types import PROCESS

_SECRET_NAME = re.compile(
    r"(^|[_-])(pass(word|wd|phrase)|secret([_-]?(access[_-]?)?key)?|credentials?|token|(api|access|private|auth)[_-]?key)$",
    re.IGNORECASE,
)
# Marks in a tokeniser's vocabulary.
_TOKEN_OF_TEXT = re.compile(r"(bos|eos|pad|unk|mask|sep|cls|stop)[_-]token$", re.IGNORECASE)
_SECRET_VALUE = re.compile(
    r"""-----BEGIN\ [A-Z ]*PRIVATE\ KEY-----
    | \b(AKIA|ASIA)[0-9A-Z]{16}\b           # AWS
    | \bgh[pousr]_[A-Za-z0-9]{36}           # GitHub
    | \bgithub_pat_[A-Za-z0-9_]{22}
    | \bglpat-[A-Za-z0-9_-]{20}             # GitLab
    | \bsk-[A-Za-z0-9_-]{20}                # OpenAI and those who copy it
    | \bhf_[A-Za-z0-9]{30}                  # Hugging Face
    | \bxox[abprs]-[A-Za-z0-9-]{10}         # Slack
    | \bAIza[0-9A-Za-z_-]{35}               # Google
    | ://[^/\s:@]+:[^/\s:@]+@               # a password in an address
    """,
    re.VERBOSE,
)


@rule(
    "environment-holds-no-secrets",
    on=(PROCESS,),
    why="An environment in plain text ends up in the stack's state, in previews and in process lists.",
    fix="Keep it with `pulumi config set --secret`, or let the process read a file or a secret store.",
    reference="https://cwe.mitre.org/data/definitions/798.html",
)
def environment_holds_no_secrets(resource: Resource) -> Iterator[str]:
    """No variable and no argument looks like a credential. Values that Pulumi encrypts are fine."""
    yield from _secret_arguments(resource)
    for name, value in resource.each("environment"):
        if isinstance(value, str) and value and value != SECRET_VALUE and _looks_secret(name, value):
            yield f"Environment variable {name[:100]} of {resource.name} holds a secret in plain text."


def _secret_arguments(resource: Resource) -> Iterator[str]:
    for word, following in resource.words("command"):
        option, equals, value = word.partition("=")
        argument = value if equals else following
        named = option.startswith("--") and _names_a_secret(option) and argument not in {"", SECRET_VALUE}
        if (named and not argument.startswith("--")) or _SECRET_VALUE.search(word):
            yield f"The command of {resource.name} holds a secret in plain text."


def _looks_secret(name: str, value: str) -> bool:
    return _names_a_secret(name) or bool(_SECRET_VALUE.search(value))


def _names_a_secret(name: str) -> bool:
    return bool(_SECRET_NAME.search(name)) and not _TOKEN_OF_TEXT.search(name)
