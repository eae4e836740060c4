"""The supervisor's files, read back by the supervisor's own parser."""

from __future__ import annotations

import shlex
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from supervisor.options import ServerOptions, UnhosedConfigParser

from components.process.configuration import MARKER, Program, program_text, supervisor_text
from components.process.site import Site

# Supervisor wants the folder of a log to be there.
ROOT = Path(tempfile.mkdtemp(prefix="gatehouse check out"))
SITE = Site(ROOT, "local")


@pytest.fixture(scope="module", autouse=True)
def _folders() -> Iterator[None]:
    SITE.logs_dir.mkdir(parents=True)
    yield
    shutil.rmtree(ROOT)


def parsed(text: str) -> Any:
    parser = UnhosedConfigParser()
    parser.read_string(text)
    (program,) = ServerOptions().processes_from_section(parser, parser.sections()[0], "group")
    return program


@given(arguments=st.lists(st.text(st.characters(blacklist_categories=("Cs", "Cc", "Zl", "Zp"))), max_size=4))
def test_arguments_arrive_as_they_are_or_are_refused(arguments: list[str]) -> None:
    """No shell, no expansion, no comment: what the format cannot hold is never bent into something else."""
    command = ["/usr/bin/env", *arguments]
    if any(sign in shlex.join(command) for sign in ("%", " #", " ;")):
        with pytest.raises(ValueError, match="supervisor's files cannot hold"):
            program_text(SITE, Program("model-a", command))
    else:
        assert shlex.split(parsed(program_text(SITE, Program("model-a", command))).command) == command


def test_a_program_comes_back_and_ends_with_its_children() -> None:
    program = parsed(program_text(SITE, Program("model-a", ["a"], {"CACHE": "/some where/x=y,z"})))
    assert program.environment == {"CACHE": "/some where/x=y,z", MARKER: SITE.marker("model-a")}
    assert program.directory == str(ROOT)
    assert program.stopasgroup
    assert program.killasgroup
    assert program.autorestart is not False
    assert program.stdout_logfile == str(SITE.log_file("model-a"))
    assert program.stdout_logfile_maxbytes * (program.stdout_logfile_backups + 1) <= 16 * 2**20


def test_a_variable_with_a_double_quote_is_refused() -> None:
    with pytest.raises(ValueError, match="double quote"):
        program_text(SITE, Program("model-a", ["a"], {"NAME": 'a"b'}))


def test_the_supervisor_listens_on_a_private_socket_only() -> None:
    parser = UnhosedConfigParser()
    parser.read_string(supervisor_text(SITE))
    assert parser.get("unix_http_server", "chmod") == "0700"
    assert parser.get("unix_http_server", "file") == str(SITE.socket)
    assert "inet_http_server" not in parser.sections()
    assert parser.get("supervisord", "umask") == "077"
