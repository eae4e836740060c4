"""The tabular model can be trained again by anybody, and comes out the same."""

from __future__ import annotations

import csv
import hashlib
import io
from pathlib import Path

import pytest
from sklearn.datasets import load_breast_cancer

from catalog.model_folder import read_model
from gateway.serving import train_tabular
from gateway.serving.tabular_model import load
from gateway.serving.train_tabular import MODEL_FOLDER, Trained, train, write


@pytest.fixture(scope="module")
def trained() -> Trained:
    return train()


def test_training_again_gives_the_committed_predictions(trained: Trained, tmp_path: Path) -> None:
    write(trained, tmp_path)
    again, committed = load(tmp_path / "model.skops"), load(MODEL_FOLDER / "model.skops")
    rows = [[float(case[name]) for name in committed.features] for case in cases(trained)]

    for new, old in zip(again.predict(rows), committed.predict(rows), strict=True):
        assert new["label"] == old["label"]
        assert new["probabilities"] == pytest.approx(old["probabilities"], abs=1e-5)


def test_training_twice_gives_the_same_bytes(trained: Trained) -> None:
    assert train() == trained


def test_the_committed_cases_are_those_that_training_never_saw(trained: Trained) -> None:
    assert (MODEL_FOLDER / "cases.csv").read_text(encoding="utf-8") == trained.cases

    data = load_breast_cancer()
    assert len(cases(trained)) == round(len(data.target) * train_tabular.HELD_OUT_SHARE)
    assert len({case["__description"] for case in cases(trained)}) == len(cases(trained))


def test_the_committed_file_is_the_one_that_the_model_names() -> None:
    content = (MODEL_FOLDER / "model.skops").read_bytes()

    assert read_model(MODEL_FOLDER).artifact.digest == f"sha256:{hashlib.sha256(content).hexdigest()}"


def test_the_slices_are_thirds_by_size(trained: Trained) -> None:
    by_size: dict[str, list[float]] = {}
    for case in cases(trained):
        by_size.setdefault(case["__metadata:slice"], []).append(float(case["mean_radius"]))

    small, medium, large = (by_size[f"{size} tumour"] for size in ("small", "medium", "large"))
    assert max(small) < min(medium)
    assert max(medium) < min(large)
    assert [len(small), len(medium), len(large)] == [64, 63, 63]


def test_the_command_prints_the_digest_of_what_it_wrote(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(train_tabular, "MODEL_FOLDER", tmp_path / "new")
    train_tabular.main()

    written = (tmp_path / "new" / "model.skops").read_bytes()
    assert capsys.readouterr().out == f"sha256:{hashlib.sha256(written).hexdigest()}\n"
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == ["cases.csv", "model.skops"]


def cases(trained: Trained) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(trained.cases)))
