"""Answers come from the store first, then from whoever has to be asked."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from catalog.entries import Catalog, Model
from catalog.loader import load_catalog
from gatehouse.evaluation.gathering import Gathered, gather
from gatehouse.evaluation.questions import Source, questions
from gatehouse.evaluation.scoring import AskedSide
from gatehouse.evaluation.store import AnswerStore
from gatehouse.evaluation.trials import Side
from tests.kit.evaluated import EvaluatedRepository, model_file, tickets
from tests.kit.model_stub import ModelStub


@pytest.fixture
def catalog(tmp_path: Path) -> Catalog:
    EvaluatedRepository(tmp_path / "repository", tickets(20))
    return load_catalog(tmp_path / "repository")


def side(catalog: Catalog, source: Source) -> AskedSide:
    prompt = catalog.prompts["routing"]
    assert prompt.suite is not None
    asked = Side(catalog.models["small"], prompt.live)
    return AskedSide(asked, source, tuple(questions(asked, source, prompt.suite.cases, 1)))


class Starter:
    """Stands for servers that are started here: counts them, and answers with a stub."""

    def __init__(self) -> None:
        self.stub = ModelStub(lambda _: "billing")
        self.started: list[str] = []

    @contextmanager
    def __call__(self, model: Model) -> Iterator[str]:
        self.started.append(model.name)
        with self.stub as stub:
            yield stub.address


def gathered(tmp_path: Path, sides: dict[str, list[AskedSide]], start: Starter, **more: Any) -> Gathered:
    with AnswerStore(tmp_path / "answers.sqlite") as store:
        return gather(sides, store, **{"key": None, "start": start, "progress": None, **more})


def test_a_model_is_served_here_once_for_all_sides_that_need_it(catalog: Catalog, tmp_path: Path) -> None:
    start = Starter()
    both = side(catalog, Source("sha256:x"))
    found = gathered(tmp_path, {"a": [both, both], "b": [both]}, start)
    assert start.started == ["small"]
    assert (len(found.answers), len(found.fresh), start.stub.calls) == (20, 20, 20)
    assert found.failure([both]) is None


def test_nothing_is_started_when_everything_is_stored(catalog: Catalog, tmp_path: Path) -> None:
    asked = side(catalog, Source("sha256:x"))
    gathered(tmp_path, {"a": [asked]}, Starter())
    start = Starter()
    found = gathered(tmp_path, {"a": [asked]}, start)
    assert (start.started, len(found.answers), found.fresh) == ([], 20, set())
    assert found.model_seconds(asked) == 0.0


def test_one_dead_address_leaves_the_others_alone(catalog: Catalog, tmp_path: Path) -> None:
    start = Starter()
    with ModelStub(lambda _: "billing") as stub:
        alive, dead = side(catalog, Source("x", stub.address)), side(catalog, Source("x", "http://127.0.0.1:9"))
        here = side(catalog, Source("y"))
        found = gathered(tmp_path, {"a": [alive], "b": [dead, here]}, start)
    assert found.failure([alive]) is None
    assert found.failure([here]) is None
    failure = found.failure([dead, here])
    assert failure is not None
    assert "given up" in failure.problem


def test_a_hosted_model_without_an_address_says_which_flag_to_use(tmp_path: Path) -> None:
    repository = EvaluatedRepository(tmp_path / "repository", tickets(1))
    hosted = {
        "artifact": {"source": "https://api.example.com", "format": "hosted"},
        "engine": {"name": "openai", "interface": "chat"},
    }
    repository.model("small", model_file(**hosted))
    asked = side(load_catalog(tmp_path / "repository"), Source("x"))
    start = Starter()
    failure = gathered(tmp_path, {"a": [asked]}, start).failure([asked])
    assert failure is not None
    assert "--url small=https://api.example.com" in failure.remedy
    assert start.started == []


def test_progress_counts_each_subject_and_starts_with_what_is_stored(catalog: Catalog, tmp_path: Path) -> None:
    asked = side(catalog, Source("sha256:x"))
    half = AskedSide(asked.side, asked.source, asked.questions[:10])
    gathered(tmp_path, {"a": [half]}, Starter())
    told: list[tuple[int, int, str]] = []
    sides = {"a": [half], "b": [asked]}
    gathered(tmp_path, sides, Starter(), progress=lambda *step: told.append(step))
    assert told == [(done, 20, "b") for done in range(11, 21)]


def test_the_wait_is_shared_by_what_was_asked(catalog: Catalog, tmp_path: Path) -> None:
    asked = side(catalog, Source("sha256:x"))
    found = gathered(tmp_path, {"a": [asked]}, Starter())
    half = AskedSide(asked.side, asked.source, asked.questions[:10])
    assert found.model_seconds(half) == pytest.approx(found.model_seconds(asked) / 2)
    assert found.model_seconds(asked) == pytest.approx(found.seconds[asked.source])
