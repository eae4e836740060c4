"""Patterns mean what they mean in JavaScript; node is asked where it is installed."""

from __future__ import annotations

import json
import shutil
import subprocess

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.patterns import BadPatternError, code_units, compiled, translate

PIECES = [
    *("a", "b", "ab", "^", "$", ".", "(", "(?:", ")", "(?=", "(?!", "(?<=", "(?<!", "(?<n>", "\\k<n>", "\\1", "\\2"),
    *("[", "]", "[^", "[]", "[^]", "-", "*", "+", "?", "{2}", "{1,3}", "{,2}", "{2,", "{", "}", "|", "\\d", "\\D"),
    *("\\w", "\\W", "\\s", "\\S", "\\b", "\\B", "\\n", "\\u0061", "\\x41", "\\u{3}", "\\cA", "\\c", "\\0", "\\12"),
    *("\\p", "\\Z", "\\A", "\\/", "[a-z]", "[\\w-z]", "[b-a]", "(a)", "(b)?", "(?i)", "é", "😀", "\n", " ", "\u00a0"),
    *("(?P<x>", "(?#", "*?", "??", "++", "[[:alpha:]]", "\\", "[\\b]", "[\\]]", "A", "0", "_", ":", "&&", "~"),
]
TEXTS = [
    "",
    "a",
    "ab",
    "aab",
    "abab\n",
    "aa bb",
    "é",
    "😀",
    "x😀y",
    "a\nb",
    "\u00a0",
    "A0_",
    "aaa",
    "{2}",
    "]",
    "\\",
    "\x08",
]
IN_NODE = """
const cases = JSON.parse(require("fs").readFileSync(0, "utf8"));
const test = (p, texts) => { const r = new RegExp(p); return texts.map(t => r.test(t)) };
const run = ([p, texts]) => { try { return test(p, texts) } catch { return "bad" } };
console.log(JSON.stringify(cases.map(run)))
"""


def matches(pattern: str, text: str) -> bool:
    return compiled(pattern).search(code_units(text), timeout=1) is not None


def test_the_end_is_the_end_and_not_the_line_before_it() -> None:
    assert matches("^billing$", "billing")
    assert not matches("^billing$", "billing\n")


def test_an_astral_character_is_two_characters_as_in_javascript() -> None:
    assert not matches("^.$", "😀")
    assert matches("^..$", "😀")
    assert matches("😀", "say 😀")


def test_python_only_syntax_means_what_javascript_makes_of_it() -> None:
    assert matches("\\Ab", "Ab")
    assert matches("(?:foo){e<=1}", "foo{e<=1}")
    assert matches("^[[:alpha:]]$", "l]")


@pytest.mark.parametrize("pattern", ["(?i)a", "(?P<n>a)", "a++", "*a", "(", "a)", "[b-a]", "a{2,1}", "(?#x)", "\\"])
def test_what_javascript_refuses_is_refused(pattern: str) -> None:
    with pytest.raises(BadPatternError):
        compiled(pattern)


@pytest.mark.parametrize("pattern", ["a{1000000000}", "((a{1000}){1000}){1000}", "(" * 200 + ")" * 200, "a" * 2_001])
def test_a_pattern_that_would_take_all_memory_is_refused(pattern: str) -> None:
    with pytest.raises(BadPatternError):
        compiled(pattern)


def test_a_group_that_took_no_part_matches_nothing() -> None:
    assert matches("^(a)?b\\1$", "b")
    assert matches("^(?<x>a)?b\\k<x>$", "aba")
    assert not matches("^(?<x>a)?b\\k<x>$", "ab")


def test_a_repeated_named_reference_keeps_its_repeat() -> None:
    assert matches("^(?<n>a)\\k<n>{2}$", "aaa")


@given(st.text(max_size=60))
@settings(max_examples=300)
def test_any_text_is_a_pattern_or_refused(text: str) -> None:
    try:
        translate(text)
    except BadPatternError:
        return
    assert compiled(text) is not None


@pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed")
@given(st.lists(st.lists(st.sampled_from(PIECES), min_size=1, max_size=6).map("".join), min_size=300, max_size=300))
@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_patterns_agree_with_node(patterns: list[str]) -> None:
    asked = json.dumps([[pattern, TEXTS] for pattern in patterns])
    done = subprocess.run(["node", "-e", IN_NODE], input=asked, capture_output=True, text=True, check=True)
    for pattern, theirs in zip(patterns, json.loads(done.stdout), strict=True):
        try:
            ours: object = [matches(pattern, text) for text in TEXTS]
        except BadPatternError:
            ours = "bad"
        assert ours == theirs, pattern
