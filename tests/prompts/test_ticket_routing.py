"""The routing prompt's cases are fit to judge by, and the demonstration's changes do what they announce."""

from __future__ import annotations

import csv
import io
import re
import shutil
from collections import Counter
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import pytest
import yaml
from rapidfuzz import fuzz

from catalog.entries import Case, Catalog
from catalog.loader import load_catalog
from catalog.locations import LLAMA_SERVER
from catalog.problem import CatalogError
from catalog.touched import touched
from gatehouse.evaluation import store
from gatehouse.evaluation.run import Evaluated, evaluate
from policies.verdict import Comparison, Outcome

ROOT = Path(__file__).parents[2]
CHANGES = ROOT / "gatehouse" / "demo" / "changes"
PROMPT = "ticket-routing"
TEAMS = {"billing", "technical", "account"}
EXAMPLE = re.compile(r"^Ticket: ([^{\n]+)$", re.MULTILINE)


@pytest.fixture(scope="module")
def cases() -> tuple[Case, ...]:
    suite = load_catalog(ROOT).prompts[PROMPT].suite
    assert suite is not None
    return suite.cases


def tickets(cases: tuple[Case, ...]) -> list[str]:
    return [case.vars["ticket"] for case in cases]


def team(case: Case) -> str:
    [assertion] = case.assertions
    return str(assertion.value)


def test_every_team_has_as_many_cases_as_the_others(cases: tuple[Case, ...]) -> None:
    assert Counter(map(team, cases)) == dict.fromkeys(TEAMS, 84)


def test_every_slice_has_as_many_cases_of_each_team(cases: tuple[Case, ...]) -> None:
    counts = Counter((case.slice, team(case)) for case in cases)
    for name in {case.slice for case in cases}:
        assert {counts[name, one] for one in TEAMS} <= {10, 11, 12}
        assert len({counts[name, one] for one in TEAMS}) == 1


def test_no_two_cases_are_nearly_the_same(cases: tuple[Case, ...]) -> None:
    pairs = combinations(sorted(ticket.lower() for ticket in tickets(cases)), 2)
    assert [pair for pair in pairs if fuzz.ratio(*pair) > 85] == []


def test_the_tickets_differ_in_length(cases: tuple[Case, ...]) -> None:
    lengths = sorted(len(ticket.split()) for ticket in tickets(cases))
    assert (lengths[0], lengths[len(lengths) // 2]) == (2, 15)
    assert lengths[-1] > 50


def test_no_ticket_holds_what_could_reach_a_person(cases: tuple[Case, ...]) -> None:
    """No address, no telephone or card number."""
    assert [ticket for ticket in tickets(cases) if re.search(r"@|https?:|(\d[ -]?){6}", ticket)] == []


@pytest.mark.parametrize(
    "path",
    sorted([*(ROOT / "prompts" / PROMPT).glob("*.prompt"), *CHANGES.rglob("*.prompt")]),
    ids=lambda path: str(path.relative_to(ROOT)),
)
def test_no_example_of_a_prompt_is_one_of_the_cases(path: Path, cases: tuple[Case, ...]) -> None:
    """A prompt that holds the answers of its own suite would measure nothing."""
    examples = EXAMPLE.findall(path.read_text(encoding="utf-8"))
    assert len(examples) >= 3

    near = [(e, t) for e in examples for t in tickets(cases) if fuzz.ratio(e.lower(), t.lower()) > 75]
    assert near == []


def with_changes(folder: Path, *names: str) -> Path:
    """The repository's data with the demonstration's pull requests merged one after another, without their notes."""
    for room in ("models", "prompts", "stacks"):
        shutil.copytree(ROOT / room, folder / room)
    for name in names:
        shutil.copytree(CHANGES / name, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("change.yaml"))
    return folder


def test_every_change_says_what_it_is_and_how_it_ends() -> None:
    announced = {path.parent.name: yaml.safe_load(path.read_text()) for path in CHANGES.glob("*/change.yaml")}

    assert all(set(change) == {"title", "body", "base", "expect"} for change in announced.values())
    assert {name: (change["base"], change["expect"]) for name, change in announced.items()} == {
        "improve-routing": (None, "pass"),
        "worsen-routing": ("improve-routing", "block"),
        "misspelt-field": ("improve-routing", "invalid"),
    }


def test_the_improvement_goes_live_and_the_clean_up_has_the_same_examples(tmp_path: Path) -> None:
    better = load_catalog(with_changes(tmp_path / "better", "improve-routing")).prompts[PROMPT]
    worse = load_catalog(with_changes(tmp_path / "worse", "improve-routing", "worsen-routing")).prompts[PROMPT]

    assert (better.live.name, worse.live.name) == ("v2", "v2")
    assert better.live.template != worse.live.template
    assert sorted(EXAMPLE.findall(better.live.template)) == sorted(EXAMPLE.findall(worse.live.template))


def test_the_misspelt_field_is_named_with_its_place_and_the_nearest_one(tmp_path: Path) -> None:
    with pytest.raises(CatalogError) as wrong:
        load_catalog(with_changes(tmp_path, "improve-routing", "misspelt-field"))

    [problem] = wrong.value.problems
    assert problem.where == "prompts/ticket-routing/v2.prompt:5:3"
    assert problem.did_you_mean == "temperature"


@pytest.fixture(scope="module")
def own_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """One for the tests below: the improved prompt, which both ask, is asked once."""
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("answers")
        patch.setattr(store, "answers_file", lambda: folder / "answers.sqlite")
        yield


def on_unseen_cases(folder: Path) -> Catalog:
    """Half of the cases that nobody looked at when the examples were chosen, to be quick."""
    path = folder / "prompts" / PROMPT / "cases.csv"
    header, *rows = csv.reader(io.StringIO(path.read_text(encoding="utf-8"), newline=""))
    text = io.StringIO(newline="")
    csv.writer(text).writerows([header, *rows[1::4]])
    path.write_text(text.getvalue(), encoding="utf-8")
    return load_catalog(folder)


def judged(tmp_path: Path, before: tuple[str, ...], after: tuple[str, ...]) -> tuple[Evaluated, Comparison]:
    base = on_unseen_cases(with_changes(tmp_path / "base", *before))
    head = on_unseen_cases(with_changes(tmp_path / "head", *after))
    [result] = evaluate(head, base, touched(base, head))
    assert result[0] is not None
    assert result[0].comparison is not None
    return result, result[0].comparison


needs_server = pytest.mark.skipif(LLAMA_SERVER.find() is None, reason="run `make setup`: llama-server is missing")


@pytest.mark.model
@pytest.mark.timeout(900)
@pytest.mark.usefixtures("own_store")
@needs_server
def test_the_improvement_is_real_on_the_real_model(tmp_path: Path) -> None:
    (_, verdict), found = judged(tmp_path, (), ("improve-routing",))

    assert verdict.outcome is Outcome.passed
    assert verdict.headline.startswith("Better")
    assert found.difference > 0.1
    assert found.p_value < 0.05


@pytest.mark.model
@pytest.mark.timeout(900)
@pytest.mark.usefixtures("own_store")
@needs_server
def test_the_harmless_looking_clean_up_is_blocked_on_the_real_model(tmp_path: Path) -> None:
    (_, verdict), found = judged(tmp_path, ("improve-routing",), ("improve-routing", "worsen-routing"))

    assert verdict.outcome is Outcome.blocked
    assert found.difference < -0.1
    assert found.p_value < 0.05
