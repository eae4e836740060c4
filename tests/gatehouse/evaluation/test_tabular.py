"""Tabular models: batches out, labels with probabilities back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from catalog.loader import load_catalog
from gatehouse.evaluation.questions import Question, Source, questions
from gatehouse.evaluation.store import Answered
from gatehouse.evaluation.tabular import ROWS_AT_ONCE, batches, label_of, prediction_of, read_predictions
from gatehouse.evaluation.trials import Side
from policies.evals.calibration import Prediction
from tests.kit.evaluated import EvaluatedRepository, tabular_file, tickets


@pytest.fixture
def asked(tmp_path: Path) -> list[Question]:
    repository = EvaluatedRepository(tmp_path, tickets(1))
    repository.model("tumours", tabular_file())
    repository.write("models/tumours/model.skops", "")
    cases = [{"vars": {"size": n}, "assert": [{"type": "equals", "value": "benign"}]} for n in range(300)]
    repository.suite("models/tumours", cases)
    model = load_catalog(tmp_path).models["tumours"]
    assert model.suite is not None
    return list(questions(Side(model), Source("sha256:x"), model.suite.cases, 1))


def test_rows_travel_in_batches(asked: list[Question]) -> None:
    sent = list(batches(asked))
    assert [len(request.keys) for request in sent] == [ROWS_AT_ONCE, ROWS_AT_ONCE, 300 - 2 * ROWS_AT_ONCE]
    assert json.loads(sent[1].body)["inputs"][0] == {"size": ROWS_AT_ONCE}
    assert [key for request in sent for key in request.keys] == [question.key for question in asked]


def test_an_answer_keeps_label_and_probabilities(asked: list[Question]) -> None:
    body = {"predictions": [{"label": "malignant", "probabilities": {"malignant": 0.8, "benign": 0.2}}, {"label": 1.0}]}
    first, second = read_predictions(body, 30.0)
    assert (label_of(first), first.latency_ms, label_of(second)) == ("malignant", 15.0, "1")
    case = asked[0].case
    assert prediction_of(case, first) == Prediction("malignant", {"malignant": 0.8, "benign": 0.2}, "benign")
    assert prediction_of(case, second) is None


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"predictions": None},
        {"predictions": [{}]},
        {"predictions": ["x"]},
        {"predictions": [{"label": "a", "probabilities": {"a": 1.5}}]},
        {"predictions": [{"label": "a", "probabilities": {"a": "nan"}}]},
        {"predictions": [{"label": "a", "probabilities": [1]}]},
        {"predictions": [{"label": "a", "probabilities": {str(n): 0.0 for n in range(10_001)}}]},
    ],
)
def test_another_shape_is_an_error(body: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r".+"):
        read_predictions(body, 1.0)


def test_no_predictions_are_no_answers() -> None:
    assert read_predictions({"predictions": []}, 1.0) == []


def test_a_label_is_read_from_what_was_kept() -> None:
    assert label_of(Answered('{"label": "ü", "probabilities": {}}', 0, 0, 0.0)) == "ü"
