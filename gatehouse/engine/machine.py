"""What kind of machine this is."""

from __future__ import annotations

import os
import platform
import shutil
from pathlib import Path

_CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
_COMPILER_NAMES = ("c++", "g++", "clang++")
_INSTRUCTION_SETS = ("sse", "ssse", "avx", "fma", "f16c", "bmi", "amx", "asimd", "sve", "i8mm", "bf16", "fphp")


def processor() -> list[str]:
    """The instruction sets of this processor: native code runs where at least those of its birthplace are.

    Only the machine's name where the system does not list them.
    """
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        lines = []
    listed = next((line for line in lines if line.startswith(("flags", "Features"))), "")
    words = listed.partition(":")[2].split()
    return sorted({platform.machine(), *(word for word in words if word.startswith(_INSTRUCTION_SETS))})


def release_platform() -> tuple[str, str]:
    """The system and the machine as Pulumi names its releases, for example ("linux", "x64")."""
    machine = platform.machine().lower()
    names = {"x86_64": "x64", "amd64": "x64", "aarch64": "arm64", "arm64": "arm64"}
    return platform.system().lower(), names.get(machine, machine)


def cpp_compiler() -> str | None:
    """The C++ compiler: the one that CXX names, else the first that PATH has."""
    names = [os.environ["CXX"], *_COMPILER_NAMES] if os.environ.get("CXX") else list(_COMPILER_NAMES)
    return next((found for name in names if (found := shutil.which(name))), None)


def chromium() -> str | None:
    """A Chromium or Chrome: the one that GATEHOUSE_CHROMIUM names, else the first that PATH has."""
    if chosen := os.environ.get("GATEHOUSE_CHROMIUM"):
        return shutil.which(chosen)
    return next((found for name in _CHROMIUM_NAMES if (found := shutil.which(name))), None)
