"""The reference is generated, and current."""

from __future__ import annotations

import pytest

from gatehouse.cli import VERBS
from tests.docs import reference


@pytest.mark.parametrize("name", sorted(reference.PAGES))
def test_a_reference_page_is_what_the_code_says(name: str) -> None:
    assert (reference.FOLDER / name).read_text(encoding="utf-8") == reference.PAGES[name](), "run `make schemas`"


def test_every_verb_has_a_heading() -> None:
    page = reference.commands_page()
    assert all(f"\n## {verb}\n" in page for verb in VERBS)
