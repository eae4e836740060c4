from __future__ import annotations

import pytest

from policies.guardrails.families.secrets import environment_holds_no_secrets
from policies.guardrails.rule import SECRET_VALUE
from tests.kit.resources import a_process

GITHUB = "ghp_" + "a1" * 18


def said(**changes: object) -> list[str]:
    return list(environment_holds_no_secrets.check(a_process(**changes)))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_PASSWORD", "hunter2"),
        ("OPENAI_API_KEY", "anything"),
        ("AWS_SECRET_ACCESS_KEY", "anything"),
        ("HF_TOKEN", "anything"),
        ("token", "anything"),
        ("HARMLESS", GITHUB),
        ("HARMLESS", "AKIA" + "B2" * 8),
        ("HARMLESS", "postgres://me:hunter2@db.example/x"),
        ("HARMLESS", "-----BEGIN RSA PRIVATE KEY-----"),
    ],
)
def test_a_variable_that_looks_like_a_credential_is_refused_and_not_repeated(name: str, value: str) -> None:
    messages = said(environment={name: value})

    assert messages == [f"Environment variable {name} of support-model holds a secret in plain text."]
    assert value not in messages[0].replace(name, "")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MAX_TOKENS", "256"),
        ("TOKENIZERS_PARALLELISM", "false"),
        ("EOS_TOKEN", "</s>"),
        ("PASSWORD_FILE", "/run/secrets/db"),
        ("KEYBOARD", "de"),
        ("DATABASE_PASSWORD", SECRET_VALUE),
        ("DATABASE_PASSWORD", ""),
        ("URL", "https://example.org:8080/path"),
    ],
)
def test_what_is_no_secret_or_is_encrypted_passes(name: str, value: str) -> None:
    assert said(environment={name: value}) == []


@pytest.mark.parametrize(
    "command",
    [["serve", "--api-key", "hunter2"], ["serve", "--api-key=hunter2"], ["curl", "-H", f"Authorization: {GITHUB}"]],
)
def test_a_secret_in_the_command_is_refused(command: list[str]) -> None:
    assert said(command=command) == ["The command of support-model holds a secret in plain text."]


@pytest.mark.parametrize(
    "command",
    [["serve", "--api-key", SECRET_VALUE], ["serve", "--api-key", "--verbose"], ["serve", "--max-tokens", "5"]],
)
def test_a_command_without_a_plain_secret_passes(command: list[str]) -> None:
    assert said(command=command) == []
