"""Keys hold everything that decides an answer, and nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.entries import Catalog
from catalog.loader import load_catalog
from catalog.model import Interface
from gatehouse.evaluation.questions import (
    Question,
    Source,
    UnaskableError,
    answering_digest,
    as_sent,
    questions,
    read_text,
    source_of,
    well_formed,
)
from gatehouse.evaluation.trials import Side
from tests.kit.evaluated import EvaluatedRepository, model_file, tabular_file, tickets

SOURCE = Source("sha256:x")


def catalog(folder: Path, **changes: Any) -> Catalog:
    repository = EvaluatedRepository(folder, tickets(3))
    repository.model("small", model_file(**changes))
    return load_catalog(folder)


def asked(found: Catalog, source: Source = SOURCE, repeats: int = 1) -> list[Question]:
    prompt = found.prompts["routing"]
    assert prompt.suite is not None
    return list(questions(Side(found.models["small"], prompt.live), source, prompt.suite.cases, repeats))


def keys(found: Catalog, source: Source = SOURCE, repeats: int = 1) -> list[str]:
    return [question.key for question in asked(found, source, repeats)]


def test_the_same_question_has_the_same_key_everywhere(tmp_path: Path) -> None:
    first = keys(catalog(tmp_path / "a"))
    assert first == keys(catalog(tmp_path / "b", owner="others", description="Other words."))
    assert len(set(first)) == 3


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("prompts/routing/v1.prompt", "Route", "Sort"),
        ("prompts/routing/v1.prompt", "model: small", "model: small\nconfig:\n  temperature: 0.5"),
        ("prompts/routing/v1.prompt", "model: small", "model: small\nconfig:\n  maxOutputTokens: 3"),
        ("prompts/routing/cases.jsonl", "ticket 1", "ticket one"),
        ("models/small/model.yaml", "interface: completions", "interface: chat"),
    ],
)
def test_what_decides_the_answer_decides_the_key(tmp_path: Path, file: str, old: str, new: str) -> None:
    before = keys(catalog(tmp_path))
    path = tmp_path / file
    path.write_text(path.read_text().replace(old, new))
    after = keys(load_catalog(tmp_path))
    assert set(before) != set(after)


def test_who_answers_decides_the_key(tmp_path: Path) -> None:
    found = catalog(tmp_path)
    sources = [SOURCE, Source("sha256:y"), Source("sha256:x", "http://a"), Source("sha256:x", "http://b")]
    assert len({keys(found, source)[0] for source in sources}) == 4


def test_a_repeat_has_a_key_a_name_and_a_seed_of_its_own(tmp_path: Path) -> None:
    found = asked(catalog(tmp_path), repeats=3)
    first = found[:3]
    assert len({question.key for question in found}) == 9
    assert [question.ask.body["seed"] for question in first] == [0, 1, 2]
    case = first[0].case.id
    assert [question.name for question in first] == [case, f"{case}#2", f"{case}#3"]


def test_what_answers_is_the_artefact_and_the_engine(tmp_path: Path) -> None:
    plain = catalog(tmp_path / "a").models["small"]
    other = catalog(tmp_path / "b", engine={"name": "llama.cpp", "interface": "completions", "threads": 1})
    assert answering_digest(plain) != answering_digest(other.models["small"])
    assert answering_digest(plain) == answering_digest(catalog(tmp_path / "c", owner="x").models["small"])


def test_an_address_is_for_heads_model_and_for_a_base_that_is_the_same(tmp_path: Path) -> None:
    head = catalog(tmp_path / "a").models["small"]
    older = catalog(tmp_path / "b", engine={"name": "llama.cpp", "interface": "chat"}).models["small"]
    addresses = {"small": "http://a"}
    assert source_of(head, head, addresses).address == "http://a"
    assert source_of(older, head, addresses).address is None
    assert source_of(head, head, {}).address is None


def test_rows_of_features_are_asked_as_they_stand_and_never_repeated(tmp_path: Path) -> None:
    repository = EvaluatedRepository(tmp_path, tickets(1))
    repository.model("tumours", tabular_file())
    repository.write("models/tumours/model.skops", "")
    cases = [{"vars": {"size": 1.5}, "assert": [{"type": "equals", "value": "benign"}]}]
    repository.suite("models/tumours", cases, gate={"repeats": 5})
    model = load_catalog(tmp_path).models["tumours"]
    assert model.suite is not None
    [question] = questions(Side(model), SOURCE, model.suite.cases, 5)
    assert (question.ask.path, question.ask.body) == ("/v1/predict", {"inputs": [{"size": 1.5}]})


def test_a_language_models_own_cases_bring_their_text(tmp_path: Path) -> None:
    repository = EvaluatedRepository(tmp_path, tickets(1))
    good = {"vars": {"prompt": "2 + 2 ="}, "assert": [{"type": "contains", "value": "4"}]}
    repository.suite("models/small", [good])
    model = load_catalog(tmp_path).models["small"]
    assert model.suite is not None
    [question] = questions(Side(model), SOURCE, model.suite.cases, 1)
    assert question.ask.body["prompt"] == "2 + 2 ="
    repository.suite("models/small", [{**good, "vars": {"text": "2 + 2 ="}}])
    model = load_catalog(tmp_path).models["small"]
    assert model.suite is not None
    with pytest.raises(UnaskableError, match="needs the variable 'prompt'"):
        list(questions(Side(model), SOURCE, model.suite.cases, 1))


def test_what_is_sent_is_shown_with_its_roles(tmp_path: Path) -> None:
    assert as_sent(asked(catalog(tmp_path / "a"))[0].ask) == "Route this ticket: ticket 0"
    chat = catalog(tmp_path / "b", engine={"name": "llama.cpp", "interface": "chat"})
    assert as_sent(asked(chat)[0].ask) == "[user]\nRoute this ticket: ticket 0"


def test_an_answer_is_read_with_its_tokens() -> None:
    body = {"choices": [{"text": "ok"}], "usage": {"prompt_tokens": 3, "completion_tokens": 1}}
    [answer] = read_text(Interface.completions, body, 7.5)
    assert (answer.text, answer.input_tokens, answer.output_tokens, answer.latency_ms) == ("ok", 3, 1, 7.5)


@given(st.text(st.characters(min_codepoint=0xD000, max_codepoint=0xE000)) | st.text())
def test_every_answer_can_be_stored(text: str) -> None:
    assert well_formed(text).encode().decode() == well_formed(text)
