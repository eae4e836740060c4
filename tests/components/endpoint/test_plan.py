"""How an endpoint is built, decided without building it."""

from __future__ import annotations

from pathlib import Path

import pytest

from catalog.stack import Replicas
from components.endpoint.plan import files_of, local_process
from components.foundation.refusal import NotBuildableError
from components.process.machine import CODE
from tests.kit.specs import DIGEST, a_machine, a_model_spec, an_endpoint_spec

TABULAR = {
    "task": "tabular-classification",
    "artifact": {"source": "file:weights/model.skops", "digest": DIGEST, "format": "skops"},
    "engine": {"name": "scikit-learn", "interface": "predict"},
}


def test_the_command_does_not_depend_on_where_the_files_came_from() -> None:
    """So that a rollback, which builds from a release's files, restarts no model that did not change."""
    one = local_process(an_endpoint_spec(), a_machine())
    other = local_process(an_endpoint_spec(model_folder=Path("/srv/other/models/tiny")), a_machine())
    assert one["command"] == other["command"]
    assert one["snapshot_target"] == "/srv/checkout/.gatehouse/run/local/models/bbbbbbbbbbbb/tiny"
    assert one["command"] == [
        "/srv/checkout/.venv/bin/python",
        "-m",
        "gateway.serving",
        one["snapshot_target"],
        "--host",
        "127.0.0.1",
        "--port",
        "{port}",
    ]


def test_the_judge_finds_what_it_asks_for() -> None:
    inputs = local_process(an_endpoint_spec(port=4321), a_machine())
    assert inputs["model_digest"] == DIGEST
    assert inputs["license"] == "Apache-2.0"
    assert inputs["budget_usd_per_month"] == 50.0
    assert (inputs["latency_p95_alarm_ms"], inputs["error_rate_alarm"]) == (900, 0.05)
    assert (inputs["replicas_min"], inputs["replicas_max"]) == (1, 1)
    assert (inputs["memory_mib"], inputs["cpu_cores"], inputs["port"]) == (64, 1.0, 4321)
    assert inputs["labels"] == {
        "cost-centre": "team-a",
        "managed-by": "gatehouse",
        "owner": "team-a",
        "stack": "local",
    }


def test_a_server_is_started_again_when_its_own_code_changes_and_not_for_other_code() -> None:
    machine = a_machine(server_code="all", launch_code="launch")
    language = local_process(an_endpoint_spec(), machine)
    tabular = local_process(an_endpoint_spec(model_spec=a_model_spec(**TABULAR)), machine)
    assert language["environment"][CODE] == "launch"
    assert tabular["environment"][CODE] == "all"


def test_only_what_the_server_reads_is_copied() -> None:
    assert files_of(a_model_spec()) == ["model.yaml"]
    assert files_of(a_model_spec(**TABULAR)) == ["model.yaml", "weights/model.skops"]


def test_more_than_one_replica_is_refused_with_the_place_and_the_way_out() -> None:
    with pytest.raises(NotBuildableError, match=r"stacks/Pulumi\.local\.yaml: endpoint tiny.*up to 3.*parallel"):
        local_process(an_endpoint_spec(replicas=Replicas(min=1, max=3)), a_machine())


def test_a_hosted_model_is_refused() -> None:
    hosted = a_model_spec(
        artifact={"source": "https://models.example/v1", "format": "hosted"},
        engine={"name": "openai", "interface": "chat"},
    )
    with pytest.raises(NotBuildableError, match=r"hosted at https://models\.example/v1"):
        local_process(an_endpoint_spec(model_spec=hosted), a_machine())
