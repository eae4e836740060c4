from __future__ import annotations

import json
import os
import select
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.protobuf import empty_pb2, json_format, struct_pb2
from pulumi.runtime.proto import analyzer_pb2, analyzer_pb2_grpc

from policies.guardrails.pack.analyzer_service import AnalyzerService, stack_of
from policies.guardrails.rules import RULES
from policies.resource_types import PROCESS
from tests.kit.resources import UNKNOWN, process_inputs, urn

ANALYZER = Path(__file__).parents[4] / "policies" / "guardrails" / "pack" / "analyzer"
# How the engine sends a secret: resource.SigKey and resource.SecretSig of Pulumi's Go SDK.
A_SECRET = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "value": "hunter2"}


def request(inputs: dict[str, Any]) -> Any:
    properties = json_format.Parse(json.dumps(inputs), struct_pb2.Struct())
    return analyzer_pb2.AnalyzeRequest(
        type=PROCESS, name="support-model", urn=urn(PROCESS, "support-model"), properties=properties
    )


def analyze(**changes: Any) -> list[Any]:
    return list(AnalyzerService().Analyze(request(process_inputs(**changes)), None).diagnostics)


def test_a_good_resource_has_no_diagnostics() -> None:
    assert analyze() == []


def test_a_breach_is_mandatory_and_a_warning_advisory() -> None:
    levels = {each.policyName: each.enforcementLevel for each in analyze(license=None, labels=None)}

    assert levels == {
        "models-name-their-licence": analyzer_pb2.MANDATORY,
        "labels-carry-the-cost-centre": analyzer_pb2.ADVISORY,
    }


def test_what_is_not_known_is_only_said() -> None:
    (found,) = analyze(host=UNKNOWN)

    assert found.enforcementLevel == analyzer_pb2.ADVISORY
    assert found.message.startswith("`host` of support-model cannot be known before the update.")


def test_a_secret_stays_one() -> None:
    assert analyze(environment={"API_KEY": A_SECRET}) == []


def test_the_rules_are_listed_for_the_engine() -> None:
    info = AnalyzerService().GetAnalyzerInfo(empty_pb2.Empty(), None)

    assert [policy.name for policy in info.policies] == [rule.id for rule in RULES]
    assert not info.supportsConfig


def test_the_stack_is_read_from_the_name_of_the_resource() -> None:
    assert stack_of("urn:pulumi:prod-eu::gatehouse::a:b:C::name") == "prod-eu"


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    """The pack as the engine starts it, from a folder that is not ours and with another Python first in line."""
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "__init__.py").write_text("raise SystemExit('the folder that it runs in is not trusted')")
    process = subprocess.Popen(
        [str(ANALYZER), "127.0.0.1:1"], cwd=tmp_path, env={**os.environ, "PATH": os.defpath}, stdout=subprocess.PIPE
    )
    assert process.stdout
    try:
        assert select.select([process.stdout], [], [], 60)[0]
        yield int(process.stdout.readline())
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=20) == 0
        process.stdout.close()


def test_the_pack_runs_from_any_folder_and_ends_when_it_is_told(port: int) -> None:
    with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
        answer = analyzer_pb2_grpc.AnalyzerStub(channel).Analyze(request(process_inputs(owner=None)), timeout=20)

    assert [each.policyName for each in answer.diagnostics] == ["every-endpoint-has-an-owner"]


def test_the_pack_ends_when_the_engine_that_started_it_was_killed() -> None:
    start = "import subprocess, sys; subprocess.run([sys.argv[1], '127.0.0.1:1'])"
    engine = subprocess.Popen([sys.executable, "-c", start, str(ANALYZER)], stdout=subprocess.PIPE)
    assert engine.stdout
    assert select.select([engine.stdout], [], [], 60)[0]
    assert int(engine.stdout.readline())

    engine.kill()
    engine.wait()

    # The pack holds the other end of this pipe as long as it lives.
    assert select.select([engine.stdout], [], [], 20)[0]
    assert engine.stdout.read() == b""
    engine.stdout.close()


def test_the_engine_may_execute_the_pack() -> None:
    assert ANALYZER.stat().st_mode & stat.S_IXUSR
