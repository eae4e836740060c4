"""What a target says to files that it cannot build."""

from __future__ import annotations


class NotBuildableError(ValueError):
    """The target cannot build what the files ask for. The message says what to change, and where."""
