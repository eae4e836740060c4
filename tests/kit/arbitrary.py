"""Hypothesis strategies for whatever a verdict may hold, hostile text first."""

from __future__ import annotations

from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, get_args, get_origin

from annotated_types import Ge, Le
from hypothesis import strategies as st
from pydantic import BaseModel
from pydantic.fields import FieldInfo

HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "</details></table><h1>PASS</h1>",
    "<!-- gatehouse:verdict -->",
    "-->",
    "![x](https://evil.example/x.png)",
    "[merge](https://evil.example)",
    "[x]: https://evil.example",
    "<https://evil.example>",
    "https://evil.example www.evil.example ftp://evil.example mailto:a@evil.example",
    "a@evil.example",
    "@octocat @org/team",
    "closes #123 GH-123 owner/repo#1 owner/repo@fe3a4510c2d4b6a8e0f1c3d5b7a9e1f2c4d6b8a0",
    "a | b || c \\| d",
    "`` ` ``` ~~~",
    "```\n</details>\n```",
    "# heading\n\n- item\n1. item\n> quote\n---\n===",
    "1. one",
    "- [ ] task",
    "**bold** _under_ ~~gone~~ a_b_c __x__",
    "&lt;b&gt; &#64;octocat &commat;octocat",
    "\\",
    "\\<b>\\@x",
    "$`x`$ $$x$$ $a$",
    ":tada: [^1]",
    "\u202egnitseretni\u202c \u2066x\u2069 \u200f\u061c",
    "a\u200bb\u00adc\ufeff\u2028d\u2029e\u0085f\x00\x07\x1b[31mred\x1b[0m\r\n\t\x0b",
    "a" + "\u0301" * 50,
    "' onmouseover='x\" onfocus=\"y",
    "javascript:alert(1)",
    "{{ 7 * 7 }} {% raw %}",
    "--help; rm -rf ~ $(id)",
    "\U000e0061\U000e0062\U000e0100",
    "",
)

texts = st.one_of(
    st.sampled_from(HOSTILE),
    st.lists(st.sampled_from(HOSTILE), min_size=2, max_size=3).map("".join),
    st.lists(
        st.sampled_from(("<", ">", "!", "[", "]", "(", ")", "`", "\\", "|", "@a", "#1", "&", "*", "_", "\n", " "))
    ).map("".join),
    st.text(max_size=40),
    st.sampled_from(HOSTILE).map(lambda text: text * 80),
)
_amounts = st.one_of(
    st.sampled_from(("0", "14.40", "-3", "NaN", "1e999999", "Infinity", "")), st.decimals().map(str), texts
)


@cache
def arbitrary(model: type[BaseModel], most: int = 3) -> st.SearchStrategy[Any]:
    """Any value of a type of evidence; lists of at most `most`."""
    fields = {name: _field(name, info, most) for name, info in model.model_fields.items()}
    return st.fixed_dictionaries(fields).map(lambda values: model(**values))


def _field(name: str, info: FieldInfo, most: int) -> st.SearchStrategy[Any]:
    if name.endswith("usd_per_month"):
        return st.one_of(_amounts, st.none()) if info.annotation is not str else _amounts
    low = next((each.ge for each in info.metadata if isinstance(each, Ge)), None)
    high = next((each.le for each in info.metadata if isinstance(each, Le)), None)
    return _of(info.annotation, most, low, high)


def _of(kind: Any, most: int, low: Any = None, high: Any = None) -> st.SearchStrategy[Any]:
    if get_origin(kind) is UnionType:
        return st.one_of(*(_of(each, most) for each in get_args(kind)))
    if get_origin(kind) is tuple:
        return st.lists(_of(get_args(kind)[0], most), max_size=most).map(tuple)
    if get_origin(kind) is dict:
        return st.dictionaries(texts, texts, max_size=most)
    if issubclass(kind, BaseModel):
        return arbitrary(kind, most)
    if issubclass(kind, Enum):
        return st.sampled_from(kind)
    return _plain(kind, low, high)


def _plain(kind: type, low: Any, high: Any) -> st.SearchStrategy[Any]:
    strategies: dict[type, st.SearchStrategy[Any]] = {
        NoneType: st.none(),
        str: texts,
        bool: st.booleans(),
        int: st.one_of(st.integers(low, high), st.just(10**30)) if high is None else st.integers(low, high),
        float: st.floats(low, high) if low is not None else st.one_of(st.floats(-1, 1), st.floats()),
    }
    return strategies[kind]
