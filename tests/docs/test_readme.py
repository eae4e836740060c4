"""What the front door says is so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
_LINK = re.compile(r"(?<!!)\[[^\]]+\]\(([^)\s]+)\)")


def test_the_comment_that_it_shows_is_the_one_that_is_written() -> None:
    golden = (ROOT / "tests/policies/review/goldens/pass.md").read_text(encoding="utf-8")
    shown = re.search(r"````markdown\n(.*?)\n````", README, re.DOTALL)
    assert shown is not None
    assert golden.removeprefix("<!-- gatehouse:verdict -->\n").startswith(shown.group(1))
    assert "**Next:**" in shown.group(1)


def test_it_is_short_enough_to_be_read() -> None:
    assert len(README.splitlines()) <= 120


def test_its_two_commands_are_targets_and_ci_calls_the_test_command() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    commands = re.findall(r"^(make [a-z-]+)", README, re.MULTILINE)
    assert commands == ["make demo", "make test"]
    assert all(f"\n{command.split()[1]}:" in makefile for command in commands)
    assert "make test" in (ROOT / ".ci/run").read_text(encoding="utf-8")


def test_every_room_that_it_draws_is_there() -> None:
    rooms = re.findall(r"^([a-z]+)/ {2,}", README, re.MULTILINE)
    assert len(rooms) == 10
    assert [room for room in rooms if not (ROOT / room).is_dir()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_within_the_repository_leads_somewhere(page: Path) -> None:
    targets = [target.split("#")[0] for target in _LINK.findall(page.read_text(encoding="utf-8"))]
    local = [target for target in targets if target and "://" not in target]
    assert [target for target in local if not (page.parent / target).exists()] == []


def test_every_page_is_in_the_table_of_contents() -> None:
    contents = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    pages = [str(page.relative_to(ROOT / "docs")) for page in PAGES if (ROOT / "docs") in page.parents]
    assert [page for page in pages if page not in contents and not page.startswith("decisions/2")] == []


def test_every_decision_is_listed() -> None:
    listed = (ROOT / "docs/decisions/index.md").read_text(encoding="utf-8")
    assert [path.name for path in (ROOT / "docs/decisions").glob("2*.md") if path.name not in listed] == []


def test_every_how_to_says_how_to_undo_it() -> None:
    silent = [path.name for path in (ROOT / "docs/how-to").glob("*.md") if "undo" not in path.read_text("utf-8")]
    assert silent == ["evaluate-a-hosted-model.md"], "only what changes nothing needs no way back"
