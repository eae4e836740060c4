"""From the files of a repository to the resources of a stack."""

from __future__ import annotations

from pathlib import Path

import pytest

from catalog.loader import load_catalog
from components.assembly import assemble, endpoint_spec, gateway_spec
from components.foundation.refusal import NotBuildableError
from tests.kit.deploy import PROCESS, SERVED_CONFIG, Deployed, deploy
from tests.kit.small_repository import write_small_repository
from tests.kit.specs import a_machine


def test_a_stack_is_its_endpoints_and_a_gateway_in_front(tmp_path: Path) -> None:
    catalog = load_catalog(write_small_repository(tmp_path))
    stack = next(iter(catalog.stacks))
    built = deploy(lambda: assemble(catalog, stack, a_machine()))
    assert built.returned == {
        "gateway_url": "http://127.0.0.1:20001",
        "endpoints": {"tiny": "http://127.0.0.1:20001"},
    }
    assert built.one(PROCESS, "tiny-process").inputs["owner"] == "team-a"
    assert built.one(SERVED_CONFIG).inputs["config"]["prompts"]["greet"]["live"] == "a"


def test_an_alarm_of_the_stack_comes_before_the_models_objective(tmp_path: Path) -> None:
    write_small_repository(tmp_path)
    file = next((tmp_path / "stacks").glob("Pulumi.*.yaml"))
    catalog = load_catalog(tmp_path)
    stack = next(iter(catalog.stacks.values()))
    assert endpoint_spec(catalog, stack, stack.spec.endpoints[0]).latency_p95_alarm_ms == 1000
    file.write_text(file.read_text() + "  gatehouse:alarms: {latency_p95_ms: 250}\n")
    catalog = load_catalog(tmp_path)
    stack = next(iter(catalog.stacks.values()))
    assert endpoint_spec(catalog, stack, stack.spec.endpoints[0]).latency_p95_alarm_ms == 250
    assert gateway_spec(catalog, stack).latency_p95_alarm_ms == 250


def test_a_variant_without_a_share_is_not_served(tmp_path: Path) -> None:
    catalog = load_catalog(write_small_repository(tmp_path))
    served = gateway_spec(catalog, next(iter(catalog.stacks.values()))).prompts["greet"]
    assert set(catalog.prompts["greet"].variants) == {"a", "b"}
    assert set(served.variants) == {"a"}
    assert served.variants["a"].source == (tmp_path / "prompts/greet/a.prompt").read_text()


def test_a_stack_without_a_file_names_those_that_have_one(tmp_path: Path) -> None:
    catalog = load_catalog(write_small_repository(tmp_path))
    known = next(iter(catalog.stacks))
    with pytest.raises(NotBuildableError, match=rf"stacks/Pulumi\.lokal\.yaml.*Stacks: {known}\."):
        assemble(catalog, "lokal", a_machine())


def test_a_refusal_comes_before_anything_is_declared(tmp_path: Path) -> None:
    """What had been declared before it, the engine would create."""
    write_small_repository(tmp_path)
    file = next((tmp_path / "stacks").glob("Pulumi.*.yaml"))
    other = tmp_path / "models" / "other" / "model.yaml"
    other.parent.mkdir()
    other.write_text((tmp_path / "models" / "tiny" / "model.yaml").read_text())
    two = "[{model: tiny}, {model: other, replicas: {max: 2}}]"
    file.write_text(file.read_text().replace("[{model: tiny}]", two))
    catalog = load_catalog(tmp_path)
    seen = Deployed()
    with pytest.raises(NotBuildableError, match="endpoint other"):
        deploy(lambda: assemble(catalog, next(iter(catalog.stacks)), a_machine()), into=seen)
    assert seen.resources == []
