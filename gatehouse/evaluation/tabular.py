"""Asks tabular models, many rows at once, and reads labels with their probabilities."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from catalog.asking import PATHS
from catalog.entries import Case
from catalog.model import Interface
from gatehouse.evaluation.asking import Request
from gatehouse.evaluation.questions import Question, well_formed
from gatehouse.evaluation.store import Answered
from policies.evals.calibration import Prediction
from policies.evals.javascript import to_text

ROWS_AT_ONCE = 128
_MOST_LABELS = 10_000


def batches(asked: Sequence[Question]) -> Iterator[Request]:
    """The rows of the questions, a few requests in all."""
    for start in range(0, len(asked), ROWS_AT_ONCE):
        some = asked[start : start + ROWS_AT_ONCE]
        rows = [row for question in some for row in question.ask.body["inputs"]]
        body = json.dumps({"inputs": rows}).encode()
        yield Request(tuple(question.key for question in some), PATHS[Interface.predict], body, read_predictions)


def read_predictions(body: Mapping[str, Any], milliseconds: float) -> list[Answered]:
    """One answer a row, with its share of the batch's time. Raises ValueError for any other shape."""
    try:
        entries = body["predictions"]
        texts = [_kept(entry["label"], entry.get("probabilities") or {}) for entry in entries]
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError("no 'predictions' with 'label' and 'probabilities'") from error
    return [Answered(text, 0, 0, milliseconds / len(texts)) for text in texts]


def _kept(label: Any, probabilities: Mapping[str, Any]) -> str:
    if len(probabilities) > _MOST_LABELS:
        raise ValueError(f"more than {_MOST_LABELS} labels")
    numbers = {well_formed(str(name)): float(share) for name, share in probabilities.items()}
    if not all(math.isfinite(share) and -1e-6 <= share <= 1 + 1e-6 for share in numbers.values()):
        raise ValueError("a probability that is not between 0 and 1")
    return json.dumps({"label": well_formed(to_text(label)), "probabilities": numbers}, ensure_ascii=False)


def label_of(answer: Answered) -> str:
    """The label in a kept answer."""
    label: str = json.loads(answer.text)["label"]
    return label


def prediction_of(case: Case, answer: Answered) -> Prediction | None:
    """The answer beside the truth, which the case's first `equals` says; none without that or without numbers."""
    truth = next((to_text(a.value) for a in case.assertions if a.type == "equals"), None)
    kept = json.loads(answer.text)
    if truth is None or not kept["probabilities"]:
        return None
    return Prediction(kept["label"], kept["probabilities"], truth)
