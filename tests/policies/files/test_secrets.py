"""The planted corpus: every kind in every kind of file is found, and nothing else is."""

from __future__ import annotations

import base64
import random
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.files.secrets import find_secrets, redact

_RANDOM = random.Random(7)  # noqa: S311 - the same corpus in every run


def _letters(count: int, alphabet: str = string.ascii_letters + string.digits) -> str:
    return "".join(_RANDOM.choice(alphabet) for _ in range(count))


# Put together at run time, so that no scanner of anybody's finds keys in this file.
HEX = "0123456789abcdef"
PLANTED = {
    "an AWS access key": "AKIA" + _letters(16, string.ascii_uppercase + "234567"),
    "an AWS secret key": "aws_secret_access_key = " + _letters(40, string.ascii_letters + string.digits + "/+"),
    "a Google API key": "AIza" + _letters(35),
    "a Google OAuth secret": "GOCSPX-" + _letters(28),
    "a Google service account key": '"private_key_id": "' + _letters(40, HEX) + '"',
    "a GitHub token": "ghp_" + _letters(36),
    "a GitLab token": "glpat-" + _letters(20),
    "an Anthropic key": "sk-ant-api03-" + _letters(60),
    "an OpenAI key": "sk-proj-" + _letters(48),
    "a Hugging Face token": "hf_" + _letters(34),
    "a Slack token": "xoxb-" + _letters(12, string.digits) + "-" + _letters(24),
    "a Slack webhook": "https://hooks.slack.com/services/T0" + _letters(8) + "/B0" + _letters(8) + "/" + _letters(24),
    "a Stripe key": "sk_live_" + _letters(24),
    "an npm token": "npm_" + _letters(36),
    "a PyPI token": "pypi-AgEIcHlwaS5vcmc" + _letters(60),
    "a Pulumi token": "pul-" + _letters(40, HEX),
    "a Databricks token": "dapi" + _letters(32, HEX),
    "an Azure storage key": "AccountKey=" + _letters(86) + "==",
    "a SendGrid key": "SG." + _letters(22) + "." + _letters(43),
    "a model provider's key": "gsk_" + _letters(52),
    "a JSON Web Token": "eyJ" + _letters(20) + ".eyJ" + _letters(40) + "." + _letters(43),
    "a private key": "-----BEGIN RSA PRIVATE" + " KEY-----",
    "a bearer token": "Authorization: Bearer " + _letters(32),
    "a password in an address": "postgres://admin:" + "hunter2secret@db.example.com/x",
    "a value for 'password'": "password: " + "correct-horse9",
    "a value for 'api_key'": 'api_key = "' + "notsorandom" + '"',
    "a random string such as a key": _letters(44),
}
FRAMES = {
    "md": "# Card\n\nSome text.\n\n{}\n\nMore text.\n",
    "txt": "first\nsecond\nthird\nfourth\n{}\n",
    "yaml": "description: a\nowner: b\nlist:\n  - c\n{}\n",
    "prompt": "---\nmodel: a\n---\nSay:\n{}\nAnswer:\n",
    "csv": "ticket,__expected\na,b\nc,d\ne,f\n{}\n",
}


@pytest.mark.parametrize("suffix", FRAMES)
@pytest.mark.parametrize("kind", PLANTED)
def test_each_kind_is_found_on_its_line_in_each_kind_of_file(kind: str, suffix: str) -> None:
    found = find_secrets(FRAMES[suffix].format(PLANTED[kind]))
    assert kind in {secret.kind for secret in found}
    assert {secret.line for secret in found} == {5}


@pytest.mark.parametrize("kind", PLANTED)
def test_what_is_found_is_not_in_the_redacted_text(kind: str) -> None:
    text = f"before {PLANTED[kind]} after"
    (secret, *_) = find_secrets(text)
    assert text[secret.start : secret.end] not in redact(text)
    assert redact(text).startswith("before ")


@pytest.mark.parametrize(
    "harmless",
    [
        "digest: sha256:a5fd3b62230aa5ec60212297dc9d20eaa70578ac519e00d93a17e44c087a6818",
        "encryptionsalt: v1:Vc4xk0EXbGM=:v1:Q9pxS2zQnGv2Tn6B:FJb2m4+lJqSMaV6yqmC7V0aXz1Mk9g==",
        "  gatehouse:key:\n    secure: v1:Q9pxS2zQnGv2Tn6B:FJb2m4lJqSMaV6yqmC7V0aXz1Mk9gAbCdEfGhIjKl012345",
        "encryptedkey: AQICAHhAbCdEfGhIjKlMnOpQrStUvWxYz0123456789AbCdEfGhIjKlMn==",
        "commit 5d41402abc4b2a76b9719d911017c592a1b2c3d4",
        "uuid 123e4567-e89b-12d3-a456-426614174000",
        "max_tokens: 2048\nmaxOutputTokens: 256\ncontext_tokens: 4096",
        "input:\n  schema:\n    token: string, what the user pasted\n    password: string",
        "password: ${DB_PASSWORD}",
        "api_key: OPENAI_API_KEY",
        "Authorization: Bearer $TOKEN",
        "I forgot my password: please help me to reset it",
        "My token is not accepted, and the secret: nobody knows why",
        "https://huggingface.co/google/gemma-3-270m-it-qat-q4_0-gguf/resolve/main/README.md",
        "models/very-long-folder-name/another-long-folder-name/a_file_name_with_many_words.csv",
        "CamelCaseNamesOfTestsAreOftenVeryLongIndeedAndHoldNoDigits",
        "![a picture](data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJ)",
        "integrity sha512-Z1xKk2x3cV4b5N6m7QwErTyUiOpAsDfGhJkLzXcVbNm1234567890==",
        "secretsprovider: awskms://alias/gatehouse?region=eu-west-1",
    ],
)
def test_what_only_resembles_a_secret_is_left_alone(harmless: str) -> None:
    assert find_secrets(harmless) == ()


def test_a_secret_on_one_line_is_found_once() -> None:
    assert len(find_secrets("token: " + PLANTED["a GitHub token"])) == 1


@given(st.text(max_size=2_000))
def test_any_text_can_be_searched_and_redacted(text: str) -> None:
    for secret in find_secrets(text):
        assert 0 <= secret.start < secret.end <= len(text)
    assert isinstance(redact(text), str)


@pytest.mark.timeout(30)
@pytest.mark.parametrize(
    "piece",
    [
        "password",
        "eyJ",
        "a:b://",
        "-----BEGIN PRIVATE KEY-----",
        "aws key ",
        "Bearer ",
        "x://a:",
        "sk-" * 9,
        "Aa1",
        "aB1/",
    ],
)
def test_a_large_hostile_text_is_read_without_backtracking_for_ever(piece: str) -> None:
    assert len(find_secrets(piece * (1_000_000 // len(piece)))) < 1_000_000


def test_random_strings_are_found_where_nothing_names_them() -> None:
    draws = [base64.b64encode(bytes(_RANDOM.randrange(256) for _ in range(32))).decode() for _ in range(500)]
    found = [draw for draw in draws if find_secrets(f"see {draw} there")]
    assert len(found) >= 485, "three in a hundred may look like words"


@pytest.mark.parametrize("words", ["a camera that is broken", "B4 and after", "x" * 300])
def test_prose_is_no_secret(words: str) -> None:
    assert find_secrets(words * 3) == ()
