"""What a resource's properties say."""

from __future__ import annotations

from pathlib import Path

from components.process.site import Site
from components.process.wanted import changed, kept_port, read
from tests.kit.processes import properties

SITE = Site(Path("/srv/checkout"), "local")


def test_the_engines_floats_become_whole_ports() -> None:
    wanted = read(properties(SITE, port=4321.0))
    assert wanted.port == 4321
    assert wanted.on(4321).command[-1] == "4321"
    assert wanted.url(4321) == "http://127.0.0.1:4321"
    assert kept_port({"port_bound": 4321.0}) == 4321


def test_what_the_engine_leaves_out_is_not_wanted() -> None:
    wanted = read(properties(SITE))
    assert (wanted.port, wanted.snapshot, dict(wanted.first_files)) == (None, None, {})
    assert kept_port({}) is None


def test_every_input_counts_but_where_files_came_from() -> None:
    olds = properties(SITE, labels={"a": "b"}, snapshot_source="/one") | {"port_bound": 1.0, "state": "healthy"}
    news = properties(SITE, labels={"a": "c"}, snapshot_source="/two", port=5.0)
    assert changed(olds, news) == ["labels", "port"]
    assert changed(olds, properties(SITE, labels={"a": "b"})) == []
