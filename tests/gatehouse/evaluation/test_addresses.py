"""Addresses are checked before anything is sent, above all a key."""

from __future__ import annotations

import pytest

from gatehouse.errors import UsageError
from gatehouse.evaluation.addresses import api_key, check_names, parse_addresses


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("m=http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("m=http://127.0.0.1:8080/", "http://127.0.0.1:8080"),
        ("m=https://api.example.com/v1", "https://api.example.com"),
        ("m=https://example.com/openai/v1/", "https://example.com/openai"),
        ("m=http://[::1]:80/a=b", "http://[::1]:80/a=b"),
    ],
)
def test_an_address_ends_before_v1(text: str, address: str) -> None:
    assert parse_addresses([text]) == {"m": address}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("http://127.0.0.1", "no address of a model"),
        ("M=http://127.0.0.1", "no address of a model"),
        ("m=", "no http or https"),
        ("m=file:///etc/passwd", "no http or https"),
        ("m=https://user:secret@example.com", "must not hold a user"),
        ("m=https://example.com?a=b", "query"),
        ("m=http://example.com:99999", "no address"),
        ("m=http://[::1", "no address"),
    ],
)
def test_what_is_no_address_says_so_with_an_example(text: str, why: str) -> None:
    with pytest.raises(UsageError, match=why) as caught:
        parse_addresses([text])
    assert "secret" not in str(caught.value)


def test_a_model_has_one_address() -> None:
    with pytest.raises(UsageError, match="two addresses"):
        parse_addresses(["m=http://a", "m=http://b"])


def test_an_address_of_an_unknown_model_names_the_nearest() -> None:
    check_names({"gemma": "http://a"}, ["gemma"])
    with pytest.raises(UsageError, match="Did you mean 'gemma'"):
        check_names({"gema": "http://a"}, ["gemma", "other"])


def test_a_key_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_KEY", "sk-1")
    assert api_key("SOME_KEY", {"m": "https://example.com"}) == "sk-1"
    assert api_key("SOME_KEY", {"m": "http://127.0.0.1:1", "n": "http://localhost"}) == "sk-1"
    assert api_key(None, {}) is None


@pytest.mark.parametrize(
    ("value", "addresses", "why"),
    [
        ("", {"m": "https://example.com"}, "is not set"),
        ("two\nlines", {"m": "https://example.com"}, "odd characters"),
        ("sk-1", {}, "needs an address"),
        ("sk-1", {"m": "http://example.com"}, "unencrypted"),
    ],
)
def test_a_key_is_not_sent_where_it_should_not_go(
    monkeypatch: pytest.MonkeyPatch, value: str, addresses: dict[str, str], why: str
) -> None:
    monkeypatch.setenv("SOME_KEY", value)
    with pytest.raises(UsageError, match=why) as caught:
        api_key("SOME_KEY", addresses)
    assert not value or value not in str(caught.value)
