from __future__ import annotations

import pytest

from catalog.digest import digest_of


def test_equal_content_has_one_digest_whatever_the_order_of_its_keys() -> None:
    assert digest_of({"a": 1, "b": [2, "ä"]}) == digest_of({"b": [2, "ä"], "a": 1})
    assert digest_of({}) == "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"


@pytest.mark.parametrize(("one", "other"), [([1, 2], [2, 1]), ("1", 1), (None, ""), ({"a": "b:c"}, {"a:b": "c"})])
def test_other_content_has_another(one: object, other: object) -> None:
    assert digest_of(one) != digest_of(other)


def test_what_no_file_can_hold_has_none() -> None:
    with pytest.raises(ValueError, match="JSON"):
        digest_of(float("nan"))
