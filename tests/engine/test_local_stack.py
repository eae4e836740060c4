"""The local stack under the real engine, with the real models: from its first update to its end."""

from __future__ import annotations

import os
import shutil
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.error import URLError

import psutil
import pytest

from components.process.strays import strays
from tests.kit.local_stack import LocalStack, asked

pytestmark = [pytest.mark.engine, pytest.mark.model]
MEMORY_MIB_MAX = 1_500
LANGUAGE, TABULAR = "model-gemma-3-270m", "model-breast-cancer"
TICKET = {"inputs": {"ticket": "I was charged twice for my subscription."}}


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalStack]:
    """A running local stack, taken down in the end."""
    made = LocalStack.copied(tmp_path_factory.mktemp("local") / "checkout").init()
    try:
        made.up()
        yield made
    finally:
        made.destroy()
    assert made.processes() == {}


def gateway(stack: LocalStack) -> str:
    return str(stack.outputs()["gateway_url"])


def served(stack: LocalStack) -> dict[str, object]:
    prompt: dict[str, object] = asked(gateway(stack) + "/-/served")["prompts"]["ticket-routing"]
    return prompt


def come_back(url: str, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while True:
        try:
            asked(url)
        except (URLError, OSError):
            assert time.monotonic() < deadline, f"{url} did not come back"
            time.sleep(0.1)
        else:
            return


def test_an_update_starts_every_model_and_the_gateway_serves_them(stack: LocalStack) -> None:
    assert set(stack.processes()) == {LANGUAGE, TABULAR, "gateway"}
    models = asked(gateway(stack) + "/-/served")["models"]
    assert {name: told["healthy"] for name, told in models.items()} == {"gemma-3-270m": True, "breast-cancer": True}
    answer = asked(gateway(stack) + "/v1/prompts/ticket-routing", TICKET)
    assert answer["model"] == "gemma-3-270m"
    assert answer["output"]


def test_the_whole_stack_fits_into_its_memory(stack: LocalStack) -> None:
    asked(gateway(stack) + "/v1/prompts/ticket-routing", TICKET)
    supervisor = psutil.Process(int(stack.site.pid_file.read_text()))
    running = {**stack.processes(), "supervisor": supervisor}
    taken = {name: process.memory_full_info().pss / 2**20 for name, process in running.items()}
    print({name: round(mib) for name, mib in taken.items()}, round(sum(taken.values())), "MiB")  # noqa: T201 the figure
    assert sum(taken.values()) < MEMORY_MIB_MAX


def test_nothing_changed_is_nothing_to_do_and_an_edited_comment_is_nothing(stack: LocalStack) -> None:
    before = stack.pids()
    for name in ("provider", "running"):
        with (stack.root / "components" / "process" / f"{name}.py").open("a") as code:
            code.write("# An edit that changes nothing.\n")
    assert stack.steps() == {}
    stack.up()
    assert stack.pids() == before


def test_a_change_of_prompt_and_share_restarts_nothing(stack: LocalStack) -> None:
    before = stack.pids()
    folder = stack.root / "prompts" / "ticket-routing"
    live = served(stack)["live"]
    (folder / "shorter.prompt").write_text((folder / f"{live}.prompt").read_text().replace("Team:", "Topic:"))
    (folder / "rollout.yaml").write_text(
        f"live: {live}\ncandidates: [{{variant: shorter, share: 0.25}}]\nowner: support-platform\n"
    )
    assert stack.steps() == {"gateway-served": "update"}
    stack.up()
    assert served(stack)["shares"] == {live: 0.75, "shorter": 0.25}
    assert stack.pids() == before


def test_an_earlier_release_is_put_back_without_a_restart(stack: LocalStack, tmp_path: Path) -> None:
    """A rollback builds from the files of a release with the code of the checkout."""
    before, rollout = stack.pids(), served(stack)
    for room in ("models", "prompts", "stacks"):
        shutil.copytree(stack.root / room, tmp_path / "release" / room)
    release = tmp_path / "release" / "prompts" / "ticket-routing" / "rollout.yaml"
    release.write_text(f"live: {rollout['live']}\nowner: support-platform\n")
    stack.up(GATEHOUSE_DATA_ROOT=str(tmp_path / "release"))
    assert served(stack)["shares"] == {rollout["live"]: 1.0}
    assert stack.pids() == before


def test_a_killed_model_server_comes_back(stack: LocalStack) -> None:
    before = stack.pids()
    os.kill(before[LANGUAGE], signal.SIGKILL)
    time.sleep(0.2)
    come_back(stack.outputs()["endpoints"]["gemma-3-270m"] + "/health")
    assert stack.pids()[LANGUAGE] != before[LANGUAGE]
    assert asked(gateway(stack) + "/v1/prompts/ticket-routing", TICKET)["output"]


def test_vanished_processes_are_seen_and_the_next_update_brings_them_back(stack: LocalStack) -> None:
    urls = stack.outputs()
    os.kill(int(stack.site.pid_file.read_text()), signal.SIGKILL)
    for pid in stack.pids().values():
        os.kill(pid, signal.SIGKILL)
    assert "not running: there is no supervisor" in stack.pulumi(
        "refresh", "--yes", "--skip-preview", "--diff", "--stack", stack.name
    )
    assert set(stack.steps()) >= {"gemma-3-270m-process", "breast-cancer-process", "gateway-process"}
    stack.up()
    assert stack.outputs() == urls
    assert asked(gateway(stack) + "/v1/prompts/ticket-routing", TICKET)["output"]


def test_a_model_that_does_not_start_leaves_the_one_that_ran(stack: LocalStack) -> None:
    file = stack.root / "models" / "gemma-3-270m" / "model.yaml"
    good = file.read_text()
    digest = next(line for line in good.splitlines() if "digest: sha256:" in line).split("sha256:")[1]
    file.write_text(good.replace(digest, "0" * 64))
    try:
        said = stack.up(fails=True)
    finally:
        file.write_text(good)
    assert "model.yaml says sha256:0000" in said
    assert "put back and is well" in said, said
    assert asked(gateway(stack) + "/v1/prompts/ticket-routing", TICKET)["output"]
    stack.up()
    assert stack.steps() == {}


def test_a_second_stack_runs_beside_the_first_and_goes_alone(stack: LocalStack) -> None:
    second = LocalStack(stack.root, "second")
    shutil.copyfile(stack.file, second.file)
    before = stack.pids()
    second.init().up()
    try:
        assert set(second.processes()) == set(stack.processes())
        assert gateway(second) != gateway(stack)
    finally:
        second.destroy()
        second.file.unlink()
    assert second.processes() == {}
    assert not second.site.socket_dir.exists()
    assert stack.pids() == before
    assert asked(gateway(stack) + "/-/served")["stack"] == "local"


def test_a_stack_of_the_same_name_in_another_checkout_is_another(stack: LocalStack, tmp_path: Path) -> None:
    beside = LocalStack.copied(tmp_path / "other").init()
    beside.up()
    try:
        assert not set(beside.pids().values()) & set(stack.pids().values())
        assert gateway(beside) != gateway(stack)
    finally:
        beside.destroy()
    assert beside.processes() == {}


def test_an_update_that_was_killed_half_way_is_finished_by_the_next(tmp_path: Path) -> None:
    """Nothing runs twice, and what had been started is taken over."""
    fresh = LocalStack.copied(tmp_path / "checkout").init()
    try:
        fresh.up_killed_when(lambda: fresh.site.program_file(LANGUAGE).exists())
        fresh.up()
        assert len(strays(fresh.site)) == len(fresh.processes()) == 3
        assert fresh.steps() == {}
        assert gateway(fresh)
    finally:
        fresh.destroy()
    assert fresh.processes() == {}


def test_making_the_shipped_stack_known_leaves_its_file_as_it_is(tmp_path: Path) -> None:
    """The file carries the salt of the empty passphrase, so that nobody's working tree gets dirty."""
    fresh = LocalStack.copied(tmp_path / "checkout")
    before = fresh.file.read_text()
    fresh.init()
    assert fresh.file.read_text() == before


def test_what_the_target_cannot_build_is_a_sentence_and_nothing_is_started(tmp_path: Path) -> None:
    fresh = LocalStack.copied(tmp_path / "checkout").init()
    text = fresh.file.read_text().replace("- model: breast-cancer", "- model: breast-cancer\n      replicas: {max: 3}")
    fresh.file.write_text(text)
    try:
        said = fresh.up(fails=True)
        assert "the target local runs one replica" in said
        assert "Traceback" not in said
        assert fresh.processes() == {}
    finally:
        fresh.file.write_text(text.replace("{max: 3}", "{max: 1}"))
        fresh.destroy()
