"""Which files are loaded as a classifier, and what it answers."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import skops.io
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

from gateway.refusal import Refusal
from gateway.serving import tabular_model
from gateway.serving.artifacts import ArtifactError
from gateway.serving.tabular_model import load

ROWS = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])


def a_classifier() -> Any:
    """Fitted on two features, with their names as a data frame would have given them."""
    fitted = LogisticRegression().fit(ROWS, ["no", "no", "yes", "yes"])
    fitted.feature_names_in_ = np.array(["width", "height"])
    return fitted


def doubled(rows: Any) -> Any:
    return rows * 2


def with_code_of_ones_own() -> Any:
    return make_pipeline(FunctionTransformer(doubled), LogisticRegression()).fit(ROWS, [0, 0, 1, 1])


def without_names() -> Any:
    return LogisticRegression().fit(ROWS, [0, 0, 1, 1])


def a_regression() -> Any:
    return LinearRegression().fit(ROWS, [0, 0, 1, 1])


def saved(folder: Path, estimator: Any) -> Path:
    skops.io.dump(estimator, folder / "model.skops")
    return folder / "model.skops"


def test_the_label_is_the_most_likely_one_of_probabilities_that_add_up(tmp_path: Path) -> None:
    classifier = load(saved(tmp_path, a_classifier()))
    no, yes = classifier.predict([[0.0, 0.5], [1.0, 0.5]])

    assert (classifier.features, classifier.labels) == (("width", "height"), ("no", "yes"))
    assert (no["label"], yes["label"]) == ("no", "yes")
    assert sum(yes["probabilities"].values()) == pytest.approx(1.0)
    assert yes["probabilities"]["yes"] > 0.5


@pytest.mark.parametrize(
    ("estimator", "why"),
    [
        (with_code_of_ones_own, "it holds the types .*doubled"),
        (without_names, "feature_names_in_ missing"),
        (a_regression, "it is no classifier with named features"),
    ],
)
def test_what_is_no_classifier_of_known_types_is_refused(
    tmp_path: Path, estimator: Callable[[], Any], why: str
) -> None:
    with pytest.raises(ArtifactError, match=why):
        load(saved(tmp_path, estimator()))


def test_a_pickle_is_refused_unread(tmp_path: Path) -> None:
    (tmp_path / "model.skops").write_bytes(pickle.dumps(a_classifier()))

    with pytest.raises(ArtifactError, match="is no skops file"):
        load(tmp_path / "model.skops")


def test_a_file_that_unpacks_to_too_much_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tabular_model, "_MAX_UNPACKED_BYTES", 100)

    with pytest.raises(ArtifactError, match=r"unpacks to [0-9]+ bytes"):
        load(saved(tmp_path, a_classifier()))


def test_a_torn_schema_is_refused_without_a_traceback(tmp_path: Path) -> None:
    path = saved(tmp_path, a_classifier())
    path.write_bytes(path.read_bytes().replace(b'"LogisticRegression"', b'"LogisticRegressioX"'))

    with pytest.raises(ArtifactError, match=r"LogisticRegressioX|cannot be loaded"):
        load(path)


def test_numbers_beyond_what_can_be_computed_are_refused(tmp_path: Path) -> None:
    classifier = load(saved(tmp_path, a_classifier()))

    with pytest.raises(Refusal) as refused:
        classifier.predict([[1e308, 1e308], [float("inf"), 0.0]])

    assert (refused.value.status, refused.value.code) == (422, "invalid_inputs")
