"""A scikit-learn classifier out of a skops file, which holds data and names of known types, and no code."""

from __future__ import annotations

import math
import warnings
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from gateway.refusal import Refusal
from gateway.serving.artifacts import ArtifactError

_MAX_UNPACKED_BYTES = 1 << 30
_NEEDED = ("predict_proba", "classes_", "feature_names_in_")


class Classifier:
    """Says the most likely label of a row, and the probability of every label."""

    def __init__(self, estimator: Any) -> None:
        self._estimator = estimator
        self.features: tuple[str, ...] = tuple(str(name) for name in estimator.feature_names_in_)
        self.labels: tuple[str, ...] = tuple(str(label) for label in estimator.classes_)

    def predict(self, rows: Sequence[Sequence[float]]) -> list[dict[str, Any]]:
        """`[{"label", "probabilities": {label: 0..1}}]` row by row. Raises Refusal for hopeless numbers."""
        try:
            # The names were checked when the rows were read; scikit-learn would see them only in a data frame.
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                table: list[list[float]] = self._estimator.predict_proba(rows).tolist()
        except ValueError as error:
            raise _beyond_the_model(str(error)) from None
        if not all(math.isfinite(share) for row in table for share in row):
            raise _beyond_the_model("the result is not finite")
        return [self._prediction(row) for row in table]

    def _prediction(self, row: list[float]) -> dict[str, Any]:
        shares = dict(zip(self.labels, row, strict=True))
        return {"label": max(shares, key=shares.__getitem__), "probabilities": shares}


def _beyond_the_model(why: str) -> Refusal:
    first_line = why.partition("\n")[0][:200]
    return Refusal(422, "invalid_inputs", f"The model cannot work with these numbers: {first_line}.", param="inputs")


def load(path: Path) -> Classifier:
    """The classifier in a skops file. Raises ArtifactError for anything but known types that make up a classifier."""
    _refuse_bombs(path)
    import skops.io  # late: it takes a second and 120 MB

    try:
        unknown = skops.io.get_untrusted_types(file=path)
        if unknown:
            raise _refused(path, f"it holds the types {', '.join(sorted(map(str, unknown)))[:300]}")
        # A model of another scikit-learn may answer otherwise without a word: the warning is an error here.
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            estimator = skops.io.load(path, trusted=[])
    except ArtifactError:
        raise
    except Exception as error:  # noqa: BLE001 - a broken file fails in many ways inside skops
        raise ArtifactError(
            f"{path} cannot be loaded: {type(error).__name__}: {str(error).partition(chr(10))[0][:300]}",
            "Save the model again with skops.io.dump and the installed scikit-learn.",
        ) from None
    missing = [name for name in _NEEDED if not hasattr(estimator, name)]
    if missing:
        raise _refused(path, f"it is no classifier with named features: {', '.join(missing)} missing")
    return Classifier(estimator)


def _refused(path: Path, why: str) -> ArtifactError:
    return ArtifactError(
        f"{path} is refused: {why}.",
        "Only scikit-learn classifiers are served, fitted with feature names, made of types that skops knows as safe.",
    )


def _refuse_bombs(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
    except (OSError, zipfile.BadZipFile) as error:
        raise ArtifactError(f"{path} is no skops file: {error}", "Save the model with skops.io.dump.") from None
    if unpacked > _MAX_UNPACKED_BYTES:
        raise ArtifactError(f"{path} unpacks to {unpacked} bytes.", f"At most {_MAX_UNPACKED_BYTES} are loaded.")
