"""What a person's shell holds does not reach the tests."""

from __future__ import annotations

import os
import subprocess
import sys

from tests.kit.tree import ROOT


def test_no_backend_and_no_key_of_anybody_is_in_the_environment() -> None:
    foreign = {"PULUMI_BACKEND_URL", "PULUMI_ACCESS_TOKEN", "OPENAI_API_KEY", "GATEHOUSE_DATA_ROOT", "AWS_PROFILE"}

    assert foreign & set(os.environ) == set()


def test_a_shell_full_of_them_changes_nothing_but_what_belongs_to_the_machine() -> None:
    shell = {"PULUMI_BACKEND_URL": "https://somebody", "OPENAI_API_KEY": "a key", "GATEHOUSE_CACHE": "/somewhere"}
    program = (
        "import os, pytest\n"
        "class Look:\n"
        "    @pytest.hookimpl(trylast=True)\n"
        "    def pytest_runtest_call(self, item): print(sorted(name for name in os.environ if name in {names}))\n"
        "pytest.main(['-q', '-s', '-p', 'no:cacheprovider', '{test}'], plugins=[Look()])"
    ).format(names=set(shell), test=f"{ROOT}/tests/house/test_environment.py::{_FIRST}")

    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env={**os.environ, **shell},
        capture_output=True,
        text=True,
        check=False,
    )

    assert "['GATEHOUSE_CACHE']" in done.stdout


_FIRST = test_no_backend_and_no_key_of_anybody_is_in_the_environment.__name__
