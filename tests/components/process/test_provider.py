"""What Pulumi asks of a supervised process."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from typing import Any

import pytest

from components.process.provider import ProcessProvider
from components.process.running import StartError
from components.process.site import Site
from components.process.strays import strays
from tests.kit.processes import told

StandIn = Callable[..., dict[str, Any]]
provider = ProcessProvider()


def created(properties: dict[str, Any]) -> dict[str, Any]:
    return provider.create(properties).outs or {}


def pids(site: Site) -> set[int]:
    return {process.pid for process in strays(site)}


def test_what_a_killed_supervisor_left_behind_is_ended_and_started_anew(stand_in: StandIn, site: Site) -> None:
    outs = created(stand_in())
    orphan = told(outs["url"])["pid"]
    os.kill(int(site.pid_file.read_text()), signal.SIGKILL)

    assert provider.read("", outs).outs == {**outs, "state": "not running: there is no supervisor"}
    assert provider.diff("", outs, stand_in()).changes
    updated = provider.update("", outs, stand_in()).outs or {}

    assert updated["url"] == outs["url"]
    assert pids(site) == {told(outs["url"])["pid"]} != {orphan}
    assert not provider.diff("", updated, stand_in()).changes


def test_where_files_came_from_and_who_pickled_it_is_no_difference(stand_in: StandIn) -> None:
    outs = created(stand_in(snapshot_source="/old/release", __provider="a"))
    assert not provider.diff("", outs, stand_in(snapshot_source="/new/release", __provider="b")).changes


def test_another_checkout_is_another_process(stand_in: StandIn) -> None:
    outs = created(stand_in())
    result = provider.diff("", outs, {**stand_in(), "root": "/elsewhere"})
    assert result.replaces == ["root"]
    assert result.delete_before_replace


def test_an_edited_model_folder_is_not_what_a_restart_finds(stand_in: StandIn, site: Site) -> None:
    source = site.root / "models" / "a"
    source.mkdir(parents=True)
    (source / "model.yaml").write_text("deployed")
    copies = [str(site.run_dir / "models" / digits / "a") for digits in ("one", "two")]
    inputs = {"snapshot_source": str(source), "snapshot_files": ["model.yaml"], "snapshot_target": copies[0]}
    outs = created(stand_in(**inputs))
    (source / "model.yaml").write_text("edited")
    provider.update("", outs, stand_in("--word", "again", **inputs))
    assert (site.run_dir / "models" / "one" / "a" / "model.yaml").read_text() == "deployed"

    newer = provider.update("", outs, stand_in(**inputs | {"snapshot_target": copies[1]})).outs or {}
    assert (site.run_dir / "models" / "two" / "a" / "model.yaml").read_text() == "edited"
    assert not (site.run_dir / "models" / "one").exists()
    with pytest.raises(StartError):
        provider.update("", newer, stand_in("--die", **inputs))
    assert [folder.name for folder in (site.run_dir / "models").iterdir()] == ["two"]
    provider.delete("", newer)
    assert list((site.run_dir / "models").iterdir()) == []
