"""How far the probabilities of a classifier can be taken at their word."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

BINS = 10


@dataclass(frozen=True, slots=True)
class Prediction:
    """What was predicted with which probabilities, and what was right."""

    label: str
    probabilities: Mapping[str, float]
    truth: str


def expected_calibration_error(predictions: Sequence[Prediction], bins: int = BINS) -> float | None:
    """Mean distance between confidence and accuracy over bins of equal width, weighted by their predictions.

    Source: Naeini, Cooper and Hauskrecht, AAAI 2015; Guo et al., ICML 2017. Confidence is the probability of the
    predicted label. None for no predictions.
    """
    if not predictions:
        return None
    confidences: list[list[float]] = [[] for _ in range(bins)]
    hits = [0] * bins
    for prediction in predictions:
        confidence = prediction.probabilities.get(prediction.label, 0.0)
        place = min(int(confidence * bins), bins - 1)
        confidences[place].append(confidence)
        hits[place] += prediction.label == prediction.truth
    distances = (abs(hit - math.fsum(bin_)) for hit, bin_ in zip(hits, confidences, strict=True))
    return math.fsum(distances) / len(predictions)


def brier_score(predictions: Sequence[Prediction]) -> float | None:
    """Mean squared distance between the probabilities and the truth, summed over all labels: 0 is best, 2 worst.

    Source: Brier, Monthly Weather Review 78 (1950), 1-3, in its form for several classes. None for no predictions.
    """
    if not predictions:
        return None
    return math.fsum(map(_squared_distance, predictions)) / len(predictions)


def _squared_distance(prediction: Prediction) -> float:
    labels = {*prediction.probabilities, prediction.truth}
    return math.fsum(
        (prediction.probabilities.get(label, 0.0) - (label == prediction.truth)) ** 2 for label in sorted(labels)
    )
