"""How a model's server is started."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from catalog.model import ModelSpec
from gateway.serving import launch as launch_module
from gateway.serving.launch import Address, LaunchError, launch, llama_command, llama_environment
from tests.kit.specs import a_model_spec

ADDRESS = Address("127.0.0.1", 8123)


def options(spec: ModelSpec) -> dict[str, str | None]:
    """The command as options with their values."""
    command = llama_command(Path("/bin/llama-server"), Path("/cache/tiny.gguf"), "tiny", spec, ADDRESS)
    assert command[0] == "/bin/llama-server"
    rest = command[1:]
    return {
        word: None if following is None or following.startswith("--") else following
        for word, following in zip(rest, [*rest[1:], None], strict=True)
        if word.startswith("--")
    }


def engine(**changes: object) -> ModelSpec:
    return a_model_spec(engine={"name": "llama.cpp", "interface": "completions", **changes})


def test_every_request_has_the_whole_context() -> None:
    """llama.cpp divides its context among the requests that it works on at once."""
    given = options(engine(context_tokens=1024, parallel=3))
    assert given["--ctx-size"] == "3072"
    assert given["--parallel"] == "3"


def test_the_server_listens_where_it_is_told_under_the_models_name() -> None:
    given = options(engine())
    assert (given["--host"], given["--port"]) == ("127.0.0.1", "8123")
    assert given["--alias"] == "tiny"
    assert given["--model"] == "/cache/tiny.gguf"


def test_threads_are_the_servers_to_choose_unless_the_file_says() -> None:
    assert "--threads" not in options(engine())
    assert options(engine(threads=2))["--threads"] == "2"


def test_nobody_sees_what_others_ask_and_memory_stays_bounded() -> None:
    given = options(engine())
    assert {"--no-slots", "--no-webui", "--metrics", "--cache-prompt", "--offline"} <= set(given)
    assert given["--cache-ram"] == str(launch_module.PROMPT_CACHE_MIB)


def written(folder: Path, text: str) -> Path:
    (folder / "tiny").mkdir()
    (folder / "tiny" / "model.yaml").write_text(text)
    return folder / "tiny"


def test_a_missing_server_is_a_sentence_that_names_the_set_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATEHOUSE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("PATH", str(tmp_path))
    folder = written(tmp_path, a_model_spec().model_dump_json())
    with pytest.raises(LaunchError, match="Run `gatehouse setup`"):
        launch(folder, ADDRESS)


def test_a_hosted_model_has_no_server(tmp_path: Path) -> None:
    hosted = a_model_spec(
        artifact={"source": "https://models.example/v1", "format": "hosted"},
        engine={"name": "openai", "interface": "chat"},
    )
    with pytest.raises(LaunchError, match="nothing to start"):
        launch(written(tmp_path, hosted.model_dump_json()), ADDRESS)


def run(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "gateway.serving", str(folder), "--port", "8123"],
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_misspelt_field_is_a_sentence_and_exit_code_2(tmp_path: Path) -> None:
    ended = run(written(tmp_path, a_model_spec().model_dump_json().replace('"owner"', '"ownr"')))
    assert ended.returncode == 2
    assert "Did you mean 'owner'?" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_missing_bytes_are_a_sentence_and_exit_code_4(tmp_path: Path) -> None:
    spec = a_model_spec(
        artifact={"source": "pypi:tiny@1.0", "file": "t.gguf", "digest": "sha256:" + "a" * 64, "format": "gguf"}
    )
    ended = run(written(tmp_path, spec.model_dump_json()))
    assert ended.returncode == 4
    assert "tiny" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_threads_sleep_while_they_wait_unless_somebody_wished_otherwise() -> None:
    assert llama_environment({"PATH": "/bin"}) == {"PATH": "/bin", "OMP_WAIT_POLICY": "passive"}
    assert llama_environment({"OMP_WAIT_POLICY": "active"}) == {"OMP_WAIT_POLICY": "active"}
