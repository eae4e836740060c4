"""Classes cover every code unit once."""

from __future__ import annotations

from catalog.character_classes import CLASSES, written, written_ranges


def members(name: str) -> set[int]:
    return {code for low, high in CLASSES[name] for code in range(low, high + 1)}


def test_a_class_and_its_opposite_share_nothing_and_miss_nothing() -> None:
    for name in "dws":
        assert members(name) & members(name.upper()) == set()
        assert members(name) | members(name.upper()) == set(range(0x10000))


def test_javascript_counts_the_no_break_space_and_the_byte_order_mark_as_space() -> None:
    assert {0xA0, 0xFEFF, 0x2028} <= members("s")
    assert ord("é") not in members("w")


def test_characters_are_written_so_that_they_mean_themselves() -> None:
    assert written("a") == "a"
    assert written("-") == "\\u002d"
    assert written_ranges([(0x30, 0x39), (0x5F, 0x5F)]) == "\\u0030-\\u0039\\u005f"
