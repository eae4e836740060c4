"""Runs a command that ends when the process that asked for it does, even when that one is killed.

`python -m gatehouse.evaluation.tied PARENT COMMAND...` ties itself to the process PARENT and becomes the command. Only
Linux has the means; elsewhere a killed evaluation leaves its server to be stopped by hand.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1


def main(arguments: list[str]) -> None:
    """Tie, and become the command."""
    parent, command = int(arguments[0]), arguments[1:]
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:
            raise SystemExit("The process that asked for this server is gone.")
    os.execv(command[0], command)  # noqa: S606 - an argument list without a shell


if __name__ == "__main__":
    main(sys.argv[1:])
